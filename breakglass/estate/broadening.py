"""Whether a change lets a resource do more than before: proved over all requests, and in doubt yes."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from breakglass.documents import Document, Json, text
from breakglass.iam.broader import guardrail_broadens, rights_broaden, trust_broadens
from breakglass.naming import iam_arn
from breakglass.resources import GROUP, KINDS, MANAGED_POLICY, ROLE, SERVICE_CONTROL_POLICY, USER, Resource, items

_OF_ACCESS = frozenset({GROUP, MANAGED_POLICY, ROLE, SERVICE_CONTROL_POLICY, USER})
"""The types whose documents are judged: what other services let in is compared, and any difference told."""

_ATTACHED = ("ManagedPolicyArns", "Policies")
_SOME_ACCOUNT = "000000000001"
"""Stands for the account of a resource: what differs in that alone is judged once."""


def broadens(before: Resource, after: Resource) -> frozenset[str]:
    """Return the properties in which `after` may allow a person or a role more than `before`."""
    if after.type not in _OF_ACCESS:
        return frozenset()
    return frozenset(name for name, wider in _checked(before, after) if wider)


def completes(before: Resource, after: Resource, present: Collection[Resource]) -> frozenset[str]:
    """Return the properties that may grow in a resource that is still being made, among all that are present.

    AWS makes a resource first and gives it policies then, with a call for each: what has no policy at all, or some of
    its own while all the others are there to be attached, or is a group with nobody in it. To finish it gives nobody
    more than to make it. A policy that is not there yet may be new in the manifest.
    """
    if before.type == GROUP:
        unfinished = not any(_is_member(each, before) for each in present)
    else:
        unfinished = not any(_held(before, name) for name in _ATTACHED) or _has_begun(before, after, present)
    return frozenset(_ATTACHED if unfinished else ())


def _has_begun(before: Resource, after: Resource, present: Iterable[Resource]) -> bool:
    own, there = _held(after, "ManagedPolicyArns"), {each.arn for each in present if each.type == MANAGED_POLICY}
    only_own = all(each in own for each in _held(before, "ManagedPolicyArns")) and not _held(before, "Policies")
    return only_own and all(each in there for each in own)


def _held(resource: Resource, name: str) -> Sequence[Json]:
    return items(resource.properties.get(name, ()))


def _is_member(user: Resource, group: Resource) -> bool:
    return user.type == USER and user.scope == group.scope and group.name in items(user.properties.get("Groups", ()))


def _checked(before: Resource, after: Resource) -> Iterator[tuple[str, bool]]:
    for name in KINDS[after.type].documents:
        yield name, _document_broadens(name, before, after)
    for name in _ATTACHED:
        held = _held(before, name)
        yield name, any(each not in held for each in _held(after, name))
    old, new = (each.properties.get("PermissionsBoundary") for each in (before, after))
    yield "PermissionsBoundary", old is not None and new != old


def _document_broadens(name: str, before: Resource, after: Resource) -> bool:
    old, new = before.properties.get(name), after.properties.get(name)
    if old == new:
        return False
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return True
    account = after.scope.account
    return _judged(name, _likened(old, account), _likened(new, account), after.scope.partition)


def _likened(document: Document, account: str) -> str:
    return text(document).replace(account, _SOME_ACCOUNT)


@lru_cache(maxsize=1024)
def _judged(name: str, before: str, after: str, partition: str) -> bool:
    return _JUDGES[name](json.loads(before), json.loads(after), partition)


def _rights(before: Document, after: Document, partition: str) -> bool:
    return rights_broaden(before, after, _SOME_ACCOUNT, partition)


def _trust(before: Document, after: Document, partition: str) -> bool:
    return trust_broadens(before, after, iam_arn(partition, _SOME_ACCOUNT, "role/some"))


def _guardrail(before: Document, after: Document, partition: str) -> bool:
    return guardrail_broadens(before, after, _SOME_ACCOUNT, partition)


_JUDGES: Mapping[str, Callable[[Document, Document, str], bool]] = {
    "PolicyDocument": _rights,
    "AssumeRolePolicyDocument": _trust,
    "Content": _guardrail,
}
