"""What a control is, and what it judges."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from breakglass import resources
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan
from breakglass.estate.readiness_matrix import Matrix, matrix
from breakglass.findings import Finding
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource, State


@dataclass(frozen=True)
class Evidence:
    """What a control judges: what was read back, what would have to change, and the manifest it is held against."""

    observation: Observation
    plan: Plan
    manifest: Manifest

    @property
    def everything(self) -> State:
        """All that was read back, whoever made it."""
        return {**self.observation.state, **self.observation.strays}

    @cached_property
    def matrix(self) -> Matrix:
        """Who gets in where, by what was read back."""
        return matrix(self.manifest, self.everything)

    def users(self) -> Iterator[Resource]:
        """Yield every user in the namespace, whoever made it."""
        yield from (resource for key, resource in sorted(self.everything.items()) if key.type == resources.USER)


Check: TypeAlias = Callable[[Evidence], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Control:
    """One question to ask of the evidence."""

    id: str
    title: str
    sources: tuple[str, ...]
    """The demands it answers, by their ids in docs/reference/controls.md."""
    check: Check
