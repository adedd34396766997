"""Calls that answer with a secret are known by the table or by their names."""

import pytest

from breakglass.playbooks.model import Call
from breakglass.report.playbooks.secrets import answers_with_a_secret


@pytest.mark.parametrize(
    "action",
    [
        "apigateway:GetApiKeys",
        "codeartifact:GetAuthorizationToken",
        "cognito-idp:DescribeUserPoolClient",
        "cognito-idp:GetTokensFromRefreshToken",
        "ecr-public:GetAuthorizationToken",
        "emr:GetClusterSessionCredentials",
        "lightsail:GetInstanceAccessDetails",
        "lightsail:GetRelationalDatabaseMasterUserPassword",
        "redshift-serverless:GetCredentials",
        "s3control:GetDataAccess",
        "ssm:GetAccessToken",
        "ssm:StartSession",
        "sts:GetWebIdentityToken",
        "unheard-of:GetResourceApiKey",
        "unheard-of:CreateToken",
    ],
)
def test_what_answers_with_a_secret_is_known(action: str) -> None:
    service, operation = action.split(":")
    assert answers_with_a_secret(Call(service=service, operation=operation))


@pytest.mark.parametrize(
    "action", ["iam:GetCredentialReport", "iam:GetAccountPasswordPolicy", "iam:ListAccessKeys", "kms:ListKeys"]
)
def test_what_only_tells_of_secrets_is_not_taken_for_one(action: str) -> None:
    service, operation = action.split(":")
    assert not answers_with_a_secret(Call(service=service, operation=operation))
