"""The security account's own trail, and for the chain of alerts every trail that is at home in a region.

A trail of the organization is at home in the management account; elsewhere AWS shows a shadow of it, and not all.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from breakglass import naming, resources
from breakglass.aws import values
from breakglass.aws.absent import CLOUDTRAIL, absent
from breakglass.aws.alerting import selectors
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.facts import TrailStatus
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient
    from mypy_boto3_cloudtrail.type_defs import (
        GetEventSelectorsResponseTypeDef,
        GetTrailStatusResponseTypeDef,
        TrailTypeDef,
    )

OPTIONS: Mapping[str, str] = {
    "S3KeyPrefix": "S3KeyPrefix",
    "SnsTopicName": "SnsTopicARN",
    "CloudWatchLogsLogGroupArn": "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
    "KMSKeyId": "KmsKeyId",
}
"""CloudFormation's name -> CloudTrail's, of what a trail has or has not."""


@dataclass(frozen=True, slots=True)
class _Trail:
    """What AWS tells of one trail."""

    settings: TrailTypeDef
    status: GetTrailStatusResponseTypeDef
    selectors: GetEventSelectorsResponseTypeDef


def read(sessions: Sessions, found: Found) -> None:
    """Add our own trail, and for the chain what every trail does."""
    survey = found.survey
    wanted = resources.TRAIL in survey.types
    if not wanted and not survey.chain:
        return
    cloudtrail = sessions.client("cloudtrail", survey.scope.account, survey.scope.region)
    with found.part("the trails", *([resources.TRAIL] if wanted else [])):
        for each in cloudtrail.describe_trails(includeShadowTrails=False)["trailList"]:
            if survey.chain or _is_ours(survey.scope, each):
                _trail(found, cloudtrail, each)


def _trail(found: Found, cloudtrail: CloudTrailClient, settings: TrailTypeDef) -> None:
    scope, arn = found.survey.scope, settings["TrailARN"]
    ours = _is_ours(scope, settings) and resources.TRAIL in found.survey.types
    with found.part(f"the trail {arn}", *([resources.TRAIL] if ours else [])), absent(CLOUDTRAIL):
        status = cloudtrail.get_trail_status(Name=arn)
        trail = _Trail(settings, status, cloudtrail.get_event_selectors(TrailName=arn))
        if ours:
            found.resources.append(_resource(scope, trail, _tags(cloudtrail, arn)))
        if found.survey.chain:
            found.facts.append(_fact(scope, trail))


def _is_ours(scope: Scope, trail: TrailTypeDef) -> bool:
    """Tell whether it is the trail of ours, and here rather than the shadow of one."""
    return trail["TrailARN"] == Resource(resources.TRAIL, scope, {"TrailName": naming.TRAIL}).arn


def _tags(cloudtrail: CloudTrailClient, arn: str) -> Mapping[str, str]:
    pages = cloudtrail.get_paginator("list_tags").paginate(ResourceIdList=[arn])
    listed = [tag for page in pages for each in page["ResourceTagList"] for tag in each.get("TagsList", ())]
    return values.tags((each["Key"], each.get("Value", "")) for each in listed)


def _resource(scope: Scope, trail: _Trail, tags: Mapping[str, str]) -> Resource:
    settings = trail.settings
    told = cast("Mapping[str, Json]", settings)
    properties: dict[str, Json] = {
        "TrailName": settings["Name"],
        "S3BucketName": settings["S3BucketName"],
        "IsMultiRegionTrail": settings.get("IsMultiRegionTrail", False),
        "IncludeGlobalServiceEvents": settings.get("IncludeGlobalServiceEvents", False),
        "EnableLogFileValidation": settings.get("LogFileValidationEnabled", False),
        "IsOrganizationTrail": settings.get("IsOrganizationTrail") or None,
        "IsLogging": trail.status["IsLogging"],
        "Tags": resources.tags(tags),
    }
    options = values.given({name: told.get(key) for name, key in OPTIONS.items()})
    return Resource(resources.TRAIL, scope, {**properties, **options, **_selected(trail)})


def _selected(trail: _Trail) -> dict[str, Json]:
    """Return the event selectors where they leave anything out."""
    if selectors.recorded(trail.selectors).everything:
        return {}
    told = cast("Mapping[str, Json]", trail.selectors)
    return values.given({name: told.get(name) for name in ("EventSelectors", "AdvancedEventSelectors")})


def _fact(scope: Scope, trail: _Trail) -> TrailStatus:
    settings, status, events = trail.settings, trail.status, selectors.recorded(trail.selectors)
    return TrailStatus(
        scope,
        trail_arn=settings["TrailARN"],
        is_organization_trail=settings.get("IsOrganizationTrail", False),
        is_multi_region_trail=settings.get("IsMultiRegionTrail", False),
        include_global_service_events=settings.get("IncludeGlobalServiceEvents", False),
        log_file_validation_enabled=settings.get("LogFileValidationEnabled", False),
        is_logging=status["IsLogging"],
        read_write_type=events.read_write_type,
        exclude_management_event_sources=events.excluded,
        cloud_watch_logs_log_group_arn=settings.get("CloudWatchLogsLogGroupArn", ""),
        cloud_watch_logs_role_arn=settings.get("CloudWatchLogsRoleArn", ""),
        latest_delivery_error=status.get("LatestDeliveryError", ""),
        latest_cloud_watch_logs_delivery_error=status.get("LatestCloudWatchLogsDeliveryError", ""),
    )
