import time
from unittest.mock import patch

import pytest

from breakglass import resources
from breakglass.aws.estate import AwsEstate, SystemClock
from breakglass.aws.hands import HANDS
from breakglass.cloud import Estate
from breakglass.errors import CredentialsError, DeniedError, RejectedError, UnavailableError
from breakglass.resources import KINDS, Resource, Scope
from tests.aws.stubs import ACCESS_KEY, PROD, FakeClock, Recorder, StubbedAws, assume_role

GROUP = Resource(resources.GROUP, Scope(PROD), {"GroupName": "break-glass-incident", "Path": "/break-glass/"})
MADE = {"GroupName": "break-glass-incident", "Path": "/break-glass/"}


@pytest.fixture
def elsewhere(aws: StubbedAws) -> AwsEstate:
    """An estate whose resources live in another account than the caller."""
    aws.caller()
    return AwsEstate(aws.sessions(), FakeClock())


def test_every_kind_has_a_writer() -> None:
    assert HANDS.keys() == KINDS.keys()


def test_it_is_the_port(elsewhere: Estate, aws: StubbedAws) -> None:
    aws.assumed()
    answer = {"Group": {**MADE, "GroupId": "AGPAIOSFODNN7EXAMPLE", "Arn": GROUP.arn, "CreateDate": 0}}
    aws.iam(ACCESS_KEY).expect("create_group", MADE, answer)
    elsewhere.create(GROUP)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("AccessDenied", DeniedError), ("Throttling", UnavailableError), ("EntityAlreadyExists", RejectedError)],
)
def test_a_failed_write_names_account_resource_and_operation(
    elsewhere: AwsEstate, aws: StubbedAws, code: str, expected: type[DeniedError | UnavailableError | RejectedError]
) -> None:
    aws.assumed()
    aws.iam(ACCESS_KEY).refuse("create_group", MADE, code, "words of AWS")
    with pytest.raises(expected, match="CreateGroup") as raised:
        elsewhere.create(GROUP)
    assert raised.value.subject == GROUP.arn
    assert PROD in raised.value.message


@pytest.mark.parametrize(("region", "named"), [("ap-south-2", True), ("global", False)])
def test_credentials_that_a_region_does_not_accept_may_be_of_an_account_without_it(
    elsewhere: AwsEstate, aws: StubbedAws, region: str, named: bool
) -> None:
    aws.assumed()
    if named:
        gone = Resource(resources.EVENT_BUS, Scope(PROD, region), {"Name": "break-glass"})
        events = aws.session.record("events", ACCESS_KEY)
        events.refuse("delete_event_bus", {"Name": "break-glass"}, "UnrecognizedClientException")
    else:
        gone = GROUP
        aws.iam(ACCESS_KEY).refuse("get_group", {"GroupName": GROUP.name}, "InvalidClientTokenId", status=403)
    with pytest.raises(CredentialsError) as raised:
        elsewhere.delete(gone)
    assert (f"enable {region} in the account" in raised.value.advice) == named
    assert "sign in again" in raised.value.advice


def test_updates_and_deletions_fail_in_our_words_too(elsewhere: AwsEstate, aws: StubbedAws) -> None:
    aws.assumed()
    iam: Recorder = aws.iam(ACCESS_KEY)
    moved = Resource(GROUP.type, GROUP.scope, {"GroupName": GROUP.name, "Path": "/"})
    iam.refuse("update_group", {"GroupName": GROUP.name, "NewPath": "/break-glass/"}, "AccessDenied")
    iam.refuse("get_group", {"GroupName": GROUP.name}, "AccessDenied")
    with pytest.raises(DeniedError, match="UpdateGroup"):
        elsewhere.update(moved, GROUP)
    with pytest.raises(DeniedError, match="GetGroup"):
        elsewhere.delete(GROUP)


def test_nothing_is_written_where_the_role_cannot_be_assumed(elsewhere: AwsEstate, aws: StubbedAws) -> None:
    for _ in range(3):
        aws.sts().refuse("assume_role", assume_role(PROD), "AccessDenied")
    with pytest.raises(DeniedError, match="AssumeRole"):
        elsewhere.create(GROUP)
    with pytest.raises(DeniedError, match="AssumeRole"):
        elsewhere.update(GROUP, GROUP)
    with pytest.raises(DeniedError, match="AssumeRole"):
        elsewhere.delete(GROUP)


def test_the_system_clock_waits() -> None:
    with patch.object(time, "sleep") as sleep:
        SystemClock().sleep(1.5)
    sleep.assert_called_once_with(1.5)
