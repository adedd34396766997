"""Who used which role where and when, for people and for machines."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.wording import counted
from breakglass.manifest.model import Manifest
from breakglass.report.columns import aligned
from breakglass.trail.activity import Use

_HEADING = ("time (UTC)", "person", "role", "account", "region", "how", "from", "outcome", "event")


def activity_text(uses: Sequence[Use], manifest: Manifest, hours: int) -> Iterator[Text]:
    """Yield a line for each use, and one that counts."""
    if uses:
        heading, *rows = aligned([_HEADING, *(_row(use, manifest) for use in uses)])
        yield Text("".join(heading), style="bold", no_wrap=True)
        for row, use in zip(rows, uses, strict=True):
            yield Text("".join(row), style="dim" if use.canary else "bold yellow" if use.error else "", no_wrap=True)
    people = [use for use in uses if not use.canary]
    told = f"{counted(len(people), 'use')} in {counted(hours, 'hour')}"
    denied = sum(bool(use.error) for use in people)
    tests = len(uses) - len(people)
    besides = [f"{denied} of them denied"] if denied else []
    besides += [f"{counted(tests, 'test')} by the canary besides"] if tests else []
    yield Text("; ".join((told, *besides)), style="bold")


def activity_document(uses: Sequence[Use]) -> Json:
    """Return a JSON array, one object for each use."""
    return [
        {
            "time": use.time,
            "person": use.person,
            "session": use.session,
            "role": use.role,
            "account": use.account,
            "region": use.region,
            "how": _how(use),
            "from": use.address,
            "outcome": _outcome(use),
            "error": use.error or None,
            "canary": use.canary,
            "event": use.event,
        }
        for use in uses
    ]


def _row(use: Use, manifest: Manifest) -> tuple[str, ...]:
    outcome = f"{_outcome(use)} (canary)" if use.canary else _outcome(use)
    place = manifest.account_name(use.account)
    return (use.time, _short(use), use.role, place, use.region, _how(use), use.address, outcome, use.event)


def _short(use: Use) -> str:
    """Return who it was without the account: a user's name, a role and its session; of an id, what it called itself."""
    if not use.person.startswith("arn:"):
        return f"{use.person} as {use.session}" if use.session else use.person
    kind, _, name = use.person.rpartition(":")[2].partition("/")
    return name.rpartition("/")[2] if kind == "user" else name or kind


def _how(use: Use) -> str:
    return "console" if use.console else "api"


def _outcome(use: Use) -> str:
    return "denied" if use.error else "permitted"
