"""The control policies upon each account, by level: accounts under the same ones share one value, however many.

What says nothing is left out, so that more are the same: a level that has FullAWSAccess alone, and RCPFullAWSAccess,
which every level has. So are our own guardrails, of which there are proofs.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from breakglass import naming
from breakglass.documents import Document
from breakglass.estate.access import UNREAD
from breakglass.facts import Fact
from breakglass.iam.nouns import Statement
from breakglass.iam.patterns import matcher, pattern, static
from breakglass.iam.policies import RCP, SCP
from breakglass.iam.policy import policy
from breakglass.lock_outs import ControlPolicy, ControlPolicyType, OrganizationTree
from breakglass.resources import Resource

_ALLOWS_ALL: Final = "p-FullAWSAccess"
_LEFT_OUT: Final = "p-RCPFullAWSAccess"
_SERVICE: Final = "SERVICE_CONTROL_POLICY"
_RESOURCE: Final = "RESOURCE_CONTROL_POLICY"
_OURS: Final = frozenset({naming.NAMESPACE_GUARDRAIL, naming.ROLES_GUARDRAIL})
_ACCOUNT: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_BY_DIGITS: Final = re.compile(r"(?:arn:[^:]*:[^:]*:[^:]*:)?[*?]*(?:[0-9]+[*?]+)+(?::.*)?", re.DOTALL)
"""A pattern that may tell accounts apart without naming them."""
_OF_ACCOUNTS: Final = re.compile(r"\$\{aws:(principal|resource)(account|orgid)\}", re.IGNORECASE)
"""Variables that are the same for all users."""
_KINDS: Final = {SCP: "service control policy", RCP: "resource control policy"}


@dataclass(frozen=True, slots=True)
class Blame:
    """Who denies: the names of policies, or the id of what has none; and in words, before what is denied."""

    name: str
    told: str


@dataclass(frozen=True, slots=True)
class Level:
    """What is attached to the root, to a unit or to an account."""

    target: str
    policies: tuple[ControlPolicy, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the policies."""
        return tuple(each.id for each in self.policies)

    @property
    def blame(self) -> Blame:
        """Whom to blame where none of them allows what it should."""
        if not self.policies:
            return Blame(self.target, f"no service control policy is attached to {self.target}, which denies")
        names = ", ".join(each.name for each in self.policies)
        return Blame(names, f"of the service control policies upon {self.target} ({names}) none allows, which denies")


@dataclass(frozen=True, eq=False)
class Bound:
    """The control policies upon accounts: of principals level by level, of resources all together."""

    service: tuple[Level, ...] = ()
    resource: tuple[ControlPolicy, ...] = ()

    @cached_property
    def service_control(self) -> tuple[tuple[Document, ...], ...]:
        """The documents of the service control policies, by level."""
        return tuple(tuple(map(_document, each.policies)) for each in self.service)

    @cached_property
    def resource_control(self) -> tuple[tuple[Document, ...], ...]:
        """The documents of the resource control policies, as one level: they take away by Deny alone."""
        return (tuple(map(_document, self.resource)),) if self.resource else ()

    @property
    def documents(self) -> tuple[Document, ...]:
        """All of them."""
        return tuple(each for level in (*self.service_control, *self.resource_control) for each in level)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All that they say."""
        return tuple(statement for each in self.documents for statement in policy(each).statements)

    @cached_property
    def named(self) -> frozenset[str] | None:
        """The accounts they may tell from others: those they name; None where they may tell any."""
        found: set[str] = set()
        for value in self.values:
            if _BY_DIGITS.fullmatch(value):
                return None
            found.update(_ACCOUNT.findall(value))
        return frozenset(found)

    @cached_property
    def values(self) -> frozenset[str]:
        """Every value they compare anything with."""
        return frozenset(each for statement in self.statements for each in _values(statement))

    def likeness(self, account: str) -> Hashable:
        """Return what an account is to these policies: equal for accounts that they cannot tell apart."""
        return account if self.named is None or account in self.named else ""

    @property
    def places(self) -> tuple[str, ...]:
        """The places of all of them, as `iam.policies` calls them."""
        levels = [(SCP, number, each.policies) for number, each in enumerate(self.service)]
        return tuple(
            f"{kind}[{number}][{index}]"
            for kind, number, policies in (*levels, (RCP, 0, self.resource))
            for index in range(len(policies))
        )

    def blame(self, place: str) -> Blame:
        """Return who stands behind a place among these policies, as `iam.policies` calls it."""
        kind, *numbers = place.replace("]", "").split("[")
        level, *index = map(int, numbers)
        if not index:
            return self.service[level].blame
        one = (self.resource if kind == RCP else self.service[level].policies)[index[0]]
        return Blame(one.name, f"the {_KINDS[kind]} {one.name} ({one.id}) denies")


def fits(value: str, user: Resource) -> Hashable:
    """Return what a value makes of a user: the name, where it holds a variable that may stand for it."""
    if "${" in _OF_ACCOUNTS.sub("", value):
        return user.name
    whole = matcher(static(pattern(value, variables=False)))
    return whole(user.arn), whole(user.name)


class ControlLevels:
    """What was read of the control policies of an organization."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        found = tuple(facts)
        trees = (each for each in found if isinstance(each, OrganizationTree))
        self._parents = {child: parent for tree in trees for child, parent in tree.parents}
        self.is_read = bool(self._parents)
        """Whether it is known where accounts hang."""
        policies = [each for each in found if isinstance(each, ControlPolicy)]
        self._bound = any(each.type == _SERVICE for each in policies)
        self._attached = _by_target(policies)
        self._bounds: dict[Hashable, Bound] = {}

    def has(self, account: str) -> bool:
        """Tell whether an account hangs anywhere in what was read of the organization."""
        return account in self._parents

    def upon(self, account: str) -> Bound | None:
        """Return what is upon an account; None where it is not known where that hangs."""
        if account not in self._parents:
            return None
        chain = (*self._chain(self._parents[account]), account)
        service = tuple(self._service(chain))
        resource = {each.id: each for target in chain for each in self._attached.get((_RESOURCE, target), ())}
        key = (tuple(each.ids or each.target for each in service), tuple(sorted(resource)))
        if key not in self._bounds:
            self._bounds[key] = Bound(service, tuple(each for _, each in sorted(resource.items())))
        return self._bounds[key]

    def _chain(self, unit: str) -> tuple[str, ...]:
        parent = self._parents.get(unit)
        return (unit,) if parent is None else (*self._chain(parent), unit)

    def _service(self, chain: Iterable[str]) -> Iterator[Level]:
        """Yield the levels that say anything; none where nothing was read, as FullAWSAccess always is there."""
        for target in chain if self._bound else ():
            attached = self._attached.get((_SERVICE, target), ())
            if [each.id for each in attached] != [_ALLOWS_ALL]:
                yield Level(target, attached)


def _by_target(policies: Iterable[ControlPolicy]) -> Mapping[tuple[ControlPolicyType, str], tuple[ControlPolicy, ...]]:
    found: dict[tuple[ControlPolicyType, str], list[ControlPolicy]] = {}
    for each in sorted(policies, key=lambda one: one.id):
        if each.name not in _OURS and each.id != _LEFT_OUT:
            for target in each.targets:
                found.setdefault((each.type, target), []).append(each)
    return {key: tuple(upon) for key, upon in found.items()}


def _values(statement: Statement) -> Iterator[str]:
    yield from statement.resources or ()
    yield from (each for _, each in (statement.principals.entries if statement.principals else ()))
    yield from (value for each in statement.conditions for value in each.values)


def _document(policy: ControlPolicy) -> Document:
    return policy.content if isinstance(policy.content, Mapping) else UNREAD
