"""playbook check."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from breakglass.authorization.reference import require_extra
from breakglass.cli import options
from breakglass.errors import PlaybookError
from breakglass.estate.playbooks.check import mistakes
from breakglass.playbooks import schema
from breakglass.playbooks.pairs import Pair, pairs
from breakglass.report.playbook_check import Sound, playbook_check_document, playbook_check_text, sound
from breakglass.report.terminal import progress, show, show_json


@click.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@options.output
@click.option("--schema", "wants_schema", is_flag=True, help="Print the playbooks' JSON Schema for editors instead.")
def check(folder: Path | None, form: str, *, wants_schema: bool) -> None:
    """Check playbooks and their policies, without AWS; all problems at once, each with its line.

    DIR holds NAME.yaml and NAME.json of each playbook; without it the playbooks that ship are checked.
    """
    if wants_schema:
        click.echo(schema.text(), nl=False)
        return
    require_extra()
    found = _checked(pairs(folder), str(folder or "the playbooks that ship"))
    if form == options.JSON:
        show_json(playbook_check_document(found))
    else:
        show(playbook_check_text(found))


def _checked(read: Sequence[Pair], subject: str) -> Sequence[Sound]:
    """Return how much room each playbook takes. Raises PlaybookError with every problem of every one."""
    models = import_module("breakglass.cli.wiring").api_models()
    problems: list[str] = []
    with progress("Checking", len(read)) as advance:
        for each in read:
            problems += map(str, mistakes(each, models))
            advance(each.name)
    if problems:
        raise PlaybookError(tuple(problems), subject=subject)
    return [
        sound(each.source.playbook, each.rights.document)
        for each in read
        if each.source.playbook is not None and each.rights.document is not None
    ]
