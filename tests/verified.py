"""What verify says of accounts in memory, as plain findings."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from breakglass.assure.controls import ASSESSMENTS
from breakglass.assure.evidence import Assessment
from breakglass.assure.verify import verify
from breakglass.cloud import Estate
from breakglass.findings import Finding
from breakglass.manifest.model import Manifest
from tests.memory import SINCE

MOMENT: datetime = SINCE + timedelta(days=7)
"""A week after everybody was enrolled."""


def chosen(*ids: str) -> list[Assessment]:
    """Return these controls alone."""
    return [each for each in ASSESSMENTS if each.control.id in ids]


OF_STATE = [each for each in ASSESSMENTS if each.control.id != "claims"]
"""The controls that look at what is there; what that lets people do is judged elsewhere."""


def found(estate: Estate, manifest: Manifest, assessments: Sequence[Assessment] = ASSESSMENTS) -> tuple[Finding, ...]:
    """Return the findings of a verification."""
    return tuple(each.finding for each in verify(estate, manifest, MOMENT, assessments).results)
