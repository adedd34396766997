"""What is not there when a call is decided, or only when it is carried out: never a guess, never a traceback."""

from __future__ import annotations

import pytest
from moto.iam.models import iam_backends

from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.judgement.ask import CannotJudgeError
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.sessions import Session
from tests.sandbox.support import EVERYTHING, MANAGEMENT, OUTSIDE, PROD, SECURITY, Clients, arn, refused, role_arn


def test_a_boundary_that_is_gone_is_not_taken_for_none(aws: Clients) -> None:
    iam = aws.member(SECURITY)
    bound = iam.create_policy(PolicyName="b", PolicyDocument=EVERYTHING)["Policy"]["Arn"]
    keys = aws.user(SECURITY, "ana", EVERYTHING)
    iam.put_user_permissions_boundary(UserName="ana", PermissionsBoundary=bound)
    with refused("DeleteConflict"):
        iam.delete_policy(PolicyArn=bound)
    del iam_backends[SECURITY]["aws"].managed_policies[bound]
    with refused("AccessDenied", f"the permissions boundary {bound} does not exist"):
        aws.iam(keys).list_users()


def test_a_principal_that_is_gone_is_not_judged(aws: Clients) -> None:
    assert aws.sandbox.url
    gone = Session("AKIAEXAMPLE", "secret", SECURITY, arn("user/gone"), "AIDAEXAMPLE")
    with pytest.raises(CannotJudgeError, match="does not exist"):
        Held("aws", MANAGEMENT).principal(gone)


def test_without_an_organization_nothing_is_judged(aws: Clients) -> None:
    assert aws.sandbox.url
    with pytest.raises(CannotJudgeError, match="no organization"):
        assert Held("aws", OUTSIDE).organization


def test_a_role_that_goes_between_the_decision_and_the_session(aws: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Emulator, "role", lambda _self, _arn: None)
    with refused("AccessDenied", role_arn(PROD), "deleted at this moment"):
        aws.provisioner(PROD)


def test_what_is_allowed_and_cannot_be_carried_out_is_denied(aws: Clients) -> None:
    iam = aws.member(SECURITY)
    iam.create_user(UserName="ana")
    with refused("AccessDenied", "iam:ResyncMFADevice is not modelled"):
        iam.resync_mfa_device(
            UserName="ana", SerialNumber=arn("mfa/ana"), AuthenticationCode1="123456", AuthenticationCode2="123456"
        )
