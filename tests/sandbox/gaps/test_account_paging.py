from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from breakglass.sandbox.server import Sandbox
from tests.conftest import manifest
from tests.sandbox.support import Clients, refused

if TYPE_CHECKING:
    from mypy_boto3_organizations.type_defs import PaginatorConfigTypeDef

MANY = manifest(accounts=[{"id": f"7000000000{n:02}", "name": f"a{n}"} for n in range(40)])


@pytest.mark.parametrize("size", [None, 1, 7, 20])
def test_every_account_is_told_once(size: int | None) -> None:
    settings: PaginatorConfigTypeDef = {"PageSize": size} if size else {}
    with Sandbox(MANY) as sandbox:
        paginator = Clients(sandbox).organizations().get_paginator("list_accounts")
        pages = list(paginator.paginate(PaginationConfig=settings))
    assert [account["Id"] for page in pages for account in page["Accounts"]] == list(MANY.account_ids)
    assert len(pages) == -(-len(MANY.account_ids) // (size or 20))


def test_bad_pages_are_refused(aws: Clients) -> None:
    organizations = aws.organizations()
    for size in (0, 21):
        with refused("InvalidInputException"):
            organizations.list_accounts(MaxResults=size)
    with refused("InvalidInputException"):
        organizations.list_accounts(NextToken="nonsense")
