"""Claims about what is in AWS: proved after apply, refuted after a mistake by a request that simulate confirms."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import boto3
import pytest

from breakglass.cli.main import run
from tests.cli.conftest import Run
from tests.stories.conftest import PROD, SECURITY, USER, iam, unguarded

pytestmark = pytest.mark.uncounted

Case = TypeVar("Case")
Deed = Callable[[], object]
ROOT = f"arn:aws:iam::{SECURITY}:root"
BOUNDARY = f"arn:aws:iam::{SECURITY}:policy/break-glass/BreakGlassBoundary"
TEAM = f"arn:aws:iam::{SECURITY}:policy/break-glass/break-glass-payments-1"
PLAYBOOK = f"arn:aws:iam::{PROD}:policy/break-glass/BREAK-GLASS-DATA-BREACH"
OTHER = "arn:aws:iam::444444444444:root"
VERIFIER = f"arn:aws:iam::{PROD}:policy/break-glass/BreakGlassVerifier"


def document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str) -> dict[str, str]:
    return {"Effect": "Allow", "Action": action, "Resource": "*"}


def trust(role: str, change: Callable[[dict[str, dict[str, object]]], object] = id, **more: object) -> None:
    """Change the conditions of a role's trust, and elements of its first statement."""
    held = json.loads(json.dumps(iam(PROD).get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]))
    change(held["Statement"][0]["Condition"])
    held["Statement"][0].update(more)
    iam(PROD).update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(held))


def rewrite(policy: str, *statements: object) -> None:
    account = policy.split(":")[4]
    iam(account).create_policy_version(PolicyArn=policy, PolicyDocument=document(*statements), SetAsDefault=True)


def exempt() -> None:
    organizations = boto3.client("organizations")
    listed = organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    (policy,) = [each["Id"] for each in listed if each["Name"] == "BreakGlassRoles"]
    content = organizations.describe_policy(PolicyId=policy)["Policy"]["Content"]
    organizations.update_policy(PolicyId=policy, Content=content.replace("stacksets-exec-*", "Another", 1))


def plain_deny(role: str) -> None:
    allowed = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    denied = {**allowed, "Effect": "Deny", "Principal": "*"}
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    written = document(allowed, {**denied, "Condition": condition})
    iam(PROD).update_assume_role_policy(RoleName=role, PolicyDocument=written)


def own_policy() -> None:
    own = document(allow("iam:CreateAccessKey"))
    iam(SECURITY).put_user_policy(UserName=USER, PolicyName="own", PolicyDocument=own)


RANSOMWARE, BREACH, LOST = (f"BREAK-GLASS-{each}" for each in ("RANSOMWARE", "DATA-BREACH", "LOST-ACCESS"))
TRUSTS: dict[str, tuple[str, Callable[[str], object], str]] = {
    "Bool became BoolIfExists": (
        RANSOMWARE,
        lambda role: trust(role, lambda each: each.__setitem__("BoolIfExists", each.pop("Bool"))),
        "mfa-always",
    ),
    "a Deny with plain Bool": (BREACH, plain_deny, "mfa-always"),
    "AWS: *": (LOST, lambda role: trust(role, Principal={"AWS": "*"}), "one-account"),
    "a second root": (RANSOMWARE, lambda role: trust(role, Principal={"AWS": [ROOT, OTHER]}), "one-account"),
    "the session's name dropped": (BREACH, lambda role: trust(role, lambda each: each.pop("StringEquals")), "own-name"),
    "the namespace dropped": (LOST, lambda role: trust(role, lambda each: each.pop("ArnLike")), "only-namespace"),
}
OTHERS: dict[str, tuple[Deed, str]] = {
    "a team with sts:*": (lambda: rewrite(TEAM, allow("sts:*")), "no-other-roles"),
    "a policy of a user's own": (own_policy, "own-policies"),
    "a boundary without its Denies": (lambda: rewrite(BOUNDARY, allow("sts:AssumeRole")), "boundary-holds"),
    "a playbook that writes policies": (lambda: rewrite(PLAYBOOK, allow("iam:PutRolePolicy")), "no-new-rights"),
    "a guardrail that exempts one role too many": (exempt, "roles-closed"),
    "a verifier that reads data": (lambda: rewrite(VERIFIER, allow("s3:GetObject")), "verifier-reads"),
}


def simulated(scenario: object, path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what `simulate` decides."""
    path.write_text(json.dumps([scenario]), "utf-8")
    assert run(["simulate", str(path)]) == 0
    return str(json.loads(capsys.readouterr().out)[0]["decision"])


def prove(cli: Run) -> tuple[int, list[dict[str, object]]]:
    ran = cli("prove", "--live", "--format", "json")
    return ran.code, json.loads(ran.out)


@pytest.mark.usefixtures("sandbox")
def test_each_mistake_in_aws_is_refuted_by_a_request_that_simulate_confirms(
    cli: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two rounds, so that no mistake hides another: three trusts in each."""
    assert cli("apply", "--yes").code == 0
    code, rows = prove(cli)
    assert (code, {row["status"] for row in rows}) == (0, {"proved"})
    for trusts, others in zip(halves(TRUSTS), halves(OTHERS), strict=True):
        planted = {name: (claim, f"arn:aws:iam::{PROD}:role/{role}") for name, (role, _, claim) in trusts.items()}
        planted |= {name: (claim, "") for name, (_, claim) in others.items()}
        with unguarded(boto3.client("organizations")):
            for role, deed, _ in trusts.values():
                deed(role)
            for other, _ in others.values():
                other()
        code, rows = prove(cli)
        assert code == 1
        for name, (claim, subject) in planted.items():
            refuted = [row for row in rows if row["claim"] == claim and str(row["subject"]).endswith(subject)]
            (found,) = [row for row in refuted if row["status"] == "refuted"][:1]
            assert simulated(found["counterexample"], tmp_path / "scenario.json", capsys) == "allowed", name
        assert cli("apply", "--yes", "--allow", "broadens-access").code == 0
    assert cli("prove", "--live").code == 0


def halves(cases: dict[str, Case]) -> tuple[dict[str, Case], dict[str, Case]]:
    listed = list(cases.items())
    return dict(listed[:3]), dict(listed[3:])
