"""Who gets in and who does not, once everything is applied; nothing of ours is changed here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from breakglass.aws.clients import RoleCredentials
from breakglass.aws.enter import enter
from breakglass.errors import CredentialsError, DeniedError
from breakglass.sandbox.server import Sandbox
from tests.stories.conftest import (
    EVERYTHING,
    MANAGEMENT,
    PAYMENTS,
    PROVISIONER,
    ROLE,
    SECURITY,
    USER,
    denied,
    iam,
    role_arn,
    sts,
)

pytestmark = pytest.mark.uncounted


@pytest.mark.parametrize(
    "role",
    [role_arn(), role_arn("BREAK-GLASS-DATA-BREACH", PAYMENTS), role_arn("BREAK-GLASS-LOST-ACCESS", MANAGEMENT)],
)
def test_ana_enters_where_she_may_with_mfa(standing: Sandbox, role: str) -> None:
    ana = sts(standing.sign_in(SECURITY, USER, mfa=True))
    entered = ana.assume_role(RoleArn=role, RoleSessionName=USER)
    name = role.rpartition("/")[2]
    assert entered["AssumedRoleUser"]["Arn"].endswith(f":assumed-role/{name}/{USER}")


def test_ana_does_not_enter_without_mfa(standing: Sandbox) -> None:
    ana = sts(standing.sign_in(SECURITY, USER, mfa=False))
    with denied("explicit deny in a permissions boundary", role_arn()):
        ana.assume_role(RoleArn=role_arn(), RoleSessionName=USER)


def test_ana_does_not_enter_under_another_name(standing: Sandbox) -> None:
    ana = sts(standing.sign_in(SECURITY, USER, mfa=True))
    for name in ("bo-break-glass", "ana", f"{USER}x"):
        with denied(f"sts:AssumeRole on resource: {role_arn()}"):
            ana.assume_role(RoleArn=role_arn(), RoleSessionName=name)


def test_ana_brings_her_reason_and_nothing_else(standing: Sandbox) -> None:
    ana = sts(standing.sign_in(SECURITY, USER, mfa=True))
    reason: Any = {"Key": "break-glass-reason", "Value": "ransom note"}
    assert ana.assume_role(RoleArn=role_arn(), RoleSessionName=USER, Tags=[reason], SourceIdentity=USER)
    with denied("sts:TagSession"):
        ana.assume_role(RoleArn=role_arn(), RoleSessionName=USER, Tags=[{"Key": "project", "Value": "x"}])
    with denied("sts:TagSession"):
        ana.assume_role(
            RoleArn=role_arn(), RoleSessionName=USER, Tags=[reason], TransitiveTagKeys=["break-glass-reason"]
        )
    with denied("sts:SetSourceIdentity"):
        ana.assume_role(RoleArn=role_arn(), RoleSessionName=USER, SourceIdentity="bo-break-glass")


def test_nobody_enters_where_no_team_of_theirs_may(standing: Sandbox) -> None:
    emeka = sts(standing.sign_in(SECURITY, "emeka-break-glass", mfa=True))
    assert emeka.assume_role(RoleArn=role_arn("BREAK-GLASS-DATA-BREACH", PAYMENTS), RoleSessionName="emeka-break-glass")
    for role in (role_arn(), role_arn("BREAK-GLASS-DATA-BREACH"), role_arn(ROLE, PAYMENTS)):
        with denied(f"sts:AssumeRole on resource: {role}"):
            emeka.assume_role(RoleArn=role, RoleSessionName="emeka-break-glass")


def test_ana_becomes_neither_provisioner_nor_canary(standing: Sandbox) -> None:
    ana = sts(standing.sign_in(SECURITY, USER, mfa=True))
    for role in (role_arn(PROVISIONER), role_arn(PROVISIONER, SECURITY), role_arn("BREAK-GLASS-CANARY")):
        with denied("explicit deny in a permissions boundary"):
            ana.assume_role(RoleArn=role, RoleSessionName=USER)


def test_one_attempt_tells_whether_it_worked(standing: Sandbox) -> None:
    session = standing.sign_in(SECURITY, USER, mfa=True)
    assert session.expires
    own = RoleCredentials(session.access_key, session.secret, session.token, session.expires)
    assert enter("eu-west-1", own, role_arn(), USER).endswith(f":assumed-role/{ROLE}/{USER}")
    with pytest.raises(DeniedError, match="is not authorized to perform: sts:AssumeRole"):
        enter("eu-west-1", own, role_arn(), "somebody")
    with pytest.raises(CredentialsError):
        enter("eu-west-1", replace(own, session_token="made up"), role_arn(), USER)


@pytest.mark.parametrize("name", ["mallory", "mallory-break-glass"])
def test_a_user_outside_the_namespace_is_not_trusted_whatever_they_may(standing: Sandbox, name: str) -> None:
    security = iam(SECURITY)
    security.create_user(UserName=name)
    security.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=EVERYTHING)
    mallory = sts(standing.sign_in(SECURITY, name, mfa=True))
    assert mallory.get_caller_identity()["Arn"] == f"arn:aws:iam::{SECURITY}:user/{name}"
    with denied(f"user/{name} is not authorized to perform: sts:AssumeRole"):
        mallory.assume_role(RoleArn=role_arn(), RoleSessionName=name)
