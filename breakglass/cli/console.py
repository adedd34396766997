"""console."""

import webbrowser
from pathlib import Path

import click
from rich.text import Text

from breakglass.cli import options
from breakglass.manifest.read import read_for_access
from breakglass.report.terminal import show, show_json
from breakglass.respond.console import directions, directions_document, directions_text
from breakglass.respond.target import resolve


@click.command()
@options.manifest
@options.output
@click.option("--region", metavar="R", help="Only by this region, instead of all of the manifest's in their order.")
@click.option("--open", "opens", is_flag=True, help="Open the first region's sign-in in a browser.")
@click.argument("target", metavar="ACCOUNT/PLAYBOOK")
def console(path: Path, form: str, region: str | None, target: str, *, opens: bool) -> None:
    """Show the links that lead to a role in the console, region by region; calls nothing."""
    manifest = read_for_access(path)
    found = directions(manifest, resolve(manifest, target), region)
    if form == options.JSON:
        show_json(directions_document(found))
    else:
        show(directions_text(found))
    if opens:
        _open(found.doors[0].console, found.switches[0].url)


def _open(sign_in: str, switch: str) -> None:
    """Lead a browser to the sign-in; where there is none, say which link to take by hand."""
    try:
        opened = webbrowser.open(sign_in)
    except (webbrowser.Error, OSError):
        opened = False
    say = f"Opened {sign_in}" if opened else f"No browser could be opened: open {sign_in} yourself"
    lines = (say, f"When you have signed in, switch: {switch}")
    show([Text(line, no_wrap=True) for line in lines], stderr=True)
