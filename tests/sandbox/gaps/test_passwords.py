from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from breakglass.sandbox.server import Sandbox
from tests.sandbox.support import Clients, Keys, identity_policy, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

GOOD = "Correct-Horse-Battery-9"


@pytest.fixture(autouse=True)
def user(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")


def test_a_login_profile_comes_and_goes(iam: IAMClient) -> None:
    with refused("NoSuchEntity"):
        iam.get_login_profile(UserName="ana")
    iam.create_login_profile(UserName="ana", Password=GOOD)
    assert iam.get_login_profile(UserName="ana")["LoginProfile"]["UserName"] == "ana"
    with refused("EntityAlreadyExists"):
        iam.create_login_profile(UserName="ana", Password=GOOD)
    iam.delete_login_profile(UserName="ana")
    with refused("NoSuchEntity"):
        iam.get_login_profile(UserName="ana")


@pytest.mark.parametrize("required", [True, False])
def test_that_it_must_be_changed_is_read_back(iam: IAMClient, required: bool) -> None:
    made = iam.create_login_profile(UserName="ana", Password=GOOD, PasswordResetRequired=required)["LoginProfile"]
    assert made["PasswordResetRequired"] is required
    assert iam.get_login_profile(UserName="ana")["LoginProfile"]["PasswordResetRequired"] is required


def test_an_update_changes_what_is_given(iam: IAMClient) -> None:
    iam.create_login_profile(UserName="ana", Password=GOOD)
    iam.update_login_profile(UserName="ana", PasswordResetRequired=True)
    iam.update_login_profile(UserName="ana", Password=GOOD + "1")
    assert iam.get_login_profile(UserName="ana")["LoginProfile"]["PasswordResetRequired"] is True
    with refused("NoSuchEntity"):
        iam.update_login_profile(UserName="bo", Password=GOOD)


@pytest.mark.parametrize("password", ["Ab1-xyz", "abcdefghij", "abcdefgh12"])
def test_without_a_policy_aws_s_own_holds(iam: IAMClient, password: str) -> None:
    with refused("PasswordPolicyViolation"):
        iam.create_login_profile(UserName="ana", Password=password)
    iam.create_login_profile(UserName="ana", Password="Abcdefg1")


@pytest.mark.parametrize(
    "password", ["Short-1", GOOD.lower(), GOOD.upper(), GOOD.replace("9", "x"), GOOD.replace("-", "x")]
)
def test_the_account_s_policy_holds(iam: IAMClient, password: str) -> None:
    iam.update_account_password_policy(
        MinimumPasswordLength=20,
        RequireLowercaseCharacters=True,
        RequireUppercaseCharacters=True,
        RequireNumbers=True,
        RequireSymbols=True,
    )
    with refused("PasswordPolicyViolation"):
        iam.create_login_profile(UserName="ana", Password=password)
    iam.create_login_profile(UserName="ana", Password=GOOD)
    with refused("PasswordPolicyViolation"):
        iam.update_login_profile(UserName="ana", Password=password)


def test_the_account_s_policy_may_ask_for_length_alone(iam: IAMClient) -> None:
    iam.update_account_password_policy(MinimumPasswordLength=20)
    iam.create_login_profile(UserName="ana", Password="a" * 20)


def test_a_policy_is_set_read_and_deleted(iam: IAMClient) -> None:
    with refused("NoSuchEntity"):
        iam.get_account_password_policy()
    with refused("NoSuchEntity"):
        iam.delete_account_password_policy()
    iam.update_account_password_policy(MinimumPasswordLength=20, PasswordReusePrevention=24, MaxPasswordAge=90)
    policy = iam.get_account_password_policy()["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["PasswordReusePrevention"], policy["MaxPasswordAge"]) == (
        20,
        24,
        90,
    )
    assert policy["ExpirePasswords"] is True
    iam.delete_account_password_policy()
    with refused("NoSuchEntity"):
        iam.get_account_password_policy()


def test_without_an_age_none_is_told(iam: IAMClient) -> None:
    iam.update_account_password_policy(MinimumPasswordLength=20)
    policy = iam.get_account_password_policy()["PasswordPolicy"]
    assert policy["ExpirePasswords"] is False
    assert not {"MaxPasswordAge", "PasswordReusePrevention"} & set(policy)


def test_what_an_update_leaves_out_is_reset(iam: IAMClient) -> None:
    iam.update_account_password_policy(MinimumPasswordLength=20, RequireSymbols=True)
    iam.update_account_password_policy(RequireNumbers=True)
    policy = iam.get_account_password_policy()["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["RequireSymbols"], policy["RequireNumbers"]) == (6, False, True)


def test_the_date_is_that_of_the_first_password(iam: IAMClient, sandbox: Sandbox) -> None:
    sandbox.clock.advance(600)
    made = iam.create_login_profile(UserName="ana", Password=GOOD)["LoginProfile"]["CreateDate"]
    assert abs((sandbox.clock.now() - made).total_seconds()) < 10
    sandbox.clock.advance(600)
    iam.update_login_profile(UserName="ana", Password=GOOD + "1")
    assert iam.get_login_profile(UserName="ana")["LoginProfile"]["CreateDate"] == made
    assert iam.get_user(UserName="ana")["User"]["CreateDate"] != made


def test_users_change_their_own_password_if_they_may(iam: IAMClient, aws: Clients) -> None:
    made = iam.create_access_key(UserName="ana")["AccessKey"]
    ana = aws.iam(Keys(made["AccessKeyId"], made["SecretAccessKey"]))
    change = partial(ana.change_password, OldPassword=GOOD, NewPassword=GOOD + "1")
    iam.put_user_policy(UserName="ana", PolicyName="p", PolicyDocument=identity_policy(Action="iam:ChangePassword"))
    with refused("NoSuchEntity"):
        change()
    iam.create_login_profile(UserName="ana", Password=GOOD, PasswordResetRequired=True)
    with refused("AccessDenied", "old password"):
        ana.change_password(OldPassword="wrong", NewPassword=GOOD + "1")
    with refused("PasswordPolicyViolation"):
        ana.change_password(OldPassword=GOOD, NewPassword="short")
    change()
    assert iam.get_login_profile(UserName="ana")["LoginProfile"]["PasswordResetRequired"] is False
    iam.delete_user_policy(UserName="ana", PolicyName="p")
    with refused("AccessDenied", "no identity-based policy allows the iam:ChangePassword action"):
        change()


def test_the_account_s_policy_may_let_users_change_their_own(iam: IAMClient, aws: Clients) -> None:
    made = iam.create_access_key(UserName="ana")["AccessKey"]
    ana = aws.iam(Keys(made["AccessKeyId"], made["SecretAccessKey"]))
    iam.create_login_profile(UserName="ana", Password=GOOD)
    iam.update_account_password_policy(MinimumPasswordLength=20, PasswordReusePrevention=2)
    with refused("AccessDenied"):
        ana.get_account_password_policy()
    iam.update_account_password_policy(
        MinimumPasswordLength=20, PasswordReusePrevention=2, AllowUsersToChangePassword=True
    )
    assert ana.get_account_password_policy()["PasswordPolicy"]["AllowUsersToChangePassword"]
    ana.change_password(OldPassword=GOOD, NewPassword=GOOD + "1")
    for used in (GOOD, GOOD + "1"):
        with refused("PasswordPolicyViolation"):
            ana.change_password(OldPassword=GOOD + "1", NewPassword=used)
    ana.change_password(OldPassword=GOOD + "1", NewPassword=GOOD + "2")
    ana.change_password(OldPassword=GOOD + "2", NewPassword=GOOD)
    with refused("AccessDenied"):
        ana.update_login_profile(UserName="ana", Password=GOOD)


def test_a_session_of_a_role_has_no_password(iam: IAMClient) -> None:
    with refused("ValidationError", "non-User credentials"):
        iam.change_password(OldPassword=GOOD, NewPassword=GOOD + "1")
