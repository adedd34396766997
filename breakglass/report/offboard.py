"""What the departure of a person means and leaves behind, for people and for machines."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.text import Text

from breakglass import naming, resources
from breakglass.documents import Json
from breakglass.estate.open_sessions import MARGIN, OpenRole, OpenSessions, Way, longest
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan
from breakglass.manifest.model import Manifest
from breakglass.report.columns import aligned
from breakglass.report.outcome import outcome_document
from breakglass.report.plan import account_label
from breakglass.resources import State

SCHEMA = "breakglass/offboard"
_NAMED = 4
"""Accounts named in a line before the rest is counted."""


def absent_text(user: str) -> Iterator[Text]:
    """Yield that there is no such user."""
    yield Text(f"there is no user {user}: nothing to delete", style="bold green")


def return_text(user: str, manifest: Manifest) -> Iterator[Text]:
    """Yield that the manifest brings the user back."""
    person = user.removesuffix(naming.USER_SUFFIX)
    yield Text(
        f"the manifest still names {person}: the next {manifest.writer} makes {user} again, blank", style="bold yellow"
    )
    yield Text(f"  → take {person} out of `responders`")


def sessions_text(sessions: OpenSessions, manifest: Manifest) -> Iterator[Text]:
    """Yield which sessions may be valid until when, a line for each role, and the commands that end them."""
    if not sessions.final:
        yield Text("it may still open sessions: what follows is not final", style="bold yellow")
        yield Text("  → run the same command again until it is done, and go by what that tells")
    if not sessions.roles:
        yield Text("no playbook role was found that it may have a session of")
        return
    yield Text("sessions that it opened before stay valid, whatever its teams let it into now:", style="bold")
    rows = [
        (f"  {role}", f"until {_written(sessions.until(each))}", _accounts(each, manifest))
        for role, each in sessions.by_role.items()
    ]
    yield from (Text("".join(row)) for row in aligned(rows))
    yield Text("to end them, run in each of these accounts, as its provisioning role:")
    yield from (Text(f"  {command}", no_wrap=True) for command in sessions.commands)
    yield Text("  → the policy counts as drift: stop scheduled applies until then, as the next one takes it off")


def farewells(outcome: Outcome, state: State, now: datetime, manifest: Manifest) -> Iterator[str]:
    """Yield of every user that was deleted how long sessions may outlive it; `state` is what was before."""
    for change in outcome.made:
        if change.key.type == resources.USER and change.after is None:
            until = _written(now + MARGIN + longest(manifest, state))
            person = change.key.name.removesuffix(naming.USER_SUFFIX)
            yield (
                f"Sessions of roles that {change.key.name} opened before may last until {until}: "
                f"breakglass offboard {person} --gone prints the commands that end them."
            )


def offboard_document(
    sessions: OpenSessions, manifest: Manifest, result: tuple[Plan, Outcome, Plan], *, named: bool
) -> Json:
    """Return as JSON what became of the user, given the plan, its outcome and what is left, and what outlives it."""
    plan, outcome, left = result
    fate = outcome_document(plan, outcome, left, manifest)
    return {
        **(fate if isinstance(fate, dict) else {}),
        "schema": SCHEMA,
        "user": sessions.user,
        "named": named,
        "final": sessions.final,
        "sessions": [
            {"account": each.account, "role": each.role, "way": each.way, "until": sessions.until([each]).isoformat()}
            for each in sessions.roles
        ],
        "policy": {"name": naming.sessions_policy_name(sessions.user), "document": sessions.policy},
        "commands": list(sessions.commands),
    }


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _accounts(roles: Sequence[OpenRole], manifest: Manifest) -> str:
    """Return the accounts by whether the present teams let the user in."""
    told = ((way, [each for each in roles if each.way is way]) for way in Way)
    return "; ".join(f"{way}: {_labels(each, manifest)}" for way, each in told if each)


def _labels(roles: Sequence[OpenRole], manifest: Manifest) -> str:
    named = [account_label(each.account, manifest) for each in roles[:_NAMED]]
    rest = len(roles) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "")
