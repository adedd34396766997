"""Run every control over what is read back. Unread is not proved, and no controls run is a failure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from breakglass.assure.controls import ASSESSMENTS
from breakglass.assure.evidence import Assessment, Evidence
from breakglass.cloud import Estate
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation, observe
from breakglass.estate.organization import is_unresolved
from breakglass.estate.plan import deviations
from breakglass.estate.surveys import surveys
from breakglass.facts import Unread
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.workers import Advance, ignore

CONSEQUENCES = frozenset({"CLAIM_REFUTED", "FEW_WAYS_IN", "MISSING_ACCESS", "NOT_PROVED", "UNINTENDED_ACCESS"})
"""Codes that tell what follows from something, which another finding may tell."""


def verify(
    estate: Estate,
    manifest: Manifest,
    moment: datetime,
    controls: Sequence[Assessment] = ASSESSMENTS,
    *,
    unresolved: Sequence[Unread] = (),
    advance: Advance = ignore,
) -> tuple[Observation, tuple[Finding, ...]]:
    """Read every account with the credentials of its users, and return what was read and what is wrong.

    `unresolved` are the organizational units whose accounts are not known: they count as read as little as those.
    """
    looked = observe(estate, surveys(manifest, facts=True), manifest.name, advance=advance)
    observation = replace(looked, unread=(*unresolved, *looked.unread))
    return observation, judge(
        Evidence(observation, deviations(observation, desired(manifest)), manifest, moment), controls
    )


def judge(evidence: Evidence, controls: Sequence[Assessment] = ASSESSMENTS) -> tuple[Finding, ...]:
    """Return the findings of all controls, gravest first."""
    findings = [*_unread(evidence.observation), *(each for control in controls for each in control.check(evidence))]
    if not controls:
        findings.append(
            Finding("NOT_PROVED", Severity.HIGH, "verify", "no control was run", "run verify with controls")
        )
    return tuple(sorted(findings, key=_place))


def _place(finding: Finding) -> tuple[int, bool, str, str]:
    """Gravest first, and of one gravity what was done before what follows from it."""
    return -finding.severity, finding.code in CONSEQUENCES, finding.code, finding.subject


def _unread(observation: Observation) -> list[Finding]:
    return [
        Finding(
            "NOT_PROVED",
            Severity.HIGH,
            str(unread.scope),
            f"{unread.what} {'are not known' if is_unresolved(unread) else 'could not be read'}: {unread.why.message}",
            unread.why.advice or "make it readable and verify again",
        )
        for unread in observation.unread
    ]
