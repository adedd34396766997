"""The deletion protection of the trail's log group: on is all it ever becomes."""

import pytest

from breakglass.errors import RejectedError
from breakglass.resources import DELETION_PROTECTION
from tests.aws.alerting.support import resource
from tests.aws.stubs import Recorder, StubbedEstate

ON = resource(DELETION_PROTECTION, LogGroupName="organization-trail", DeletionProtectionEnabled=True)
OFF = resource(DELETION_PROTECTION, LogGroupName="organization-trail", DeletionProtectionEnabled=False)
SWITCHED_ON = {"logGroupIdentifier": "organization-trail", "deletionProtectionEnabled": True}


def test_it_is_switched_on(estate: StubbedEstate, logs: Recorder) -> None:
    logs.expect("put_log_group_deletion_protection", SWITCHED_ON)
    logs.expect("put_log_group_deletion_protection", SWITCHED_ON)
    estate.create(ON)
    estate.update(OFF, ON)


@pytest.mark.usefixtures("logs")
def test_it_is_never_switched_off(estate: StubbedEstate) -> None:
    estate.delete(ON)  # a call would be an error: none is foretold


def test_another_change_of_the_log_group_is_waited_for(estate: StubbedEstate, logs: Recorder) -> None:
    logs.refuse("put_log_group_deletion_protection", SWITCHED_ON, "OperationAbortedException")
    logs.expect("put_log_group_deletion_protection", SWITCHED_ON)
    estate.create(ON)
    assert estate.clock.slept == [1]


def test_a_log_group_that_is_not_there_comes_with_advice(estate: StubbedEstate, logs: Recorder) -> None:
    words = "The specified log group does not exist."
    logs.refuse("put_log_group_deletion_protection", SWITCHED_ON, "ResourceNotFoundException", words)
    with pytest.raises(RejectedError, match="log group") as raised:
        estate.create(ON)
    assert "manifest" in raised.value.advice
