"""Controls of access: everybody gets in where they are meant to, enough of them, and nobody else does."""

from typing import Final

from breakglass.assure.catalogue.frameworks import CIS, ISO, NIST, SOC2, WELL_ARCHITECTED
from breakglass.assure.checks.claims import claims
from breakglass.assure.checks.matrix import matrix
from breakglass.assure.checks.people import boundaries, strangers, user_policies
from breakglass.assure.checks.ways_in import ways_in
from breakglass.assure.evidence import Assessment
from breakglass.controls import Control, Means, Reach
from breakglass.findings import Severity

ACCESS: Final[tuple[Assessment, ...]] = (
    Assessment(
        Control(
            id="matrix",
            title="By our own documents everybody gets in where they are meant to, and nowhere else",
            rationale="What a set of policies adds up to no single one of them tells: the engine decides for every"
            " person, account and playbook by the documents that were read back. What policies of others add to"
            " that is told by control-policies, resource-lock-outs and console-sign-in.",
            sources=("PA1", "PA13", "PA22"),
            severity=Severity.CRITICAL,
            codes=("MISSING_ACCESS", "UNINTENDED_ACCESS"),
            means=Means.PROVE,
            reach=Reach.ENTRY,
            remediation="See with `plan` what differs, make the repair, and delete what is not ours.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05", "SEC03-BP03"),
                NIST: ("AC-3", "AC-6"),
                SOC2: ("CC6.1", "CC6.3"),
                ISO: ("A.5.15", "A.5.18"),
            },
        ),
        matrix,
    ),
    Assessment(
        Control(
            id="claims",
            title="Every claim is proved of what was read back",
            rationale="That nobody gets in without MFA, or can do anything else, is so for all requests there can be or"
            " it is not so: a sample proves nothing.",
            sources=("PA1", "PA9", "PA12", "PA13", "PA14", "PA17"),
            severity=Severity.CRITICAL,
            codes=("CLAIM_REFUTED", "NOT_PROVED"),
            means=Means.PROVE,
            remediation="Mend the document the counterexample names: `breakglass prove --live --format json` shows it.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05",),
                NIST: ("AC-3", "AC-6"),
                SOC2: ("CC6.1", "CC6.3"),
                ISO: ("A.8.2",),
            },
        ),
        claims,
    ),
    Assessment(
        Control(
            id="ways-in",
            title="By our own documents enough people can get into every account, as they are",
            rationale="One person is on a mountain when it happens. A way in counts only where somebody can sign in"
            " today and the policies that are there let them in.",
            sources=("PA1", "PA8"),
            severity=Severity.CRITICAL,
            codes=("FEW_WAYS_IN",),
            means=Means.PROVE,
            reach=Reach.ENTRY,
            remediation="Enroll those whom the finding names; or else put more people into the teams of the account.",
            frameworks={WELL_ARCHITECTED: ("SEC03-BP03", "SEC10-BP05"), ISO: ("A.5.29",)},
        ),
        ways_in,
    ),
    Assessment(
        Control(
            id="strangers",
            title="Nobody else is in a team",
            rationale="A team is a group, and a group gives its rights to whoever is in it.",
            sources=("PA9", "PA13"),
            severity=Severity.HIGH,
            codes=("STRANGER_IN_TEAM",),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Take the user out of the group, as the finding says.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05",),
                NIST: ("AC-2",),
                SOC2: ("CC6.3",),
                ISO: ("A.5.18",),
            },
        ),
        strangers,
    ),
    Assessment(
        Control(
            id="user-policies",
            title="No user has a policy of their own",
            rationale="Rights come from teams, where they are reviewed; what hangs on one user is what somebody gave"
            " in passing and forgot.",
            sources=("PA7", "PA13"),
            severity=Severity.HIGH,
            codes=("USER_POLICY",),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Detach it with `apply` or `deploy`.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05",),
                CIS: ("1.14",),
                NIST: ("AC-6",),
                SOC2: ("CC6.3",),
            },
        ),
        user_policies,
    ),
    Assessment(
        Control(
            id="boundaries",
            title="Every user is under the permissions boundary",
            rationale="The boundary is the outer limit: under it nothing that is granted to a user, by anybody, lets"
            " them do more than become a role of the namespace.",
            sources=("PA13",),
            severity=Severity.CRITICAL,
            codes=("BOUNDARY",),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Put it back with `apply` or `deploy`; where there is another, see first what that allows.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05",),
                NIST: ("AC-6",),
                SOC2: ("CC6.3",),
                ISO: ("A.8.2",),
            },
        ),
        boundaries,
    ),
)
