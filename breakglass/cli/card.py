"""card."""

from datetime import UTC, datetime
from pathlib import Path

import click

from breakglass.cli import options
from breakglass.cli.units import looked_up
from breakglass.errors import UsageError
from breakglass.report.terminal import tell
from breakglass.respond.card import page
from breakglass.respond.people import people

_STDOUT = "-"


@click.command()
@options.manifest
@options.profile
@click.option(
    "-o", "--output", metavar="FILE", help="The file to write; `-` is standard output.  [default: emergency-card….html]"
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.argument("person", required=False)
def card(path: Path, profile: str | None, output: str | None, person: str | None, *, force: bool) -> None:
    """Write the offline emergency card of PERSON, or of all: one HTML file without a secret.

    To print, and to keep on a phone: made before an emergency, read in one. Nothing is called, unless the manifest
    names organizational units: their accounts are looked up.
    """
    found = looked_up(path, profile)
    for unread in found.unread:
        raise type(unread.why)(
            f"the card would lack {unread.what}: {unread.why.message}",
            subject=unread.why.subject,
            advice=f"nothing was written; {unread.why.advice or 'run it again'}",
        )
    who = people(found.manifest, [person] if person else [])
    text = page(found.manifest, datetime.now(UTC), *who, units=found.units)
    if output == _STDOUT:
        click.echo(text.encode("ascii", "xmlcharrefreplace"), nl=False)  # the same page in whatever encoding
        return
    file = Path(output or f"emergency-card{f'-{person}' if person else ''}.html")
    _write(file, text, replace=force)
    tell(f"{file} written: print it, and keep it where you reach it without the network")


def _write(file: Path, text: str, *, replace: bool) -> None:
    try:
        with file.open("w" if replace else "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{file} exists", subject=str(file), advice="pass --force to replace it, or name another file with -o"
        ) from error
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {str(error.strerror).lower()}",
            subject=str(file),
            advice="name a file in a folder you may write to with -o, or print the card with `-o -`",
        ) from error
