from collections.abc import Iterable, Mapping

import pytest

from breakglass.facts import LogGroup
from breakglass.resources import DELETION_PROTECTION
from tests.aws.alerting.support import SCOPE, read, resource
from tests.aws.stubs import Recorder, StubbedEstate

TRAIL = {"logGroupName": "organization-trail", "retentionInDays": 365, "deletionProtectionEnabled": True}
OTHER = {"logGroupName": "/aws/lambda/x", "deletionProtectionEnabled": False}
ENCRYPTED = {"logGroupName": "old", "kmsKeyId": "arn:aws:kms:us-west-2:111111111111:key/x"}
PROTECTED = resource(DELETION_PROTECTION, LogGroupName="organization-trail", DeletionProtectionEnabled=True)


def tell(logs: Recorder, *groups: Mapping[str, object]) -> None:
    logs.expect("describe_log_groups", {}, {"logGroups": list(groups)})


def names(facts: Iterable[object]) -> list[str]:
    return [each.log_group_name for each in facts if isinstance(each, LogGroup)]


def test_a_log_group_that_is_protected_shows_and_one_that_is_not_does_not(
    estate: StubbedEstate, logs: Recorder
) -> None:
    tell(logs, TRAIL, OTHER, ENCRYPTED)
    reading = read(estate, DELETION_PROTECTION)
    assert reading.resources == (PROTECTED,)
    assert reading.facts == ()


def test_every_log_group_is_a_fact_of_the_chain(estate: StubbedEstate, logs: Recorder) -> None:
    tell(logs, TRAIL, OTHER, ENCRYPTED)
    reading = read(estate, DELETION_PROTECTION, chain=True)
    assert reading.facts == (
        LogGroup(SCOPE, "organization-trail", 365, ""),
        LogGroup(SCOPE, "/aws/lambda/x", None, ""),
        LogGroup(SCOPE, "old", None, "arn:aws:kms:us-west-2:111111111111:key/x"),
    )
    assert reading.resources == (PROTECTED,)


@pytest.mark.parametrize(
    ("told", "masked"),
    [
        ({"dataProtectionStatus": "ACTIVATED"}, True),
        ({"inheritedProperties": ["ACCOUNT_DATA_PROTECTION"]}, True),
        ({"dataProtectionStatus": "DISABLED"}, False),
    ],
)
def test_a_log_group_under_a_data_protection_policy_is_masked(
    estate: StubbedEstate, logs: Recorder, told: Mapping[str, object], masked: bool
) -> None:
    tell(logs, {**TRAIL, **told})
    (fact,) = read(estate, DELETION_PROTECTION, chain=True).facts
    assert fact == LogGroup(SCOPE, "organization-trail", 365, "", is_masked=masked)


def test_log_groups_are_read_page_by_page(estate: StubbedEstate, logs: Recorder) -> None:
    logs.expect("describe_log_groups", {}, {"logGroups": [OTHER], "nextToken": "more"})
    logs.expect("describe_log_groups", {"nextToken": "more"}, {"logGroups": [TRAIL]})
    assert names(read(estate, DELETION_PROTECTION, chain=True).facts) == ["/aws/lambda/x", "organization-trail"]


def test_log_groups_that_may_not_be_seen_are_unread(estate: StubbedEstate, logs: Recorder) -> None:
    logs.refuse("describe_log_groups", {}, "AccessDeniedException")
    reading = read(estate, DELETION_PROTECTION, chain=True)
    assert not reading.facts
    assert not reading.resources
    (unread,) = reading.unread
    assert unread.what == "the log groups"
    assert unread.types == {DELETION_PROTECTION}
