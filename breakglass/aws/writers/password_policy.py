"""The account's password policy: there is exactly one, written whole and never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import UpdateAccountPasswordPolicyRequestTypeDef


def create(iam: IAMClient, resource: Resource, _clock: Clock) -> None:
    """Write the policy: AWS takes what is left out for its default.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
    """
    iam.update_account_password_policy(**cast("UpdateAccountPasswordPolicyRequestTypeDef", dict(resource.properties)))


def update(iam: IAMClient, _before: Resource, after: Resource, clock: Clock) -> None:
    """Write the policy."""
    create(iam, after, clock)


def delete(_iam: IAMClient, _resource: Resource, _clock: Clock) -> None:
    """Leave it in place: without it every password of the account would be judged more leniently."""
