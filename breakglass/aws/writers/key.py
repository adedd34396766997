"""Keys: KMS draws their ids, so a key without an alias is looked for before another is made.

https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass import naming
from breakglass.aws.absent import KMS, absent
from breakglass.aws.alerting import keys
from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import UNKNOWN_PRINCIPAL, settled
from breakglass.cloud import Clock
from breakglass.errors import RejectedError
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.type_defs import KeyMetadataTypeDef, TagTypeDef


def create(kms: KMSClient, resource: Resource, clock: Clock) -> None:
    """Make the key, or take one of the same manifest that a run which broke off has left, then let it rotate."""
    left = _owned(kms, resource)
    if left:
        _write(kms, left[0], difference.bare(resource, "EnableKeyRotation", "KeyPolicy", "Tags"), resource, clock)
        return
    tags = [_tag(key, value) for key, value in sorted(resource.tags.items())]
    policy = difference.document(resource, "KeyPolicy")
    made = settled(
        clock,
        lambda: kms.create_key(Description=resource.name, Policy=policy, Tags=tags),
        UNKNOWN_PRINCIPAL,
    )
    _rotate(kms, made["KeyMetadata"]["KeyId"], difference.bare(resource, "EnableKeyRotation"), resource, clock)


def update(kms: KMSClient, before: Resource, after: Resource, clock: Clock) -> None:
    """Switch the key on first: nothing else can be changed of one that waits for its deletion."""
    _write(kms, _key(kms, after), before, after, clock)


def delete(kms: KMSClient, resource: Resource, _clock: Clock) -> None:
    """Schedule the deletion of every key of the manifest, after AWS's default of 30 days; until then it can be undone.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
    """
    for key in _owned(kms, resource):
        with absent(KMS):
            kms.schedule_key_deletion(KeyId=key["KeyId"])


def _owned(kms: KMSClient, resource: Resource) -> list[KeyMetadataTypeDef]:
    return keys.left_over(kms, resource.tags.get(naming.OWNER_TAG, ""))


def _key(kms: KMSClient, resource: Resource) -> KeyMetadataTypeDef:
    aliased = keys.by_alias(kms)
    if aliased is not None and keys.is_named_ours(aliased):
        return aliased
    left = _owned(kms, resource)
    if left:
        return left[0]
    raise RejectedError(
        f"the key {resource.name} is not there any more",
        subject=resource.name,
        advice="it was deleted meanwhile: run the command again",
    )


def _write(kms: KMSClient, key: KeyMetadataTypeDef, before: Resource, after: Resource, clock: Clock) -> None:
    identifier = key["KeyId"]
    _switch_on(kms, key)
    policy = difference.document(after, "KeyPolicy")
    if before.properties.get("KeyPolicy") != after.properties["KeyPolicy"]:
        settled(
            clock,
            lambda: kms.put_key_policy(KeyId=identifier, PolicyName=keys.POLICY_NAME, Policy=policy),
            UNKNOWN_PRINCIPAL,
        )
    _rotate(kms, identifier, before, after, clock)
    if added := difference.tags_set(before, after):
        kms.tag_resource(KeyId=identifier, Tags=[_tag(each["Key"], each["Value"]) for each in added])
    if dropped := difference.tags_dropped(before, after):
        kms.untag_resource(KeyId=identifier, TagKeys=dropped)


def _switch_on(kms: KMSClient, key: KeyMetadataTypeDef) -> None:
    """Let a key be used; one whose deletion is called off is switched off at first."""
    if key["KeyState"] == keys.PENDING_DELETION:
        kms.cancel_key_deletion(KeyId=key["KeyId"])
    if key["KeyState"] in keys.OFF:
        kms.enable_key(KeyId=key["KeyId"])


def _rotate(kms: KMSClient, key: str, before: Resource, after: Resource, clock: Clock) -> None:
    wanted = after.properties["EnableKeyRotation"]
    if before.properties["EnableKeyRotation"] == wanted:
        return
    change = kms.enable_key_rotation if wanted else kms.disable_key_rotation
    settled(clock, lambda: change(KeyId=key), KMS)


def _tag(key: str, value: str) -> TagTypeDef:
    return {"TagKey": key, "TagValue": value}
