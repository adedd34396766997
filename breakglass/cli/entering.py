"""What `exec` and `credentials` share: their options, and how a session is opened from a terminal or without one."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from breakglass.cli import wiring_access
from breakglass.errors import RefusedError, UsageError
from breakglass.legible import legible
from breakglass.respond.shell.environment import RESOLVING
from breakglass.respond.shell.errand import Errand, Opened, Say, Wish, run
from breakglass.secret import Secret

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--duration", metavar="TIME", help="How long: seconds, or such as 30m or 1h. An hour unless given."),
    click.option("--reason", metavar="TEXT", help="Why: a tag of the session, which CloudTrail shows."),
    click.option("--ticket", metavar="ID", help="Of which incident: a tag of the session as well."),
    click.option(
        "--phase",
        metavar="PHASE",
        help="Narrow this session to what one phase of the playbook needs, such as investigate.",
    ),
    click.option(
        "--session-policy",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="A policy that narrows this session. An aid of the shell: sessions of the console have none.",
    ),
    click.option(
        "--mfa-serial",
        metavar="ARN",
        envvar="BREAKGLASS_MFA_SERIAL",
        help="The MFA device, where a code is asked for; the first three of yours are tried unless given.",
    ),
)


def wishes(command: Command) -> Command:
    """Add the options for what a person asks of a session; the command takes them as one `wish`."""

    @wraps(command)
    def wishing(**given: Any) -> object:  # noqa: ANN401 - what click passes
        wish = Wish(**{name: given.pop(name) for name in Wish.__dataclass_fields__})
        return command(wish=wish, **given)

    for option in reversed(_OPTIONS):
        wishing = option(wishing)
    return wishing  # type: ignore[return-value]  # a command takes what click passes


def planned(path: Path, text: str, wish: Wish) -> Errand:
    """Return the errand of `ACCOUNT/PLAYBOOK` in a manifest: reading one takes long, so only where one is read.

    A playbook is read only where one of its phases is asked for.
    """
    manifest = import_module("breakglass.manifest.read").read_for_access(path)
    errand: Errand = import_module("breakglass.respond.shell.planned").errand(manifest, text)
    if wish.phase is None:
        return errand
    narrowed: Errand = import_module("breakglass.respond.shell.phased").narrowed(
        errand, wish.phase, wish.session_policy
    )
    return narrowed


def opened(errand: Errand, wish: Wish, profile: str | None, say: Say) -> Opened:
    """Open the session; a person at a terminal may be asked for an MFA code."""
    with resolving():
        return run(wiring_access.sts(profile), errand, wish, say, _ask if _is_attended() else None)


def say(line: str) -> None:
    """Say something that is no output; it may hold what AWS answered."""
    click.echo(legible(line), err=True)


@contextmanager
def resolving() -> Iterator[None]:
    """Refuse to look for credentials in a process that was started to find some for us: it would never end."""
    if RESOLVING in os.environ:
        raise RefusedError(
            "these credentials are to be found with a command that looks for credentials itself",
            subject=RESOLVING,
            advice="name with --profile the profile you signed in with, which leads to no credential_process of ours",
        )
    os.environ[RESOLVING] = "1"
    try:
        yield
    finally:
        del os.environ[RESOLVING]


def _is_attended() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _ask(device: str) -> Secret:
    """Ask for a code without showing it."""
    code = str(click.prompt(f"Enter MFA code for {legible(device)}", hide_input=True, err=True)).strip()
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise UsageError("an MFA code has six digits", subject=device, advice="run the command again")
    return Secret(code)
