"""The key of the alerts' topic: found through its alias, and without one by what it says of itself.

- KMS draws the id of a key, so in our vocabulary its description is its name and what an alias points at.
- With its alias, four calls. Only where no key of ours has the alias are all keys looked at: a run may have broken off
  before it made the alias, or after it had deleted it.
- A key that waits for its deletion and has no alias is gone; one that is switched off is there, and says so.
  https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from breakglass import naming, resources
from breakglass.aws import values
from breakglass.aws.absent import KMS, absent
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.type_defs import KeyMetadataTypeDef

POLICY_NAME = "default"
"""The one policy a key has of its own. https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html"""
PENDING_DELETION = "PendingDeletion"
OFF = ("Disabled", PENDING_DELETION)


def read(sessions: Sessions, found: Found) -> None:
    """Add the key and its alias."""
    scope = found.survey.scope
    kms = sessions.client("kms", scope.account, scope.region)
    with found.part("the key of the alerts", resources.KEY, resources.ALIAS):
        aliased = by_alias(kms)
        if aliased is not None:
            found.resources.append(_alias(scope, aliased))
        if aliased is not None and is_named_ours(aliased):
            found.resources.append(_key(kms, scope, aliased))
        else:
            found.resources += [_key(kms, scope, each) for each in left_over(kms)[:1]]


def by_alias(kms: KMSClient) -> KeyMetadataTypeDef | None:
    """Return the key that has the alias of ours, whoever made it."""
    with absent(KMS):
        return kms.describe_key(KeyId=naming.ALERTS_KEY)["KeyMetadata"]
    return None


def left_over(kms: KMSClient, owner: str | None = None) -> list[KeyMetadataTypeDef]:
    """Return the keys with the description of ours and this manifest's tag, or any's: the oldest first, none going."""
    pages = kms.get_paginator("list_keys").paginate()
    every = [_described(kms, each["KeyId"]) for page in pages for each in page["Keys"]]
    named = [each for each in every if each is not None and is_named_ours(each)]
    staying = [each for each in named if each["KeyState"] != PENDING_DELETION]
    ours = [each for each in staying if _is_owned(tags(kms, each["KeyId"]), owner)]
    return sorted(ours, key=lambda key: (key["CreationDate"], key["KeyId"]))


def tags(kms: KMSClient, key: str) -> Mapping[str, str]:
    """Return the tags of a key."""
    pages = kms.get_paginator("list_resource_tags").paginate(KeyId=key)
    return values.tags((each["TagKey"], each["TagValue"]) for page in pages for each in page["Tags"])


def _described(kms: KMSClient, key: str) -> KeyMetadataTypeDef | None:
    """Return a key; one whose own policy keeps us out is none that we made."""
    with absent(KMS, "AccessDeniedException"):
        return kms.describe_key(KeyId=key)["KeyMetadata"]
    return None


def is_named_ours(key: KeyMetadataTypeDef) -> bool:
    """Tell whether a key says that it is the one of the alerts."""
    return key.get("Description") == naming.ALERTS


def _is_owned(tags: Mapping[str, str], owner: str | None) -> bool:
    return naming.OWNER_TAG in tags and owner in (None, tags[naming.OWNER_TAG])


def _alias(scope: Scope, key: KeyMetadataTypeDef) -> Resource:
    properties: dict[str, Json] = {
        "AliasName": naming.ALERTS_KEY,
        "TargetKeyId": key.get("Description") or key["KeyId"],
    }
    return Resource(resources.ALIAS, scope, properties)


def _key(kms: KMSClient, scope: Scope, key: KeyMetadataTypeDef) -> Resource:
    identifier = key["KeyId"]
    properties: dict[str, Json] = {
        "Description": key["Description"],
        "KeyPolicy": values.document(kms.get_key_policy(KeyId=identifier, PolicyName=POLICY_NAME)["Policy"]),
        "EnableKeyRotation": kms.get_key_rotation_status(KeyId=identifier)["KeyRotationEnabled"],
        "Enabled": False if key["KeyState"] in OFF else None,
        "Tags": resources.tags(tags(kms, identifier)),
    }
    return Resource(resources.KEY, scope, properties)
