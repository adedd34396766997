"""Where in its files something of a playbook stands: steps, needs and calls, statements and their words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from breakglass.manifest.tree import Node, Problem, Text, descend, nodes, select
from breakglass.playbooks.model import Need, Phase, Playbook, Step
from breakglass.playbooks.rights import needs


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """A problem in one of a playbook's files."""

    path: Path
    problem: Problem

    def __str__(self) -> str:
        return self.problem.at(str(self.path))


@dataclass(frozen=True, slots=True)
class Placed:
    """A step with its place in the file."""

    step: Step
    node: Node


def phases(playbook: Playbook, root: Node) -> Iterator[tuple[Phase, Node]]:
    """Yield each phase with its place."""
    for name, phase in playbook.every_phase():
        yield phase, descend(root, ("phases", name))[0]


def steps(playbook: Playbook, root: Node) -> Iterator[Placed]:
    """Yield each step with its place."""
    for phase, node in phases(playbook, root):
        places = select(node, "steps[]")
        yield from (Placed(step, place) for step, place in zip(phase.steps, places, strict=True))


def own_needs(placed: Placed) -> Iterator[tuple[Need, Node]]:
    """Yield each need a step says it has, with its place."""
    return zip(placed.step.needs, select(placed.node, "needs[]"), strict=True)


def every_need(playbook: Playbook, placed: Placed) -> Iterator[tuple[Need, Node]]:
    """Yield each need of a step with its place; those its kind brings stand where the kind does."""
    kind = descend(placed.node, ("kind",))[0]
    implied = len(needs(playbook, placed.step)) - len(placed.step.needs)
    yield from ((need, kind) for need in needs(playbook, placed.step)[:implied])
    yield from own_needs(placed)


def statement(root: Node, index: int | None) -> Node:
    """Return the place of a statement of a policy, or of all of it."""
    return root if index is None else descend(root, ("Statement", index))[0]


def word(node: Node, text: str) -> Node:
    """Return the first place below a node that holds just this text, or the node if none does."""
    found = (each for each in nodes(node) if isinstance(each, Text) and each.text == text)
    return next(found, node) if text else node
