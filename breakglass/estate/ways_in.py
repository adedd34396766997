"""Who can get into which account, and who keeps that while one state becomes another: as the policy engine decides.

Whatever it cannot decide is no access: a way in that cannot be shown is none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from breakglass import naming
from breakglass.documents import Document, Json, text
from breakglass.estate.access import UNREAD, Access
from breakglass.estate.alike import ENTER, Column, Versions, columns, judged, spoken_of, users_alike
from breakglass.estate.entry import ask
from breakglass.iam.nouns import Decision
from breakglass.iam.policies import Policies, read
from breakglass.iam.policy import policy
from breakglass.resources import Resource, State


def ways_in(organization: str, *states: State) -> Mapping[str, frozenset[str]]:
    """Return for each account with a playbook role the users who can get into it, the same way in all of the states.

    They have access in every mixture of the states too: whatever part of a plan has been carried out, in whatever
    order. For one policy of theirs allows it throughout, and no version of anything that may bear on them stands
    against it.
    """
    accesses = [Access(each) for each in states]
    first = accesses[0]
    roles = columns(_throughout(first.playbook_roles, states))
    trusts = [each for column in roles for each in _trusts(column)]

    def documents(user: Versions) -> Sequence[Document]:
        return [*trusts, *_rights(accesses, user).documents]

    found: dict[str, set[str]] = {role.scope.account: set() for role in first.playbook_roles}
    for alike in users_alike(_throughout(first.everyone, states), documents):
        rights = _rights(accesses, alike[0])
        for column in roles:
            for account in _accounts(organization, alike[0], rights, column):
                found[account].update(user[0].name for user in alike)
    return {account: frozenset(users) for account, users in found.items()}


@dataclass(frozen=True, slots=True)
class _Rights:
    """What a user may have in a mixture of states, which takes each resource from any of them.

    A policy may count with a group there, and a document with the policy, although no one state has all three.
    """

    everything: tuple[Document, ...]
    """Whatever may bear on the user, in every version, as far as it is known: what others attach adds as a rule."""
    lasting: tuple[tuple[Document, ...], ...]
    """What the user has in every state, by the same holder and name, each in every version."""
    boundaries: tuple[Document | None, ...]
    guardrails: tuple[tuple[Document, ...], ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document there is."""
        bounds = (each for each in self.boundaries if each is not None)
        return (*self.everything, *bounds, *(each for level in self.guardrails for each in level))


def _rights(accesses: Sequence[Access], user: Versions) -> _Rights:
    there = list(zip(accesses, user, strict=True))
    holders = dict.fromkeys(key for access, each in there for key in access.holders(each))
    held = [dict(access.held(each)) for access, each in there]
    bearing = [pair for each in held for pair in each.items()]
    bearing += [pair for access in accesses for key in holders for pair in access.own(key)]
    everything = (each for (_, name), document in bearing for each in _versions(accesses, name, document))
    lasting = [name for name in held[0] if all(name in each for each in held)]
    arns = dict.fromkeys(each.properties.get("PermissionsBoundary") for each in user)
    bounds = [each for arn in arns if arn is not None for each in _versions(accesses, str(arn), UNREAD)]
    return _Rights(
        _distinct(each for each in everything if each is not UNREAD),
        tuple(_distinct(each[name] for each in held) for name in lasting),
        (*([None] if None in arns else []), *_distinct(bounds)),
        tuple(level for access, each in there for level in access.guardrails(each.scope.account)),
    )


def _versions(accesses: Sequence[Access], name: str, document: Document) -> Sequence[Document]:
    """Return a managed policy as it is in any state that has it, anything else as it is."""
    return [access.managed[name] for access in accesses if name in access.managed] or [document]


def _accounts(organization: str, user: Versions, rights: _Rights, column: Column) -> frozenset[str]:
    """Return where a user gets into the roles of a column in every mixture of their versions."""
    trusts = _trusts(column)
    whole = _bearing([rights.everything], rights, trusts)
    lasting = [_bearing([(each,) for each in versions], rights, trusts) for versions in rights.lasting]

    def gets_in(role: Versions) -> bool:
        def allowed(bearing: Sequence[Policies]) -> bool:
            asked = product(user, role, bearing)
            return all(ask(who, what, organization, by).decision is Decision.ALLOWED for who, what, by in asked)

        return allowed(whole) and any(allowed(each) for each in lasting)

    words = spoken_of([*trusts, *rights.documents], (user[0].scope.account,))
    return judged(column, words, gets_in).where(column, bool)


def _bearing(
    identities: Iterable[tuple[Document, ...]], rights: _Rights, trusts: Sequence[Document]
) -> Sequence[Policies]:
    return [
        read(identity=identity, resource=trust, boundary=boundary, service_control=rights.guardrails)
        for identity, trust, boundary in product(identities, trusts, rights.boundaries)
    ]


def _trusts(column: Column) -> Sequence[Document]:
    some = next(iter(column.roles.values()))
    return _distinct(_document(each.properties.get("AssumeRolePolicyDocument")) for each in some)


def _document(value: Json) -> Document:
    return value if isinstance(value, Mapping) else UNREAD


def _distinct(documents: Iterable[Document]) -> tuple[Document, ...]:
    return tuple({text(each): each for each in documents}.values())


def _throughout(resources: Iterable[Resource], states: Sequence[State]) -> Iterator[Versions]:
    """Yield in all its versions what is in every state."""
    for each in resources:
        versions = tuple(found for state in states if (found := state.get(each.key)) is not None)
        if len(versions) == len(states):
            yield versions


def let_in(role: Resource) -> frozenset[str]:
    """Return the AWS principals a playbook role's trust lets in, under whatever conditions."""
    if not role.name.startswith(naming.ROLE_PREFIX):
        return frozenset()
    trust = policy(_document(role.properties.get("AssumeRolePolicyDocument"))).about(ENTER.lower(), principal=True)
    return frozenset(
        value
        for each in trust.allows
        if each.statement.principals is not None and not each.statement.not_principals
        for kind, value in each.statement.principals.entries
        if kind == "AWS"
    )
