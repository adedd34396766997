"""Probes and the second opinion on the sandbox: nothing of what was applied, everything of a trust that was opened."""

from __future__ import annotations

import json
from collections import Counter

import boto3
import pytest

from breakglass.assure.verify import verify
from breakglass.cli import wiring
from breakglass.manifest.model import Manifest
from breakglass.naming import PROBE
from breakglass.sandbox.server import Sandbox
from breakglass.trail.catalogue import catalogue
from breakglass.trail.matcher import matcher
from breakglass.trail.pattern import parse
from tests.cli.conftest import Run
from tests.stories.conftest import PROD, ROLE, iam, role_arn, unguarded
from tests.verified import chosen

pytestmark = pytest.mark.uncounted

AUDIT = "333333333333"
POLICY = f"arn:aws:iam::{PROD}:policy/break-glass/{ROLE}"
MATCH = matcher({name: parse(alert.pattern) for name, alert in catalogue().items()})


def written(statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def told(acme: Manifest) -> list[tuple[str, str]]:
    """Return what AWS's answers come to: code and subject."""
    asked = wiring.inquiries(acme, None, {"probe", "second-opinion"})
    moment = wiring.clock().now()
    found = verify(wiring.estate(acme, None), acme, moment, chosen("probe", "second-opinion"), inquiries=asked)
    return [(each.finding.code, each.finding.subject) for each in found.results]


def fired(sandbox: Sandbox) -> Counter[str]:
    """Return the alerts that were fired since the events were last forgotten."""
    return Counter(name for event in sandbox.events for name in MATCH(event))


def test_a_trust_opened_to_the_audit_account_is_entered_and_seen_by_both_engines(
    sandbox: Sandbox, cli: Run, acme: Manifest
) -> None:
    assert cli("apply", "--yes").code == 0
    sandbox.events.clear()
    assert told(acme) == []
    assert fired(sandbox) == {"ProbeDenied": 1}

    audit = {"AWS": f"arn:aws:iam::{AUDIT}:root"}
    trust = written({"Effect": "Allow", "Principal": audit, "Action": "sts:AssumeRole"})
    rights = written({"Effect": "Allow", "Action": ["iam:CreateUser", "iam:PassRole"], "Resource": "*"})
    with unguarded(boto3.client("organizations")):
        iam(PROD).update_assume_role_policy(RoleName=ROLE, PolicyDocument=trust)
        iam(PROD).create_policy_version(PolicyArn=POLICY, PolicyDocument=rights, SetAsDefault=True)
    sandbox.events.clear()
    assert sorted(told(acme)) == [
        ("POLICY_INVALID", POLICY),
        ("POLICY_TOO_WIDE", POLICY),
        ("PROBE_ENTERED", role_arn()),
        ("TRUST_NARROWER", role_arn()),
        ("TRUST_WIDER", role_arn()),
    ]
    assert fired(sandbox) == {"ProbeDenied": 1, "RoleAssumed": 2}
    entered = [event["requestParameters"] for event in sandbox.events if "RoleAssumed" in MATCH(event)]
    assert all(f'"roleSessionName": "{PROBE}-' in json.dumps(each) for each in entered)
