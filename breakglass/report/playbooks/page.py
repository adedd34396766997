"""A playbook as a page: one file, which somebody reads on a phone, or prints and ticks with a pen."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment

from breakglass.playbooks.model import Playbook
from breakglass.playbooks.rules import PLACEHOLDER
from breakglass.report.pages import environment
from breakglass.report.playbooks.commands import commands
from breakglass.report.playbooks.spans import spans
from breakglass.report.playbooks.where import Where
from breakglass.report.playbooks.wording import KINDS, after, in_units, numbered, postscript, preface


def page(playbook: Playbook, where: Where | None = None) -> str:
    """Return a playbook as self-contained HTML in UTF-8: no script, and no request to anywhere."""
    return (
        _environment()
        .get_template("playbook.html")
        .render(
            playbook=playbook,
            where=where,
            preface=preface(playbook),
            phases=tuple(playbook.every_phase()),
            numbers=numbered(playbook),
            commands=commands,
            postscript=postscript,
            after=after,
            in_units=in_units,
            kinds=KINDS,
            spans=spans,
            parts=_parts,
        )
    )


def _parts(command: str) -> Sequence[tuple[str, bool]]:
    """Return a command in parts, each with whether a responder fills it in."""
    found: list[tuple[str, bool]] = []
    end = 0
    for each in PLACEHOLDER.finditer(command):
        found += [(command[end : each.start()], False), (each[0], True)]
        end = each.end()
    return [*found, (command[end:], False)]


@cache
def _environment() -> Environment:
    return environment("breakglass.report.playbooks")
