"""A playbook as a page: one file, which somebody reads on a phone, or prints and ticks with a pen."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from jinja2 import Environment

from breakglass.playbooks.filling import blanks
from breakglass.playbooks.model import PHASES, Playbook
from breakglass.playbooks.rules import PLACEHOLDER
from breakglass.report.pages import environment
from breakglass.report.playbooks.commands import commands
from breakglass.report.playbooks.spans import spans
from breakglass.report.playbooks.where import Where
from breakglass.report.playbooks.wording import KINDS, after, in_units, numbered, postscript, preface

_PART: Final = re.compile(rf"{PLACEHOLDER.pattern}|(?<!\S)[^\s{{}}'\"]{{2,30}}(?!\S)")
"""What a responder fills in, and words short enough for a phone: a browser would break them after their hyphens."""


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
            blanks=blanks(playbook, PHASES),
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


def _parts(command: str) -> Sequence[tuple[str, str]]:
    """Return a command in parts, each with what it is: `blank` is filled in, `word` stays on one line."""
    found: list[tuple[str, str]] = []
    end = 0
    for each in _PART.finditer(command):
        kind = "blank" if PLACEHOLDER.fullmatch(each[0]) else "word"
        found += [(command[end : each.start()], ""), (each[0], kind)]
        end = each.end()
    return [*found, (command[end:], "")]


@cache
def _environment() -> Environment:
    return environment("breakglass.report.playbooks")
