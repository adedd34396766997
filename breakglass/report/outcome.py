"""What became of a plan, for people and for machines."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.errors import PartlyAppliedError
from breakglass.estate.outcome import Outcome, Waiting
from breakglass.estate.plan import Plan
from breakglass.estate.wording import counted, describe
from breakglass.facts import Unread
from breakglass.manifest.model import Manifest
from breakglass.report.deliveries import failure_document, failures_text, place_document, places_label
from breakglass.report.plan import change_document, scope_label, unread_document, unread_text
from breakglass.resources import Scope

SCHEMA = "breakglass/apply"


def outcome_text(
    outcome: Outcome, left: Plan, manifest: Manifest, *, told: Sequence[Unread] = (), worked: bool = False
) -> Iterator[Text]:
    """Yield what was made, what failed and why, and whether it all reads back; `left` is the plan afterwards.

    What could not be read is not repeated where it was `told` with the plan before. `worked`: there was something to
    do, whatever the outcome has of it.
    """
    yield from _stacks_text(outcome)
    if outcome.made:
        yield Text(f"{counted(len(outcome.made), 'change')} made", style="bold")
    for failure in outcome.failed:
        where = scope_label(failure.change.key.scope, manifest)
        what = f"{failure.change.verb} {describe(failure.change.resource)} in {where}"
        yield Text("failed: ", style="bold red").append(f"{what}: {failure.why.message}", style="red")
        if failure.why.advice:
            yield Text(f"  → {failure.why.advice}")
    yield from failures_text([(each.scope, each.why) for each in outcome.stopped], manifest)
    yield from _waiting_text(outcome.waiting, manifest)
    if outcome.skipped:
        yield Text(f"{counted(len(outcome.skipped), 'change')} not tried", style="bold yellow")
    before = {(each.scope, each.what) for each in told}
    yield from unread_text([each for each in left.unread if (each.scope, each.what) not in before], manifest)
    yield _closing(outcome, left, worked=worked)


def outcome_document(plan: Plan, outcome: Outcome, left: Plan, manifest: Manifest) -> Mapping[str, Json]:
    """Return as JSON the fate of every change, and what still differs."""
    return {
        "schema": SCHEMA,
        "version": 1,
        "manifest": manifest.name,
        "digest": plan.digest,
        "made": [change_document(change) for change in outcome.made],
        "failed": [
            {"change": change_document(failure.change), "why": failure.why.message, "advice": failure.why.advice}
            for failure in outcome.failed
        ],
        "stopped": [failure_document(each.scope, each.why) for each in outcome.stopped],
        "withdrawn": [place_document(scope) for scope in outcome.withdrawn],
        "skipped": [change_document(change) for change in outcome.skipped],
        "interrupted": outcome.interrupted,
        "remaining": [change_document(change) for change in left.changes],
        "unread": [unread_document(unread) for unread in left.unread],
        "left_alone": [change_document(change) for change in left.left_alone],
    }


def exit_code(outcome: Outcome, left: Plan) -> int:
    """Return 0 if everything was made and reads back; else the largest code that applies."""
    codes = [failure.why.exit_code for failure in outcome.failed]
    codes += [stopped.why.exit_code for stopped in outcome.stopped]
    codes += [unread.why.exit_code for unread in left.unread]
    unfinished = outcome.interrupted or bool(left.changes) or not outcome.complete
    if left.stopped or (unfinished and (outcome.made or not codes)):
        codes.append(PartlyAppliedError.exit_code)
    return max(codes, default=0)


def _stacks_text(outcome: Outcome) -> Iterator[Text]:
    if outcome.delivered:
        yield Text(f"stacks are up to date in {counted(len(outcome.delivered), 'place')}", style="bold")
    if outcome.withdrawn:
        yield Text(f"{counted(len(outcome.withdrawn), 'stack')} deleted", style="bold")


def _waiting_text(waiting: Sequence[Waiting], manifest: Manifest) -> Iterator[Text]:
    """Yield where nothing was begun, places that need the same together."""
    alike: dict[str, list[Scope]] = {}
    for each in waiting:
        needed = f"{describe(each.needed)} in {scope_label(each.needed.scope, manifest)}"
        alike.setdefault(needed, []).append(each.scope)
    for needed, scopes in alike.items():
        told = f"{places_label(scopes, manifest)}: what stacks make there needs the {needed}, which was not made"
        yield Text("not begun: ", style="bold yellow").append(told, style="yellow")


def _closing(outcome: Outcome, left: Plan, *, worked: bool) -> Text:
    if outcome.interrupted:
        return Text("interrupted: run the same command again, it continues", style="bold yellow")
    if not left.changes and not outcome.complete:
        return Text("not everything was made: run the same command again, it continues", style="bold yellow")
    if left.changes:
        return Text(
            f"{counted(len(left.changes), 'change')} left: run the same command again, it continues",
            style="bold yellow",
        )
    if left.stopped:
        return Text("what is stopped is as it was; the rest reads back as planned", style="bold yellow")
    if left.unread:
        return Text("what could not be read is not proved", style="bold yellow")
    worked = worked or bool(outcome.made or outcome.delivered or outcome.withdrawn)
    return Text("everything reads back as planned" if worked else "nothing to do", style="bold green")
