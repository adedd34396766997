"""Which regions the security account has is asked of Account Management, once, and never guessed."""

import pytest

from breakglass import resources
from breakglass.errors import DeniedError
from breakglass.facts import EnabledRegions, Survey
from breakglass.resources import Scope
from tests.aws.stubs import SECURITY, Recorder, StubbedAws, StubbedEstate

HERE = Scope(SECURITY)
IN_USE = {"RegionOptStatusContains": ("ENABLED", "ENABLING", "ENABLED_BY_DEFAULT")}


@pytest.fixture
def account(aws: StubbedAws) -> Recorder:
    return aws.service("account")


def listed(**regions: str) -> dict[str, object]:
    told = {name.replace("_", "-"): status for name, status in regions.items()}
    return {"Regions": [{"RegionName": name, "RegionOptStatus": status} for name, status in told.items()]}


@pytest.mark.usefixtures("iam")
def test_every_page_is_read_and_a_region_that_is_being_enabled_counts(estate: StubbedEstate, account: Recorder) -> None:
    first = listed(us_east_1="ENABLED_BY_DEFAULT", af_south_1="ENABLING")
    account.expect("list_regions", IN_USE, {**first, "NextToken": "more"})
    account.expect("list_regions", {**IN_USE, "NextToken": "more"}, listed(ap_east_1="ENABLED"))
    reading = estate.read(Survey(HERE, frozenset(), chain=True))
    assert reading.facts == (EnabledRegions(HERE, ("af-south-1", "ap-east-1", "us-east-1")),)
    assert not reading.unread


@pytest.mark.usefixtures("iam")
def test_regions_that_are_not_told_are_unread_and_hide_nothing(estate: StubbedEstate, account: Recorder) -> None:
    account.expect("list_regions", IN_USE, {**listed(us_east_1="ENABLED_BY_DEFAULT"), "NextToken": "more"})
    account.refuse("list_regions", {**IN_USE, "NextToken": "more"}, "AccessDeniedException")
    reading = estate.read(Survey(HERE, frozenset(), chain=True))
    (unread,) = reading.unread
    assert (unread.scope, unread.what, unread.types) == (HERE, "the enabled regions", frozenset())
    assert isinstance(unread.why, DeniedError)
    assert not reading.facts


def test_without_the_chain_nobody_asks(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("get_account_password_policy", {}, "NoSuchEntity")
    reading = estate.read(Survey(HERE, frozenset({resources.PASSWORD_POLICY})))
    assert not reading.facts
    assert not reading.unread
