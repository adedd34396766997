"""Where two values differ, by the path that leads there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from breakglass.documents import Json


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ; None on a side means that it has nothing there."""

    path: str
    before: Json
    after: Json
    member: bool = False
    """Whether it is a member of a list, which one side has and the other has not."""


def differences(before: Json, after: Json, path: str = "") -> Iterator[Difference]:
    """Yield the differences at the deepest place where both sides have the same shape.

    Lists differ by their members, whatever their place; a value beside a list is a list of one.
    """
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif (_is_list(before) or _is_list(after)) and None not in (before, after):
        yield from _of_lists(_members(before), _members(after), path)
    else:
        yield Difference(path, before, after)


def _of_lists(before: Sequence[Json], after: Sequence[Json], path: str) -> Iterator[Difference]:
    gone = [each for each in before if each not in after]
    new = [each for each in after if each not in before]
    if len(before) == len(after) and len(gone) == len(new) == 1 and isinstance(gone[0], Mapping):
        yield from differences(gone[0], new[0], f"{path}[{_label(gone[0], before.index(gone[0]))}]")
    elif gone or new:
        old, now = _by_sid(gone), _by_sid(new)
        shared = sorted(old.keys() & now.keys())
        for sid in shared:
            yield from differences(old[sid], now[sid], f"{path}[{sid}]")
        told = [side[sid] for side in (old, now) for sid in shared]
        yield from (Difference(path, each, None, member=True) for each in gone if each not in told)
        yield from (Difference(path, None, each, member=True) for each in new if each not in told)
    else:
        yield Difference(path, tuple(before), tuple(after))  # the same members in another order or number


def _by_sid(members: Sequence[Json]) -> Mapping[str, Json]:
    """Return the statements whose identifier is theirs alone, by that."""
    sids = [str(each["Sid"]) for each in members if isinstance(each, Mapping) and "Sid" in each]
    named = (each for each in members if isinstance(each, Mapping) and sids.count(str(each.get("Sid"))) == 1)
    return {str(each["Sid"]): each for each in named}


def _label(member: Mapping[str, Json], index: int) -> str:
    return str(member.get("Sid", index))


def _is_list(value: Json) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _members(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
