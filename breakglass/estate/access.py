"""Which documents bear on whom, in one state: what is desired, or what was read back."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import TypeAlias

from breakglass import naming
from breakglass.documents import Document, Json, text
from breakglass.resources import (
    GROUP,
    MANAGED_POLICY,
    ROLE,
    SERVICE_CONTROL_POLICY,
    USER,
    Key,
    Resource,
    State,
    items,
)

UNREAD: Document = {"Version": "2012-10-17", "Statement": [], "(a policy that was not read)": ""}
"""Stands for a policy whose document is not known: the engine relies on nothing it might say."""

Held: TypeAlias = tuple[tuple[Key, str], Document]
"""A policy, by who holds it and what it is called there."""

_BY_NAME = re.compile(r'"aws:(username|userid|principal(?!orgid|account)[^"]*)":|:user/[^"$]*[*?]', re.IGNORECASE)
_BY_ACCOUNT = re.compile(
    r'"aws:(principal|resource|source)account":|:(?=[^:"]*[0-9])[0-9*?]*[*?][0-9*?]*:', re.IGNORECASE
)
"""What in a document can tell its holders apart, although it reads the same for all."""

_FULL: Document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
"""FullAWSAccess, which every level holds; what else an organization attaches there only takes away.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""


@dataclass(frozen=True)
class Access:
    """The users and roles of a state, whoever made them, with the documents that bear on them."""

    state: State
    unread: frozenset[str] = frozenset()
    """Types of resources of which some could not be read."""

    @cached_property
    def users(self) -> tuple[Resource, ...]:
        """Every user the roles' trust is to mean."""
        return tuple(each for each in self.everyone if each.path.startswith(naming.PATH))

    @property
    def everyone(self) -> tuple[Resource, ...]:
        """Every user, in whatever path."""
        return self._all.get(USER, ())

    @cached_property
    def playbook_roles(self) -> tuple[Resource, ...]:
        """Every role with a playbook's name; the canary is none, and has claims of its own."""
        return tuple(each for each in self._all.get(ROLE, ()) if naming.is_playbook_role(each.name))

    def roles(self, name: str) -> tuple[Resource, ...]:
        """Return every role of a name."""
        return tuple(each for each in self._all.get(ROLE, ()) if each.name == name)

    def identity(self, holder: Resource) -> tuple[Document, ...]:
        """Return the policies of a user with those of its groups, or of a role."""
        return tuple(document for _, document in self.held(holder))

    def held(self, holder: Resource) -> tuple[Held, ...]:
        """Return the same policies, each with who holds it and its ARN or, of an inline policy, its name."""
        keys = self.holders(holder)
        unknown = [((key, "policies that are not known"), UNREAD) for key in keys if key not in self.state]
        return (*(each for key in keys for each in self.own(key)), *unknown)

    def holders(self, holder: Resource) -> tuple[Key, ...]:
        """Return a user with its groups, or a role."""
        groups = items(holder.properties.get("Groups", ()))
        return (holder.key, *(Key(holder.scope, GROUP, str(each)) for each in groups))

    def own(self, key: Key) -> Iterator[Held]:
        """Yield the policies of one holder by itself; none of one that is not there."""
        properties = self.state[key].properties if key in self.state else {}
        for arn in items(properties.get("ManagedPolicyArns")):
            yield (key, str(arn)), self.document(str(arn))
        for each in items(properties.get("Policies")):
            inline = each if isinstance(each, Mapping) else {}
            yield (key, str(inline.get("PolicyName"))), _document(inline.get("PolicyDocument"))

    def document(self, arn: str) -> Document:
        """Return the document of a managed policy."""
        return self.managed.get(arn, UNREAD)

    def boundary(self, holder: Resource) -> Document | None:
        """Return the permissions boundary of a user or role, if it has one."""
        arn = holder.properties.get("PermissionsBoundary")
        return None if arn is None else self.document(str(arn))

    def guardrails(self, account: str) -> tuple[tuple[Document, ...], ...]:
        """Return the service control policies upon an account as far as they are ours, the root's first."""
        upon: dict[str, list[Document]] = {naming.ORGANIZATION_ROOT: [_FULL], account: [_FULL]}
        for each in self._all.get(SERVICE_CONTROL_POLICY, ()):
            for target in items(each.properties.get("TargetIds")):
                if target in upon:
                    upon[str(target)].append(_document(each.properties.get("Content")))
        if SERVICE_CONTROL_POLICY in self.unread:
            upon[account].append(UNREAD)
        return tuple(tuple(level) for level in upon.values())

    def trust(self, role: Resource) -> Document:
        """Return the trust policy of a role."""
        return _document(role.properties.get("AssumeRolePolicyDocument"))

    def likeness(self, *documents: Document | None, account: str = "", name: str = "") -> str:
        """Return documents as text, without the account and the name of their holder: equal if they are alike.

        Where a document may itself tell accounts or names apart, by a condition or a pattern, none is like another.
        """
        written = "\n".join("" if each is None else self._text(each) for each in documents)
        for each, symbol, apart in ((account, "${Account}", _BY_ACCOUNT), (name, "${Name}", _BY_NAME)):
            if each:
                written = f"{written}\n{each}" if apart.search(written) else written.replace(each, symbol)
        return written

    def _text(self, document: Document) -> str:
        """Return a document as text; most are one value for many accounts, and are written once."""
        found = self._texts.get(id(document))
        if found is None or found[0] is not document:
            found = self._texts[id(document)] = (document, text(document))
        return found[1]

    @cached_property
    def _texts(self) -> dict[int, tuple[Document, str]]:
        return {}

    @cached_property
    def managed(self) -> Mapping[str, Document]:
        """The documents of the managed policies that are known, by ARN."""
        return {
            each.arn: _document(each.properties.get("PolicyDocument")) for each in self._all.get(MANAGED_POLICY, ())
        }

    @cached_property
    def _all(self) -> Mapping[str, tuple[Resource, ...]]:
        """By type, in the order of their keys."""
        found: dict[str, list[tuple[tuple[str, str, str, str], Resource]]] = {}
        for key, each in self.state.items():
            scope = key.scope
            found.setdefault(key.type, []).append(((scope.account, scope.region, scope.partition, key.name), each))
        return {type_: tuple(each for _, each in sorted(row, key=itemgetter(0))) for type_, row in found.items()}


def _document(value: Json) -> Document:
    return value if isinstance(value, Mapping) else UNREAD
