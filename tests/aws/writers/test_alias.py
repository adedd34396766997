import pytest

from breakglass.errors import RejectedError
from breakglass.resources import ALIAS
from tests.aws.alerting.support import resource
from tests.aws.stubs import Recorder, StubbedEstate
from tests.aws.writers.test_key import ALIAS_NAME, ID, NAME, left_over

WANTED = resource(ALIAS, AliasName=ALIAS_NAME, TargetKeyId=NAME)
POINTED = {"AliasName": ALIAS_NAME, "TargetKeyId": ID}


def there(kms: Recorder) -> None:
    left_over(kms, (ID, "Enabled", "acme"))


def test_an_alias_points_at_the_key_by_its_description(estate: StubbedEstate, kms: Recorder) -> None:
    there(kms)
    kms.expect("create_alias", POINTED)
    estate.create(WANTED)


def test_a_key_made_a_moment_ago_is_waited_for(estate: StubbedEstate, kms: Recorder) -> None:
    left_over(kms)
    there(kms)
    kms.refuse("create_alias", POINTED, "NotFoundException", "Key does not exist")
    kms.expect("create_alias", POINTED)
    estate.create(WANTED)
    assert estate.clock.slept == [1, 1]


def test_a_key_that_does_not_come_is_given_up(estate: StubbedEstate, kms: Recorder) -> None:
    for _ in range(6):
        left_over(kms)
    with pytest.raises(RejectedError, match=NAME) as raised:
        estate.create(WANTED)
    assert estate.clock.slept == [1, 2, 4, 8, 15]
    assert "again" in raised.value.advice


def test_an_alias_that_points_elsewhere_is_turned(estate: StubbedEstate, kms: Recorder) -> None:
    there(kms)
    kms.expect("update_alias", POINTED)
    estate.update(resource(ALIAS, AliasName=ALIAS_NAME, TargetKeyId="other"), WANTED)


def test_an_alias_is_deleted_and_one_that_is_gone_too(estate: StubbedEstate, kms: Recorder) -> None:
    kms.expect("delete_alias", {"AliasName": ALIAS_NAME})
    kms.refuse("delete_alias", {"AliasName": ALIAS_NAME}, "NotFoundException")
    estate.delete(WANTED)
    estate.delete(WANTED)


def test_an_alias_that_is_taken_is_refused_with_advice(estate: StubbedEstate, kms: Recorder) -> None:
    there(kms)
    kms.refuse("create_alias", POINTED, "AlreadyExistsException")
    with pytest.raises(RejectedError) as raised:
        estate.create(WANTED)
    assert "run the command again" in raised.value.advice
