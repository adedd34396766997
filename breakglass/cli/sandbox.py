"""sandbox up, env, down."""

import shlex
from pathlib import Path

import click

from breakglass.cli import options
from breakglass.errors import UsageError
from breakglass.manifest.read import read
from breakglass.report.terminal import tell
from breakglass.sandbox import detached, require_extra, state
from breakglass.sandbox.environment import UNSET

HOW_TO_USE = 'in any shell: eval "$(breakglass sandbox env)"'


@click.group()
def sandbox() -> None:
    """An organization on this machine, to try things on: nothing leaves it, and it forgets everything when it ends."""


@sandbox.command()
@options.manifest
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port on 127.0.0.1; a free one unless given."
)
@click.option("--detach", is_flag=True, help="Leave it running and return.")
def up(path: Path, port: int, *, detach: bool) -> None:
    """Start the organization of the manifest, with nothing of ours in it yet."""
    require_extra()
    manifest = read(path)
    if detach:
        _welcome(detached.start(path, port))
        return
    from breakglass.sandbox.server import Sandbox  # noqa: PLC0415 - needs the extra just asked for

    detached.serve(Sandbox(manifest, port), _welcome)


@sandbox.command()
def env() -> None:
    """Print what leads a shell to it, as the management account's administrator, and away from everything else."""
    require_extra()
    running = state.running()
    if running is None:
        click.echo("false")  # so that what evaluates it fails as well
        raise UsageError("no sandbox runs", advice="start one with: breakglass sandbox up --detach")
    click.echo(f"unset {' '.join(UNSET)}")
    for name, value in running.environment.items():
        click.echo(f"export {name}={shlex.quote(value)}")


@sandbox.command()
def down() -> None:
    """Stop it; everything in it is gone."""
    require_extra()
    stopped = detached.stop()
    tell(f"the sandbox at {stopped.url} has stopped" if stopped else "no sandbox runs")


def _welcome(running: state.State) -> None:
    tell(f"a sandbox answers at {running.url} (process {running.pid}); {HOW_TO_USE}")
