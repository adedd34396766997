"""The report of a verification: which there are, what they are held against, and where they go."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from breakglass.cli import options
from breakglass.controls import Control
from breakglass.errors import BreakglassError, UsageError
from breakglass.estate.verification import Verification
from breakglass.files import put
from breakglass.legible import legible
from breakglass.report.terminal import json_text, show, tell
from breakglass.report.verification.asff import asff
from breakglass.report.verification.changes import NO_CHANGES, Changes, Past, changes, past
from breakglass.report.verification.document import verification_document
from breakglass.report.verification.junit import junit
from breakglass.report.verification.outcomes import verdict
from breakglass.report.verification.page import verification_page
from breakglass.report.verification.text import verification_text

Command = TypeVar("Command", bound=Callable[..., Any])

TEXT, HTML, JUNIT, ASFF = "text", "html", "junit", "asff"


def report(command: Command) -> Command:
    """Add --format, --output and --since."""
    form = click.option(
        "--format",
        "form",
        type=click.Choice([TEXT, options.JSON, HTML, JUNIT, ASFF]),
        default=TEXT,
        show_default=True,
        help="Text for people, one JSON document, a page, JUnit XML, or findings for Security Hub.",
    )
    output = click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report there instead."
    )
    since = click.option(
        "--since",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The JSON document of an earlier run: say what has changed.",
    )
    return form(output(since(command)))


@dataclass(frozen=True, slots=True)
class Report:
    """What report is wanted, since when, and where it goes; None is standard output."""

    form: str
    output: Path | None
    before: Past | None

    @classmethod
    def wanted(cls, manifest: str, form: str, output: Path | None, since: Path | None) -> "Report":
        """Return the report that is asked for, before anything is verified.

        Raises UsageError for a page on a terminal, and for an earlier document that is none of this manifest's.
        """
        if form == HTML and output is None and sys.stdout.isatty():
            raise UsageError("a page is no use on a terminal", advice="name a file: --output verification.html")
        if output is not None and not output.parent.is_dir():
            raise _unwritable(output, "there is no such folder")
        return cls(form, output, None if since is None else past(_read(since), str(since), manifest))

    def deliver(self, verification: Verification, manual: Sequence[Control]) -> None:
        """Write the report; `manual` are the controls that people answer for.

        Raises BreakglassError where it cannot be written.
        """
        found = NO_CHANGES if self.before is None else changes(self.before, verification)
        if self.output is not None:
            _write(self.output, _text(self.form, verification, found, manual))
            tell(f"{self.output} written. {verdict(verification)}")
        elif self.form == TEXT:
            show(verification_text(verification, found))
        else:
            written = _text(self.form, verification, found, manual)
            click.echo(written.encode("ascii", "xmlcharrefreplace"), nl=False)  # the same in whatever encoding


def _text(form: str, verification: Verification, found: Changes, manual: Sequence[Control]) -> str:
    region = verification.manifest.trail.region
    forms: Mapping[str, Callable[[], str]] = {
        TEXT: lambda: "".join(f"{legible(each.plain)}\n" for each in verification_text(verification, found)),
        options.JSON: lambda: json_text(verification_document(verification, found, manual)),
        HTML: lambda: verification_page(verification, found, manual),
        JUNIT: lambda: junit(verification),
        ASFF: lambda: json_text(asff(verification, region, found)),
    }
    return forms[form]()


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(
            f"{file} cannot be read: {str(why).lower()}",
            subject=str(file),
            advice="name the file that an earlier `verify --format json --output FILE` wrote",
        ) from error


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all: a report in part may look like a clean one."""
    try:
        put(file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise _unwritable(file, str(error.strerror).lower()) from error


def _unwritable(file: Path, why: str) -> BreakglassError:
    return BreakglassError(
        f"the report {file} cannot be written: {why}",
        subject=str(file),
        advice="name a file in a folder you may write to with --output, and verify again",
    )
