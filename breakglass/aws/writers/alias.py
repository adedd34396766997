"""Aliases of keys: what they point at is named by its description, and looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.absent import KMS, absent
from breakglass.aws.alerting import keys
from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import awaited, settled
from breakglass.cloud import Clock
from breakglass.errors import RejectedError
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


def create(kms: KMSClient, resource: Resource, clock: Clock) -> None:
    """Make the alias, as soon as the key is known."""
    key = _target(kms, resource, clock)
    settled(clock, lambda: kms.create_alias(AliasName=resource.name, TargetKeyId=key), KMS)


def update(kms: KMSClient, _before: Resource, after: Resource, clock: Clock) -> None:
    """Point the alias at the key."""
    kms.update_alias(AliasName=after.name, TargetKeyId=_target(kms, after, clock))


def delete(kms: KMSClient, resource: Resource, _clock: Clock) -> None:
    """Delete the alias; its key stays as it is."""
    with absent(KMS):
        kms.delete_alias(AliasName=resource.name)


def _target(kms: KMSClient, resource: Resource, clock: Clock) -> str:
    """Return the id of the key, which a list may not show in the moment after it was made.

    https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
    """
    key = awaited(clock, lambda: next(iter(keys.left_over(kms)), None))
    if key is not None:
        return key["KeyId"]
    name = difference.text(resource, "TargetKeyId")
    raise RejectedError(
        f"there is no key described as {name} that has the tag of a manifest",
        subject=resource.name,
        advice="run the command again: a key made a moment ago may not have arrived everywhere",
    )
