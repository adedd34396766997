"""sandbox up, env, sign-in, down."""

import re
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from breakglass.cli import options
from breakglass.errors import BreakglassError, UsageError
from breakglass.manifest.read import read
from breakglass.report.terminal import tell
from breakglass.sandbox import desk, detached, require_extra, state
from breakglass.sandbox.environment import UNSET, UNSET_BESIDE_A_PROFILE, of_person, of_profile
from breakglass.sandbox.sessions import Entered

HOW_TO_USE = 'in any shell: eval "$(breakglass sandbox env)"'
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")


def _regions(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what is no region: with a slip of the pen nothing would be dead."""
    wrong = [each for each in given if not _REGION.fullmatch(each)]
    if wrong:
        raise click.BadParameter(f"{wrong[0]} is no region such as eu-west-1")
    return given


@click.group()
def sandbox() -> None:
    """An organization on this machine, to try things on: nothing leaves it, and it forgets everything when it ends."""


@sandbox.command()
@options.manifest
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port on 127.0.0.1; a free one unless given."
)
@click.option(
    "--dead-region",
    "dead",
    multiple=True,
    callback=_regions,
    help="Drop every connection to this region; several may be given.",
)
@click.option(
    "--hanging-region",
    "hanging",
    multiple=True,
    callback=_regions,
    help="Take connections to this region and say nothing; several may be given.",
)
@click.option("--detach", is_flag=True, help="Leave it running and return.")
def up(path: Path, port: int, dead: tuple[str, ...], hanging: tuple[str, ...], *, detach: bool) -> None:
    """Start the organization of the manifest, with nothing of ours in it yet."""
    require_extra()
    manifest = read(path)
    if detach:
        _welcome(detached.start(path, port, [*_each("--dead-region", dead), *_each("--hanging-region", hanging)]))
        return
    from breakglass.sandbox.server import Sandbox  # noqa: PLC0415 - needs the extra just asked for

    serving = Sandbox(manifest, port)
    serving.faults.dead_regions.update(dead)
    serving.faults.hanging_regions.update(hanging)
    detached.serve(serving, _welcome)


@sandbox.command()
def env() -> None:
    """Print what leads a shell to it, as the management account's administrator, and away from everything else."""
    require_extra()
    with _for_a_shell():
        _lead(UNSET, _running().environment)


@sandbox.command("sign-in")
@click.argument("user")
@click.option("--region", default="", help="The region whose sign-in endpoint is used; the manifest's first otherwise.")
@click.option("--new-password", is_flag=True, help="Ask for another password as well, where it must be changed.")
@click.option("--login-profile", metavar="NAME", help="Plant a session of `aws login` under this profile instead.")
def sign_in(user: str, region: str, login_profile: str | None, *, new_password: bool) -> None:
    """Sign a person of the manifest in, and print what leads a shell to it as that person.

    Password and code are asked for on the terminal, or read from standard input, a line for each.
    """
    require_extra()
    with _for_a_shell():
        running = _running()
        password, code = _asked("Password"), _asked("MFA code, empty without a device", optional=True)
        another = _asked("New password") if new_password else ""
        form = desk.Form(user, password, code, another, region, aws_login="yes" if login_profile else "")
        entered = desk.send(running, form)
        if login_profile is None:
            _lead(UNSET, of_person(running.environment, entered))
        else:
            _lead(UNSET_BESIDE_A_PROFILE, _planted(running, entered, login_profile))


@sandbox.command()
def down() -> None:
    """Stop it; everything in it is gone."""
    require_extra()
    stopped = detached.stop()
    tell(f"the sandbox at {stopped.url} has stopped" if stopped else "no sandbox runs")


def _running() -> state.State:
    running = state.running()
    if running is None:
        raise UsageError("no sandbox runs", advice="start one with: breakglass sandbox up --detach")
    return running


@contextmanager
def _for_a_shell() -> Iterator[None]:
    """Let the shell that evaluates what is printed fail as well."""
    try:
        yield
    except BreakglassError:
        click.echo("false")
        raise


def _lead(unset: Sequence[str], variables: Mapping[str, str]) -> None:
    click.echo(f"unset {' '.join(unset)}")
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")


def _asked(what: str, *, optional: bool = False) -> str:
    """Ask for a secret, which is not shown; without a terminal it is the next line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    default = "" if optional else None
    typed: str = click.prompt(what, default=default, show_default=False, hide_input=True, err=True)
    return typed


def _planted(running: state.State, entered: Entered, profile: str) -> Mapping[str, str]:
    """Plant a session of `aws login` beside the sandbox's own state: the user's own configuration is left alone."""
    from breakglass.sandbox.login_session import plant  # noqa: PLC0415 - needs the extra

    config, cache = state.folder() / "config", state.folder() / "login" / "cache"
    plant(entered, profile, config, cache)
    return of_profile(running.environment, entered, profile, config, cache)


def _each(option: str, values: Sequence[str]) -> Iterator[str]:
    for value in values:
        yield from (option, value)


def _welcome(running: state.State) -> None:
    tell(f"a sandbox answers at {running.url} (process {running.pid}); {HOW_TO_USE}")
