"""One invocation: verify, then keep evidence, tell Security Hub, and count, each whatever became of the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from breakglass.assure.controls import ASSESSMENTS
from breakglass.assure.evidence import Assessment
from breakglass.assure.verify import verify
from breakglass.documents import Document, Json
from breakglass.errors import BreakglassError, PartlyAppliedError
from breakglass.estate.enrolment import enrolled
from breakglass.estate.organization import Resolved, resolve
from breakglass.estate.verification import Verification
from breakglass.manifest.model import Manifest
from breakglass.report.verification.asff import imported
from breakglass.report.verification.changes import NO_CHANGES, Changes, changes
from breakglass.scheduled import telling
from breakglass.scheduled.completeness import blind
from breakglass.scheduled.in_time import MAP, Clockwork, Context, InTime, in_time
from breakglass.scheduled.ports import Ports
from breakglass.scheduled.step import Apart, accounts, alone, belongs, shared
from breakglass.scheduled.task import Kind, Task

Answer = TypeVar("Answer")


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
    """Do what is asked for, and as much of it as there is time for.

    Raises what keeps it from being done at all, such as UsageError or CredentialsError.
    """
    if task.kind is Kind.FINISH:
        return _finished(task, manifest, ports)
    found = resolve(manifest, ports.organization)
    clockwork = Clockwork(context)
    return _told(task, ports, _verified(task, found, ports, assessments, clockwork), clockwork)


def _verified(
    task: Task, found: Resolved, ports: Ports, assessments: Sequence[Assessment], clockwork: Clockwork
) -> Verification:
    manifest, moment = found.manifest, ports.clock.now()
    chosen = accounts(task, manifest)
    single = task.kind is Kind.ACCOUNT
    estate = InTime(ports.estate, clockwork)
    due = {each.control.id: each for each in assessments if belongs(each.control, task.kind)}
    made = verify(
        Apart(estate, task.enrolled, moment) if single else estate,
        manifest,
        moment,
        [*due.values()],
        accounts=chosen,
        wide=task.kind is Kind.SHARED,
        unresolved=found.unread,
        inquiries=[in_time(each, control, clockwork) for control, each in ports.inquiries.items() if control in due],
    )
    return replace(alone(made, task.account) if single else made, step=task.place)


def _told(task: Task, ports: Ports, verification: Verification, clockwork: Clockwork) -> Done:
    attempts = _Attempts([MAP] if clockwork.ran_out else [])
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
    unseen = [MAP] if clockwork.ran_out else [*blind(verification)]
    counted = telling.points(task, verification, complete=is_kept and not unseen)
    attempts.make("metrics", lambda: ports.meter.put(counted, verification.moment))
    answer = _answer(task, verification, [f"{key}.json", f"{key}.html"] if is_kept else [])
    return Done({**answer, "blind": [*unseen]}, attempts.failures)


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
