"""permissions."""

from pathlib import Path

import click

from breakglass.cli import options, wiring
from breakglass.cli.units import complete
from breakglass.estate.permissions import policies
from breakglass.operations import COMMANDS
from breakglass.report.permissions import permissions_document, permissions_text
from breakglass.report.terminal import show, show_json


@click.command()
@options.manifest
@options.profile
@options.output
@click.argument("commands", metavar="[COMMAND]...", type=click.Choice(list(COMMANDS)), nargs=-1)
def permissions(path: Path, profile: str | None, form: str, commands: tuple[str, ...]) -> None:
    """Print the policies the toolkit itself needs: in each kind of account, for all commands or for these."""
    manifest = complete(path, profile).manifest
    found = tuple(policies(wiring.operations, manifest, commands or tuple(COMMANDS)))
    if form == options.JSON:
        show_json(permissions_document(found, manifest))
    else:
        show(permissions_text(found, manifest))
