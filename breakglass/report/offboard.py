"""What the departure of a person means and leaves behind, for people and for machines."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rich.text import Text

from breakglass import naming
from breakglass.documents import Json, text
from breakglass.estate.open_sessions import OpenRole, command, ending
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan
from breakglass.manifest.model import Manifest
from breakglass.report.columns import aligned
from breakglass.report.outcome import outcome_document
from breakglass.report.plan import account_label

SCHEMA = "breakglass/offboard"
_NAMED = 4
"""Accounts named in a line before the rest is counted."""


def absent_text(user: str, similar: Sequence[str]) -> Iterator[Text]:
    """Yield that there is no such user."""
    yield Text(f"there is no user {user}: nothing to do", style="bold green")
    if similar:
        yield Text(f"  → if you mean {' or '.join(similar)}, run this with that name")


def return_text(user: str) -> Iterator[Text]:
    """Yield that the manifest brings the user back."""
    person = user.removesuffix(naming.USER_SUFFIX)
    yield Text(f"the manifest still names {person}: the next apply makes {user} again, blank", style="bold yellow")
    yield Text(f"  → take {person} out of `responders`")


def sessions_text(user: str, roles: Sequence[OpenRole], now: datetime, manifest: Manifest) -> Iterator[Text]:
    """Yield which sessions may be valid until when, a line for each role, and the commands that end them."""
    if not roles:
        yield Text("its teams let it into no role that was read: no session outlives it")
        return
    by_role = _by_role(roles)
    yield Text("sessions of roles that it opened before stay valid:", style="bold")
    rows = [(f"  {role}", f"until {_until(each, now)}", _accounts(each, manifest)) for role, each in by_role.items()]
    yield from (Text("".join(row)) for row in aligned(rows))
    yield Text("to end them now, run in each of these accounts, as its provisioning role:")
    document = text(ending(user, now))
    yield from (Text(f"  {command(role, user, document)}", no_wrap=True) for role in by_role)
    yield Text("  → the policy counts as drift: stop scheduled applies until then, as the next one takes it off")


def offboard_document(
    user: str,
    roles: Sequence[OpenRole],
    now: datetime,
    manifest: Manifest,
    result: tuple[Plan, Outcome, Plan],
    *,
    named: bool,
) -> Json:
    """Return as JSON what became of the user, given the plan, its outcome and what is left, and what outlives it."""
    plan, outcome, left = result
    document = ending(user, now)
    fate = outcome_document(plan, outcome, left, manifest)
    return {
        **(fate if isinstance(fate, dict) else {}),
        "schema": SCHEMA,
        "user": user,
        "named": named,
        "sessions": [
            {"account": each.account, "role": each.role, "until": (now + timedelta(seconds=each.seconds)).isoformat()}
            for each in roles
        ],
        "policy": {"name": naming.sessions_policy_name(user), "document": document},
        "commands": [command(role, user, text(document)) for role in _by_role(roles)],
    }


def _by_role(roles: Sequence[OpenRole]) -> dict[str, list[OpenRole]]:
    found: dict[str, list[OpenRole]] = {}
    for each in roles:
        found.setdefault(each.role, []).append(each)
    return found


def _until(roles: Sequence[OpenRole], now: datetime) -> str:
    return f"{now + timedelta(seconds=max(each.seconds for each in roles)):%Y-%m-%d %H:%M:%S} UTC"


def _accounts(roles: Sequence[OpenRole], manifest: Manifest) -> str:
    named = [account_label(each.account, manifest) for each in roles[:_NAMED]]
    rest = len(roles) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "")
