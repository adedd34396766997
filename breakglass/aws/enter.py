"""One attempt to assume a role with credentials of one's own: what a person does with `aws sts assume-role`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from botocore.session import Session

from breakglass.aws.clients import Clients, RoleCredentials
from breakglass.aws.failures import translated

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient


def enter(region: str, credentials: RoleCredentials, role: str, session_name: str) -> str:
    """Return the ARN of the session that comes of it.

    Raises CredentialsError, DeniedError, UnavailableError or RejectedError.
    """
    account = role.split(":")[4]
    with translated(account, role):
        sts = cast("STSClient", Clients(Session()).get("sts", region, credentials))
        return sts.assume_role(RoleArn=role, RoleSessionName=session_name)["AssumedRoleUser"]["Arn"]
