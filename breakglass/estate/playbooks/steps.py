"""What is wrong with the steps of a playbook by themselves: their calls, their undoing, how much a phase needs."""

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import Final

from breakglass.authorization.reference import Action, expand
from breakglass.cloud import ApiModels
from breakglass.documents import size
from breakglass.estate.playbooks import places
from breakglass.estate.playbooks.places import Placed
from breakglass.manifest.tree import Node, Problem, select
from breakglass.playbooks import rights
from breakglass.playbooks.filling import filled
from breakglass.playbooks.model import Call, Playbook
from breakglass.playbooks.rights import MOST_SESSION

HARMLESS: Final = frozenset({"kms:Decrypt", "kms:GenerateDataKey", "ssmmessages:OpenDataChannel"})
"""What AWS counts as writing, and what changes nothing: a key is used, and a session carries its data.

What is learned through it may still have to be undone, such as by a new password.
"""


def undoing(playbook: Playbook, root: Node) -> Iterator[Problem]:
    """Yield steps that change something and do not say how that is undone, and those that say it and only read."""
    for placed in places.steps(playbook, root):
        writing = [each.name for each in _actions(playbook, placed) if not each.reads]
        changing = [each for each in writing if each not in HARMLESS]
        if changing and placed.step.undo is None:
            yield placed.node.problem(f"the key `undo` is missing: the step changes something by {changing[0]}")
        if placed.step.undo is not None and not writing and placed.step.kind != "manual":
            (node,) = select(placed.node, "undo")
            yield node.problem("every action the step needs only reads: there is nothing to undo")


def _actions(playbook: Playbook, placed: Placed) -> Collection[Action]:
    """Return every action a step needs, each once."""
    named = (action for need in rights.needs(playbook, placed.step) for action in need.actions)
    return {each.name: each for pattern in named for each in expand(pattern)}.values()


def calling(playbook: Playbook, root: Node, models: ApiModels) -> Iterator[Problem]:
    """Yield calls that AWS does not know or not with these parameters, or whose right is not among the needs."""
    for placed in places.steps(playbook, root):
        written = list(select(placed.node, "calls[]"))
        for number, call in enumerate(rights.calls(playbook, placed.step)):
            node = written[number] if written else placed.node
            yield from _called(playbook, placed, call, node, models)


def _called(playbook: Playbook, placed: Placed, call: Call, node: Node, models: ApiModels) -> Iterator[Problem]:
    parameters = {key: filled(each, playbook.examples) for key, each in call.parameters.items()}
    for each in models.problems(call.service, call.operation, parameters, call.query):
        yield node.problem(each)
    action = call.authorized_as
    needed = [each for need in rights.needs(playbook, placed.step) for each in need.actions]
    if not expand(action):
        yield node.problem(f"no action is named {action}: say with `action` as what AWS authorizes the call")
    elif not any(fnmatchcase(action.lower(), each.lower()) for each in needed):
        yield node.problem(f"is authorized as {action}, which is not among the step's needs")


def sessions(playbook: Playbook, root: Node) -> Iterator[Problem]:
    """Yield phases whose session policy is longer than STS takes."""
    for phase, node in places.phases(playbook, root):
        characters = size(rights.session_policy(phase, playbook))
        if characters > MOST_SESSION:
            yield node.problem(
                f"its session policy has {characters:,} characters of {MOST_SESSION:,}: take steps or needs out of it"
            )
