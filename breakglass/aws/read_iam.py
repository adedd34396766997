"""What an account's IAM holds in the namespace, in as few calls as AWS allows.

- A target account costs GetAccountAuthorizationDetails and ListRoles, whatever the number of its roles; the security
  account one call more, for the credentials three for each user and one for all, and for what people sign in with two
  for each user and two for all. What is asked of each user is asked side by side.
- What is neither named like ours nor tagged by any manifest is left out; in the security account its users are facts.
- A part that cannot be read is in `unread`, and resources it would make wrong are not reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from breakglass import naming, resources
from breakglass.aws import credentials, details, enrolments
from breakglass.aws.failures import translated
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.facts import Fact, ForeignUser
from breakglass.workers import parallel

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.literals import EntityTypeType
    from mypy_boto3_iam.type_defs import (
        GroupDetailTypeDef,
        ManagedPolicyDetailTypeDef,
        RoleDetailTypeDef,
        RoleTypeDef,
        UserDetailTypeDef,
    )

_PAGE = 1000
"""The most IAM puts on one page, as MaxItems.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

_FILTERS: Mapping[str, EntityTypeType] = {
    resources.USER: "User",
    resources.GROUP: "Group",
    resources.ROLE: "Role",
    resources.MANAGED_POLICY: "LocalManagedPolicy",
}


@dataclass(slots=True)
class _Details:
    """The authorization details of an account, all pages of them."""

    users: list[UserDetailTypeDef] = field(default_factory=list)
    groups: list[GroupDetailTypeDef] = field(default_factory=list)
    roles: list[RoleDetailTypeDef] = field(default_factory=list)
    policies: list[ManagedPolicyDetailTypeDef] = field(default_factory=list)


def read(sessions: Sessions, found: Found) -> None:
    """Add what the account's IAM holds in the namespace.

    Raises CredentialsError, DeniedError, UnavailableError or RejectedError where nothing of it can be read.
    """
    survey, account = found.survey, found.survey.scope.account
    iam = sessions.client("iam", account)
    of_users = frozenset({resources.USER}) if survey.credentials or survey.enrolment else frozenset[str]()
    with translated(account):
        listed = _authorization_details(iam, survey.types | of_users)
    _users(found, listed.users)
    _groups(found, listed.groups)
    _roles(found, iam, listed.roles)
    _policies(found, listed.policies)
    if resources.PASSWORD_POLICY in survey.types:
        _password_policy(found, iam)
    ours = sorted(each["UserName"] for each in listed.users if _is_our_user(each))
    if survey.credentials:
        _credentials(found, iam, ours)
    if survey.enrolment:
        _enrolment(found, iam, ours)


def _authorization_details(iam: IAMClient, wanted: Iterable[str]) -> _Details:
    listed = _Details()
    kinds = [name for type_, name in _FILTERS.items() if type_ in wanted]
    if not kinds:  # without a filter AWS would tell everything, its own policies included
        return listed
    pages = iam.get_paginator("get_account_authorization_details")
    for page in pages.paginate(Filter=kinds, PaginationConfig={"PageSize": _PAGE}):
        listed.users += page.get("UserDetailList", [])
        listed.groups += page.get("GroupDetailList", [])
        listed.roles += page.get("RoleDetailList", [])
        listed.policies += page.get("Policies", [])
    return listed


def _users(found: Found, listed: Iterable[UserDetailTypeDef]) -> None:
    if resources.USER not in found.survey.types:
        return
    scope = found.survey.scope
    for each in listed:
        if _is_our_user(each):
            found.resources.append(details.user(scope, each))
        else:
            found.facts.append(ForeignUser(scope, each["UserName"], tuple(sorted(each.get("GroupList", ())))))


def _groups(found: Found, listed: Iterable[GroupDetailTypeDef]) -> None:
    ours = (each for each in listed if naming.is_ours_by_name("group", each["GroupName"], each["Path"]))
    found.resources += [details.group(found.survey.scope, each) for each in ours]


def _roles(found: Found, iam: IAMClient, listed: Iterable[RoleDetailTypeDef]) -> None:
    ours = [each for each in listed if _is_our_role(each)]
    if not ours:
        return
    with found.part("the roles", resources.ROLE):
        rows = _role_rows(iam)
        for each in ours:
            with found.part(f"the role {each['RoleName']}", resources.ROLE):
                found.resources.append(details.role(found.survey.scope, each, rows.get(each["RoleName"])))


def _role_rows(iam: IAMClient) -> Mapping[str, RoleTypeDef]:
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": _PAGE})
    return {row["RoleName"]: row for page in pages for row in page["Roles"]}


def _policies(found: Found, listed: Iterable[ManagedPolicyDetailTypeDef]) -> None:
    for each in listed:
        name = each["PolicyName"]
        if naming.is_ours_by_name("policy", name, each["Path"]):
            with found.part(f"the managed policy {name}", resources.MANAGED_POLICY):
                found.resources.append(details.managed_policy(found.survey.scope, each))
                if each["Path"] == naming.PATH:  # another's versions are another's matter
                    found.facts += details.idle_versions(found.survey.scope, each)


def _password_policy(found: Found, iam: IAMClient) -> None:
    with found.part("the password policy", resources.PASSWORD_POLICY):
        try:
            answer = iam.get_account_password_policy()
        except iam.exceptions.NoSuchEntityException:  # the account has none of its own
            return
        found.resources.append(details.password_policy(found.survey.scope, answer["PasswordPolicy"]))


def _credentials(found: Found, iam: IAMClient, users: Sequence[str]) -> None:
    scope = found.survey.scope
    with found.part("the service-specific credentials"):
        everyones = tuple(credentials.service_specific(iam, scope))
        found.facts += [each for each in everyones if each.user in users]
    _of_each(found, users, "the credentials of {}", lambda name: credentials.of_user(iam, scope, name))


def _enrolment(found: Found, iam: IAMClient, users: Sequence[str]) -> None:
    scope = found.survey.scope
    with found.part("the MFA devices that nobody has"):
        found.facts += enrolments.unassigned(iam, scope)
    with found.part("what people sign in with"):
        last = enrolments.sign_ins(iam)
        told = "what {} signs in with"
        _of_each(found, users, told, lambda name: [enrolments.of_user(iam, scope, name, last.get(name))])


def _of_each(found: Found, users: Sequence[str], told: str, facts: Callable[[str], Iterable[Fact]]) -> None:
    """Add the facts about each user, in the order of the users; those of one that cannot be read hide no other's."""

    def one(name: str) -> Found:
        mine = Found(found.survey)
        with mine.part(told.format(name)):
            mine.facts += facts(name)
        return mine

    for each in parallel(one, users):
        found.facts += each.facts
        found.unread += each.unread


def _is_our_user(detail: UserDetailTypeDef) -> bool:
    return _is_tagged(detail) or naming.is_ours_by_name("user", detail["UserName"], detail["Path"])


def _is_our_role(detail: RoleDetailTypeDef) -> bool:
    return _is_tagged(detail) or naming.is_ours_by_name("role", detail["RoleName"], detail["Path"])


def _is_tagged(detail: UserDetailTypeDef | RoleDetailTypeDef) -> bool:
    """Tell whether any manifest says it is its own."""
    return naming.OWNER_TAG in details.tags(detail.get("Tags", ()))
