"""What a playbook says of itself in two places: what is given once, what must exist, and what each kind of step has.

The rules run on the raw tree, so that a wrong shape in one place hides nothing in another.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Final

from breakglass import naming
from breakglass.manifest.tree import Map, Node, Problem, Text, nodes, select, shown
from breakglass.manifest.wording import near, suggestion
from breakglass.playbooks.model import PHASES
from breakglass.playbooks.placeholders import RESERVE

PLACEHOLDER: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
"""`{{name}}`: what a responder fills in."""

_FILLED: Final = ("calls", "commands", "target", "inputs", "secret")
"""The keys of a step in which placeholders count."""

_OF_KIND: Final[Mapping[str, tuple[Collection[str], Collection[str]]]] = {
    "manual": (("do",), ()),
    "api": (("calls",), ()),
    "session": (("target", "commands"), ()),
    "run-command": (("target", "commands"), ("document",)),
    "ssm-automation": (("runbook",), ("inputs",)),
    "secret": (("secret",), ()),
}
"""Kind of step -> the keys it must have and those it may have, of those that not every kind has."""

_SPECIAL: Final = frozenset(
    key for required, possible in _OF_KIND.values() for key in (*required, *possible) if key != "do"
)


def reserved(root: Node, name: str) -> Iterator[Problem]:
    """Yield placeholders for people in reserve: they stand for nobody but in the playbook that moves these."""
    if name != naming.GRANT_ACCESS:
        says = f"only `{naming.GRANT_ACCESS}` knows people in reserve"
        found = (each for each in nodes(root) if isinstance(each, Text) and RESERVE in each.text)
        yield from (each.problem(f"{shown(each.text)}: {says}") for each in found)


def broken(root: Node, name: str) -> Iterator[Problem]:
    """Yield what is given twice, refers to nothing, goes round in circles, or has no meaning in its step."""
    for text in _texts(root, "name"):
        if text.text != name:
            yield text.problem(f"is {shown(text.text)}: the file is named {shown(name)}, and the playbook must be too")
    steps = _steps(root)
    yield from _repeated(root, steps)
    yield from _order(steps)
    for step in steps:
        yield from _kind(step)
    yield from _placeholders(root, steps)
    yield from reserved(root, name)


def _steps(root: Node) -> list[Node]:
    """Return the steps in the order of the phases, whatever their order in the file."""
    return [step for phase in PHASES for step in select(root, f"phases.{phase}.steps[]")]


def _texts(node: Node, pattern: str) -> Iterator[Text]:
    return (each for each in select(node, pattern) if isinstance(each, Text))


def _id(step: Node) -> str:
    return next((each.text for each in _texts(step, "id")), "")


def _repeated(root: Node, steps: Collection[Node]) -> Iterator[Problem]:
    ids = [text for step in steps for text in _texts(step, "id")]
    for what, found in (("the step", ids), ("the parameter", list(_texts(root, "parameters[].name")))):
        first: dict[str, Text] = {}
        for text in found:
            earlier = first.setdefault(text.text, text)
            if earlier is not text:
                yield text.problem(f"{what} {shown(text.text)} is given twice: first on line {earlier.line}")


def _order(steps: Collection[Node]) -> Iterator[Problem]:
    """Yield steps that wait for none, for a later one, or for themselves."""
    place = {_id(step): number for number, step in reversed(list(enumerate(steps)))}
    for number, step in enumerate(steps):
        for text in _texts(step, "after[]"):
            if text.text not in place:
                hint = suggestion(near(text.text, place))
                yield text.problem(f"{shown(text.text)}: no step has this id{hint}")
            elif place[text.text] > number:
                yield text.problem(f"{shown(text.text)} comes later than the step that is to wait for it")
    graph: dict[str, list[str]] = {}
    for step in steps:
        graph.setdefault(_id(step), [each.text for each in _texts(step, "after[]")])
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = [str(each) for each in error.args[1]]
        first = next(step for step in steps if _id(step) in circle)
        yield first.problem("steps wait for each other in a circle: " + " → ".join(reversed(circle)))


def _kind(step: Node) -> Iterator[Problem]:
    kind = next((each.text for each in _texts(step, "kind")), "")
    if kind not in _OF_KIND or not isinstance(step, Map):
        return
    required, possible = _OF_KIND[kind]
    for key in sorted(set(required) - step.entries.keys()):
        yield step.problem(f"the key `{key}` is missing: a step of the kind `{kind}` has it")
    for key in sorted((_SPECIAL - {*required, *possible}) & step.entries.keys()):
        yield step.entries[key].problem(f"has no meaning in a step of the kind `{kind}`")


def _placeholders(root: Node, steps: Collection[Node]) -> Iterator[Problem]:
    """Yield placeholders nobody fills in, and parameters nobody asks for."""
    parameters = {text.text: text for text in _texts(root, "parameters[].name")}
    used: set[str] = set()
    for text in _filled(steps):
        for name in PLACEHOLDER.findall(text.text):
            used.add(name)
            if name not in parameters:
                hint = suggestion(near(name, parameters))
                yield text.problem(f"{{{{{name}}}}}: no parameter has this name{hint}")
    for text in _texts(root, "parameters[].example"):
        if PLACEHOLDER.search(text.text):
            yield text.problem("an example stands for itself: it asks for nothing to be filled in")
    yield from (
        text.problem(f"{shown(name)}: no step asks for it") for name, text in parameters.items() if name not in used
    )


def _filled(steps: Collection[Node]) -> Iterator[Text]:
    for step in steps:
        for key in _FILLED:
            for node in select(step, key):
                yield from (each for each in nodes(node) if isinstance(each, Text))
