"""Which documents bear on whom, in one state: what is desired, or what was read back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

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
        """Every user the roles' trust could mean."""
        return tuple(each for each in self._all(USER) if each.path.startswith(naming.PATH))

    @cached_property
    def playbook_roles(self) -> tuple[Resource, ...]:
        """Every role with a playbook's name."""
        return tuple(each for each in self._all(ROLE) if each.name.startswith(naming.ROLE_PREFIX))

    def roles(self, name: str) -> tuple[Resource, ...]:
        """Return every role of a name."""
        return tuple(each for each in self._all(ROLE) if each.name == name)

    def identity(self, holder: Resource) -> tuple[Document, ...]:
        """Return the policies of a user with those of its groups, or of a role."""
        groups = [Key(holder.scope, GROUP, str(each)) for each in items(holder.properties.get("Groups", ()))]
        holders = [holder, *(self.state[key] for key in groups if key in self.state)]
        unknown = [UNREAD for key in groups if key not in self.state]
        return (*(document for each in holders for document in self._own(each)), *unknown)

    def boundary(self, holder: Resource) -> Document | None:
        """Return the permissions boundary of a user or role, if it has one."""
        arn = holder.properties.get("PermissionsBoundary")
        return None if arn is None else self._documents.get(str(arn), UNREAD)

    def guardrails(self, account: str) -> tuple[tuple[Document, ...], ...]:
        """Return the service control policies upon an account as far as they are ours, the root's first."""
        upon: dict[str, list[Document]] = {naming.ORGANIZATION_ROOT: [_FULL], account: [_FULL]}
        for each in self._all(SERVICE_CONTROL_POLICY):
            for target in items(each.properties["TargetIds"]):
                if target in upon:
                    upon[str(target)].append(_document(each.properties["Content"]))
        if SERVICE_CONTROL_POLICY in self.unread:
            upon[account].append(UNREAD)
        return tuple(tuple(level) for level in upon.values())

    def trust(self, role: Resource) -> Document:
        """Return the trust policy of a role."""
        return _document(role.properties.get("AssumeRolePolicyDocument"))

    def likeness(self, *documents: Document | None, account: str = "", name: str = "") -> str:
        """Return documents as text, without the account and the name of their holder: equal if they are alike."""
        written = "\n".join("" if each is None else self._text(each) for each in documents)
        for each, symbol in ((account, "${Account}"), (name, "${Name}")):
            written = written.replace(each, symbol) if each else written
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

    def _own(self, holder: Resource) -> Iterator[Document]:
        for arn in items(holder.properties["ManagedPolicyArns"]):
            yield self._documents.get(str(arn), UNREAD)
        for each in items(holder.properties["Policies"]):
            yield _document(each.get("PolicyDocument") if isinstance(each, Mapping) else None)

    @cached_property
    def _documents(self) -> Mapping[str, Document]:
        return {each.arn: _document(each.properties["PolicyDocument"]) for each in self._all(MANAGED_POLICY)}

    def _all(self, type_: str) -> Iterator[Resource]:
        yield from (each for key, each in sorted(self.state.items()) if key.type == type_)


def _document(value: Json) -> Document:
    return value if isinstance(value, Mapping) else UNREAD
