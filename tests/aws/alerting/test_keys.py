import json

import pytest

from breakglass.aws.estate import AwsEstate
from breakglass.errors import DeniedError, UnavailableError
from breakglass.resources import ALIAS, KEY
from tests.aws.alerting.support import OWNER, SYSTEM, TAGS, read, resource
from tests.aws.stubs import DOCUMENT, LONG_AGO, FakeClock, Recorder, StubbedAws, StubbedEstate

NAME, ALIAS_NAME = "break-glass-alerts", "alias/break-glass-alerts"
ID, OTHER = "11111111-aaaa-4aaa-8aaa-111111111111", "22222222-bbbb-4bbb-8bbb-222222222222"
KEY_WANTED = resource(KEY, Description=NAME, KeyPolicy=DOCUMENT, EnableKeyRotation=True, Tags=TAGS)
ALIAS_WANTED = resource(ALIAS, AliasName=ALIAS_NAME, TargetKeyId=NAME)


def described(key: str = ID, description: str = NAME, state: str = "Enabled") -> dict[str, object]:
    return {"KeyMetadata": {"KeyId": key, "Description": description, "KeyState": state, "CreationDate": LONG_AGO}}


def tagged(key: str = OWNER) -> dict[str, object]:
    return {
        "Tags": [{"TagKey": key, "TagValue": "acme"}, {"TagKey": SYSTEM["Key"], "TagValue": "x"}],
        "Truncated": False,
    }


def tell(kms: Recorder, key: str = ID) -> None:
    kms.expect("get_key_policy", {"KeyId": key, "PolicyName": "default"}, {"Policy": json.dumps(DOCUMENT)})
    kms.expect("get_key_rotation_status", {"KeyId": key}, {"KeyRotationEnabled": True})
    kms.expect("list_resource_tags", {"KeyId": key}, tagged())


def nobody_has_the_alias(kms: Recorder) -> None:
    kms.refuse("describe_key", {"KeyId": ALIAS_NAME}, "NotFoundException", "Alias is not found.")


def test_a_key_is_found_through_its_alias_in_four_calls(estate: StubbedEstate, kms: Recorder) -> None:
    kms.expect("describe_key", {"KeyId": ALIAS_NAME}, described())
    tell(kms)
    reading = read(estate, KEY, ALIAS)
    assert reading.resources == (ALIAS_WANTED, KEY_WANTED)
    assert reading.unread == ()


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_a_key_that_is_switched_off_says_so(estate: StubbedEstate, kms: Recorder, state: str) -> None:
    kms.expect("describe_key", {"KeyId": ALIAS_NAME}, described(state=state))
    tell(kms)
    _, key = read(estate, KEY, ALIAS).resources
    assert key.properties["Enabled"] is False


def test_a_key_without_alias_is_found_by_its_description_and_tag_and_the_oldest_counts(
    estate: StubbedEstate, kms: Recorder
) -> None:
    nobody_has_the_alias(kms)
    kms.expect("list_keys", {}, {"Keys": [{"KeyId": "foreign"}], "NextMarker": "2", "Truncated": True})
    kms.expect("describe_key", {"KeyId": "foreign"}, described("foreign", "somebody's"))
    ids = ["gone", "locked", "untagged", OTHER, ID, "leaving"]
    kms.expect("list_keys", {"Marker": "2"}, {"Keys": [{"KeyId": each} for each in ids]})
    kms.refuse("describe_key", {"KeyId": "gone"}, "NotFoundException")
    kms.refuse("describe_key", {"KeyId": "locked"}, "AccessDeniedException")
    for each in ("untagged", OTHER, ID):
        kms.expect("describe_key", {"KeyId": each}, described(each))
    kms.expect("describe_key", {"KeyId": "leaving"}, described("leaving", state="PendingDeletion"))
    kms.expect("list_resource_tags", {"KeyId": "untagged"}, tagged("other"))
    for each in (OTHER, ID):
        kms.expect("list_resource_tags", {"KeyId": each}, tagged())
    tell(kms)
    reading = read(estate, KEY, ALIAS)
    assert not reading.unread
    assert reading.resources == (KEY_WANTED,)


@pytest.mark.parametrize(("description", "target"), [("somebody's", "somebody's"), ("", OTHER)])
def test_an_alias_that_points_elsewhere_says_where_and_the_other_key_is_nobodys_here(
    estate: StubbedEstate, kms: Recorder, description: str, target: str
) -> None:
    kms.expect("describe_key", {"KeyId": ALIAS_NAME}, described(OTHER, description))
    kms.expect("list_keys", {}, {"Keys": []})
    assert read(estate, KEY, ALIAS).resources == (resource(ALIAS, AliasName=ALIAS_NAME, TargetKeyId=target),)


def test_what_is_not_there_is_absent(estate: StubbedEstate, kms: Recorder) -> None:
    nobody_has_the_alias(kms)
    kms.expect("list_keys", {}, {"Keys": []})
    reading = read(estate, KEY)
    assert not reading.resources
    assert not reading.unread


def test_what_may_not_be_seen_is_unread(estate: StubbedEstate, kms: Recorder) -> None:
    kms.refuse("describe_key", {"KeyId": ALIAS_NAME}, "AccessDeniedException", "You may not")
    (unread,) = read(estate, KEY, ALIAS).unread
    assert isinstance(unread.why, DeniedError)
    assert unread.types == {KEY, ALIAS}


def test_an_answer_that_is_none_is_unread(estate: StubbedEstate, kms: Recorder) -> None:
    kms.expect("describe_key", {"KeyId": ALIAS_NAME}, {})
    (unread,) = read(estate, KEY, ALIAS).unread
    assert isinstance(unread.why, UnavailableError)


def test_a_service_that_is_not_asked_for_is_not_called(aws: StubbedAws) -> None:
    assert read(AwsEstate(aws.sessions(), FakeClock())).resources == ()
    assert aws.session.created == []


def test_the_client_is_one_of_the_region(estate: StubbedEstate, aws: StubbedAws, kms: Recorder) -> None:
    nobody_has_the_alias(kms)
    kms.expect("list_keys", {}, {"Keys": []})
    read(estate, KEY)
    assert aws.session.asked[-1]["region_name"] == "us-west-2"
