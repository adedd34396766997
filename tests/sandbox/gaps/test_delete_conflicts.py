from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from breakglass.sandbox.server import Sandbox
from tests.sandbox.authenticator import give
from tests.sandbox.support import TRUST, arn, identity_policy, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

POLICY = arn("policy/p")


@pytest.fixture(autouse=True)
def entities(iam: IAMClient) -> None:
    iam.create_policy(PolicyName="p", PolicyDocument=identity_policy())
    iam.create_user(UserName="ana")
    iam.create_group(GroupName="g")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)


def certificate(sandbox: Sandbox) -> str:
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), sandbox.clock.now()
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_a_user_with_a_password(iam: IAMClient) -> None:
    iam.create_login_profile(UserName="ana", Password="Correct-Horse-1")
    with refused("DeleteConflict", "login profile"):
        iam.delete_user(UserName="ana")
    iam.delete_login_profile(UserName="ana")
    iam.delete_user(UserName="ana")


def test_a_user_with_an_access_key(iam: IAMClient) -> None:
    key = iam.create_access_key(UserName="ana")["AccessKey"]["AccessKeyId"]
    with refused("DeleteConflict", "access keys"):
        iam.delete_user(UserName="ana")
    iam.delete_access_key(UserName="ana", AccessKeyId=key)
    iam.delete_user(UserName="ana")


def test_a_user_with_an_ssh_key(iam: IAMClient) -> None:
    key = iam.upload_ssh_public_key(UserName="ana", SSHPublicKeyBody="ssh-rsa AAAA")["SSHPublicKey"]["SSHPublicKeyId"]
    with refused("DeleteConflict", "SSH public keys"):
        iam.delete_user(UserName="ana")
    iam.delete_ssh_public_key(UserName="ana", SSHPublicKeyId=key)
    iam.delete_user(UserName="ana")


def test_a_user_with_a_signing_certificate(iam: IAMClient, sandbox: Sandbox) -> None:
    made = iam.upload_signing_certificate(UserName="ana", CertificateBody=certificate(sandbox))["Certificate"]
    assert iam.list_signing_certificates(UserName="ana")["Certificates"][0]["Status"] == "Active"
    with refused("DeleteConflict", "signing certificates"):
        iam.delete_user(UserName="ana")
    iam.delete_signing_certificate(UserName="ana", CertificateId=made["CertificateId"])
    iam.delete_user(UserName="ana")


def test_a_user_with_a_service_specific_credential(iam: IAMClient) -> None:
    made = iam.create_service_specific_credential(UserName="ana", ServiceName="codecommit.amazonaws.com")
    with refused("DeleteConflict", "service specific credentials"):
        iam.delete_user(UserName="ana")
    identifier = made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    iam.delete_service_specific_credential(UserName="ana", ServiceSpecificCredentialId=identifier)
    iam.delete_user(UserName="ana")


def test_a_user_with_an_mfa_device(iam: IAMClient, sandbox: Sandbox) -> None:
    serial = give(iam, sandbox.clock, "ana").serial_number
    with refused("DeleteConflict", "MFA"):
        iam.delete_user(UserName="ana")
    with refused("DeleteConflict", "deactivate"):
        iam.delete_virtual_mfa_device(SerialNumber=serial)
    iam.deactivate_mfa_device(UserName="ana", SerialNumber=serial)
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    iam.delete_user(UserName="ana")


def test_a_user_in_a_group(iam: IAMClient) -> None:
    iam.add_user_to_group(GroupName="g", UserName="ana")
    with refused("DeleteConflict", "group"):
        iam.delete_user(UserName="ana")
    with refused("DeleteConflict", "users"):
        iam.delete_group(GroupName="g")
    iam.remove_user_from_group(GroupName="g", UserName="ana")
    iam.delete_user(UserName="ana")
    iam.delete_group(GroupName="g")


def test_a_policy_attached_to_a_user(iam: IAMClient) -> None:
    iam.attach_user_policy(UserName="ana", PolicyArn=POLICY)
    with refused("DeleteConflict", "detach"):
        iam.delete_user(UserName="ana")
    with refused("DeleteConflict", "attached"):
        iam.delete_policy(PolicyArn=POLICY)
    iam.detach_user_policy(UserName="ana", PolicyArn=POLICY)
    iam.delete_policy(PolicyArn=POLICY)
    iam.delete_user(UserName="ana")


def test_a_policy_attached_to_a_group(iam: IAMClient) -> None:
    iam.attach_group_policy(GroupName="g", PolicyArn=POLICY)
    with refused("DeleteConflict", "detach"):
        iam.delete_group(GroupName="g")
    with refused("DeleteConflict", "attached"):
        iam.delete_policy(PolicyArn=POLICY)
    iam.detach_group_policy(GroupName="g", PolicyArn=POLICY)
    iam.delete_policy(PolicyArn=POLICY)
    iam.delete_group(GroupName="g")


def test_a_policy_attached_to_a_role(iam: IAMClient) -> None:
    iam.attach_role_policy(RoleName="r", PolicyArn=POLICY)
    with refused("DeleteConflict", "detach"):
        iam.delete_role(RoleName="r")
    with refused("DeleteConflict", "attached"):
        iam.delete_policy(PolicyArn=POLICY)
    iam.detach_role_policy(RoleName="r", PolicyArn=POLICY)
    iam.delete_policy(PolicyArn=POLICY)
    iam.delete_role(RoleName="r")


def test_inline_policies(iam: IAMClient) -> None:
    iam.put_user_policy(UserName="ana", PolicyName="i", PolicyDocument=identity_policy())
    iam.put_group_policy(GroupName="g", PolicyName="i", PolicyDocument=identity_policy())
    iam.put_role_policy(RoleName="r", PolicyName="i", PolicyDocument=identity_policy())
    with refused("DeleteConflict", "delete policies"):
        iam.delete_user(UserName="ana")
    with refused("DeleteConflict", "delete policies"):
        iam.delete_group(GroupName="g")
    with refused("DeleteConflict", "delete policies"):
        iam.delete_role(RoleName="r")
    iam.delete_user_policy(UserName="ana", PolicyName="i")
    iam.delete_group_policy(GroupName="g", PolicyName="i")
    iam.delete_role_policy(RoleName="r", PolicyName="i")
    iam.delete_user(UserName="ana")
    iam.delete_group(GroupName="g")
    iam.delete_role(RoleName="r")


def test_a_policy_that_is_a_boundary(iam: IAMClient) -> None:
    iam.put_user_permissions_boundary(UserName="ana", PermissionsBoundary=POLICY)
    iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=POLICY)
    with refused("DeleteConflict", "attached"):
        iam.delete_policy(PolicyArn=POLICY)
    iam.delete_user_permissions_boundary(UserName="ana")
    with refused("DeleteConflict", "attached"):
        iam.delete_policy(PolicyArn=POLICY)
    iam.delete_role_permissions_boundary(RoleName="r")
    iam.delete_policy(PolicyArn=POLICY)


def test_a_policy_with_versions(iam: IAMClient) -> None:
    iam.create_policy_version(PolicyArn=POLICY, PolicyDocument=identity_policy(), SetAsDefault=True)
    with refused("DeleteConflict", "version"):
        iam.delete_policy(PolicyArn=POLICY)
    with refused("DeleteConflict", "default"):
        iam.delete_policy_version(PolicyArn=POLICY, VersionId="v2")
    iam.delete_policy_version(PolicyArn=POLICY, VersionId="v1")
    iam.delete_policy(PolicyArn=POLICY)


def test_what_does_not_exist_is_no_conflict(iam: IAMClient) -> None:
    with refused("NoSuchEntity"):
        iam.delete_user(UserName="bo")
    with refused("NoSuchEntity"):
        iam.delete_group(GroupName="h")
    with refused("NoSuchEntity"):
        iam.delete_policy(PolicyArn=arn("policy/q"))
    with refused("NoSuchEntity"):
        iam.delete_virtual_mfa_device(SerialNumber=arn("mfa/m"))
