"""What stacks take over, and what became of it, for people and for machines."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.errors import PartlyAppliedError
from breakglass.estate.takeovers import Adopted, Takeover
from breakglass.estate.wording import counted
from breakglass.facts import Unread
from breakglass.manifest.model import Manifest
from breakglass.report.deliveries import (
    delivery_document,
    delivery_label,
    failure_document,
    failures_text,
    place_document,
    places_label,
)
from breakglass.report.plan import unread_document

SCHEMA = "breakglass/adopt"
_DEPLOY_FIRST = "run breakglass deploy, which makes the changes there directly, and adopt again"


def takeovers_text(takeovers: Sequence[Takeover], manifest: Manifest) -> Iterator[Text]:
    """Yield what each delivery is to take over, and what it cannot."""
    if not any(each.adoptions or each.differing or each.why for each in takeovers):
        yield Text("nothing to adopt", style="bold green")
    for each in takeovers:
        label = delivery_label(each.delivery)
        if each.adoptions:
            where = places_label([adoption.scope for adoption in each.adoptions], manifest)
            number = sum(len(adoption.resources) for adoption in each.adoptions)
            yield Text(f"+ {label} takes over {counted(number, 'resource')}: {where}", style="green")
        if each.differing:
            where = places_label(each.differing, manifest)
            what = f"{label}: {where}: what is there is not as the manifest says"
            yield Text("not yet: ", style="bold yellow").append(what, style="yellow")
            yield Text(f"  → see breakglass plan; {_DEPLOY_FIRST}", no_wrap=True)
        if each.why is not None:
            yield Text("not known: ", style="bold red").append(f"{label}: {each.why.message}", style="red")
            yield Text(f"  → {each.why.advice or 'nothing is adopted there'}", no_wrap=True)


def adopted_text(adopted: Adopted, manifest: Manifest) -> Iterator[Text]:
    """Yield what became of it."""
    failed = [(row.scope, row.why) for row in adopted.rows if row.why is not None]
    yield from failures_text(failed, manifest)
    done = len(adopted.rows) - len(failed)
    if adopted.interrupted:
        yield Text("interrupted: run the same command again, it continues", style="bold yellow")
    elif failed:
        yield Text("not everything was adopted: run the same command again, it continues", style="bold yellow")
    elif done:
        yield Text(
            f"{counted(done, 'place')} adopted; see what is left: breakglass deploy --dry-run", style="bold green"
        )


def adopted_document(
    takeovers: Sequence[Takeover], adopted: Adopted, unread: Sequence[Unread], manifest: Manifest
) -> Json:
    """Return as JSON what can be taken over, and what became of it."""
    return {
        "schema": SCHEMA,
        "version": 1,
        "manifest": manifest.name,
        "deliveries": [_takeover_document(each) for each in takeovers],
        "adopted": [place_document(row.scope) for row in adopted.rows if row.why is None],
        "failed": [failure_document(row.scope, row.why) for row in adopted.rows if row.why is not None],
        "interrupted": adopted.interrupted,
        "unread": [unread_document(each) for each in unread],
    }


def exit_code(takeovers: Sequence[Takeover], adopted: Adopted, unread: Sequence[Unread]) -> int:
    """Return 0 where everything belongs to a stack; else the largest code that applies."""
    codes = [row.why.exit_code for row in adopted.rows if row.why is not None]
    codes += [each.why.exit_code for each in takeovers if each.why is not None]
    codes += [each.why.exit_code for each in unread]
    pending = sum(len(each.adoptions) for each in takeovers) > len(adopted.rows)
    begun = pending and (bool(adopted.rows) or adopted.interrupted)
    codes += [PartlyAppliedError.exit_code] * begun
    return max((*codes, int(pending or any(each.differing for each in takeovers))))


def _takeover_document(takeover: Takeover) -> Json:
    return {
        **delivery_document(takeover.delivery),
        "takes_over": [place_document(each.scope) for each in takeover.adoptions],
        "differing": [place_document(scope) for scope in takeover.differing],
        "why": None if takeover.why is None else takeover.why.message,
        "advice": None if takeover.why is None else takeover.why.advice,
    }
