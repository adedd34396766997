"""The organization as AWS Organizations tells it: for a first manifest, and to see that a manifest speaks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from breakglass import naming
from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Identity, Sessions
from breakglass.errors import DeniedError, RefusedError
from breakglass.facts import MemberAccount
from breakglass.manifest.starter import Organization
from breakglass.workers import parallel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_organizations.type_defs import AccountTypeDef

_LISTING: Final = (
    "allow organizations:ListAccountsForParent and organizations:ListOrganizationalUnitsForParent, to the credentials "
    "of the management account or of a delegated administrator; or list the accounts of the unit under `accounts`"
)


def require(sessions: Sessions, organization: str, management: str) -> None:
    """See that the caller is in this organization, with this management account; any member account may ask.

    Raises RefusedError where it is another: its accounts, and its ids in policies, would not be the ones meant. Raises
    CredentialsError, DeniedError, UnavailableError or RejectedError where AWS does not tell.
    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
    """
    caller = sessions.identity()
    client = sessions.client("organizations", caller.account)
    with translated(caller.account, if_denied=_right_credentials(caller)), understood(caller.account):
        found = client.describe_organization()["Organization"]
        told = {"organization": found["Id"], "management_account.id": found["MasterAccountId"]}
    meant = {"organization": organization, "management_account.id": management}
    for key, value in told.items():
        if value != meant[key]:
            raise RefusedError(
                f"{key} is {value} where these credentials belong, and {meant[key]} in the manifest",
                subject=meant[key],
                advice="mend the manifest, or use credentials of the organization it speaks of",
            )


def _right_credentials(caller: Identity) -> str:
    """Return what to do where the caller may not ask: a person who responds is signed in as the wrong one of two."""
    if f":user{naming.PATH}" in caller.arn or f":assumed-role/{naming.ROLE_PREFIX}" in caller.arn:
        return f"these are credentials to respond with ({caller.arn}): use those you administer with, in another shell"
    return "allow the caller organizations:DescribeOrganization"


def describe(sessions: Sessions) -> Organization:
    """Ask AWS Organizations, with the caller's own credentials.

    Raises CredentialsError, DeniedError, UnavailableError or RejectedError, the last outside any organization.
    """
    caller = sessions.identity()
    client = sessions.client("organizations", caller.account)
    advice = "use credentials of the management account or of a delegated administrator, or write the manifest by hand"
    with translated(caller.account, if_denied=advice):
        organization = client.describe_organization()["Organization"]
        pages = client.get_paginator("list_accounts").paginate()
        listed = [(each["Id"], each["Name"]) for page in pages for each in page["Accounts"] if _state(each) == "ACTIVE"]
    return Organization(organization["Id"], organization["MasterAccountId"], tuple(sorted(listed)), caller.partition)


class AwsOrganization:
    """The organizational units of an organization, as the caller's account or the management account is told.

    Only these two are answered, the first if it is a delegated administrator.
    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
    """

    def __init__(self, sessions: Sessions, management: str) -> None:
        self._sessions = sessions
        self._management = management

    def members(self, unit: str) -> Sequence[MemberAccount]:
        """Return every account under a unit, level by level: the units of one level are asked side by side."""
        found: dict[str, MemberAccount] = {}
        level = [unit]
        while level:
            answers = parallel(self._ask, level)
            found |= {each.id: each for members, _ in answers for each in members}
            level = [child for _, children in answers for child in children]
        return [found[account] for account in sorted(found)]

    def _ask(self, unit: str) -> tuple[list[MemberAccount], list[str]]:
        own = self._sessions.identity().account
        try:
            return self._ask_in(own, unit)
        except DeniedError:
            if own == self._management:
                raise
        return self._ask_in(self._management, unit)

    def _ask_in(self, account: str, unit: str) -> tuple[list[MemberAccount], list[str]]:
        client = self._sessions.client("organizations", account)
        with translated(account, unit, if_denied=_LISTING), understood(account):
            return accounts(client, unit), units(client, unit)


def accounts(client: OrganizationsClient, unit: str) -> list[MemberAccount]:
    """Return the accounts that are in a unit, or in the root, itself."""
    pages = client.get_paginator("list_accounts_for_parent").paginate(ParentId=unit)
    return [MemberAccount(each["Id"], each["Name"], _state(each)) for page in pages for each in page["Accounts"]]


def units(client: OrganizationsClient, unit: str) -> list[str]:
    """Return the ids of the units that are in a unit, or in the root, itself."""
    pages = client.get_paginator("list_organizational_units_for_parent").paginate(ParentId=unit)
    return [each["Id"] for page in pages for each in page["OrganizationalUnits"]]


def _state(account: AccountTypeDef) -> str:
    """Return the state of an account; `Status` was retired in September 2026 in favour of `State`.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """
    return str(account.get("State", account.get("Status", "UNKNOWN")))
