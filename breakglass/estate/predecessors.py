"""What must be done before what: accounts side by side, each in its order, and one account after another it needs."""

from collections.abc import Mapping, Sequence

from breakglass.estate.plan import Change, dependencies
from breakglass.resources import Key


def predecessors(changes: Sequence[Change]) -> Mapping[Key, frozenset[Key]]:
    """Return what must be done before each change: what it needs, or for a deletion what needs it.

    All changes must be deletions, or none. Only what comes earlier counts: where resources need each other, somebody
    has to begin.
    """
    linked: dict[Key, set[Key]] = {change.key: set() for change in changes}
    for key, others in dependencies(changes).items():
        for other in others:
            linked[key].add(other)
            linked[other].add(key)
    place = {change.key: index for index, change in enumerate(changes)}
    return {key: frozenset(other for other in linked[key] if place[other] < place[key]) for key in linked}
