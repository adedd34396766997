"""Trails: a trail that is made records nothing until it is started.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from breakglass.aws.absent import CLOUDTRAIL, absent
from breakglass.aws.alerting.trails import OPTIONS
from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import settled
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient
    from mypy_boto3_cloudtrail.type_defs import EventSelectorTypeDef, TagTypeDef, UpdateTrailRequestTypeDef

_SETTINGS = ("S3BucketName", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation")
_OPTIONS = {**OPTIONS, "SnsTopicName": "SnsTopicName"}
"""CloudFormation's name -> what UpdateTrail calls it: a topic it takes by name, and tells by ARN."""
_SELECTORS = ("EventSelectors", "AdvancedEventSelectors")
_EVERYTHING: EventSelectorTypeDef = {"ReadWriteType": "All", "IncludeManagementEvents": True}
_SETTLES = ("InsufficientS3BucketPolicyException", "S3BucketDoesNotExistException", "ConflictException")
"""What CloudTrail answers while a bucket and its policy are not known everywhere, or it is at work itself."""


def create(cloudtrail: CloudTrailClient, resource: Resource, clock: Clock) -> None:
    """Make the trail, as soon as its bucket lets it in, then start it."""
    tags = _tags(resource.tags.items())
    settled(
        clock,
        lambda: cloudtrail.create_trail(
            Name=resource.name,
            S3BucketName=difference.text(resource, "S3BucketName"),
            IsMultiRegionTrail=bool(resource.properties["IsMultiRegionTrail"]),
            IncludeGlobalServiceEvents=bool(resource.properties["IncludeGlobalServiceEvents"]),
            EnableLogFileValidation=bool(resource.properties["EnableLogFileValidation"]),
            TagsList=tags,
        ),
        *_SETTLES,
    )
    update(cloudtrail, difference.bare(resource, "IsLogging"), resource, clock)


def update(cloudtrail: CloudTrailClient, before: Resource, after: Resource, clock: Clock) -> None:
    """Put right what differs, what is recorded before anything else; a trail is started and never stopped."""
    if any(name in before.properties for name in _SELECTORS):
        cloudtrail.put_event_selectors(TrailName=after.name, EventSelectors=[_EVERYTHING])
    _settle(cloudtrail, before, after, clock)
    if after.properties["IsLogging"] and not before.properties.get("IsLogging"):
        cloudtrail.start_logging(Name=after.name)
    if added := difference.tags_set(before, after):
        cloudtrail.add_tags(ResourceId=after.arn, TagsList=_tags((each["Key"], each["Value"]) for each in added))
    if dropped := difference.tags_dropped(before, after):
        gone = {key: before.tags[key] for key in dropped}
        cloudtrail.remove_tags(ResourceId=after.arn, TagsList=_tags(gone.items()))


def delete(cloudtrail: CloudTrailClient, resource: Resource, _clock: Clock) -> None:
    """Delete the trail; what it has recorded stays in its bucket."""
    with absent(CLOUDTRAIL):
        cloudtrail.delete_trail(Name=resource.name)


def _settle(cloudtrail: CloudTrailClient, before: Resource, after: Resource, clock: Clock) -> None:
    """Write the settings whole where any differs; an option others gave the trail is set to nothing.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail.html
    """
    names = (*_SETTINGS, *_OPTIONS, "IsOrganizationTrail")
    if all(before.properties.get(name) == after.properties.get(name) for name in names):
        return
    request = {
        "Name": after.name,
        **{name: after.properties[name] for name in _SETTINGS},
        **{_OPTIONS[name]: "" for name in _OPTIONS if name in before.properties},
        **({"IsOrganizationTrail": False} if "IsOrganizationTrail" in before.properties else {}),
    }
    settled(clock, lambda: cloudtrail.update_trail(**cast("UpdateTrailRequestTypeDef", request)), *_SETTLES)


def _tags(pairs: Iterable[tuple[str, str]]) -> list[TagTypeDef]:
    return [{"Key": key, "Value": value} for key, value in sorted(pairs)]
