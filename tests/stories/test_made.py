"""What plain boto3 finds once everything is applied."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from breakglass.manifest.model import Manifest
from tests.stories.conftest import ROLE, SECURITY, iam

pytestmark = pytest.mark.uncounted

CANARY = "BREAK-GLASS-CANARY"


@pytest.mark.usefixtures("standing")
def test_what_was_made_is_what_was_meant(acme: Manifest) -> None:
    security = iam(SECURITY)
    boundary = f"arn:aws:iam::{SECURITY}:policy/break-glass/BreakGlassBoundary"
    users = security.list_users(PathPrefix="/break-glass/")["Users"]
    assert {user["UserName"] for user in users} == {f"{each.id}-break-glass" for each in acme.responders}
    for user in users:
        name = user["UserName"]
        assert security.list_access_keys(UserName=name)["AccessKeyMetadata"] == []
        assert security.list_user_policies(UserName=name)["PolicyNames"] == []
        assert security.list_attached_user_policies(UserName=name)["AttachedPolicies"] == []
        whole = security.get_user(UserName=name)["User"]
        assert whole["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary


@pytest.mark.usefixtures("standing")
def test_every_roles_trust_has_the_three_conditions(acme: Manifest) -> None:
    names: Counter[str] = Counter()
    for account in acme.account_ids:
        for role in iam(account).list_roles()["Roles"]:
            if not role["RoleName"].startswith("BREAK-GLASS-") or role["RoleName"] == CANARY:
                continue
            names[role["RoleName"]] += 1
            trust = json.loads(json.dumps(role["AssumeRolePolicyDocument"]))
            (allowed,) = [each for each in trust["Statement"] if each["Action"] == "sts:AssumeRole"]
            assert allowed["Condition"] == {
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{SECURITY}:user/break-glass/*-break-glass"},
                "StringEquals": {"aws:PrincipalOrgID": "o-acme12345", "sts:RoleSessionName": "${aws:username}"},
            }
    assert names == {ROLE: 4, "BREAK-GLASS-DATA-BREACH": 4, "BREAK-GLASS-LOST-ACCESS": 5}


@pytest.mark.usefixtures("standing")
def test_the_canarys_role_trusts_the_role_that_verifies_and_nobody_else() -> None:
    role = iam(SECURITY).get_role(RoleName=CANARY)["Role"]
    (statement,) = json.loads(json.dumps(role["AssumeRolePolicyDocument"]))["Statement"]
    verification = "arn:aws:iam::333333333333:role/break-glass/BreakGlassVerification"
    assert (statement["Effect"], statement["Principal"]) == ("Allow", {"AWS": verification})
