"""Account Management tells and enables the regions of the caller's account, and of no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from breakglass.sandbox.server import Sandbox
from tests.conftest import manifest
from tests.sandbox.support import (
    EVERYTHING,
    MANAGEMENT,
    PROD,
    REGION,
    SECURITY,
    Clients,
    Keys,
    client,
    identity_policy,
    refused,
    send,
    signed,
)

if TYPE_CHECKING:
    from mypy_boto3_account import AccountClient
    from mypy_boto3_account.literals import RegionOptStatusType

LISTED = ["ap-southeast-2", "eu-west-1", "us-east-1", "us-west-2"]
IN_USE: list[RegionOptStatusType] = ["ENABLED", "ENABLING", "ENABLED_BY_DEFAULT"]
CHINA = {
    "partition": "aws-cn",
    "regions": ["cn-north-1"],
    "trail": {"account": "333333333333", "region": "cn-north-1", "log_group": "organization-trail"},
    "alerts": {
        "email": ["oncall@acme.example"],
        "sqs": ["arn:aws-cn:sqs:cn-north-1:333333333333:pager"],
        "second_region": "cn-northwest-1",
        "regions": ["cn-north-1", "cn-northwest-1"],
    },
}


def account(aws: Clients, keys: Keys, region: str = REGION) -> AccountClient:
    return cast("AccountClient", client("account", aws.sandbox.url, region, keys))


@pytest.fixture
def security(aws: Clients) -> AccountClient:
    return account(aws, aws.provisioner(SECURITY))


def enabled(of: AccountClient, size: int = 50) -> list[str]:
    pages = of.get_paginator("list_regions").paginate(
        RegionOptStatusContains=IN_USE, PaginationConfig={"PageSize": size}
    )
    return [each["RegionName"] for page in pages for each in page["Regions"]]


def test_in_another_partition_its_own_region_answers() -> None:
    with Sandbox(manifest(**CHINA)) as sandbox:
        aws = Clients(sandbox)
        assert enabled(account(aws, aws.administrator, "cn-north-1")) == ["cn-north-1", "cn-northwest-1"]
        assert {each.region for each in sandbox.calls} == {"cn-northwest-1"}


@pytest.mark.parametrize("size", [1, 3, 50])
def test_the_regions_of_the_manifest_are_enabled_at_first(security: AccountClient, size: int) -> None:
    assert enabled(security, size) == LISTED


def test_whoever_asks_for_all_is_told_the_others_too(security: AccountClient) -> None:
    told = {each["RegionName"]: each["RegionOptStatus"] for each in security.list_regions()["Regions"]}
    assert told["eu-south-1"] == "DISABLED"
    assert told["eu-west-1"] == "ENABLED_BY_DEFAULT"


def test_a_region_is_enabled_in_one_account_until_the_sandbox_is_reset(aws: Clients, security: AccountClient) -> None:
    security.enable_region(RegionName="eu-south-1")
    security.enable_region(RegionName="eu-west-1")
    assert enabled(security) == sorted([*LISTED, "eu-south-1"])
    assert enabled(account(aws, aws.provisioner(PROD))) == LISTED
    (call,) = [each for each in aws.sandbox.events if each["requestParameters"] == {"regionName": "eu-south-1"}]
    assert (call["eventSource"], call["eventName"]) == ("account.amazonaws.com", "EnableRegion")
    assert (call["awsRegion"], call["readOnly"]) == ("us-east-1", False)
    aws.sandbox.reset()
    assert enabled(account(aws, aws.provisioner(SECURITY))) == LISTED


def test_what_cannot_be_is_refused(security: AccountClient) -> None:
    with refused("ValidationException", "no region mars-north-1"):
        security.enable_region(RegionName="mars-north-1")
    for size in (0, 51):
        with refused("ValidationException", "MaxResults"):
            security.list_regions(MaxResults=size)
    with refused("ValidationException", "NextToken"):
        security.list_regions(NextToken="nonsense")


def test_the_policies_decide(aws: Clients) -> None:
    own = f"arn:aws:account::{SECURITY}:account"
    target = {"StringEquals": {"account:TargetRegion": "eu-south-1"}}
    reads = identity_policy(Action="account:ListRegions", Resource=own)
    enables = identity_policy(Action="account:EnableRegion", Resource=own, Condition=target)
    ana = account(aws, aws.user(SECURITY, "ana", reads, enables))
    ana.enable_region(RegionName="eu-south-1")
    assert "eu-south-1" in enabled(ana)
    with refused("AccessDeniedException", f"account:EnableRegion on resource: {own} because"):
        ana.enable_region(RegionName="ap-east-1")
    aws.guard(SECURITY, {"Effect": "Deny", "Action": "account:ListRegions", "Resource": "*"})
    with refused("AccessDeniedException", "explicit deny in a service control policy"):
        enabled(ana)


def test_whatever_else_is_denied(aws: Clients) -> None:
    root = account(aws, aws.administrator)
    with refused("AccessDeniedException", "account:GetContactInformation is not modelled"):
        root.get_contact_information()
    with refused("AccessDeniedException", "account:ListRegions of another account is not modelled"):
        root.list_regions(AccountId=SECURITY)


def test_an_operation_is_named_by_its_path_and_by_nothing_else(aws: Clients) -> None:
    keys = aws.user(MANAGEMENT, "ana", EVERYTHING)
    for path in ("/", "/listRegions/more", "/listRegions/"):
        headers = signed(aws.sandbox, keys, b"{}", service="account", path=path)
        status, body = send(aws.sandbox, b"{}", headers, path=path)
        assert status == 400
        assert "InvalidAction" in body
    headers = signed(aws.sandbox, keys, b"{}", service="account", path="/listRegions")
    status, body = send(aws.sandbox, b"{}", headers, path="/listRegions")
    assert (status, "eu-west-1" in body) == (200, True)
