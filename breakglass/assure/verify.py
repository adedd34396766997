"""Run every control over what is read back. Unread is not proved, and no controls run is a failure."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Final

from breakglass.assure.attribution import account_in, account_of
from breakglass.assure.catalogue.always import EVERYTHING_READ, SUPPRESSIONS
from breakglass.assure.checks.state import drift, unmade
from breakglass.assure.choice import Choice, choose, needed
from breakglass.assure.controls import ALWAYS, ASSESSMENTS
from breakglass.assure.evidence import Assessment, Evidence, Inquiry
from breakglass.assure.suppressions import doubtful, set_aside
from breakglass.cloud import Estate
from breakglass.estate.desired import desired
from breakglass.estate.enrolment import register
from breakglass.estate.observation import Observation, observe
from breakglass.estate.organization import is_unresolved
from breakglass.estate.plan import deviations
from breakglass.estate.verification import Result, Verification
from breakglass.facts import Unread
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.opinions import ChargedCalls
from breakglass.workers import READERS, Advance, ignore

CONSEQUENCES: Final = frozenset({"CLAIM_REFUTED", "FEW_WAYS_IN", "MISSING_ACCESS", "NOT_PROVED", "UNINTENDED_ACCESS"})
"""Codes that tell what follows from something, which another finding may tell."""

_ENTRY: Final = frozenset({"FEW_WAYS_IN", "MISSING_ACCESS", "UNINTENDED_ACCESS"})
"""Codes of who gets into accounts. They are told of people, and only roles that were looked at come into it."""


def verify(  # noqa: PLR0913 - each is another matter, and most runs give three
    estate: Estate,
    manifest: Manifest,
    moment: datetime,
    assessments: Sequence[Assessment] = ASSESSMENTS,
    *,
    accounts: AbstractSet[str] | None = None,
    wide: bool = False,
    unresolved: Sequence[Unread] = (),
    inquiries: Sequence[Inquiry] = (),
    advance: Advance = ignore,
) -> Verification:
    """Read every account with the credentials of its users, and return what was read and what is wrong.

    `moment` is when it begins, in UTC. `accounts` are the ids of those to look at, if not all: nothing is said of the
    others, unless it is `wide`: then controls that need what the whole organization has, which is read in one account,
    judge it for all, and for those that were not looked at by the roles they are meant to have. `unresolved` are the
    organizational units whose accounts are not known: they count as read as little as
    those. `inquiries` ask AWS more once everything is read. Raises UsageError for accounts that the manifest does not
    have, and for none.
    """
    choice = choose(manifest, accounts, needed(assessments))
    observation = _observed(estate, manifest, choice, unresolved, advance)
    for inquire in inquiries:
        observation = inquire(manifest, observation)
    spoken_of = frozenset(choice.accounts) if accounts is not None and not wide else None
    evidence = Evidence(observation, deviations(observation, desired(manifest)), manifest, moment, spoken_of)
    results = tuple(_told(judge(evidence, assessments), choice, assessments, evidence))
    return Verification(
        manifest=manifest,
        moment=moment,
        controls=(*ALWAYS, *(each.control for each in assessments)),
        accounts=choice.accounts,
        observation=observation,
        results=_sorted(_answered_for(results, evidence, choice, assessments)),
        matrix=evidence.matrix,
        register=register(manifest, observation),
        charged=sum(each.number for each in observation.facts if isinstance(each, ChargedCalls)),
    )


def judge(evidence: Evidence, assessments: Sequence[Assessment] = ASSESSMENTS) -> tuple[Result, ...]:
    """Return what all controls find, gravest first, whatever the manifest sets aside."""
    told = [(EVERYTHING_READ.id, each) for each in _unread(evidence.observation)]
    told += [(each.control.id, finding) for each in assessments for finding in each.check(evidence)]
    if evidence.is_blank and assessments and drift not in [each.check for each in assessments]:  # no clean bill
        told.append((EVERYTHING_READ.id, unmade(evidence.manifest)))
    if not assessments:
        told.append((EVERYTHING_READ.id, _idle()))
    manifest = evidence.manifest
    return _sorted(Result(control, finding, account_of(finding, manifest)) for control, finding in told)


def _observed(
    estate: Estate, manifest: Manifest, choice: Choice, unresolved: Sequence[Unread], advance: Advance
) -> Observation:
    looked = observe(estate, choice.looks, manifest.name, workers=READERS, advance=advance)
    return replace(looked, unread=(*unresolved, *looked.unread), passed_over=choice.passed_over)


def _told(
    results: Sequence[Result], choice: Choice, assessments: Sequence[Assessment], evidence: Evidence
) -> Iterator[Result]:
    """Yield the results that concern what was chosen, or stand against knowing it.

    What a control finds in what the whole organization has concerns it too where it is to be mended in an account that
    has this; or anywhere, where all accounts are spoken of.
    """
    manifest, accounts = evidence.manifest, frozenset(choice.accounts)
    places = accounts | {manifest.management_account.id, manifest.audit_account}
    wide = {each.control.id for each in assessments if each.control.needs}
    for each in results:
        concerns = each.control in wide and (evidence.spoken_of is None or each.account in places)
        if concerns or each.account in accounts or each.control == EVERYTHING_READ.id:
            yield each
        elif each.finding.code in _ENTRY:
            yield replace(each, account=choice.accounts[0])


def _answered_for(
    results: Sequence[Result], evidence: Evidence, choice: Choice, assessments: Sequence[Assessment]
) -> Iterator[Result]:
    """Yield the results, those set aside as such, and what is to be said of that."""
    manifest, today = evidence.manifest, evidence.moment.date()
    ran = {each.control.id for each in assessments}
    judged = {code for each in (*ALWAYS, *(each.control for each in assessments)) for code in each.codes}
    idle = {code for each in ASSESSMENTS for code in each.control.codes} - judged
    whole = not (choice.passed_over or evidence.observation.unread)
    complete = whole and all(each.control.id in ran for each in ASSESSMENTS)
    yield from set_aside(results, manifest.suppressions, today)
    for suppression, finding in doubtful(manifest.suppressions, results, today, complete=complete):
        account = account_in(suppression.subject, manifest)
        if account in choice.accounts and suppression.code not in idle:
            yield Result(SUPPRESSIONS.id, finding, account)


def _sorted(results: Iterable[Result]) -> tuple[Result, ...]:
    return tuple(sorted(results, key=lambda each: _place(each.finding)))


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
