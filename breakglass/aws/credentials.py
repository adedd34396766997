"""The long-lived credentials of IAM users: found for review, removed with their user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from breakglass.facts import Credential
from breakglass.resources import Scope

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import ListServiceSpecificCredentialsRequestTypeDef

_ACTIVE = "Active"


def of_user(iam: IAMClient, scope: Scope, user: str) -> Iterator[Credential]:
    """Yield a user's access keys, SSH public keys and signing certificates: three calls."""
    for keys in iam.get_paginator("list_access_keys").paginate(UserName=user):
        for key in keys["AccessKeyMetadata"]:
            yield Credential(scope, user, "access key", key["AccessKeyId"], key["Status"] == _ACTIVE)
    for ssh_keys in iam.get_paginator("list_ssh_public_keys").paginate(UserName=user):
        for ssh_key in ssh_keys["SSHPublicKeys"]:
            yield Credential(scope, user, "SSH public key", ssh_key["SSHPublicKeyId"], ssh_key["Status"] == _ACTIVE)
    for certificates in iam.get_paginator("list_signing_certificates").paginate(UserName=user):
        for one in certificates["Certificates"]:
            yield Credential(scope, user, "signing certificate", one["CertificateId"], one["Status"] == _ACTIVE)


def service_specific(iam: IAMClient, scope: Scope, user: str | None = None) -> Iterator[Credential]:
    """Yield the service-specific credentials of a user, or in one call those of all users of the account.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
    """
    request: ListServiceSpecificCredentialsRequestTypeDef = {"AllUsers": True} if user is None else {"UserName": user}
    while True:
        page = iam.list_service_specific_credentials(**request)
        for each in page["ServiceSpecificCredentials"]:
            identifier, active = each["ServiceSpecificCredentialId"], each["Status"] == _ACTIVE
            yield Credential(scope, each["UserName"], "service-specific credential", identifier, active)
        if not page.get("IsTruncated"):
            return
        request = {**request, "Marker": page["Marker"]}


def remove(iam: IAMClient, credential: Credential) -> None:
    """Delete a credential."""
    user, identifier = credential.user, credential.identifier
    match credential.type:
        case "access key":
            iam.delete_access_key(UserName=user, AccessKeyId=identifier)
        case "service-specific credential":
            iam.delete_service_specific_credential(UserName=user, ServiceSpecificCredentialId=identifier)
        case "SSH public key":
            iam.delete_ssh_public_key(UserName=user, SSHPublicKeyId=identifier)
        case "signing certificate":
            iam.delete_signing_certificate(UserName=user, CertificateId=identifier)
        case _:
            assert_never(credential.type)
