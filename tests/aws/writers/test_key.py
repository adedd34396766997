import pytest

from breakglass.documents import Json
from breakglass.errors import RejectedError
from breakglass.resources import KEY, Resource
from tests.aws.alerting.support import OWNER, TAGS, resource
from tests.aws.stubs import DOCUMENT, LONG_AGO, OTHER_DOCUMENT, Recorder, Sent, StubbedEstate

NAME, ALIAS_NAME = "break-glass-alerts", "alias/break-glass-alerts"
ID = "11111111-aaaa-4aaa-8aaa-111111111111"
OF_KEY = {"KeyId": ID}
PAIR = {"TagKey": OWNER, "TagValue": "acme"}
CREATED = {"Description": NAME, "Policy": Sent(DOCUMENT), "Tags": [PAIR]}
INVALID = "Policy contains a statement with one or more invalid principals."


def key(**changes: Json) -> Resource:
    whole: dict[str, Json] = {
        "Description": NAME,
        "KeyPolicy": DOCUMENT,
        "EnableKeyRotation": True,
        "Tags": TAGS,
    }
    return resource(KEY, **{**whole, **changes})


def described(key: str = ID, description: str = NAME, state: str = "Enabled") -> dict[str, object]:
    return {"KeyMetadata": {"KeyId": key, "Description": description, "KeyState": state, "CreationDate": LONG_AGO}}


def left_over(kms: Recorder, *keys: tuple[str, str, str]) -> None:
    """Tell of keys with the description of ours: id, state, and the manifest they are tagged with."""
    kms.expect("list_keys", {}, {"Keys": [{"KeyId": name} for name, _, _ in keys]})
    for name, state, _ in keys:
        kms.expect("describe_key", {"KeyId": name}, described(name, state=state))
    for name, _, owner in keys:
        kms.expect("list_resource_tags", {"KeyId": name}, {"Tags": [{"TagKey": OWNER, "TagValue": owner}]})


def aliased(kms: Recorder, state: str = "Enabled") -> None:
    kms.expect("describe_key", {"KeyId": ALIAS_NAME}, described(state=state))


def test_a_key_is_made_with_its_policy_and_tags_and_then_rotates(estate: StubbedEstate, kms: Recorder) -> None:
    left_over(kms)
    kms.expect("create_key", CREATED, described())
    kms.expect("enable_key_rotation", OF_KEY)
    estate.create(key())


def test_a_key_that_a_broken_run_left_is_taken_and_made_whole(estate: StubbedEstate, kms: Recorder) -> None:
    left_over(kms, ("other", "Enabled", "globex"), (ID, "Disabled", "acme"))
    kms.expect("enable_key", OF_KEY)
    kms.expect("put_key_policy", {**OF_KEY, "PolicyName": "default", "Policy": Sent(DOCUMENT)})
    kms.expect("enable_key_rotation", OF_KEY)
    kms.expect("tag_resource", {**OF_KEY, "Tags": [PAIR]})
    estate.create(key())


def test_the_same_creation_again_makes_no_second_key(estate: StubbedEstate, kms: Recorder) -> None:
    left_over(kms)
    kms.expect("create_key", CREATED, described())
    kms.refuse("enable_key_rotation", OF_KEY, "KMSInternalException", status=500)
    left_over(kms, (ID, "Enabled", "acme"))
    kms.expect("put_key_policy", {**OF_KEY, "PolicyName": "default", "Policy": Sent(DOCUMENT)})
    kms.expect("enable_key_rotation", OF_KEY)
    kms.expect("tag_resource", {**OF_KEY, "Tags": [PAIR]})
    with pytest.raises(Exception, match="EnableKeyRotation"):
        estate.create(key())
    estate.create(key())


def test_a_policy_that_names_a_role_made_a_moment_ago_is_tried_until_it_is_known(
    estate: StubbedEstate, kms: Recorder
) -> None:
    left_over(kms)
    kms.refuse("create_key", CREATED, "MalformedPolicyDocumentException", INVALID)
    kms.expect("create_key", CREATED, described())
    kms.refuse("enable_key_rotation", OF_KEY, "NotFoundException", "Key does not exist")
    kms.expect("enable_key_rotation", OF_KEY)
    estate.create(key())
    assert estate.clock.slept == [1, 1]


def test_a_policy_that_is_really_malformed_is_not_tried_again(estate: StubbedEstate, kms: Recorder) -> None:
    left_over(kms)
    kms.refuse("create_key", CREATED, "MalformedPolicyDocumentException", "Syntax")
    with pytest.raises(RejectedError, match="Syntax"):
        estate.create(key())
    assert estate.clock.slept == []


def test_all_that_differs_is_put_right(estate: StubbedEstate, kms: Recorder) -> None:
    aliased(kms)
    kms.expect("put_key_policy", {**OF_KEY, "PolicyName": "default", "Policy": Sent(DOCUMENT)})
    kms.expect("disable_key_rotation", OF_KEY)
    kms.expect("untag_resource", {**OF_KEY, "TagKeys": ["x"]})
    tags = [{"Key": OWNER, "Value": "acme"}, {"Key": "x", "Value": "y"}]
    estate.update(key(KeyPolicy=OTHER_DOCUMENT, Tags=tags), key(EnableKeyRotation=False))


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_a_key_that_is_switched_off_is_switched_on(estate: StubbedEstate, kms: Recorder, state: str) -> None:
    aliased(kms, state)
    if state == "PendingDeletion":
        kms.expect("cancel_key_deletion", OF_KEY)
    kms.expect("enable_key", OF_KEY)
    estate.update(key(Enabled=False), key())


def test_a_key_without_alias_is_changed_too(estate: StubbedEstate, kms: Recorder) -> None:
    kms.expect("describe_key", {"KeyId": ALIAS_NAME}, described("other", "somebody's"))
    left_over(kms, (ID, "Enabled", "acme"))
    kms.expect("enable_key_rotation", OF_KEY)
    estate.update(key(EnableKeyRotation=False), key())


def test_a_key_that_went_meanwhile_is_not_changed(estate: StubbedEstate, kms: Recorder) -> None:
    kms.refuse("describe_key", {"KeyId": ALIAS_NAME}, "NotFoundException")
    left_over(kms)
    with pytest.raises(RejectedError, match="not there any more") as raised:
        estate.update(key(EnableKeyRotation=False), key())
    assert "run the command again" in raised.value.advice


def test_every_key_of_the_manifest_is_scheduled_for_deletion_and_no_other(estate: StubbedEstate, kms: Recorder) -> None:
    left_over(kms, ("other", "Enabled", "globex"), (ID, "Enabled", "acme"), ("z", "Enabled", "acme"))
    kms.expect("schedule_key_deletion", OF_KEY)
    kms.refuse("schedule_key_deletion", {"KeyId": "z"}, "NotFoundException")
    estate.delete(key())


def test_a_key_that_is_gone_is_deleted(estate: StubbedEstate, kms: Recorder) -> None:
    left_over(kms)
    estate.delete(key())
