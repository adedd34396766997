"""moto overwrites trails, tells no home region nor error, and shows organization trails to nobody. Seen in 5.2.5.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
"""

import json
from collections.abc import Iterator

from moto.cloudtrail.exceptions import TrailNotFoundException
from moto.cloudtrail.models import Trail, cloudtrail_backends
from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.exceptions import JsonRESTError
from moto.organizations.models import organizations_backends

from breakglass.sandbox.gaps.event_selectors import has_custom
from breakglass.sandbox.gaps.trail_buckets import check
from breakglass.sandbox.judgement.place import existing

_ERROR = "delivery_error"


class SandboxTrail(Trail):
    """A trail whose bucket was looked for already, in every account."""

    def check_bucket_exists(self) -> None:
        """Take the bucket as it is."""


def seen_from(account: str, partition: str) -> Iterator[Trail]:
    """Yield the trails that are an account's, and those of its organization."""
    management, _ = organizations_backends.master_accounts.get(account, (account, partition))
    for backend in existing(cloudtrail_backends):
        for trail in backend.trails.values():
            if trail.account_id == account or (trail.is_org_trail and trail.account_id == management):
                yield trail


def note_delivery(trail: Trail, error: str) -> None:
    """Note what kept a trail from its log group; empty where nothing did."""
    vars(trail)[_ERROR] = error


def described(trail: Trail) -> dict[str, object]:
    """Return what is told of a trail."""
    shown = trail.description(include_region=True) | {"HasCustomEventSelectors": has_custom(trail)}
    return {name: value for name, value in shown.items() if value is not None}


class Trails(CloudTrailResponse):
    """The operations on trails: reading from every region that sees them, writing at home."""

    def create_trail(self) -> str:
        """Make a trail with a bucket anywhere that lets CloudTrail write into it."""
        name, bucket = str(self._get_param("Name")), str(self._get_param("S3BucketName"))
        if name in self.cloudtrail_backend.trails:
            raise JsonRESTError("TrailAlreadyExistsException", f"Trail {name} already exists for this account.")
        trail = SandboxTrail(
            self.current_account,
            self.region,
            name,
            bucket,
            self._get_param("S3KeyPrefix"),
            self._get_param("SnsTopicName"),
            self._get_bool_param("IncludeGlobalServiceEvents", True),  # noqa: FBT003 - moto's signature
            self._get_bool_param("IsMultiRegionTrail", False),  # noqa: FBT003 - moto's signature
            self._get_bool_param("EnableLogFileValidation", False),  # noqa: FBT003 - moto's signature
            self._get_bool_param("IsOrganizationTrail", False),  # noqa: FBT003 - moto's signature
            self._get_param("CloudWatchLogsLogGroupArn"),
            self._get_param("CloudWatchLogsRoleArn"),
            self._get_param("KmsKeyId"),
        )
        check(bucket, trail.arn, self.current_account, self.partition)
        self.cloudtrail_backend.trails[name] = trail
        self.cloudtrail_backend.tagging_service.tag_resource(trail.arn, self._get_param("TagsList", []))
        return json.dumps(described(trail))

    def _seen(self, name: str) -> Trail:
        """Return a trail by its ARN, or by its name in its home region."""
        for trail in seen_from(self.current_account, self.partition):
            here = trail.account_id == self.current_account and trail.region_name == self.region
            if name == trail.arn or (here and name == trail.trail_name):
                return trail
        raise TrailNotFoundException(account_id=self.current_account, name=name)

    def _own(self, name: str) -> Trail:
        trail = self._seen(name)
        if trail.account_id != self.current_account:
            raise JsonRESTError("NotOrganizationMasterAccountException", "The trail is the management account's.")
        if trail.region_name != self.region:
            raise JsonRESTError("InvalidHomeRegionException", f"The home region of the trail is {trail.region_name}.")
        return trail

    def get_trail(self) -> str:
        """Show one trail."""
        return json.dumps({"Trail": described(self._seen(self._get_param("Name")))})

    def get_trail_status(self) -> str:
        """Show whether a trail logs, and what kept it from its log group when it last wrote there."""
        trail = self._seen(self._get_param("Name"))
        error = vars(trail).get(_ERROR, "")
        told = {"LatestCloudWatchLogsDeliveryError": error} if error else {}
        return json.dumps(trail.status.description() | told)

    def describe_trails(self) -> str:
        """Show the trails that log in this region, or are at home here."""
        names = self._get_param("trailNameList") or ()
        shadows = self._get_bool_param("includeShadowTrails", True)  # noqa: FBT003 - moto's signature
        shown = []
        for trail in seen_from(self.current_account, self.partition):
            home = trail.account_id == self.current_account and trail.region_name == self.region
            wanted = not names or {trail.arn, trail.trail_name} & set(names)
            if wanted and (home or (shadows and (trail.is_multi_region or trail.region_name == self.region))):
                shown.append(described(trail))
        return json.dumps({"trailList": shown})

    def update_trail(self) -> str:
        """Change what is given of a trail."""
        trail = self._own(self._get_param("Name"))
        bucket = self._get_param("S3BucketName")
        if bucket is not None:
            check(bucket, trail.arn, self.current_account, self.partition)
        super().update_trail()
        return json.dumps(described(trail))

    def delete_trail(self) -> str:
        """Delete a trail."""
        trail = self._own(self._get_param("Name"))
        self.cloudtrail_backend.tagging_service.delete_all_tags_for_resource(trail.arn)
        del self.cloudtrail_backend.trails[trail.trail_name]
        return "{}"

    def start_logging(self) -> str:
        """Let a trail log."""
        self._own(self._get_param("Name")).start_logging()
        return "{}"

    def stop_logging(self) -> str:
        """Let a trail log no more."""
        self._own(self._get_param("Name")).stop_logging()
        return "{}"
