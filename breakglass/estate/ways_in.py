"""Who can get into which account, read off the documents themselves.

It reads the few shapes of documents the toolkit writes, and takes whatever it does not understand for no access: a
way in that cannot be shown is none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from breakglass import naming, resources
from breakglass.documents import Document, Json
from breakglass.resources import Key, Resource, Scope, State, items

_ASSUME = "sts:AssumeRole"


@dataclass(frozen=True, slots=True)
class Right:
    """One statement that lets a team assume roles: by pattern, in these accounts or in all but these."""

    patterns: tuple[str, ...]
    accounts: frozenset[str] | None
    but: frozenset[str]

    def covers(self, role: Resource) -> bool:
        """Tell whether the statement allows to assume a role."""
        account = role.scope.account
        if account in self.but or (self.accounts is not None and account not in self.accounts):
            return False
        return any(_pattern(each).fullmatch(role.arn) for each in self.patterns)


def ways_in(*states: State) -> Mapping[str, frozenset[str]]:
    """Return for each account with a playbook role the users who can get into it, the same way in all of the states.

    Rights only add up, so whoever is found for two states has access in every mixture of them too: whatever part of a
    plan has been carried out, in whatever order.
    """
    identities = [_Identities(each) for each in states]
    found: dict[str, set[str]] = {}
    for role in playbook_roles(states[0]):
        found.setdefault(role.scope.account, set()).update(_throughout(identities, role.key))
    return {account: frozenset(users) for account, users in found.items()}


def playbook_roles(state: State) -> Iterator[Resource]:
    """Yield the playbook roles that users of the security account may assume."""
    security = _homes(state)
    for key, role in sorted(state.items()):
        if key.type == resources.ROLE and key.name.startswith(naming.ROLE_PREFIX) and _lets_in(role, security):
            yield role


class _Identities:
    """What one state gives to whom: roles that let in, policies to groups, groups to users."""

    def __init__(self, state: State) -> None:
        self.roles = {role.key: role for role in playbook_roles(state)}
        self.rights = {
            each.arn: tuple(rights(each)) for key, each in state.items() if key.type == resources.MANAGED_POLICY
        }
        self.policies = {
            key: frozenset(map(str, items(each.properties["ManagedPolicyArns"])))
            for key, each in state.items()
            if key.type == resources.GROUP
        }
        self.groups = {
            key: frozenset(Key(key.scope, resources.GROUP, str(group)) for group in items(each.properties["Groups"]))
            for key, each in state.items()
            if key.type == resources.USER and _is_bounded(each)
        }

    def covers(self, policy: str, role: Resource) -> bool:
        """Tell whether a policy allows to assume a role."""
        return any(right.covers(role) for right in self.rights.get(policy, ()))


def _throughout(identities: Sequence[_Identities], key: Key) -> set[str]:
    """Return the users who may assume a role by the same group and the same policy in all of the states."""
    roles = [each.roles.get(key) for each in identities]
    groups = {
        group
        for group in identities[0].policies
        for policy in frozenset.intersection(*(each.policies.get(group, frozenset()) for each in identities))
        if all(role and each.covers(policy, role) for each, role in zip(identities, roles, strict=True))
    }
    return {
        user.name
        for user in identities[0].groups
        if groups & frozenset.intersection(*(each.groups.get(user, frozenset()) for each in identities))
    }


def rights(policy: Resource) -> Iterator[Right]:
    """Yield what a policy lets assume; a statement with a condition that is not one of ours lets assume nothing."""
    for statement in _statements(policy.properties.get("PolicyDocument")):
        if statement.get("Effect") == "Allow" and _ASSUME in _listed(statement.get("Action")):
            right = _right(statement)
            if right is not None:
                yield right


def _right(statement: Mapping[str, Json]) -> Right | None:
    accounts: frozenset[str] | None = None
    but: frozenset[str] = frozenset()
    for operator, block in _mapping(statement.get("Condition")).items():
        for name, value in _mapping(block).items():
            match operator, name:
                case "StringEquals", "aws:ResourceAccount":
                    accounts = frozenset(_listed(value))
                case "StringNotEquals", "aws:ResourceAccount":
                    but = frozenset(_listed(value))
                case "StringEquals", "aws:ResourceOrgID":
                    pass  # every account of a manifest is of its organization
                case _:
                    return None
    return Right(tuple(_listed(statement.get("Resource"))), accounts, but)


def _homes(state: State) -> frozenset[Scope]:
    """Return the accounts that have users: the security account."""
    return frozenset(key.scope for key in state if key.type == resources.USER)


def _lets_in(role: Resource, security: frozenset[Scope]) -> bool:
    return any(_trusts(role, scope) for scope in security)


def let_in(role: Resource) -> frozenset[str]:
    """Return the AWS principals a playbook role's trust lets in, under whatever conditions."""
    if not role.name.startswith(naming.ROLE_PREFIX):
        return frozenset()
    return frozenset(
        principal
        for statement in _statements(role.properties.get("AssumeRolePolicyDocument"))
        if statement.get("Effect") == "Allow" and _ASSUME in _listed(statement.get("Action"))
        for principal in _listed(_mapping(statement.get("Principal")).get("AWS"))
    )


def _trusts(role: Resource, security: Scope) -> bool:
    return bool({naming.root_arn(security.partition, security.account), security.account, "*"} & let_in(role))


def _is_bounded(user: Resource) -> bool:
    """Tell whether the roles' trust knows the user and the toolkit bounds it: else it is no way in to count on."""
    boundary = naming.boundary_arn(user.scope.partition, user.scope.account)
    return user.properties.get("Path") == naming.PATH and user.properties.get("PermissionsBoundary") == boundary


def _statements(document: Json) -> Iterator[Mapping[str, Json]]:
    whole: Document = _mapping(document)
    yield from (each for each in items(whole.get("Statement", ())) if isinstance(each, Mapping))


def _listed(value: Json) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in items(value)]


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


@lru_cache(maxsize=65536)
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in re.split(r"([*?])", pattern))
    return re.compile("".join(parts))
