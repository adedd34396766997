"""Calls that answer with a secret: nothing that keeps what it is told may make them."""

from typing import Final

from breakglass.playbooks.model import Call

_ANSWERS: Final = {
    "cognito-identity": ("GetCredentialsForIdentity", "GetOpenIdToken"),
    "ec2": ("CreateKeyPair", "GetConsoleOutput", "GetPasswordData"),
    "ecr": ("GetAuthorizationToken",),
    "iam": ("CreateAccessKey", "CreateLoginProfile", "CreateServiceSpecificCredential", "CreateVirtualMFADevice"),
    "kms": ("Decrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateRandom"),
    "redshift": ("GetClusterCredentials", "GetClusterCredentialsWithIAM"),
    "secretsmanager": ("BatchGetSecretValue", "GetRandomPassword", "GetSecretValue"),
    "ssm": ("GetParameter", "GetParameterHistory", "GetParameters", "GetParametersByPath"),
    "sso": ("GetRoleCredentials",),
    "sts": (
        *("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot"),
        *("GetFederationToken", "GetSessionToken"),
    ),
}
"""Service -> the operations, as boto3 names them."""


def answers_with_a_secret(call: Call) -> bool:
    """Tell whether what AWS answers holds a password, a key or a token."""
    return call.operation in _ANSWERS.get(call.service, ())
