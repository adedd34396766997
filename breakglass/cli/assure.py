"""verify."""

from pathlib import Path
from typing import Final, Literal, TypedDict, Unpack

import click

from breakglass.assure.choice import account_id, choose, needed
from breakglass.assure.codes import require_known
from breakglass.assure.controls import CONTROLS, MANUAL
from breakglass.assure.selection import selected
from breakglass.assure.verify import verify as judge_all
from breakglass.cli import options, verification, wiring
from breakglass.cli.units import looked_up
from breakglass.cli.verification import Report
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.report.controls import controls_document, controls_text
from breakglass.report.terminal import progress, show, show_json


class _Wanted(TypedDict):
    """What the options say; their names are those of the parameters below."""

    form: str
    output: Path | None
    since: Path | None
    only: tuple[str, ...]
    places: tuple[str, ...]


_OF_RUNS: Final[tuple[Literal["output", "since", "only", "places"], ...]] = ("output", "since", "only", "places")


@click.command()
@options.manifest
@options.profile
@verification.report
@click.option("--only", metavar="CONTROL", multiple=True, help="This control alone; may be given more than once.")
@click.option(
    "--account",
    "places",
    metavar="ACCOUNT",
    multiple=True,
    help="This account alone, by name or id; may be given more than once.",
)
@click.option("--list", "listed", is_flag=True, help="Show the controls, and run none.")
def verify(path: Path, profile: str | None, *, listed: bool, **wanted: Unpack[_Wanted]) -> int:
    """Verify that exactly the intended access exists; exit 1 if anything is to be said."""
    return _list(wanted) if listed else _verify(path, profile, wanted)


def _verify(path: Path, profile: str | None, wanted: _Wanted) -> int:
    assessments = selected(wanted["only"])
    found = looked_up(path, profile)
    manifest = found.manifest
    require_known(manifest)
    accounts = _accounts(manifest, wanted["places"])
    report = Report.wanted(manifest.name, wanted["form"], wanted["output"], wanted["since"])
    looks = choose(manifest, accounts, needed(assessments)).looks
    estate = wiring.estate(manifest, profile)
    inquiries = wiring.inquiries(manifest, profile, [each.control.id for each in assessments])
    with progress("Reading", len(looks)) as advance:
        verified = judge_all(
            estate,
            manifest,
            wiring.clock().now(),
            assessments,
            accounts=accounts,
            unresolved=found.unread,
            inquiries=inquiries,
            advance=advance,
        )
    report.deliver(verified, MANUAL)
    return verified.exit_code


def _accounts(manifest: Manifest, places: tuple[str, ...]) -> frozenset[str] | None:
    return frozenset(account_id(manifest, each) for each in places) if places else None


def _list(wanted: _Wanted) -> int:
    if wanted["form"] not in (verification.TEXT, options.JSON) or any(wanted[name] for name in _OF_RUNS):
        raise UsageError(
            "all controls are listed, as text or as JSON, on standard output",
            advice="leave out --list, or the options of a run and its report",
        )
    if wanted["form"] == options.JSON:
        show_json(controls_document(CONTROLS, MANUAL))
    else:
        show(controls_text(CONTROLS, MANUAL))
    return 0
