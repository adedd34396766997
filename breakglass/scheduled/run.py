"""One invocation: verify, then keep evidence, tell Security Hub, and count, each whatever became of the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from breakglass.assure.controls import ASSESSMENTS
from breakglass.assure.evidence import Assessment
from breakglass.assure.verify import verify
from breakglass.documents import Document, Json
from breakglass.errors import BreakglassError, PartlyAppliedError, UnavailableError
from breakglass.estate.enrolment import enrolled
from breakglass.estate.organization import Resolved, resolve
from breakglass.estate.verification import Verification
from breakglass.manifest.model import Manifest
from breakglass.report.verification.asff import imported
from breakglass.report.verification.changes import NO_CHANGES, Changes, changes
from breakglass.scheduled import telling
from breakglass.scheduled.ports import Ports
from breakglass.scheduled.step import SECOND_OPINION, Apart, accounts, alone, shared
from breakglass.scheduled.task import Kind, Task
from breakglass.workers import Advance

Answer = TypeVar("Answer")

RESERVE = 60_000
"""Milliseconds of an invocation that are for keeping and telling what was found."""


class Context(Protocol):
    """What Lambda says of an invocation. https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the invocation may go on."""
        ...


@dataclass(slots=True)
class _Attempts:
    """What went wrong, of what is done whatever became of the rest."""

    failures: list[str] = field(default_factory=list)

    def make(self, what: str, call: Callable[[], Answer]) -> Answer | None:
        """Return what a call returns, or None and keep why it failed."""
        try:
            return call()
        except BreakglassError as error:
            self.failures.append(f"{what}: {error.message}")
        except Exception as error:  # noqa: BLE001 - a defect in one report must not keep the others from being made
            self.failures.append(f"{what}: this should not have happened: {type(error).__name__}")
        return None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an invocation."""

    answer: dict[str, Json]
    """What it returns."""
    failures: Sequence[str] = ()
    """What could not be done, and why."""

    def require(self) -> dict[str, Json]:
        """Return the answer; raises PartlyAppliedError where something could not be done."""
        if self.failures:
            raise PartlyAppliedError(
                "; ".join(self.failures),
                subject=str(self.answer["run"]),
                advice="what is not named here was done; the next invocation does all of it again",
            )
        return self.answer


def run(
    task: Task, manifest: Manifest, ports: Ports, context: Context, assessments: Sequence[Assessment] = ASSESSMENTS
) -> Done:
    """Do what is asked for.

    Raises what keeps it from being done at all: UsageError, CredentialsError, or UnavailableError where time runs out.
    """
    if task.kind is Kind.FINISH:
        return _finished(task, manifest, ports)
    found = resolve(manifest, ports.organization)
    return _told(task, ports, _verified(task, found, ports, assessments, hurry(context)))


def hurry(context: Context) -> Advance:
    """Return what raises UnavailableError once too little time is left to keep what is found."""

    def heard(_account: str) -> None:
        if context.get_remaining_time_in_millis() < RESERVE:
            raise UnavailableError(
                "the accounts are too many for one invocation: nothing is concluded from a part of them",
                subject="AWS Lambda",
                advice="deploy cloudformation/verification-map.yaml, which verifies account by account, "
                "or give the function more time and memory",
            )

    return heard


def _verified(
    task: Task, found: Resolved, ports: Ports, assessments: Sequence[Assessment], advance: Advance
) -> Verification:
    manifest, moment = found.manifest, ports.clock.now()
    chosen = accounts(task, manifest)
    single = task.kind is Kind.ACCOUNT
    estate = Apart(ports.estate, task.enrolled, moment) if single else ports.estate
    left_out = {SECOND_OPINION} if single else set()
    made = verify(
        estate,
        manifest,
        moment,
        [each for each in assessments if each.control.id not in left_out],
        accounts=chosen,
        unresolved=found.unread,
        inquiries=[each for control, each in ports.inquiries.items() if control not in left_out],
        advance=advance,
    )
    return alone(made, task.account) if single else made


def _told(task: Task, ports: Ports, verification: Verification) -> Done:
    attempts = _Attempts()
    name, hub = verification.manifest.name, ports.hub
    before = attempts.make("Security Hub", lambda: telling.known(hub, name)) if hub else ()
    since = NO_CHANGES if not hub or before is None else _since(verification, before)
    key = telling.evidence_key(task, name, verification.moment)
    kept = len(attempts.failures)
    attempts.make("evidence", lambda: telling.keep_document(ports.store, key, verification, since))
    attempts.make("evidence", lambda: telling.keep_page(ports.store, key, verification, since))
    is_kept = len(attempts.failures) == kept
    if hub and before is not None:
        attempts.make("Security Hub", lambda: telling.publish(hub, ports.region, verification, since, before))
    counted = telling.points(task, verification, complete=is_kept)
    attempts.make("metrics", lambda: ports.meter.put(counted, verification.moment))
    return Done(_answer(task, verification, [f"{key}.json", f"{key}.html"] if is_kept else []), attempts.failures)


def _since(verification: Verification, before: Sequence[Document]) -> Changes:
    past = imported(before, verification.manifest.name, verification.moment)
    return changes(past, verification)


def _answer(task: Task, verification: Verification, evidence: Sequence[str]) -> dict[str, Json]:
    manifest = verification.manifest
    told: dict[str, Json] = {
        "run": task.run,
        "findings": telling.counts(verification.open),
        "unread": len(verification.observation.unread),
        "evidence": list(evidence),
    }
    if task.kind is not Kind.SHARED:
        return {**told, "accounts": len(verification.accounts)}
    known = shared(manifest)
    others = [each for each in manifest.account_ids if each not in known]
    return {**told, "accounts": others, "enrolled": sorted(enrolled(verification.observation))}


def _finished(task: Task, manifest: Manifest, ports: Ports) -> Done:
    attempts = _Attempts()
    attempts.make("metrics", lambda: ports.meter.put([telling.completed(manifest.name)], ports.clock.now()))
    return Done({"run": task.run, "completed": not attempts.failures}, attempts.failures)
