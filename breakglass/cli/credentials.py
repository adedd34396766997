"""credentials."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from breakglass import naming
from breakglass.cli import options
from breakglass.cli.entering import opened, planned, say, wishes
from breakglass.errors import BreakglassError, UsageError
from breakglass.respond.shell.environment import require_outermost
from breakglass.respond.shell.errand import Errand, Opened, Wish
from breakglass.respond.shell.formats import EXPORT, FORMATS, PROCESS, written

_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_NAMED = ("account", "role", "regions", "session_name")


@click.command()
@options.manifest
@options.profile
@click.option("--as", "form", type=click.Choice(FORMATS), default="env", show_default=True, help="In which form.")
@click.option("--account", metavar="ID", help="Without a manifest: the account of the role.")
@click.option("--role", metavar="NAME", help="Without a manifest: the role.")
@click.option("--regions", metavar="R,R", help="Without a manifest: whose STS to ask, one after the other.")
@click.option("--session-name", metavar="USER", help="Without a manifest: your user name.")
@click.option("--partition", type=click.Choice(list(naming.GLOBAL_REGIONS)), default="aws", show_default=True)
@wishes
@click.argument("target", metavar="[ACCOUNT/PLAYBOOK]", required=False)
def credentials(
    path: Path, profile: str | None, form: str, partition: str, wish: Wish, target: str | None, **named: str | None
) -> None:
    """Print temporary credentials of a playbook's role.

    Nothing is kept: every call is a use of its own, and is noticed. For many commands, use exec.

    Without ACCOUNT/PLAYBOOK no manifest is read: --account, --role, --regions and --session-name say all, and of
    profiles only the one of --profile counts. That is what `breakglass profiles` writes.
    """
    with _failing_loudly(form):
        session = _taken(path, profile, form, partition, wish, target, named)
    click.echo(written(form, session.session, session.assumption), nl=False)
    if sys.stdout.isatty():
        say("these are secrets, and they are on your screen now")


@contextmanager
def _failing_loudly(form: str) -> Iterator[None]:
    """Fail also in the shell that evaluates what is printed: of nothing it would think that all is well."""
    try:
        yield
    except BreakglassError:
        if form == EXPORT:
            click.echo("false")
        raise


def _taken(
    path: Path,
    profile: str | None,
    form: str,
    partition: str,
    wish: Wish,
    target: str | None,
    named: Mapping[str, str | None],
) -> Opened:
    if target is None:
        for name in _PROFILES:  # it may name a profile of ours, which would start this command again
            os.environ.pop(name, None)
        errand = _named(named, partition)
        _require_no_phase(wish)
    else:
        errand = _unnamed(planned(path, target, wish), named)
    if profile is None:
        require_outermost(os.environ)
    return opened(errand, wish, profile, _silent if form == PROCESS and not sys.stderr.isatty() else say)


def _named(named: Mapping[str, str | None], partition: str) -> Errand:
    """Return the errand that options name, without a manifest."""
    if missing := [_option(name) for name in _NAMED if not named[name]]:
        advice = f"name ACCOUNT/PLAYBOOK of the manifest, or give all of {', '.join(map(_option, _NAMED))}"
        raise UsageError(f"there is neither ACCOUNT/PLAYBOOK nor {', '.join(missing)}", advice=advice)
    account, role, regions, session_name = (named[name] or "" for name in _NAMED)
    if problems := [*_ill_formed(account, role, regions, session_name)]:
        raise UsageError("\n".join(problems), advice="write them anew with `breakglass profiles`")
    arn = naming.iam_arn(partition, account, f"role/{role}")
    return Errand(f"{account}/{role}", arn, regions.split(","), session_name)


def _require_no_phase(wish: Wish) -> None:
    if wish.phase is not None:
        raise UsageError(
            f"--phase {wish.phase}: a role alone does not say by which playbook you act",
            advice="name ACCOUNT/PLAYBOOK of the manifest, or a file with --session-policy",
        )


def _ill_formed(account: str, role: str, regions: str, session_name: str) -> Iterator[str]:
    if not re.fullmatch(r"[0-9]{12}", account):
        yield f"--account {account}: an account id has twelve digits"
    if not re.fullmatch(r"[\w+=,.@-]{1,64}", role, re.ASCII):
        yield f"--role {role}: that is no name of a role"
    if not all(re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]", region) for region in regions.split(",")):
        yield f"--regions {regions}: write regions with commas between them, such as eu-west-1,us-west-2"
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", session_name, re.ASCII):
        yield f"--session-name {session_name}: that is no name of a user"


def _unnamed(errand: Errand, named: Mapping[str, str | None]) -> Errand:
    if given := [_option(name) for name in _NAMED if named[name]]:
        advice = "leave out one or the other"
        raise UsageError(f"ACCOUNT/PLAYBOOK says already what {', '.join(given)} would", advice=advice)
    return errand


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _silent(_line: str) -> None:
    """Say nothing: SDKs show what a credential_process says only where it fails."""
