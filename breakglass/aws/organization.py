"""The organization as AWS Organizations tells it: for a first manifest, and to see that a manifest speaks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass import naming
from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Identity, Sessions
from breakglass.errors import RefusedError
from breakglass.manifest.starter import Organization

if TYPE_CHECKING:
    from mypy_boto3_organizations.type_defs import AccountTypeDef


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
        listed = [(each["Id"], each["Name"]) for page in pages for each in page["Accounts"] if _is_active(each)]
    accounts = tuple(sorted(listed))
    return Organization(organization["Id"], organization["MasterAccountId"], accounts, caller.partition)


def _is_active(account: AccountTypeDef) -> bool:
    """Tell whether the account is in use; `Status` was retired in September 2026 in favour of `State`.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """
    return str(account.get("State", account.get("Status"))) == "ACTIVE"
