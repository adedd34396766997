"""Controls of alerting: every use is noticed, on two channels, and enough people are told."""

from typing import Final

from breakglass.assure.catalogue.frameworks import CIS, ISO, NIST, SOC2, WELL_ARCHITECTED
from breakglass.assure.checks import alerting
from breakglass.assure.checks.regions import regions
from breakglass.assure.evidence import Assessment
from breakglass.controls import Control, Means, Reach
from breakglass.findings import Severity

ALERTING: Final[tuple[Assessment, ...]] = (
    Assessment(
        Control(
            id="alert-links",
            title="Every link of both alert channels carries",
            rationale="A channel is as good as its weakest link, and a cut one is silent: nobody misses a message that"
            " was never sent.",
            sources=("PA15", "PA18", "PA20"),
            severity=Severity.CRITICAL,
            codes=("ALERT_BROKEN", "ALERT_MUTED", "ALERT_RINGING", "UNDELIVERED"),
            means=Means.OBSERVE,
            reach=Reach.CENTRE,
            remediation="See the repair with `plan` and make it; then prove it with `breakglass canary`.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05",),
                NIST: ("AC-6(9)", "SI-4(5)"),
                SOC2: ("CC7.2",),
                ISO: ("A.8.16",),
            },
        ),
        alerting.links,
    ),
    Assessment(
        Control(
            id="regions",
            title="Every region that can be used is listened to",
            rationale="A use is logged in the region it went through: where no rule listens the fast channel hears"
            " nothing.",
            sources=("PA18",),
            severity=Severity.HIGH,
            codes=("REGION_UNHEARD", "REGION_NOT_ENABLED"),
            means=Means.OBSERVE,
            reach=Reach.SECURITY,
            remediation="Add the regions to `alerts.regions` and apply, or disable them.",
            frameworks={NIST: ("AU-12",), SOC2: ("CC7.2",), ISO: ("A.8.16",)},
        ),
        regions,
    ),
    Assessment(
        Control(
            id="trails",
            title="Every event reaches the log group that is filtered",
            rationale="The net hears what the organization's trail delivers, and nothing else; so does whoever looks"
            " into a use afterwards.",
            sources=("PA15", "PA18"),
            severity=Severity.CRITICAL,
            codes=("TRAIL_BROKEN", "LOG_GROUP", "LOG_GROUP_MASKED"),
            means=Means.OBSERVE,
            reach=Reach.CENTRE,
            remediation="Mend the trail with credentials of the account that owns it, as the finding says.",
            frameworks={
                CIS: ("3.1", "3.2"),
                NIST: ("AU-12",),
                SOC2: ("CC7.2",),
                ISO: ("A.8.15",),
            },
        ),
        alerting.trails,
    ),
    Assessment(
        Control(
            id="receivers",
            title="Enough people are told",
            rationale="A message to one address is read when that person is awake, and a subscription nobody confirmed"
            " delivers nothing.",
            sources=("PA20",),
            severity=Severity.CRITICAL,
            codes=("RECEIVER_SILENT", "RECEIVER_UNSAFE", "TOO_FEW_RECEIVERS"),
            means=Means.OBSERVE,
            reach=Reach.CENTRE,
            remediation="Let the receivers confirm, or name more in the manifest and apply.",
            frameworks={
                WELL_ARCHITECTED: ("SEC10-BP05",),
                NIST: ("SI-4(5)",),
                SOC2: ("CC7.2",),
                ISO: ("A.8.16",),
            },
        ),
        alerting.receivers,
    ),
)
