"""What the accounts hold that decides: policy documents, tags and the tree of the organization, as moto keeps them.

The caller holds the emulator's lock.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from moto.iam.models import Group, IAMBackend, ManagedPolicy, Role, User, iam_backends
from moto.organizations.models import (
    FakeAccount,
    FakeOrganizationalUnit,
    FakeRoot,
    OrganizationsBackend,
    organizations_backends,
)

from breakglass.iam.arns import account_of
from breakglass.sandbox.gaps.permissions_boundaries import boundary
from breakglass.sandbox.judgement.ask import CannotJudgeError
from breakglass.sandbox.sessions import Session

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


@dataclass(frozen=True, slots=True)
class Held:
    """The organization of one management account."""

    partition: str
    management: str

    def iam(self, account: str) -> IAMBackend:
        """Return what IAM keeps of an account."""
        return iam_backends[account][self.partition]

    @property
    def organizations(self) -> OrganizationsBackend:
        """What Organizations keeps."""
        return organizations_backends[self.management][self.partition]

    @property
    def organization(self) -> str:
        """The id of the organization; raises CannotJudgeError where it was deleted."""
        found = self.organizations.org
        if found is None:
            raise CannotJudgeError("there is no organization any more")
        return found.id

    def has(self, account: str) -> bool:
        """Tell whether the organization has an account."""
        return any(each.id == account for each in self.organizations.accounts)

    def user(self, account: str, name: str) -> User | None:
        """Return a user by name."""
        return self.iam(account).users.get(name)

    def role(self, account: str, name: str) -> Role | None:
        """Return a role by name."""
        return next((each for each in self.iam(account).roles.values() if each.name == name), None)

    def role_of(self, arn: str) -> Role | None:
        """Return a role of an account of the organization by its whole ARN."""
        account = account_of(arn)
        if not self.has(account):
            return None
        return next((each for each in self.iam(account).roles.values() if each.arn == arn), None)

    def principal(self, session: Session) -> User | Role:
        """Return who acts; raises CannotJudgeError where it is not there any more."""
        name = session.arn.rpartition("/")[2]
        found = self.role_of(session.role) if session.role else self.user(session.account, name)
        if found is None:
            raise CannotJudgeError("the principal does not exist any more")
        return found

    def identity(self, principal: User | Role) -> Iterator[str]:
        """Yield the documents of a user or role, and of the user's groups."""
        yield from _documents(principal)
        if isinstance(principal, User):
            backend = self.iam(principal.account_id)
            for group in backend.get_groups_for_user(principal.name):
                yield from _documents(group)
            if backend.account_password_policy and backend.account_password_policy.allow_users_to_change_password:
                yield _own_password(principal)

    def boundary(self, principal: User | Role) -> str | None:
        """Return the document of the boundary, None where there is none."""
        arn = boundary(principal)
        return self.managed(principal.account_id, arn, "permissions boundary") if arn else None

    def narrowing(self, session: Session) -> Iterator[str]:
        """Yield the documents of the policies that narrow a session; raises CannotJudgeError where one is gone."""
        for each in session.policies:
            yield self.managed(session.account, each, "policy") if each.startswith("arn:") else each

    def managed(self, account: str, arn: str, what: str) -> str:
        """Return the document of a managed policy; raises CannotJudgeError where it is not there."""
        policy = self.iam(account).managed_policies.get(arn)
        if policy is None:
            raise CannotJudgeError(f"the {what} {arn} does not exist")
        return _document(policy)

    def guards(self, account: str, kind: str) -> tuple[tuple[str, ...], ...]:
        """Return the control policies of a kind that bind an account, level by level, the root first.

        None binds the management account, and none at all where the organization has them switched off.
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        """
        root = self.organizations.ou[0]
        enabled = isinstance(root, FakeRoot) and any(each["Type"] == kind for each in root.policy_types)
        if account == self.management or not enabled:
            return ()
        member = self._member(account)
        levels: tuple[FakeOrganizationalUnit | FakeAccount, ...] = (*self._above(member.parent_id), member)
        return tuple(
            tuple(str(policy.content) for policy in level.attached_policies if policy.type == kind) for level in levels
        )

    def path(self, account: str) -> str:
        """Return where an account is in the organization, as aws:PrincipalOrgPaths writes it.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
        """
        units = self._above(self._member(account).parent_id)
        return "/".join([self.organization, *(each.id for each in units), ""])

    def _member(self, account: str) -> FakeAccount:
        found = next((each for each in self.organizations.accounts if each.id == account), None)
        if found is None:
            raise CannotJudgeError(f"account {account} is not in the organization any more")
        return found

    def _above(self, parent: str) -> tuple[FakeOrganizationalUnit, ...]:
        """Return the units from the root down to one."""
        unit = next((each for each in self.organizations.ou if each.id == parent), None)
        if unit is None:
            raise CannotJudgeError(f"the organizational unit {parent} does not exist any more")
        return (unit,) if unit.type == "ROOT" else (*self._above(str(unit.parent_id)), unit)


def tags(holder: User | Role | ManagedPolicy) -> Mapping[str, str]:
    """Return the tags of a resource of IAM."""
    found = holder.get_tags() if isinstance(holder, ManagedPolicy) else holder.tags
    return {each["Key"]: each["Value"] for each in found or ()}


def _documents(holder: User | Role | Group) -> Iterator[str]:
    yield from holder.policies.values()
    for policy in holder.managed_policies.values():
        yield _document(policy)


def _own_password(user: User) -> str:
    """Return what a password policy lets every user do, as if a policy of the user's own said so.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
    """
    own = {"Effect": "Allow", "Action": "iam:ChangePassword", "Resource": user.arn}
    rules = {"Effect": "Allow", "Action": "iam:GetAccountPasswordPolicy", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [own, rules]})


def _document(policy: ManagedPolicy) -> str:
    default = policy.default_version_id
    return next(str(each.document) for each in policy.versions if each.version_id == default)
