"""Controls of what others have made that may keep responders out."""

from typing import Final

from breakglass.assure.catalogue.frameworks import ISO, WELL_ARCHITECTED
from breakglass.assure.checks.control_policies import control_policies
from breakglass.assure.checks.resource_policies import resource_policies
from breakglass.assure.evidence import Assessment
from breakglass.controls import Control, Means, Reach
from breakglass.findings import Severity
from breakglass.posture import GUARDED

LOCK_OUTS: Final[tuple[Assessment, ...]] = (
    Assessment(
        Control(
            id="control-policies",
            title="No control policy of the organization keeps responders out",
            rationale="A service or resource control policy binds everybody, emergency users and roles included, unless"
            " it exempts them: whoever writes one for every day does not think of the night it is in the way.",
            sources=("PA1",),
            severity=Severity.CRITICAL,
            codes=("SCP_LOCK_OUT", "SCP_CONDITIONAL", "ACCOUNT_NOT_IN_ORGANIZATION"),
            means=Means.PROVE,
            needs=frozenset({GUARDED}),
            remediation="Exempt the emergency users and roles in that policy, or detach it, with credentials of the"
            " management account, which no such policy binds.",
            frameworks={WELL_ARCHITECTED: ("SEC10-BP05",), ISO: ("A.5.29",)},
        ),
        control_policies,
    ),
    Assessment(
        Control(
            id="resource-lock-outs",
            title="No key and no bucket keeps playbooks from what they are for",
            rationale="A key obeys its own policy alone, and a bucket denies whoever is not on its list: neither asks"
            " what a role is allowed.",
            sources=("PA1",),
            severity=Severity.HIGH,
            codes=("RESOURCE_LOCK_OUT", "RESOURCE_CONDITIONAL"),
            means=Means.PROVE,
            reach=Reach.ACCOUNT,
            remediation="Let the role or its account in, in the policy of the key or the bucket.",
            frameworks={WELL_ARCHITECTED: ("SEC10-BP05",), ISO: ("A.5.29",)},
        ),
        resource_policies,
    ),
)
