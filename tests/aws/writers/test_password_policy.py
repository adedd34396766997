import pytest

from breakglass import resources
from breakglass.documents import Json
from breakglass.resources import Resource, Scope
from tests.aws.stubs import SECURITY, Recorder, StubbedEstate

WHOLE: dict[str, Json] = {
    "MinimumPasswordLength": 20,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": False,
    "PasswordReusePrevention": 24,
    "HardExpiry": False,
}


def policy(**changes: Json) -> Resource:
    return Resource(resources.PASSWORD_POLICY, Scope(SECURITY), {**WHOLE, **changes})


def test_making_and_changing_it_write_the_whole(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("update_account_password_policy", WHOLE)
    iam.expect("update_account_password_policy", WHOLE)
    estate.create(policy())
    estate.update(policy(MinimumPasswordLength=6, MaxPasswordAge=90), policy())


@pytest.mark.usefixtures("iam")
def test_it_is_never_deleted(estate: StubbedEstate) -> None:
    estate.delete(policy())
