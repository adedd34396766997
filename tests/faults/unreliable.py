"""AWS on a bad day: calls that fail in every way there is, and reads that show what was true a moment ago.

Misfortune is a value: hypothesis draws it, and the same value strikes the same calls however threads run, for calls
are counted scope by scope, and a scope is worked on by one thread at a time.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from breakglass.documents import Json
from breakglass.errors import BreakglassError, DeniedError, UnavailableError
from breakglass.facts import Reading, Survey
from breakglass.resources import KINDS, Key, Resource, Scope, State, items, state
from tests.memory import MemoryEstate, healthy

LAG = 3
"""Reads of an account that may still show a resource as it was before a write."""


class Trouble(Enum):
    """How one call goes wrong."""

    DENIED = auto()
    THROTTLED = auto()
    """Nothing happened."""
    LOST = auto()
    """It was done, and the answer never came."""
    HALF = auto()
    """A write is several calls to AWS: the first of them were done, the others fail."""
    INTERRUPT = auto()
    """Somebody presses Ctrl-C before the call."""
    INTERRUPT_AFTER = auto()
    """Somebody presses Ctrl-C when it was done."""


@dataclass(frozen=True)
class Misfortune:
    """What goes wrong at which call to which scope, counted from 0, and how long reads lag after which write."""

    troubles: Mapping[tuple[Scope, int], Trouble] = field(default_factory=dict)
    lags: Sequence[int] = (0,)
    """The reads that one write after the other stays hidden from, from the first again after the last."""


@dataclass(frozen=True)
class Effect:
    """What is, truly, after one write took effect."""

    verb: str
    key: Key
    state: State


@dataclass
class _Shadow:
    """What the next reads of an account still show of a resource: nothing, where it was just made."""

    resource: Resource | None
    reads: int


@dataclass
class UnreliableEstate(MemoryEstate):
    """An estate that meets misfortune, and remembers what it truly was after every write.

    Writes are checked against the truth and change only what differs between `before` and `after`, as the writers of
    `aws/` do; what a reader is shown lags, for every resource by itself.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
    """

    misfortune: Misfortune = field(default_factory=Misfortune)
    effects: list[Effect] = field(default_factory=list)
    calls: Counter[Scope] = field(default_factory=Counter)
    _shadows: dict[Key, _Shadow] = field(default_factory=dict)

    def read(self, survey: Survey) -> Reading:
        with self.lock:
            trouble = self._next(survey.scope)
            if trouble in (Trouble.INTERRUPT, Trouble.INTERRUPT_AFTER):
                raise KeyboardInterrupt
            if trouble is not None:
                raise _error(trouble)
            found = tuple(each for each in self._shown(survey.scope) if each.type in survey.types)
            chain = healthy(survey, found) if survey.chain else ()
            return Reading(survey, found, (*chain, *self._enrolments(survey, found)))

    def create(self, resource: Resource) -> None:
        self._attempt("create", resource.key, resource, half=_bare(resource))

    def update(self, before: Resource, after: Resource) -> None:
        with self.lock:
            there = self.resources.get(after.key)
        full = after if there is None else changed(there, before, after)
        half = after if there is None else changed(there, before, after, removing=False)
        self._attempt("update", after.key, full, half=half, before=before)

    def delete(self, resource: Resource) -> None:
        self._attempt("delete", resource.key, None, half=None)

    def settle(self) -> None:
        """Let so much time pass that reads show what is."""
        self._shadows.clear()

    def _attempt(
        self, verb: str, key: Key, after: Resource | None, *, half: Resource | None, before: Resource | None = None
    ) -> None:
        with self.lock:
            trouble = self._next(key.scope)
        if trouble is Trouble.INTERRUPT:
            raise KeyboardInterrupt
        if trouble in (Trouble.DENIED, Trouble.THROTTLED) or (trouble is Trouble.HALF and verb == "delete"):
            raise _error(trouble)
        self._do(verb, key, half if trouble is Trouble.HALF else after, before)
        if trouble is Trouble.INTERRUPT_AFTER:
            raise KeyboardInterrupt
        if trouble is not None:
            raise _error(trouble)

    def _do(self, verb: str, key: Key, after: Resource | None, before: Resource | None) -> None:
        was = self.resources.get(key)
        match verb:
            case "create" if after is not None:
                super().create(after)
            case "update" if after is not None and before is not None:
                super().update(was or before, after)
            case _ if was is not None:
                super().delete(was)
        with self.lock:
            if self.resources.get(key) != was:  # what changes nothing makes no reader forget
                self._hide(key, was)
            self.effects.append(Effect(verb, key, dict(self.resources)))

    def _hide(self, key: Key, was: Resource | None) -> None:
        """Keep showing what was shown, from now on for as long as a write stays hidden."""
        shadow = self._shadows.get(key)
        shown = shadow.resource if shadow and shadow.reads else was
        self._shadows[key] = _Shadow(shown, self.misfortune.lags[len(self.effects) % len(self.misfortune.lags)])

    def _next(self, scope: Scope) -> Trouble | None:
        number = self.calls[scope]
        self.calls[scope] += 1
        return self.misfortune.troubles.get((scope, number))

    def _shown(self, scope: Scope) -> Sequence[Resource]:
        shown = {key: each for key, each in self.resources.items() if key.scope == scope}
        for key, shadow in [*self._shadows.items()]:
            if key.scope != scope:
                continue
            if not shadow.reads:
                del self._shadows[key]
                continue
            shadow.reads -= 1
            shown.pop(key, None)
            shown.update(state([shadow.resource] if shadow.resource else []))
        return tuple(shown.values())


def changed(there: Resource, before: Resource, after: Resource, *, removing: bool = True) -> Resource:
    """Return what an update makes of a resource that may not be as `before` says: only differences are written."""
    lists = KINDS[after.type].sets

    def written(name: str) -> Json:
        old, new = before.properties.get(name), after.properties.get(name)
        if name not in lists:
            return new if old != new else there.properties.get(name)
        drop = [each for each in items(old or ()) if each not in items(new or ())] if removing else []
        kept = [each for each in items(there.properties.get(name, ())) if each not in drop]
        return (*kept, *(each for each in items(new or ()) if each not in items(old or ()) and each not in kept))

    names = {*there.properties, *after.properties}
    return Resource(after.type, after.scope, {name: written(name) for name in sorted(names)})


def _bare(resource: Resource) -> Resource:
    """Return a resource as the call that makes it leaves it: what hangs on it comes with further calls."""
    later = ("Groups", "ManagedPolicyArns", "Policies")
    return Resource(
        resource.type, resource.scope, {name: each for name, each in resource.properties.items() if name not in later}
    )


def _error(trouble: Trouble) -> BreakglassError:
    if trouble is Trouble.DENIED:
        return DeniedError("not today", advice="ask")
    return UnavailableError("no answer", advice="run the same command again")
