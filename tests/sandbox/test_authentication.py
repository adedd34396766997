"""Whose request it is: nothing gets past the door that is not signed by a key the sandbox gave out."""

from datetime import timedelta

import pytest

from breakglass.sandbox.server import Sandbox
from tests.sandbox.support import (
    FORM,
    IDENTITY,
    MANAGEMENT,
    PROD,
    ROLE,
    SECURITY,
    Clients,
    Keys,
    arn,
    refused,
    send,
    signed,
    trust_policy,
)


def test_a_foreign_key_is_unknown(aws: Clients) -> None:
    foreign = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    with refused("InvalidClientTokenId"):
        aws.iam(foreign).list_users()
    with refused("InvalidClientTokenId"):
        aws.sts(foreign).get_caller_identity()
    with refused("UnrecognizedClientException"):
        aws.organizations(foreign).list_accounts()


def test_a_key_of_any_shape_is_only_unknown(aws: Clients) -> None:
    with refused("InvalidClientTokenId"):
        aws.iam(Keys("testing", "testing")).list_users()


def test_a_wrong_secret_signs_nothing(aws: Clients) -> None:
    wrong = Keys(aws.administrator.access_key, "not the secret")
    with refused("SignatureDoesNotMatch"):
        aws.sts(wrong).get_caller_identity()
    with refused("InvalidSignatureException"):
        aws.organizations(wrong).describe_organization()


def test_a_temporary_key_needs_its_own_token(aws: Clients) -> None:
    keys, other = aws.provisioner(PROD), aws.provisioner(SECURITY)
    for token in (None, "", other.token, "made up"):
        with refused("InvalidClientTokenId"):
            aws.iam(Keys(keys.access_key, keys.secret, token)).list_roles()


def test_a_long_term_key_has_no_token(aws: Clients) -> None:
    admin = aws.administrator
    with refused("InvalidClientTokenId"):
        aws.sts(Keys(admin.access_key, admin.secret, "made up")).get_caller_identity()


def test_a_session_ends_to_the_second(aws: Clients, sandbox: Sandbox) -> None:
    iam = aws.iam(aws.provisioner(PROD, 900))
    sandbox.clock.advance(890)
    assert iam.list_roles()["Roles"]
    sandbox.clock.advance(10)
    with refused("ExpiredToken"):
        iam.list_roles()


def test_an_expired_session_is_said_in_json_too(aws: Clients, sandbox: Sandbox) -> None:
    organizations = aws.organizations(aws.provisioner(PROD))
    sandbox.clock.set(sandbox.clock.now() + timedelta(hours=1))
    with refused("ExpiredTokenException"):
        organizations.describe_organization()


def test_a_long_term_key_never_expires(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.clock.advance(10 * 365 * 86400)
    assert aws.sts().get_caller_identity()


def test_sessions_of_a_deleted_role_are_over(aws: Clients) -> None:
    iam = aws.member(PROD)
    aws.lose_role(PROD)
    with refused("InvalidClientTokenId"):
        iam.list_roles()


def test_a_role_made_again_does_not_revive_old_sessions(aws: Clients) -> None:
    old = aws.member(PROD)
    admin = aws.lose_role(PROD)
    admin.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust_policy({"AWS": arn("root", MANAGEMENT)}))
    with refused("InvalidClientTokenId"):
        old.list_roles()
    assert aws.provisioner(PROD).token


def test_nothing_unsigned_gets_in(sandbox: Sandbox) -> None:
    unsigned = {"Content-Type": FORM}
    for path, method in (("/", "POST"), ("/", "GET"), ("/moto-api/data.json", "GET"), ("/moto-api/reset", "POST")):
        status, body = send(sandbox, IDENTITY, unsigned, path=path, method=method)
        assert status == 403
        assert "MissingAuthenticationToken" in body
    target = {"X-Amz-Target": "AWSOrganizationsV20161128.ListAccounts", "Content-Type": "application/x-amz-json-1.1"}
    assert send(sandbox, b"{}", target)[0] == 403


def test_unsigned_web_identity_does_not_assume_roles(sandbox: Sandbox) -> None:
    body = b"Action=AssumeRoleWithWebIdentity&RoleArn=x&RoleSessionName=y&WebIdentityToken=z&Version=2011-06-15"
    assert "MissingAuthenticationToken" in send(sandbox, body, {"Content-Type": FORM})[1]


@pytest.mark.parametrize("path", ["/moto-api/data.json", "/moto-api/reset", "/x", "/?Action=ListUsers"])
def test_a_signature_opens_no_other_page(sandbox: Sandbox, aws: Clients, path: str) -> None:
    aws.member(PROD).create_user(UserName="stays")
    status, body = send(sandbox, IDENTITY, signed(sandbox, aws.administrator, path=path), path=path)
    assert status == 400
    assert "InvalidAction" in body
    assert aws.member(PROD).get_user(UserName="stays")


@pytest.mark.parametrize("header", ["AWS4-HMAC-SHA256 nonsense", "Bearer x", "AWS AKIA:signature", "é"])
def test_a_broken_authorization_is_said_to_be(sandbox: Sandbox, header: str) -> None:
    status, body = send(sandbox, IDENTITY, {"Authorization": header.encode().decode("latin-1")})
    assert status == 400
    assert "IncompleteSignature" in body


def test_the_body_is_signed(sandbox: Sandbox, aws: Clients) -> None:
    headers = signed(sandbox, aws.administrator)
    assert send(sandbox, IDENTITY, headers)[0] == 200
    assert "SignatureDoesNotMatch" in send(sandbox, IDENTITY + b"&x=1", headers)[1]


def test_a_request_without_a_length_has_no_body(sandbox: Sandbox, aws: Clients) -> None:
    headers = signed(sandbox, aws.administrator) | {"Transfer-Encoding": "chunked"}
    assert "InvalidAction" in send(sandbox, b"", headers)[1]


def test_a_huge_body_is_not_read(sandbox: Sandbox, aws: Clients) -> None:
    body = IDENTITY + b"&x=" + b"x" * 1_000_000
    status, answer = send(sandbox, body, signed(sandbox, aws.administrator, body))
    assert status == 413
    assert "RequestEntityTooLarge" in answer


def test_a_length_of_thousands_of_digits_is_no_length(sandbox: Sandbox, aws: Clients) -> None:
    headers = signed(sandbox, aws.administrator) | {"Content-Length": "9" * 5000}
    assert "RequestEntityTooLarge" in send(sandbox, b"", headers)[1]


def test_a_parameter_cannot_be_given_twice(sandbox: Sandbox, aws: Clients) -> None:
    body = IDENTITY + b"&Action=AssumeRole"
    assert "MalformedQueryString" in send(sandbox, body, signed(sandbox, aws.administrator, body))[1]


@pytest.mark.parametrize("body", [b"", b"Version=2011-06-15", b"Action=../../x"])
def test_an_operation_has_a_name(sandbox: Sandbox, aws: Clients, body: bytes) -> None:
    assert "InvalidAction" in send(sandbox, body, signed(sandbox, aws.administrator, body))[1]


def test_the_header_alone_names_an_operation_of_organizations(sandbox: Sandbox, aws: Clients) -> None:
    """moto would look for one in the body first."""
    keys = aws.provisioner(PROD)
    body = b'{"x": "&Action=ListAccounts&"}'
    target = {"X-Amz-Target": "AWSOrganizationsV20161128.DescribeOrganization"}
    status, answer = send(sandbox, body, signed(sandbox, keys, body, service="organizations") | target)
    assert status == 200
    assert "MasterAccountId" in answer


def test_no_header_of_the_client_chooses_the_account(sandbox: Sandbox, aws: Clients) -> None:
    aws.member(SECURITY).create_user(UserName="ana")
    body = b"Action=ListUsers&Version=2010-05-08"
    headers = signed(sandbox, aws.provisioner(PROD), body, service="iam") | {"X-Moto-Account-Id": SECURITY}
    status, answer = send(sandbox, body, headers)
    assert status == 200
    assert "ana" not in answer
