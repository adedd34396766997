"""Bringing a stack to its template, and back where anything fails: what a failed creation made is removed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from breakglass.documents import Json
from breakglass.sandbox.answers import Answer
from breakglass.sandbox.cloudformation.hands import Hands
from breakglass.sandbox.cloudformation.kinds import KINDS, replaced, unmodelled
from breakglass.sandbox.cloudformation.place import Place
from breakglass.sandbox.cloudformation.reasons import ABSENT, EXISTS, already_exists, refused
from breakglass.sandbox.cloudformation.steps import Step
from breakglass.sandbox.cloudformation.template import Declared, Template, resolved
from breakglass.sandbox.sessions import Session


class FailedError(Exception):
    """A resource could not be made, changed or deleted; the message is CloudFormation's reason."""


@dataclass(frozen=True, slots=True)
class Made:
    """A resource of a stack, with the properties it was made with."""

    declared: Declared
    properties: Mapping[str, Json]
    physical_id: str


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of one resource: `status` is CloudFormation's, such as `CREATE_FAILED`."""

    declared: Declared
    status: str
    reason: str = ""
    physical_id: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """What there is afterwards; `failed` is the first thing that failed, `left` why it could not be undone."""

    made: tuple[Made, ...]
    happened: tuple[Happened, ...]
    failed: Happened | None = None
    left: str = ""


class Build:
    """One go at a stack, as somebody."""

    def __init__(self, hands: Hands, session: Session, place: Place, before: Sequence[Made] = ()) -> None:
        self._hands = hands
        self._session = session
        self._place = place
        self._before = {each.declared.logical_id: each for each in before}
        self._made: dict[str, Made] = {}
        self._undo: list[Step] = []
        self._happened: list[Happened] = []

    def run(self, template: Template) -> Built:
        """Make and change what the template declares, then delete what it does not, unless that is kept."""
        for declared in template.resources:
            try:
                self._settle(declared)
            except FailedError as failure:
                verb = "UPDATE" if declared.logical_id in self._before else "CREATE"
                failed = Happened(declared, f"{verb}_FAILED", str(failure))
                self._happened.append(failed)
                return Built(tuple(self._before.values()), tuple(self._happened), failed, self._undone())
        gone = [each for name, each in self._before.items() if name not in self._made]
        return self.delete(gone, tuple(self._made.values()))

    def delete(self, gone: Sequence[Made], rest: tuple[Made, ...] = ()) -> Built:
        """Delete what is not kept, the last first."""
        for each in reversed([each for each in gone if not each.declared.kept]):
            try:
                for step in KINDS[each.declared.type].delete(each.properties, self._place):
                    self._done(step, ABSENT)
            except FailedError as failure:
                failed = Happened(each.declared, "DELETE_FAILED", str(failure), each.physical_id)
                return Built((*rest, *gone), (*self._happened, failed), failed, str(failure))
            self._happened.append(Happened(each.declared, "DELETE_COMPLETE", "", each.physical_id))
        return Built(rest, tuple(self._happened))

    def _settle(self, declared: Declared) -> None:
        why = unmodelled(declared)
        if why:
            raise FailedError(why)
        properties = {name: resolved(value, self._lookup) for name, value in declared.properties.items()}
        before, kind = self._before.get(declared.logical_id), KINDS[declared.type]
        made = Made(declared, properties, kind.ref(properties, self._place))
        if before is None:
            self._create(made)
        elif before.properties != properties:
            self._change(before, made)
        self._made[declared.logical_id] = made

    def _create(self, made: Made) -> None:
        kind = KINDS[made.declared.type]
        found = kind.found(made.properties, self._place)
        if found is not None and not self._done(found, ABSENT).error:
            raise FailedError(already_exists(made.declared.type, made.physical_id))
        undo = [] if made.declared.left else list(kind.delete(made.properties, self._place))
        for step in kind.make(made.properties, self._place):
            if self._done(step, EXISTS).error:
                raise FailedError(already_exists(made.declared.type, made.physical_id))
            self._undo[:0], undo = undo, []
        self._happened.append(Happened(made.declared, "CREATE_COMPLETE", "", made.physical_id))

    def _change(self, before: Made, after: Made) -> None:
        kind = KINDS[after.declared.type]
        fixed = replaced(kind, before.properties, after.properties)
        if fixed or before.declared.type != after.declared.type:
            raise FailedError(f"{after.declared.type}, a change of {fixed or 'type'}: not modelled by the sandbox")
        undo = list(kind.change(after.properties, before.properties, self._place))
        for step in kind.change(before.properties, after.properties, self._place):
            self._done(step)
            self._undo[:0], undo = undo, []
        self._happened.append(Happened(after.declared, "UPDATE_COMPLETE", "", after.physical_id))

    def _undone(self) -> str:
        """Undo what was done, the last first; return why it could not be, empty where it was."""
        for step in self._undo:
            try:
                self._done(step, ABSENT)
            except FailedError as failure:
                return str(failure)
        return ""

    def _done(self, step: Step, expected: frozenset[str] = frozenset()) -> Answer:
        """Take a step; raises FailedError where it fails with any other error than is expected."""
        answer = self._hands.call(self._session, step, self._place.region)
        if answer.error and answer.error not in expected:
            raise FailedError(refused(step.service, answer))
        return answer

    def _lookup(self, name: str) -> str:
        symbols = self._place.pseudo_parameters
        if name in symbols:
            return symbols[name]
        logical, _, attribute = name.partition(".")
        pointed = self._made.get(logical)
        if pointed is None:
            raise FailedError(f"{name}: not modelled by the sandbox")
        if not attribute:
            return pointed.physical_id
        attributes = KINDS[pointed.declared.type].attributes(pointed.properties, self._place)
        if attribute not in attributes:
            raise FailedError(f"Requested attribute {attribute} does not exist in schema for {pointed.declared.type}")
        return attributes[attribute]
