"""verify."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from breakglass.assure.choice import account_id, choose
from breakglass.assure.controls import CONTROLS, MANUAL
from breakglass.assure.selection import selected
from breakglass.assure.verify import verify as judge_all
from breakglass.cli import options, wiring
from breakglass.cli.units import looked_up
from breakglass.estate.verification import Verification
from breakglass.manifest.model import Manifest
from breakglass.report.controls import controls_document, controls_text
from breakglass.report.register import register_document, register_text
from breakglass.report.results import results_document, results_text
from breakglass.report.terminal import progress, show, show_json


class _Chosen(TypedDict):
    """What the options say; their names are those of the parameters below."""

    only: tuple[str, ...]
    places: tuple[str, ...]


@click.command()
@options.manifest
@options.profile
@options.output
@click.option("--only", metavar="CONTROL", multiple=True, help="This control alone; may be given more than once.")
@click.option(
    "--account",
    "places",
    metavar="ACCOUNT",
    multiple=True,
    help="This account alone, by name or id; may be given more than once.",
)
@click.option("--list", "listed", is_flag=True, help="Show the controls, and run none.")
def verify(path: Path, profile: str | None, form: str, *, listed: bool, **chosen: Unpack[_Chosen]) -> int:
    """Verify that exactly the intended access exists; exit 1 if anything is to be said."""
    if listed:
        return _list(form)
    verified = _verified(path, profile, chosen)
    if form == options.JSON:
        show_json({**results_document(verified), "register": register_document(verified.register)})
    else:
        show(results_text(verified))
        show(register_text(verified.register))
    return verified.exit_code


def _verified(path: Path, profile: str | None, chosen: _Chosen) -> Verification:
    assessments = selected(chosen["only"])
    found = looked_up(path, profile)
    manifest = found.manifest
    accounts = _accounts(manifest, chosen["places"])
    looks = choose(manifest, accounts).looks
    estate = wiring.estate(manifest, profile)
    inquiries = wiring.inquiries(manifest, profile, [each.control.id for each in assessments])
    with progress("Reading accounts", len(looks)) as advance:
        return judge_all(
            estate,
            manifest,
            wiring.clock().now(),
            assessments,
            accounts=accounts,
            unresolved=found.unread,
            inquiries=inquiries,
            advance=advance,
        )


def _accounts(manifest: Manifest, places: tuple[str, ...]) -> frozenset[str] | None:
    return frozenset(account_id(manifest, each) for each in places) if places else None


def _list(form: str) -> int:
    if form == options.JSON:
        show_json(controls_document(CONTROLS, MANUAL))
    else:
        show(controls_text(CONTROLS, MANUAL))
    return 0
