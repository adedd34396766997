"""Controls of the verification itself: whatever is chosen, `verify` answers for what it saw and what it set aside."""

from typing import Final

from breakglass.assure.catalogue.frameworks import NIST, SOC2
from breakglass.controls import Control, Means, Reach
from breakglass.findings import Severity

EVERYTHING_READ: Final = Control(
    id="everything-read",
    title="Everything that is looked at could be read",
    rationale="What was not seen may be anything: nothing is called clean because it could not be read.",
    sources=("CC1", "CC5"),
    severity=Severity.HIGH,
    codes=("NOT_PROVED", "NOTHING_APPLIED"),
    means=Means.OBSERVE,
    reach=Reach.ACCOUNT,
    remediation="Make it readable, as the finding says, and verify again.",
    frameworks={NIST: ("CA-7",), SOC2: ("CC4.1",)},
)

SUPPRESSIONS: Final = Control(
    id="suppressions",
    title="Whatever is set aside has an owner and an end, is there, and is no graver than was accepted",
    rationale="A finding that somebody answers for stays shown; one that is forgotten hides what it turns into.",
    sources=("CC2", "CC4"),
    severity=Severity.LOW,
    codes=("SUPPRESSION_EXCEEDED", "SUPPRESSION_EXPIRED", "SUPPRESSION_TOO_LONG", "SUPPRESSION_UNUSED"),
    means=Means.OBSERVE,
    remediation="Let the owner mend the matter, decide anew until when, or take the suppression out of the manifest.",
    frameworks={NIST: ("CA-5",), SOC2: ("CC4.2",)},
)
