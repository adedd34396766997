"""A playbook as Markdown: for a wiki, a repository, or the cells of a notebook.

https://spec.commonmark.org/
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from breakglass.playbooks.filling import blanks
from breakglass.playbooks.model import PHASES, Parameter, Playbook, Step
from breakglass.report.playbooks.commands import commands
from breakglass.report.playbooks.spans import spans
from breakglass.report.playbooks.where import Link, Where
from breakglass.report.playbooks.wording import KINDS, after, in_units, numbered, postscript, preface

_MEANING: Final = re.compile(r"([\\`*_\[\]<>|~$#&])")
"""What Markdown, tables and the mathematics of notebooks would take for their own."""


def markdown(playbook: Playbook, where: Where | None = None) -> str:
    """Return a playbook as one document; what a responder fills in stays as `{{name}}` in its commands."""
    blocks, asked = [head(playbook, where)], blanks(playbook, PHASES)
    for name, phase in playbook.every_phase():
        blocks += [phase_head(name, phase.goal), *_parameters(asked[name])]
        blocks += (step_text(playbook, step) for step in phase.steps)
    return "\n\n".join(blocks) + "\n"


def head(playbook: Playbook, where: Where | None) -> str:
    """Return what comes before the steps, save for the parameters."""
    blocks = [f"# {escaped(playbook.title)}", escaped(playbook.scenario)]
    blocks += (f"**{heading}:**\n\n{_listed(lines)}" for heading, lines in preface(playbook))
    return "\n\n".join([*blocks, *(_ways(where) if where else ())])


def phase_head(name: str, goal: str) -> str:
    """Return the heading of a phase, and its goal."""
    return f"## {name.capitalize()}\n\n**Goal:** {escaped(goal)}"


def step_text(playbook: Playbook, step: Step, *, with_commands: bool = True) -> str:
    """Return a step, with a box to tick; without its commands where something else carries them out."""
    how = f"{KINDS[step.kind]}{', changes something' if step.changes else ''}"
    waits = f", after {after(playbook, step)}" if step.after else ""
    blocks = [f"### {numbered(playbook)[step.id]}. {escaped(step.title)}", f"- [ ] `{step.id}` ({how}{waits})"]
    blocks += (escaped(each) for each in (*((step.why,) if step.why else ()), *step.do))
    typed = commands(playbook, step) if with_commands else ()
    blocks += [_fenced("\n".join(typed), "sh")] if typed else []
    if step.kind == "session":
        blocks += ["On the host:", _fenced("\n".join(step.commands), "sh")]
    for heading, lines in postscript(step):
        blocks += [f"**{heading}:** {escaped(lines[0])}" if len(lines) == 1 else f"**{heading}:**\n\n{_listed(lines)}"]
    return "\n\n".join(blocks)


def escaped(prose: str) -> str:
    """Return prose as Markdown that shows it as it is; code and addresses stay what they are."""
    return "".join(_span(kind, text) for kind, text in spans(prose))


def _span(kind: str, text: str) -> str:
    match kind:
        case "code":
            return f"`{text}`"
        case "link":
            return f"<{text}>"
        case _:
            return _MEANING.sub(r"\\\1", text)


def _celled(prose: str) -> str:
    """Return prose for the cell of a table, which a bar ends even within code.

    https://github.github.com/gfm/#example-200
    """
    parts = ((kind, _span(kind, text)) for kind, text in spans(" ".join(prose.split())))
    return "".join(shown if kind == "text" else shown.replace("|", "\\|") for kind, shown in parts)


def _fenced(text: str, language: str) -> str:
    """Return a block of code, in a fence longer than any run of backticks in it."""
    fence = "`" * max(3, 1 + max((len(each) for each in re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {escaped(each)}" for each in lines)


def _parameters(asked: Sequence[Parameter]) -> Iterator[str]:
    if asked:
        rows = [f"| `{each.name}` | {_celled(each.what)} | {_celled(each.example)} | |" for each in asked]
        yield "\n".join(["**Fill in:**\n", "| name | what | such as | this time |", "|---|---|---|---|", *rows])


def _ways(where: Where) -> Iterator[str]:
    account = where.security_account
    yield f"**Get there:** sign in as an IAM user of account `{account}`, with MFA: {_links(where.sign_in)}"
    yield f"Then switch to the role `{where.role}`:"
    rows = [
        f"- {escaped(place.name)} `{place.account}` ({escaped(', '.join(place.teams)) or 'no team may'}):"
        f" {_links(place.links)}"
        for place in where.places
    ]
    rows += [f"- {escaped(in_units(where))}"] if where.units else []
    yield "\n".join(rows or [f"- nowhere: the manifest {escaped(where.manifest)} does not provision it"])


def _links(links: Sequence[Link]) -> str:
    return ", ".join(f"[{each.region}]({each.url})" for each in links)
