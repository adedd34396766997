"""Which changes may be made at once: accounts side by side, each in order, and one account after another it needs."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from breakglass.estate.plan import Change, dependencies
from breakglass.resources import Key, Scope

Wave: TypeAlias = Mapping[Scope, Sequence[Change]]


def waves(changes: Sequence[Change]) -> tuple[Wave, ...]:
    """Return the changes in waves: within a wave no account needs another, from wave to wave the order is kept.

    All changes must be deletions, or none.
    """
    levels = _levels(changes)
    rows: list[dict[Scope, list[Change]]] = [{} for _ in range(max(levels.values(), default=-1) + 1)]
    for change in changes:
        rows[levels[change.key]].setdefault(change.key.scope, []).append(change)
    return tuple(rows)


def _levels(changes: Sequence[Change]) -> Mapping[Key, int]:
    earlier = predecessors(changes)
    levels: dict[Key, int] = {}
    reached: dict[Scope, int] = {}
    for change in changes:
        scope = change.key.scope
        after_others = (levels[key] + (key.scope != scope) for key in earlier[change.key])
        levels[change.key] = max(reached.get(scope, 0), *after_others, 0)
        reached[scope] = levels[change.key]
    return levels


def predecessors(changes: Sequence[Change]) -> Mapping[Key, frozenset[Key]]:
    """Return what must be done before each change: what it needs, or for a deletion what needs it.

    Only what comes earlier counts: where resources need each other, somebody has to begin.
    """
    linked: dict[Key, set[Key]] = {change.key: set() for change in changes}
    for key, others in dependencies(changes).items():
        for other in others:
            linked[key].add(other)
            linked[other].add(key)
    place = {change.key: index for index, change in enumerate(changes)}
    return {key: frozenset(other for other in linked[key] if place[other] < place[key]) for key in linked}
