"""Run every control over what is read back. Unread is not proved, and no controls run is a failure."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Final

from breakglass.assure.attribution import account_of
from breakglass.assure.controls import ASSESSMENTS, EVERYTHING_READ
from breakglass.assure.evidence import Assessment, Evidence, Inquiry
from breakglass.cloud import Estate
from breakglass.estate.desired import desired
from breakglass.estate.enrolment import register
from breakglass.estate.observation import Observation, observe
from breakglass.estate.organization import is_unresolved
from breakglass.estate.plan import deviations
from breakglass.estate.surveys import surveys
from breakglass.estate.verification import Result, Verification
from breakglass.facts import Unread
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.opinions import ChargedCalls
from breakglass.workers import Advance, ignore

CONSEQUENCES: Final = frozenset({"CLAIM_REFUTED", "FEW_WAYS_IN", "MISSING_ACCESS", "NOT_PROVED", "UNINTENDED_ACCESS"})
"""Codes that tell what follows from something, which another finding may tell."""


def verify(  # noqa: PLR0913 - each is another matter, and most runs give three
    estate: Estate,
    manifest: Manifest,
    moment: datetime,
    assessments: Sequence[Assessment] = ASSESSMENTS,
    *,
    accounts: AbstractSet[str] | None = None,
    unresolved: Sequence[Unread] = (),
    inquiries: Sequence[Inquiry] = (),
    advance: Advance = ignore,
) -> Verification:
    """Read every account with the credentials of its users, and return what was read and what is wrong.

    `moment` is when it begins, in UTC. `accounts` are the ids of those to look at, if not all. `unresolved` are the
    organizational units whose accounts are not known: they count as read as little as those. `inquiries` ask AWS more
    once everything is read.
    """
    chosen = tuple(each for each in manifest.account_ids if accounts is None or each in accounts)
    needed = {*chosen, manifest.security_account}
    looks = [each for each in surveys(manifest, facts=True) if each.scope.account in needed]
    looked = observe(estate, looks, manifest.name, advance=advance)
    observation = replace(looked, unread=(*unresolved, *looked.unread))
    for inquire in inquiries:
        observation = inquire(manifest, observation)
    evidence = Evidence(observation, deviations(observation, desired(manifest)), manifest, moment)
    return Verification(
        manifest=manifest,
        moment=moment,
        controls=tuple(each.control for each in assessments),
        accounts=chosen,
        observation=observation,
        results=judge(evidence, assessments),
        matrix=evidence.matrix,
        register=register(manifest, observation),
        charged=sum(each.number for each in observation.facts if isinstance(each, ChargedCalls)),
    )


def judge(evidence: Evidence, assessments: Sequence[Assessment] = ASSESSMENTS) -> tuple[Result, ...]:
    """Return what all controls find, gravest first."""
    told = [(EVERYTHING_READ.id, each) for each in _unread(evidence.observation)]
    told += [(each.control.id, finding) for each in assessments for finding in each.check(evidence)]
    if not assessments:
        told.append((EVERYTHING_READ.id, _idle()))
    found = (Result(control, finding, account_of(finding, evidence.manifest)) for control, finding in told)
    return tuple(sorted(found, key=lambda each: _place(each.finding)))


def _place(finding: Finding) -> tuple[int, bool, str, str]:
    """Gravest first, and of one gravity what was done before what follows from it."""
    return -finding.severity, finding.code in CONSEQUENCES, finding.code, finding.subject


def _idle() -> Finding:
    return Finding("NOT_PROVED", Severity.HIGH, "verify", "no control was run", "run verify with controls")


def _unread(observation: Observation) -> Iterator[Finding]:
    for unread in observation.unread:
        yield Finding(
            "NOT_PROVED",
            Severity.HIGH,
            str(unread.scope),
            f"{unread.what} {'are not known' if is_unresolved(unread) else 'could not be read'}: {unread.why.message}",
            unread.why.advice or "make it readable and verify again",
        )
