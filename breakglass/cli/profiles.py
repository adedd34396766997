"""profiles."""

import os
import shutil
import sys
from difflib import unified_diff
from pathlib import Path

import click
from rich.text import Text

from breakglass.cli import options
from breakglass.errors import UsageError
from breakglass.manifest.read import read_for_access
from breakglass.report.terminal import show
from breakglass.respond.shell import config_file
from breakglass.respond.shell.profiles import person, sections
from breakglass.respond.shell.sections import removed, written


@click.command()
@options.manifest
@click.option("--person", "named", metavar="ID", help="Whose: the id, or the user name.")
@click.option("--source-profile", metavar="NAME", help="The profile you sign in with; the default one unless given.")
@click.option("--remove", is_flag=True, help="Take out what this command has written.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def profiles(path: Path, named: str | None, source_profile: str | None, *, remove: bool, yes: bool) -> int:
    """Write a profile for each of your roles into the AWS configuration: `aws --profile acme-prod-ransomware ...`.

    They stand between two markers of the manifest's name; everything else in the file stays, byte for byte.
    """
    manifest, file = read_for_access(path), config_file.locate(os.environ)
    before = config_file.read(file)
    if remove:
        after = removed(before, manifest.name, str(file))
    else:
        wanted = sections(manifest, person(manifest, named), _program(), source_profile)
        after = written(before, manifest.name, wanted, str(file))
    return _put(file, before, after, yes=yes)


def _put(file: Path, before: bytes, after: bytes, *, yes: bool) -> int:
    """Show what changes, and write it if it is agreed to."""
    if after == before:
        show([Text(f"{file} is as it should be: nothing to change")])
        return 0
    _show_difference(before, after, file)
    if not yes and not _agreed(file):
        return 1
    config_file.replace(file, before, after)
    show([Text(f"{file} written", style="bold green")])
    return 0


def _program() -> list[str]:
    """Return what starts this very toolkit, wherever a profile is used."""
    found = shutil.which(sys.argv[0])
    if found and Path(found).name == "breakglass":
        return [str(Path(found).absolute())]
    return [sys.executable, "-m", "breakglass"]


def _show_difference(before: bytes, after: bytes, file: Path) -> None:
    """Show the lines that change, and no others: they may be secret."""
    old, new = (content.decode("utf-8", "backslashreplace").splitlines() for content in (before, after))
    for line in unified_diff(old, new, f"{file}", f"{file} (new)", lineterm="", n=0):
        style = {"+": "green", "-": "red"}.get(line[:1], "")
        show([Text(line, style=style, no_wrap=True)])


def _agreed(file: Path) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("nobody is there to answer", advice="look at the lines above, then give --yes")
    return click.confirm(f"Write this to {file}?", err=True)
