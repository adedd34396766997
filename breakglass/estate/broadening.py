"""Whether a change lets a resource do more than before: by comparing statements, and in doubt yes.

A statement is no wider than another if it allows the same or fewer actions on the same or fewer resources to the same
or fewer principals, under at least the same conditions; and it denies no less than another if that holds the other way
round. What cannot be shown to be narrower counts as wider.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from breakglass.documents import Json
from breakglass.resources import GROUP, KINDS, USER, Resource, items

_ATTACHED = ("ManagedPolicyArns", "Policies")
_SUBSETS = ("Action", "Resource", "Principal")
_LABELS = ("sts:SetSourceIdentity", "sts:TagSession")
_DENIED = ("Action", "Resource")
_NEGATED = ("ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike")
_COMPARED = {"Sid", "Effect", "Condition", *_SUBSETS}


def broadens(before: Resource, after: Resource) -> frozenset[str]:
    """Return the properties in which `after` may allow more than `before`."""
    return frozenset(name for name, wider in _checked(before, after) if wider)


def completes(before: Resource, present: Iterable[Resource]) -> frozenset[str]:
    """Return the properties that may grow in a resource nobody has anything of yet, among all that are present.

    AWS makes a resource first and gives it policies then, with calls of their own: what has no policy at all, or is a
    group with nobody in it, is still being made, and to finish it gives nobody more than to make it.
    """
    if before.type == GROUP:
        unused = not any(_is_member(each, before) for each in present)
    else:
        unused = not any(items(before.properties.get(name, ())) for name in _ATTACHED)
    return frozenset(_ATTACHED if unused else ())


def _is_member(user: Resource, group: Resource) -> bool:
    return user.type == USER and user.scope == group.scope and group.name in items(user.properties.get("Groups", ()))


def _checked(before: Resource, after: Resource) -> Iterator[tuple[str, bool]]:
    for name in KINDS[after.type].documents:
        yield name, document_broadens(before.properties.get(name), after.properties.get(name))
    for name in _ATTACHED:
        yield name, not _within(after.properties.get(name, ()), before.properties.get(name, ()))
    old, new = (each.properties.get("PermissionsBoundary") for each in (before, after))
    yield "PermissionsBoundary", old is not None and new != old


def document_broadens(before: Json, after: Json) -> bool:
    """Tell whether a document may allow something that another does not."""
    if before == after:
        return False
    old, new = _statements(before), _statements(after)
    kept_denies = all(any(_denies_no_less(each, deny) for each in new) for deny in old if deny.get("Effect") == "Deny")
    allows = [each for each in new if each.get("Effect") == "Allow" and not _only_labels(each)]
    return not kept_denies or not all(any(_no_wider(allow, each) for each in old) for allow in allows)


def _only_labels(statement: Mapping[str, Json]) -> bool:
    """Tell whether a statement lets sessions be labelled and nothing else: without AssumeRole it lets nobody in."""
    actions = _alternatives(statement.get("Action", ()))
    return bool(actions) and all(action in _LABELS for action in actions)


def _no_wider(statement: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    if other.get("Effect") != "Allow" or not {*statement, *other} <= _COMPARED:
        return _same(statement, other)
    subsets = all(_within(statement.get(name, ()), other.get(name, ())) for name in _SUBSETS)
    return subsets and _conditions_held(other.get("Condition", {}), statement.get("Condition", {}))


def _denies_no_less(statement: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    if statement.get("Effect") != "Deny" or not {*statement, *other} <= {"Sid", "Effect", "Condition", *_DENIED}:
        return _same(statement, other)
    subsets = all(_within(other.get(name, ()), statement.get(name, ())) for name in _DENIED)
    return subsets and _exemptions_held(statement.get("Condition", {}), other.get("Condition", {}))


def _exemptions_held(statement: Json, other: Json) -> bool:
    """Tell whether a statement's conditions let through no more than another's.

    Each stands in the other as well; a negated one may name fewer values, since what it names is what is exempt.
    """
    if not isinstance(statement, Mapping) or not isinstance(other, Mapping):
        return False
    return all(
        isinstance(block, Mapping)
        and all(_exempts_no_more(operator, value, _at(other, operator, key)) for key, value in block.items())
        for operator, block in statement.items()
    )


def _exempts_no_more(operator: str, value: Json, other: Json) -> bool:
    return other is not None and (value == other or (operator in _NEGATED and _within(value, other)))


def _conditions_held(wanted: Json, found: Json) -> bool:
    """Tell whether every condition of one statement stands in the other, word for word."""
    if not isinstance(wanted, Mapping) or not isinstance(found, Mapping):
        return False
    return all(
        isinstance(block, Mapping) and all(_at(found, operator, key) == value for key, value in block.items())
        for operator, block in wanted.items()
    )


def _at(condition: Mapping[str, Json], operator: str, key: str) -> Json:
    block = condition.get(operator)
    return block.get(key) if isinstance(block, Mapping) else None


def _same(statement: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    return {**statement, "Sid": ""} == {**other, "Sid": ""}


def _within(values: Json, others: Json) -> bool:
    """Tell whether these alternatives are among those; `*` stands for all."""
    if isinstance(values, Mapping) and isinstance(others, Mapping):
        return all(_within(value, others.get(kind, ())) for kind, value in values.items())
    if isinstance(values, Mapping) != isinstance(others, Mapping):
        return others in (values, "*")
    allowed = _alternatives(others)
    return all(any(_covers(each, value) for each in allowed) for value in _alternatives(values))


def _covers(pattern: Json, value: Json) -> bool:
    """Tell whether whatever matches one pattern matches the other as well: piece by piece, as ARNs are matched."""
    if pattern in (value, "*"):
        return True
    if not isinstance(pattern, str) or not isinstance(value, str):
        return False
    pieces, others = pattern.split(":", 5), value.split(":", 5)
    return len(pieces) == len(others) and all(map(_piece_covers, pieces, others))


def _piece_covers(pattern: str, value: str) -> bool:
    wild = {"*": ".*", "?": "[^*]"}
    parts = (wild.get(each) or re.escape(each) for each in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(parts), value) is not None


def _alternatives(value: Json) -> list[Json]:
    return [value] if isinstance(value, str) else list(items(value))


def _statements(document: Json) -> list[Mapping[str, Json]]:
    statements = document.get("Statement", ()) if isinstance(document, Mapping) else ()
    return [each for each in items(statements) if isinstance(each, Mapping)]
