"""A role as the sandbox makes it by itself: whom it trusts, and its one policy."""

import json
from collections.abc import Mapping

from moto.iam.models import IAMBackend

ADMINISTRATOR = "AdministratorAccess"
"""The inline policy of those who may do anything."""

EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def make_role(iam: IAMBackend, name: str, principal: Mapping[str, str], policy: str, document: str) -> None:
    """Make a role that a principal may assume, with one inline policy, given as JSON."""
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        role_name=name,
        assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration="3600",
    )
    role.put_policy(policy, document)
