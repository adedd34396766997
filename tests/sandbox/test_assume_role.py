"""AssumeRole and GetCallerIdentity: coherent ARNs, times and limits."""

from datetime import timedelta

import pytest

from breakglass.sandbox.server import Sandbox
from tests.sandbox.support import MANAGEMENT, PROD, Clients, Keys, arn, refused, role_arn


def test_the_administrator_is_a_user_of_the_management_account(aws: Clients) -> None:
    who = aws.sts().get_caller_identity()
    assert (who["Account"], who["Arn"]) == (MANAGEMENT, arn("user/administrator", MANAGEMENT))
    assert who["UserId"].startswith("AIDA")


def test_a_session_is_coherent(aws: Clients, sandbox: Sandbox) -> None:
    answer = aws.sts().assume_role(RoleArn=role_arn(PROD), RoleSessionName="ana@acme.example")
    made, assumed = answer["Credentials"], answer["AssumedRoleUser"]
    keys = Keys(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    who = aws.sts(keys).get_caller_identity()
    role = aws.iam(keys).get_role(RoleName="OrganizationAccountAccessRole")["Role"]
    assert keys.access_key.startswith("ASIA")
    assert who["Account"] == PROD
    assert who["Arn"] == assumed["Arn"]
    assert who["Arn"] == f"arn:aws:sts::{PROD}:assumed-role/OrganizationAccountAccessRole/ana@acme.example"
    assert who["UserId"] == assumed["AssumedRoleId"] == f"{role['RoleId']}:ana@acme.example"
    assert abs(made["Expiration"] - sandbox.clock.now() - timedelta(hours=1)) <= timedelta(seconds=2)


def test_the_expiration_follows_the_sandbox_s_clock(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.clock.advance(86400)
    made = aws.sts().assume_role(RoleArn=role_arn(PROD), RoleSessionName="tests", DurationSeconds=900)["Credentials"]
    assert abs(made["Expiration"] - sandbox.clock.now() - timedelta(minutes=15)) <= timedelta(seconds=2)


@pytest.mark.parametrize("name", ["ab", "a" * 64, "a+=,.@-_b", "ana-break-glass"])
def test_valid_session_names(aws: Clients, name: str) -> None:
    assert aws.sts().assume_role(RoleArn=role_arn(PROD), RoleSessionName=name)["Credentials"]


@pytest.mark.parametrize("name", ["a b", "a/b", "é" * 3, "a" * 65, "a:b", "a*"])
def test_invalid_session_names(aws: Clients, name: str) -> None:
    sts = aws.sts()
    with refused("ValidationError", "roleSessionName"):
        sts.assume_role(RoleArn=role_arn(PROD), RoleSessionName=name)


@pytest.mark.parametrize("seconds", [900, 3600])
def test_valid_durations(aws: Clients, seconds: int) -> None:
    sts = aws.sts()
    assert sts.assume_role(RoleArn=role_arn(PROD), RoleSessionName="tests", DurationSeconds=seconds)["Credentials"]


def test_a_longer_session_needs_a_longer_role(aws: Clients) -> None:
    with refused("ValidationError", "MaxSessionDuration"):
        aws.provisioner(PROD, 3601)
    aws.member(PROD).update_role(RoleName="OrganizationAccountAccessRole", MaxSessionDuration=43200)
    assert aws.provisioner(PROD, 43200).token
    with refused("ValidationError", "durationSeconds"):
        aws.provisioner(PROD, 43201)


def test_what_is_not_modelled_is_not_ignored(aws: Clients) -> None:
    given = [{"ProviderArn": "arn:aws:iam::aws:contextProvider/x", "ContextAssertion": "x"}]
    with refused("AccessDenied", "ProvidedContexts", "not modelled"):
        aws.sts().assume_role(RoleArn=role_arn(PROD), RoleSessionName="tests", ProvidedContexts=given)  # type: ignore[arg-type]  # the typed dictionary
    for extra in ({"SerialNumber": arn("mfa/x")}, {"TokenCode": "123456"}):
        with refused("AccessDenied", min(extra), "not modelled"):
            aws.assume(aws.provisioner(PROD), role_arn(PROD), **extra)


def test_a_role_that_was_deleted_cannot_be_assumed(aws: Clients) -> None:
    aws.lose_role(PROD)
    with refused("AccessDenied", f"sts:AssumeRole on resource: {role_arn(PROD)}"):
        aws.provisioner(PROD)


def test_every_session_has_credentials_of_its_own(aws: Clients) -> None:
    first, second = aws.provisioner(PROD), aws.provisioner(PROD)
    assert first.access_key != second.access_key
    assert first.secret != second.secret
    assert first.token != second.token
