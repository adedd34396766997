"""An estate that reads anew only where something was done: a case of many need not read everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from breakglass.cloud import Estate
from breakglass.facts import Reading, Survey
from breakglass.resources import GLOBAL, Resource, Scope


class Hands(Protocol):
    """Whoever does something, and remembers where: in the IAM of which accounts, and in which regions of which."""

    touched: set[str]
    regions: set[tuple[str, str]]


@dataclass
class Remembered:
    """What was read stays as it was, but where something was done."""

    estate: Estate
    hands: Hands
    readings: dict[Survey, Reading] = field(default_factory=dict)

    def read(self, survey: Survey) -> Reading:
        if self.is_touched(survey.scope):
            return self.estate.read(survey)
        if survey not in self.readings:
            self.readings[survey] = self.estate.read(survey)
        return self.readings[survey]

    def create(self, resource: Resource) -> None:
        self.touch(resource.scope)
        self.estate.create(resource)

    def update(self, before: Resource, after: Resource) -> None:
        self.touch(after.scope)
        self.estate.update(before, after)

    def delete(self, resource: Resource) -> None:
        self.touch(resource.scope)
        self.estate.delete(resource)

    def touch(self, scope: Scope) -> None:
        if scope.region == GLOBAL:
            self.hands.touched.add(scope.account)
        else:
            self.hands.regions.add((scope.account, scope.region))

    def is_touched(self, scope: Scope) -> bool:
        if scope.region == GLOBAL:
            return scope.account in self.hands.touched
        return (scope.account, scope.region) in self.hands.regions
