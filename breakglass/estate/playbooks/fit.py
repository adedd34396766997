"""Proofs that a policy allows what the steps need, and nothing that no step needs.

Both are claims over all requests of a session of the playbook's role. What stands for the account, the provisioning
role and the reserve people in them is placed in with examples; what is proved of these is proved of all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from breakglass import naming
from breakglass.authorization.reading import of_effect, strings
from breakglass.authorization.reference import expand
from breakglass.documents import Document, Json
from breakglass.estate.claims.case import NOTHING, allow
from breakglass.estate.claims.roles import stays_within
from breakglass.estate.documents import document
from breakglass.estate.playbooks import places
from breakglass.iam.prove import Documents, Status, Verdict
from breakglass.manifest.tree import Node, Problem
from breakglass.playbooks import rights
from breakglass.playbooks.denials import denials
from breakglass.playbooks.model import Need, Playbook
from breakglass.playbooks.placeholders import EXAMPLE, expanded
from breakglass.resources import ROLE, Resource, Scope


@dataclass(frozen=True, slots=True)
class Fit:
    """A playbook and its policy, each with its place in its file."""

    playbook: Playbook
    steps: Node
    policy: Document
    statements: Node

    @property
    def role(self) -> Resource:
        """The role that carries the playbook out, in some account."""
        scope = Scope(EXAMPLE.account, partition=EXAMPLE.partition)
        return Resource(ROLE, scope, {"RoleName": naming.role_name(self.playbook.name)})

    @property
    def denied(self) -> tuple[Document, ...]:
        """What every playbook's policy denies."""
        return denials(self.playbook.name)

    @property
    def needed(self) -> Document:
        """What the steps need, less what every playbook's policy denies."""
        return rights.needed(self.playbook, self.denied)

    def only(self, need: Need) -> Document:
        """Return one need, less what every playbook's policy denies."""
        return document(rights.statement(need, "Needed"), *self.denied)

    def judge(self, held: Document, reference: Document) -> Verdict:
        """Judge whether the role, if it held these rights, would stay within the reference."""
        return stays_within(self.role, Documents((expanded(held, EXAMPLE),)), expanded(reference, EXAMPLE))


def lacking(fit: Fit) -> Iterator[Problem]:
    """Yield each right that a step needs and does not get, at the line of the need."""
    whole = fit.judge(fit.needed, fit.policy).status is Status.PROVED
    seen: set[str] = set()
    for placed in places.steps(fit.playbook, fit.steps):
        for need, node in places.every_need(fit.playbook, placed):
            if repr(need) not in seen:
                seen.add(repr(need))
                yield from _denied(fit, need, node)
                yield from () if whole else _withheld(fit, need, node)


def _denied(fit: Fit, need: Need, node: Node) -> Iterator[Problem]:
    """Yield the actions of a need of which nothing is left by what every playbook's policy denies."""
    for action, single in _actions(need):
        if fit.judge(fit.only(single), NOTHING).status is Status.PROVED:
            yield places.word(node, action).problem(f"{action} is denied by what every playbook's policy denies")


def _withheld(fit: Fit, need: Need, node: Node) -> Iterator[Problem]:
    """Yield the actions of a need that the policy does not allow, or not on all its resources."""
    for action, single in _actions(need):
        verdict = fit.judge(fit.only(single), fit.policy)
        if verdict.status is not Status.PROVED:
            yield places.word(node, action).problem(f"the policy does not allow it: {told(verdict)}")


def _actions(need: Need) -> Iterator[tuple[str, Need]]:
    """Yield each action of a need with what is needed of it; one that does not exist is told elsewhere."""
    for action in need.actions:
        if expand(action):
            yield action, Need(actions=(action,), resources=need.resources, condition=need.condition)


def beyond(fit: Fit) -> Iterator[Problem]:
    """Yield each right that the policy gives and no step needs, at the line of the action."""
    if fit.judge(fit.policy, fit.needed).status is Status.PROVED:
        return
    denied = [each for _, each in of_effect(fit.policy, "Deny")]
    for index, statement in of_effect(fit.policy, "Allow"):
        node = places.statement(fit.statements, index)
        for action in strings(statement, "Action"):
            verdict = fit.judge(document({**statement, "Action": action}, *denied), fit.needed)
            if verdict.status is not Status.PROVED and expand(action):
                yield places.word(node, action).problem(f"no step needs it: {told(verdict)}")


def undenied(fit: Fit) -> Iterator[Problem]:
    """Yield what every playbook's policy denies and this one does not."""
    denied = [each for _, each in of_effect(fit.policy, "Deny")]
    for each in fit.denied:
        verdict = fit.judge(document(allow("*"), *denied), document(allow("*"), each))
        if verdict.status is not Status.PROVED:
            yield fit.statements.problem(
                f"must deny what the statement {each['Sid']} of every playbook's policy denies: {told(verdict)}"
            )


def told(verdict: Verdict) -> str:
    """Return in words what a verdict found: a request, or why nothing could be found out."""
    if verdict.counterexample is None:
        return f"not proved ({verdict.why})"
    found = verdict.counterexample
    context = found["context"]
    keys = _keys(context) if isinstance(context, Mapping) else []
    return f"{found['action']} on {found['resource']}{' with ' if keys else ''}{', '.join(keys)}"


def _keys(context: Mapping[str, Json]) -> list[str]:
    """Return the condition keys of a request that are not of the example's own making."""
    listed = {key: value if isinstance(value, list | tuple) else [value] for key, value in context.items()}
    return [f"{key} {' '.join(map(str, values))}" for key, values in listed.items() if key not in _SETTLED]


_SETTLED: Final = ("aws:principalarn", "aws:userid")
