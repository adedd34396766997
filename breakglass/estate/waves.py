"""Which changes may be made at once: accounts side by side, each in order, and one account after another it needs."""

from collections.abc import Iterable, Mapping, Sequence
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


def predecessors(changes: Iterable[Change]) -> Mapping[Key, frozenset[Key]]:
    """Return what must be done before each change: what it needs, or for a deletion what needs it."""
    listed = tuple(changes)
    needed = dependencies(listed)
    if not any(change.after is None for change in listed):
        return needed
    needing: dict[Key, set[Key]] = {change.key: set() for change in listed}
    for key, others in needed.items():
        for other in others:
            needing[other].add(key)
    return {key: frozenset(others) for key, others in needing.items()}
