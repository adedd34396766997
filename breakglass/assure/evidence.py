"""What is judged, and what judges it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from breakglass import resources
from breakglass.controls import Control
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan
from breakglass.estate.readiness_matrix import Matrix, matrix
from breakglass.findings import Finding
from breakglass.manifest.model import Manifest
from breakglass.resources import KINDS, MANAGED_POLICY, ROLE, Key, Resource, State


@dataclass(frozen=True)
class Evidence:
    """What is judged: what was read back, what would have to change, and the manifest it is held against."""

    observation: Observation
    plan: Plan
    manifest: Manifest
    moment: datetime
    """When it was read, in UTC."""
    spoken_of: frozenset[str] | None = None
    """The accounts that what the whole organization has is judged for; None is all of the manifest."""

    @property
    def everything(self) -> State:
        """All that was read back, whoever made it."""
        return {**self.observation.state, **self.observation.strays}

    @property
    def chosen(self) -> State:
        """The same of the accounts that were chosen, where only some were looked at."""
        apart = {scope for scope, _ in self.observation.passed_over}
        return {key: each for key, each in self.everything.items() if key.scope not in apart}

    @cached_property
    def is_blank(self) -> bool:
        """Whether nothing was ever made: of ours there is nothing, and all that was looked at could be read."""
        made = (key for key in self.observation.state if KINDS[key.type].ownership in ("tag", "name"))
        return not self.observation.unread and next(made, None) is None

    @cached_property
    def roles(self) -> State:
        """Every role that is spoken of and what bears on it: as read back, or where none was read, as it is meant."""
        seen = {key: each for key, each in self.everything.items() if key.type != ROLE or self.speaks_of(key)}
        if not (self.observation.passed_over or self.observation.unread):
            return seen
        knows = self.observation.knows
        meant = ((key, each) for key, each in desired(self.manifest).items() if key.type in (ROLE, MANAGED_POLICY))
        return {**{key: each for key, each in meant if self.speaks_of(key) and not knows(key)}, **seen}

    def speaks_of(self, key: Key) -> bool:
        """Tell whether what the whole organization has is judged for the account a resource is in."""
        return self.spoken_of is None or key.scope.account in self.spoken_of

    @cached_property
    def matrix(self) -> Matrix:
        """Who gets in where, by what was read back."""
        return matrix(self.manifest, self.everything)

    def users(self) -> Iterator[Resource]:
        """Yield every user in the namespace, whoever made it."""
        yield from (resource for key, resource in sorted(self.everything.items()) if key.type == resources.USER)


Check: TypeAlias = Callable[[Evidence], Iterable[Finding]]
"""It never answers for what could not be read: `verify` adds NOT_PROVED for that."""

Inquiry: TypeAlias = Callable[[Manifest, Observation], Observation]
"""Asks AWS more than it was asked at first, given what that was, and returns it with the answers added."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A control, and how it is assessed."""

    control: Control
    check: Check
