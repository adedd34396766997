from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.support import Clients, Keys, arn, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

GIT = "codecommit.amazonaws.com"
BEDROCK = "bedrock.amazonaws.com"


@pytest.fixture(autouse=True)
def users(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    iam.create_user(UserName="bo")


def test_a_credential_is_shown_once_and_listed_without_its_secret(iam: IAMClient) -> None:
    made = iam.create_service_specific_credential(UserName="ana", ServiceName=GIT)["ServiceSpecificCredential"]
    assert made["ServicePassword"]
    assert made["Status"] == "Active"
    listed = iam.list_service_specific_credentials(UserName="ana")["ServiceSpecificCredentials"]
    assert [each["ServiceSpecificCredentialId"] for each in listed] == [made["ServiceSpecificCredentialId"]]
    assert listed[0]["ServiceUserName"] == made["ServiceUserName"]
    assert not {"ServicePassword", "ServiceCredentialSecret"} & set(listed[0])


def test_a_credential_may_expire(iam: IAMClient) -> None:
    made = iam.create_service_specific_credential(UserName="ana", ServiceName=BEDROCK, CredentialAgeDays=7)
    credential = made["ServiceSpecificCredential"]
    assert credential["ServiceCredentialSecret"]
    assert credential["ExpirationDate"] - credential["CreateDate"] <= timedelta(days=7, seconds=1)
    assert "ServicePassword" not in credential


def test_all_users_are_listed_at_once(iam: IAMClient) -> None:
    for user, service in (("ana", GIT), ("ana", BEDROCK), ("bo", GIT)):
        iam.create_service_specific_credential(UserName=user, ServiceName=service)
    every = iam.list_service_specific_credentials(AllUsers=True)["ServiceSpecificCredentials"]
    git = iam.list_service_specific_credentials(AllUsers=True, ServiceName=GIT)["ServiceSpecificCredentials"]
    assert sorted((each["UserName"], each["ServiceName"]) for each in every) == [
        ("ana", BEDROCK),
        ("ana", GIT),
        ("bo", GIT),
    ]
    assert sorted(each["UserName"] for each in git) == ["ana", "bo"]
    assert len(iam.list_service_specific_credentials(UserName="bo")["ServiceSpecificCredentials"]) == 1
    with refused("ValidationError"):
        iam.list_service_specific_credentials(AllUsers=True, UserName="ana")


def test_a_credential_is_switched_off_renewed_and_deleted(iam: IAMClient) -> None:
    made = iam.create_service_specific_credential(UserName="ana", ServiceName=GIT)["ServiceSpecificCredential"]
    which = {"UserName": "ana", "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    iam.update_service_specific_credential(Status="Inactive", **which)
    assert (
        iam.list_service_specific_credentials(UserName="ana")["ServiceSpecificCredentials"][0]["Status"] == "Inactive"
    )
    renewed = iam.reset_service_specific_credential(**which)["ServiceSpecificCredential"]
    assert renewed["ServicePassword"] != made["ServicePassword"]
    assert renewed["ServiceSpecificCredentialId"] == made["ServiceSpecificCredentialId"]
    iam.delete_service_specific_credential(**which)
    assert not iam.list_service_specific_credentials(UserName="ana")["ServiceSpecificCredentials"]


def test_a_credential_of_another_is_none(iam: IAMClient) -> None:
    made = iam.create_service_specific_credential(UserName="ana", ServiceName=GIT)["ServiceSpecificCredential"]
    with refused("NoSuchEntity"):
        iam.delete_service_specific_credential(
            UserName="bo", ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"]
        )
    with refused("NoSuchEntity"):
        iam.reset_service_specific_credential(UserName="ana", ServiceSpecificCredentialId="ACCA1234567890123456")
    with refused("ValidationError", "userName"):
        iam.reset_service_specific_credential(ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"])
    with refused("NoSuchEntity"):
        iam.create_service_specific_credential(UserName="chidi", ServiceName=GIT)
    with refused("NoSuchEntity"):
        iam.list_service_specific_credentials(UserName="chidi")


def test_services_without_such_credentials_are_refused(iam: IAMClient) -> None:
    with refused("NotSupportedService"):
        iam.create_service_specific_credential(UserName="ana", ServiceName="s3.amazonaws.com")
    with refused("NotSupportedService"):
        iam.list_service_specific_credentials(AllUsers=True, ServiceName="s3.amazonaws.com")


def test_two_to_a_service(iam: IAMClient) -> None:
    for _ in range(2):
        iam.create_service_specific_credential(UserName="ana", ServiceName=GIT)
    with refused("LimitExceeded"):
        iam.create_service_specific_credential(UserName="ana", ServiceName=GIT)
    iam.create_service_specific_credential(UserName="ana", ServiceName=BEDROCK)


def test_a_user_of_its_own_name_is_asked_for_by_users_alone(iam: IAMClient, aws: Clients) -> None:
    for call in (
        iam.get_user,
        iam.list_access_keys,
        iam.list_mfa_devices,
        iam.list_ssh_public_keys,
        iam.list_signing_certificates,
        iam.list_service_specific_credentials,
        iam.create_access_key,
    ):
        with refused("ValidationError", "userName"):
            call()
    assert aws.iam().list_access_keys()["AccessKeyMetadata"][0]["UserName"] == "administrator"


def test_ssh_keys_and_access_keys_are_listed(iam: IAMClient, aws: Clients) -> None:
    ssh = iam.upload_ssh_public_key(UserName="ana", SSHPublicKeyBody="ssh-rsa AAAA")["SSHPublicKey"]
    key = iam.create_access_key(UserName="ana")["AccessKey"]
    listed = iam.list_ssh_public_keys(UserName="ana")["SSHPublicKeys"]
    assert [(each["SSHPublicKeyId"], each["Status"]) for each in listed] == [(ssh["SSHPublicKeyId"], "Active")]
    metadata = iam.list_access_keys(UserName="ana")["AccessKeyMetadata"]
    assert [(each["AccessKeyId"], each["Status"]) for each in metadata] == [(key["AccessKeyId"], "Active")]
    assert "SecretAccessKey" not in metadata[0]
    assert aws.sts(Keys(key["AccessKeyId"], key["SecretAccessKey"])).get_caller_identity()["Arn"] == arn("user/ana")
