"""Where CloudFormation is asked: the account that administers the StackSets, and every account that has a stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breakglass import naming
from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Sessions
from breakglass.aws.stacks import causes
from breakglass.cloud import Clock
from breakglass.errors import RejectedError
from breakglass.manifest.model import Manifest, StackSets

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import CallAsType
    from mypy_boto3_cloudformation.type_defs import TagTypeDef


@dataclass(frozen=True, slots=True)
class Desk:
    """What every call needs: the sessions, what the manifest says of StackSets, and a clock."""

    sessions: Sessions
    manifest: Manifest
    clock: Clock

    @property
    def settings(self) -> StackSets:
        """What the manifest says of StackSets; RejectedError where it says nothing."""
        if self.manifest.stacksets is None:
            raise RejectedError(
                "the manifest says nothing of StackSets",
                subject=self.manifest.name,
                advice="write `stacksets` with its `regions` into the manifest",
            )
        return self.manifest.stacksets

    @property
    def is_service_managed(self) -> bool:
        """Whether AWS Organizations provides the roles."""
        return self.manifest.is_service_managed

    @property
    def account(self) -> str:
        """The account in which the StackSets are."""
        return self.settings.administrator_account or self.manifest.management_account.id

    @property
    def region(self) -> str:
        """The region in which they are."""
        return self.settings.regions[0]

    @property
    def call_as(self) -> CallAsType:
        """As who AWS is asked: a delegated administrator says so, for what is service-managed.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
        """
        delegated = self.is_service_managed and self.account != self.manifest.management_account.id
        return "DELEGATED_ADMIN" if delegated else "SELF"

    @property
    def stack_sets(self) -> CloudFormationClient:
        """CloudFormation where the StackSets are; credentials run out, so ask again after every wait."""
        return self.client(self.account, self.region)

    @property
    def tags(self) -> list[TagTypeDef]:
        """The tag that makes a stack or a StackSet ours; CloudFormation puts it on what they make as well."""
        return [{"Key": naming.OWNER_TAG, "Value": self.manifest.name}]

    def client(self, account: str, region: str) -> CloudFormationClient:
        """Return CloudFormation in a region of an account."""
        return self.sessions.client("cloudformation", account, region)

    def require_ours(self, name: str, account: str, tags: Iterable[TagTypeDef]) -> None:
        """See that what has a name of ours is ours; raises RejectedError where it is not."""
        owner = {each["Key"]: each["Value"] for each in tags}.get(naming.OWNER_TAG)
        if owner == self.manifest.name:
            return
        whose = f"belongs to the manifest {owner}" if owner else f"has no tag {naming.OWNER_TAG}"
        raise RejectedError(
            f"{name} in account {account} is not ours: it {whose}",
            subject=name,
            advice=f"delete it, or give it the tag {naming.OWNER_TAG}={self.manifest.name} if it is of this manifest",
        )

    def root(self) -> str:
        """Return the id of the root of the organization."""
        account = self.manifest.management_account.id
        organizations = self.sessions.client("organizations", account)
        with translated(account, "the root of the organization"), understood(account):
            (root,) = (each for page in organizations.get_paginator("list_roots").paginate() for each in page["Roots"])
            return root["Id"]


@contextmanager
def asked(account: str, subject: str) -> Iterator[None]:
    """Translate what CloudFormation answers, with the advice for what it says."""
    try:
        with translated(account, subject), understood(account):
            yield
    except RejectedError as error:
        raise causes.advised(error, account) from error


def by_account(places: Iterable[tuple[str, str]]) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Group (account, region) so that one operation can serve many: regions -> the accounts that miss just those."""
    regions: dict[str, list[str]] = {}
    for account, region in sorted(set(places)):
        regions.setdefault(account, []).append(region)
    groups: dict[tuple[str, ...], list[str]] = {}
    for account, names in regions.items():
        groups.setdefault(tuple(names), []).append(account)
    return {names: tuple(accounts) for names, accounts in sorted(groups.items())}
