"""Proofs over all requests: whatever some principals may do lies within what a reference allows.

Every claim has this one form; the reference is a policy like any other. The evaluator judges one request of every
class that the documents can tell apart, so what is found allowed beyond the reference is a concrete request, and where
nothing is found there is nothing. What is not modelled, or has more classes than are looked at, is not proved.
"""

import marshal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from itertools import islice, product
from math import prod
from time import perf_counter
from typing import Any, Final

from breakglass.documents import Document, Json
from breakglass.iam import classes
from breakglass.iam.evaluate import ALWAYS_ASKED, evaluate
from breakglass.iam.nouns import UNKNOWN, Answer, Context, Decision, Request, Statement
from breakglass.iam.parse import CURRENT
from breakglass.iam.policies import BOUNDARY, IDENTITY, RESOURCE, SCP, Policies, read
from breakglass.iam.policy import Policy, is_about
from breakglass.iam.population import principals
from breakglass.iam.principals import Kind, requester
from breakglass.iam.truth import Truth, Unsupported
from breakglass.iam.witnesses import TooMany

MOST_REQUESTS: Final = 200_000
"""Requests judged at most for one principal and action."""

ANY_ACTION: Final = ("?*:?*",)

_KEPT: Final = 8192
"""How many verdicts are kept."""


class Status(StrEnum):
    """What became of a claim."""

    PROVED = "proved"
    REFUTED = "refuted"
    NOT_PROVED = "not_proved"

    @property
    def gravity(self) -> int:
        """How bad it is: refuted is worst."""
        return (Status.PROVED, Status.NOT_PROVED, Status.REFUTED).index(self)


@dataclass(frozen=True, eq=False)
class Documents:
    """The documents that bear on what a principal does, as they are written."""

    identity: tuple[Document, ...] = ()
    resource: Document | None = None
    boundary: Document | None = None
    service_control: tuple[tuple[Document, ...], ...] = ()

    @cached_property
    def policies(self) -> Policies:
        """What they say."""
        return read(
            identity=self.identity,
            resource=self.resource,
            boundary=self.boundary,
            service_control=self.service_control,
        )

    @cached_property
    def likeness(self) -> bytes:
        """What others have that say the same, to the letter; raises ValueError where they are not plainly JSON."""
        return _digest((self.identity, self.resource, self.boundary, self.service_control))


@dataclass(frozen=True, slots=True)
class Setting:
    """A principal with its documents, and the keys that are the same in whatever it asks; () for one never there."""

    principal: str
    documents: Documents
    settled: Context = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Whether whatever these principals may do, of these actions on these resources, lies within the reference.

    Actions and resources are patterns; no resources are all of them.
    """

    settings: Sequence[Setting]
    reference: Documents
    actions: tuple[str, ...] = ANY_ACTION
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: refuted with a scenario that `simulate` confirms, not proved with a reason."""

    status: Status
    counterexample: Mapping[str, Json] | None = None
    why: str = ""
    seconds: float = 0.0


def everybody(documents: Documents, reference: Documents, homes: Iterable[str], partition: str) -> tuple[Setting, ...]:
    """Return every principal that documents or reference can tell apart, each under these documents.

    `homes` are accounts to look for principals in, beside those that are spoken of.
    """
    statements = [*_statements(documents.policies), *_statements(reference.policies)]
    found = principals(statements, homes, partition)
    return tuple(Setting(who, documents, settled) for who, settled in found)


def prove(question: Question) -> Verdict:
    """Judge one request of every class, and stop at the first that is allowed beyond the reference.

    A question asked before, of documents that say the same to the letter, is answered as it was.
    """
    begun = perf_counter()
    return replace(_known(question), seconds=perf_counter() - begun)


def demand(requests: Iterable[tuple[Request, Documents]]) -> Verdict:
    """Judge requests that must all be allowed; the counterexample is the first that is not."""
    begun = perf_counter()
    asked, found = False, Verdict(Status.PROVED)
    for request, documents in requests:
        asked = True
        answer = evaluate(request, documents.policies)
        if answer.decision is Decision.UNSUPPORTED:
            found = Verdict(Status.NOT_PROVED, why=_doubt(request, answer))
        elif answer.decision is not Decision.ALLOWED:
            found = Verdict(Status.REFUTED, scenario(request, documents), f"it is decided: {answer.decision.value}")
            break
    if not asked:
        found = Verdict(Status.NOT_PROVED, why="there is nobody to judge")
    return replace(found, seconds=perf_counter() - begun)


def _known(question: Question) -> Verdict:
    try:
        key = _likeness(question)
    except ValueError:  # a Mapping that is no dict, or one too deep to be a policy
        return _verdict(question)
    found = _VERDICTS.get(key)
    if found is None:
        if len(_VERDICTS) >= _KEPT:
            _VERDICTS.clear()
        found = _VERDICTS[key] = _verdict(question)
    return found


_VERDICTS: Final[dict[bytes, Verdict]] = {}
"""By all that a verdict hangs on, to the letter."""


def _likeness(question: Question) -> bytes:
    settings = [
        (each.principal, each.documents.likeness, [(key, held, held is UNKNOWN) for key, held in each.settled.items()])
        for each in question.settings
    ]
    return _digest((settings, question.reference.likeness, question.actions, question.resources))


def _digest(said: Any) -> bytes:  # noqa: ANN401 - anything made of tuples and JSON
    return sha256(marshal.dumps(said, 0)).digest()


def _verdict(question: Question) -> Verdict:
    if not question.settings:
        return Verdict(Status.NOT_PROVED, why="there is nobody to judge")
    unsure = ""
    actions = lru_cache(maxsize=None)(partial(_actions, question))  # settings of one question share their documents
    for setting in question.settings:
        try:
            for request, answer in _beyond(setting, question, actions(setting.documents)):
                if answer.decision is Decision.ALLOWED:
                    return Verdict(Status.REFUTED, scenario(request, setting.documents))
                unsure = unsure or _doubt(request, answer)
        except (TooMany, Unsupported) as limit:
            unsure = unsure or f"{setting.principal}: {limit}"
    return Verdict(Status.NOT_PROVED, why=unsure) if unsure else Verdict(Status.PROVED)


def _beyond(setting: Setting, question: Question, actions: Iterable[str]) -> Iterator[tuple[Request, Answer]]:
    """Yield what is allowed, or may be, and is not allowed by the reference."""
    policies, reference = setting.documents.policies, question.reference.policies
    for request in _requests(setting, question, actions):
        answer = evaluate(request, policies)
        if answer.decision in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY):
            continue
        meant = evaluate(request, reference).decision
        if meant is Decision.UNSUPPORTED:
            yield request, Answer(Decision.UNSUPPORTED, answer.because)
        elif meant is not Decision.ALLOWED:
            yield request, answer


def scenario(request: Request, documents: Documents) -> Mapping[str, Json]:
    """Return a request and its documents in the form `simulate` reads."""
    found: dict[str, Json] = {
        "id": "counterexample",
        "principal": request.principal,
        "action": request.action,
        "resource": request.resource,
        "context": {key: _listed(values) for key, values in sorted(request.context.items()) if values},
        IDENTITY: list(documents.identity),
        RESOURCE: documents.resource,
        BOUNDARY: documents.boundary,
        SCP: [list(level) for level in documents.service_control],
    }
    return found


def _requests(setting: Setting, question: Question, actions: Iterable[str]) -> Iterator[Request]:
    policies, reference = setting.documents.policies, question.reference.policies
    _require_current(policies)
    who = requester(setting.principal)
    settled: Context = {
        **({} if who.kind is Kind.USER else {"aws:username": classes.ABSENT}),
        **dict(who.derived),
        **setting.settled,
    }
    partition = setting.principal.split(":")[1] if setting.principal.startswith("arn:") else "aws"
    for action in actions:
        if who.kind is not Kind.ROOT and not _grantable(action.lower(), policies):
            continue
        statements = [*_about(action.lower(), policies), *_about(action.lower(), reference)]
        found = classes.resources(statements, question.resources, who.account, partition, settled)
        free = classes.keys(statements, {**settled, "aws:resourceaccount": classes.ABSENT})
        if len(found) * prod(map(len, free.values())) > MOST_REQUESTS:
            raise TooMany(f"more than {MOST_REQUESTS} requests to judge for {action}")
        for resource, values in product(found, product(*free.values())):
            context = {**setting.settled, **dict(zip(free, values, strict=True))}
            yield Request(setting.principal, action, resource, context=context)


def _actions(question: Question, documents: Documents) -> Sequence[str]:
    """Return one action for each set of statements that actions can be about."""
    statements = [*_statements(documents.policies), *_statements(question.reference.policies)]
    patterns = [each for statement in statements for each in statement.actions] + [*ALWAYS_ASKED, "kms:*"]

    def signature(action: str) -> tuple[Truth | bool, ...]:
        lowered = action.lower()
        special = lowered in ALWAYS_ASKED, lowered.startswith("kms:")
        return (*special, *(is_about(each, lowered) for each in statements))

    return classes.distinct(
        (action, signature(action)) for within in question.actions for action in classes.actions(patterns, within)
    )


def _require_current(policies: Policies) -> None:
    """See that no document of the older language has what looks like a variable, and is none; raises Unsupported."""
    for each in _policies(policies):
        if each.version != CURRENT and "${" in repr(each.statements):
            raise Unsupported("${ in a document before 2012-10-17")


def _grantable(action: str, policies: Policies) -> bool:
    """Tell whether anything could allow the action: without, no request need be judged."""
    plan = policies.about(action, service_control=True, resource_control=True)
    return bool(plan.identity or plan.resource)


def _about(action: str, policies: Policies) -> Iterator[Statement]:
    plan = policies.about(action, service_control=True, resource_control=True)
    rows = (*plan.denies, *plan.identity, *plan.resource, *plan.boundary, *plan.session)
    yield from (matcher.statement for _, matcher, _ in rows)
    yield from (matcher.statement for level in plan.service_control for _, matcher, _ in level)


def _statements(policies: Policies) -> Iterator[Statement]:
    yield from (statement for each in _policies(policies) for statement in each.statements)


def _policies(policies: Policies) -> Iterator[Policy]:
    yield from (*policies.identity, *policies.session, *(each for level in policies.service_control for each in level))
    yield from (each for each in (policies.resource, policies.boundary) if each is not None)


def _listed(values: str | Sequence[str]) -> Json:
    return [values] if isinstance(values, str) else list(values)


def _doubt(request: Request, answer: Answer) -> str:
    reasons = "; ".join(each.why for each in islice(answer.because, 3) if each.why)
    return f"{request.principal}, {request.action} on {request.resource}: {reasons or 'not modelled'}"
