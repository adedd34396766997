"""What a deviation is: a deed done to AWS, what verify must say of it, and what must become of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import boto3

from breakglass.documents import Json
from breakglass.findings import Severity
from breakglass.naming import OWNER_TAG
from tests.stories.conftest import MANAGEMENT, PROD, SECURITY, elsewhere, iam

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import TagTypeDef
    from mypy_boto3_organizations import OrganizationsClient

AUDIT = "333333333333"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
ANYTHING: Mapping[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
NOTHING: Mapping[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
}


@dataclass
class Hands:
    """Plain boto3 with every right, as an intruder or a careless administrator has it."""

    touched: set[str] = field(default_factory=set)
    """The accounts something was done to, in IAM or Organizations."""
    regions: set[tuple[str, str]] = field(default_factory=set)
    """The regions of accounts something was done in."""
    _clients: dict[str, IAMClient] = field(default_factory=dict)

    def iam(self, account: str) -> IAMClient:
        self.touched.add(account)
        if account not in self._clients:
            self._clients[account] = boto3.client("iam") if account == MANAGEMENT else iam(account)
        return self._clients[account]

    @property
    def security(self) -> IAMClient:
        return self.iam(SECURITY)

    @property
    def prod(self) -> IAMClient:
        return self.iam(PROD)

    @property
    def audit(self) -> IAMClient:
        return self.iam(AUDIT)

    @property
    def management(self) -> IAMClient:
        return self.iam(MANAGEMENT)

    @property
    def organizations(self) -> OrganizationsClient:
        self.touched.add(MANAGEMENT)
        return boto3.client("organizations")

    def away(self, service: str, account: str, region: str) -> Any:  # noqa: ANN401 - a client of any service
        """Return plain boto3 of a service in one region of an account."""
        self.regions.add((account, region))
        return elsewhere(service, account, region)


Deed: TypeAlias = Callable[[Hands], object]
Told: TypeAlias = tuple[str, Severity, str]
"""A finding: its code, its severity, its subject."""
Fate: TypeAlias = Literal["repaired", "repaired by the next apply", "repaired in part", "left"]


@dataclass(frozen=True)
class Deviation:
    """One row of docs/reference/drift.md."""

    name: str
    """Its id there."""
    deed: Deed
    told: tuple[Told, ...]
    refused: tuple[str, ...] = ()
    """The guards that refuse the repair."""
    fate: Fate = "repaired"
    """What `apply` makes of it once every guard that refuses is told to let the plan pass."""
    remains: tuple[Told, ...] = ()
    """What is still told after a repair in part."""
    remedy: Deed | None = None
    """What a person does by hand, as the row says: needed where `apply` leaves something, elsewhere better."""
    afterwards: Deed | None = None
    """What a person does after the next apply."""
    outside: bool = False
    """Whether it is done outside IAM and Organizations: to alerting, in a region, or to what surrounds the access."""


def critical(code: str, subject: str) -> Told:
    return code, Severity.CRITICAL, subject


def high(code: str, subject: str) -> Told:
    return code, Severity.HIGH, subject


def medium(code: str, subject: str) -> Told:
    return code, Severity.MEDIUM, subject


def low(code: str, subject: str) -> Told:
    return code, Severity.LOW, subject


def arn(account: str, resource: str) -> str:
    return f"arn:aws:iam::{account}:{resource}"


def owner(manifest: str) -> list[TagTypeDef]:
    """Return the tag that says whose a user or a role is."""
    return [{"Key": OWNER_TAG, "Value": manifest}]


def written(document: object) -> str:
    return json.dumps(document)
