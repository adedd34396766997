"""The control of who gets in: the readiness matrix of what was read back."""

from collections.abc import Iterator

from breakglass.assure.evidence import Evidence
from breakglass.estate.readiness import unready
from breakglass.findings import Finding


def matrix(evidence: Evidence) -> Iterator[Finding]:
    """Tell who may get in other than the manifest means."""
    yield from unready(evidence.matrix, evidence.manifest)
