"""Calls that answer with a secret: nothing that keeps what it is told may make them."""

import re
from typing import Final

from breakglass.playbooks.model import Call

_ANSWERS: Final = {
    "apigateway": ("GetApiKey", "GetApiKeys"),
    "appstream": ("DescribeDirectoryConfigs",),
    "codeartifact": ("GetAuthorizationToken",),
    "codepipeline": ("GetJobDetails", "GetThirdPartyJobDetails"),
    "cognito-identity": ("GetCredentialsForIdentity", "GetOpenIdToken"),
    "cognito-idp": ("CreateUserPoolClient", "DescribeUserPoolClient", "ListUserPoolClientSecrets"),
    "ec2": ("CreateKeyPair", "GetConsoleOutput", "GetPasswordData"),
    "ecr": ("GetAuthorizationToken",),
    "ecr-public": ("GetAuthorizationToken",),
    "gamelift": ("GetComputeAccess", "GetInstanceAccess"),
    "iam": ("CreateAccessKey", "CreateLoginProfile", "CreateServiceSpecificCredential", "CreateVirtualMFADevice"),
    "kms": ("Decrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateRandom"),
    "lightsail": ("GetBucketAccessKeys", "GetInstanceAccessDetails"),
    "redshift": ("GetClusterCredentials", "GetClusterCredentialsWithIAM"),
    "redshift-serverless": ("GetCredentials",),
    "s3control": ("GetDataAccess",),
    "secretsmanager": ("BatchGetSecretValue", "GetRandomPassword", "GetSecretValue"),
    "ssm": (
        *("GetAccessToken", "GetParameter", "GetParameterHistory", "GetParameters", "GetParametersByPath"),
        *("ResumeSession", "StartSession"),
    ),
    "sso": ("GetRoleCredentials",),
    "sts": (
        *("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot"),
        *("GetFederationToken", "GetSessionToken"),
    ),
}
"""Service -> the operations, as boto3 names them."""

_NAMED: Final = re.compile(
    r"(Batch)?Get\w*(Token|Credential(?!Report)|Secret)\w*"
    r"|\w*Password(?!Policy)\w*|\w*ApiKey\w*|(Describe|List)\w*Secrets?Value\w*|DescribeChapCredentials"
    r"|(Create|Generate)\w*(Key|Token|Credentials?)"
)
"""Names that tell of a secret, for services that the table does not know: a cell too few is better than a leak."""


def answers_with_a_secret(call: Call) -> bool:
    """Tell whether what AWS answers holds, or by its name may hold, a password, a key or a token."""
    return bool(_NAMED.fullmatch(call.operation)) or call.operation in _ANSWERS.get(call.service, ())
