"""Which regions can be used in an account: the account itself may ask, in the partition's own region for it.

It asks without an account id: with one, only the management account or a delegated administrator may.
https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.facts import EnabledRegions

if TYPE_CHECKING:
    from mypy_boto3_account.literals import RegionOptStatusType

IN_USE: tuple[RegionOptStatusType, ...] = ("ENABLED", "ENABLING", "ENABLED_BY_DEFAULT")
"""A region that is being enabled is in use within minutes, or hours at most.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""


def read(sessions: Sessions, found: Found) -> None:
    """Add the regions that are enabled; where AWS does not tell they are unread."""
    scope = found.survey.scope
    with found.part("the enabled regions"):
        account = sessions.client("account", scope.account)
        pages = account.get_paginator("list_regions").paginate(RegionOptStatusContains=IN_USE)
        names = sorted(each["RegionName"] for page in pages for each in page["Regions"])
        found.facts.append(EnabledRegions(scope, tuple(names)))
