"""What an organization has before anybody provisions break-glass access: a trail with its log group, and receivers.

The trail is the organization's, owned by the management account, and writes into the log group of the manifest by a
role of that account. The queues of the manifest that lie in its accounts let topics of the organization send.
"""

import json

from moto.cloudtrail.models import cloudtrail_backends
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from breakglass.documents import Document, Json, text
from breakglass.manifest.model import Manifest
from breakglass.sandbox.gaps.trails import SandboxTrail

TRAIL = "organization-trail"
ROLE = "OrganizationTrailToLogs"
_RETENTION = 365
"""Days."""


def seed(manifest: Manifest) -> None:
    """Make the trail, its log group, its role and its bucket, and the queues."""
    account, region = manifest.trail.account, manifest.trail.region
    logs_backends[account][region].create_log_group(manifest.trail.log_group, {})
    group = logs_backends[account][region].groups[manifest.trail.log_group]
    vars(group)["retention_in_days"] = _RETENTION
    _role(manifest, group.arn)
    _trail(manifest, group.arn, _bucket(manifest))
    for arn in manifest.alerts.sqs:
        _, _, _, where, owner, name = arn.split(":")
        if owner in manifest.account_ids:
            _queue(manifest, arn, owner, where, name)


def _role(manifest: Manifest, group: str) -> None:
    trust = _statement(Principal={"Service": "cloudtrail.amazonaws.com"}, Action="sts:AssumeRole")
    may = _statement(Action=["logs:CreateLogStream", "logs:PutLogEvents"], Resource=f"{group}:log-stream:*")
    role = iam_backends[manifest.trail.account][manifest.partition].create_role(
        role_name=ROLE,
        assume_role_policy_document=text(trust),
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration="3600",
    )
    role.put_policy("logs", json.dumps(may))


def _bucket(manifest: Manifest) -> str:
    account = manifest.trail.account
    name = f"{TRAIL}-{account}"
    backend = s3_backends[account][manifest.partition]
    backend.create_bucket(name, manifest.trail.region)
    allowed: dict[str, Json] = {"Principal": {"Service": "cloudtrail.amazonaws.com"}, "Resource": "*"}
    policy = _statement(Action=["s3:GetBucketAcl", "s3:PutObject"], **allowed)
    backend.put_bucket_policy(name, text(policy).encode())
    return name


def _trail(manifest: Manifest, group: str, bucket: str) -> None:
    management, region = manifest.management_account.id, manifest.trail.region
    trail = SandboxTrail(
        account_id=management,
        region_name=region,
        trail_name=TRAIL,
        bucket_name=bucket,
        s3_key_prefix=None,  # type: ignore[arg-type]  # moto leaves out what is not there
        sns_topic_name=None,  # type: ignore[arg-type]  # as above
        is_global=True,
        is_multi_region=True,
        log_validation=True,
        is_org_trail=True,
        cw_log_group_arn=f"{group}:*",
        cw_role_arn=f"arn:{manifest.partition}:iam::{manifest.trail.account}:role/{ROLE}",
        kms_key_id=None,  # type: ignore[arg-type]  # as above
    )
    trail.start_logging()
    cloudtrail_backends[management][region].trails[TRAIL] = trail


def _queue(manifest: Manifest, arn: str, owner: str, region: str, name: str) -> None:
    condition = {"StringEquals": {"aws:SourceOrgID": manifest.organization}}
    sender: dict[str, Json] = {"Principal": {"Service": "sns.amazonaws.com"}, "Condition": condition}
    policy = _statement(Action="sqs:SendMessage", Resource=arn, **sender)
    fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    sqs_backends[owner][region].create_queue(name, None, Policy=text(policy), **fifo)


def _statement(**more: Json) -> Document:
    statement: Document = {"Effect": "Allow", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}
