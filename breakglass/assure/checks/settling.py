"""How a stray becomes ours, as far as it can, and else goes: deleting comes last, as it destroys evidence.

https://docs.aws.amazon.com/cli/latest/reference/iam/tag-role.html
https://docs.aws.amazon.com/cli/latest/reference/organizations/tag-resource.html
"""

from collections.abc import Mapping
from typing import Final

from breakglass import naming, resources
from breakglass.resources import GLOBAL, KINDS, Resource

_TAGGING: Final[Mapping[str, str]] = {
    resources.BUCKET: "s3api put-bucket-tagging --bucket {name} --tagging 'TagSet=[{{Key={key},Value={owner}}}]'",
    resources.EVENT_BUS: "events tag-resource --resource-arn {arn} --tags Key={key},Value={owner}",
    resources.KEY: "kms tag-resource --key-id KEY --tags TagKey={key},TagValue={owner}",
    resources.QUEUE: "sqs tag-queue --queue-url URL --tags {key}={owner}",
    resources.ROLE: "iam tag-role --role-name {name} --tags Key={key},Value={owner}",
    resources.TOPIC: "sns tag-resource --resource-arn {arn} --tags Key={key},Value={owner}",
    resources.TRAIL: "cloudtrail add-tags --resource-id {arn} --tags-list Key={key},Value={owner}",
    resources.USER: "iam tag-user --user-name {name} --tags Key={key},Value={owner}",
}
"""Type -> the call of the AWS CLI that tags it."""

_TELLING: Final[Mapping[str, str]] = {
    resources.KEY: " (aws kms list-aliases tells the KEY)",
    resources.QUEUE: " (aws sqs get-queue-url tells the URL)",
}


def to_settle(stray: Resource, owner: str) -> str:
    """Return what to do about a stray, by whom, and with which call."""
    by_whom = f"as the provisioning role of {stray.scope.account}"
    if stray.type == resources.SERVICE_CONTROL_POLICY:
        return (
            "if it is ours, with credentials of the management account run: aws organizations tag-resource"
            f" --resource-id ID --tags Key={naming.OWNER_TAG},Value={owner}"
            " (list-policies --filter SERVICE_CONTROL_POLICY tells the ID); if not, delete it"
        )
    if KINDS[stray.type].ownership == "tag":
        if naming.is_ours_by_name(KINDS[stray.type].arn, stray.name, stray.path):
            return f"if it is ours, {by_whom} run: {_tagging(stray, owner)}; if not, delete it"
        noun = KINDS[stray.type].arn  # only users and roles are read whatever their names
        untag = f"aws iam untag-{noun} --{noun}-name {stray.name} --tag-keys {naming.OWNER_TAG}"
        return f"if somebody needs it, {by_whom} run: {untag}; if not, delete it"
    if stray.type == resources.GROUP:
        move = f"aws iam update-group --group-name {stray.name} --new-path {naming.PATH}"
        return f"if it is ours, {by_whom} run: {move}; if not, delete it"
    return "its path cannot be changed: when nobody needs it, delete it"


def _tagging(stray: Resource, owner: str) -> str:
    call = _TAGGING[stray.type].format(name=stray.name, arn=stray.arn, key=naming.OWNER_TAG, owner=owner)
    where = "" if stray.scope.region == GLOBAL else f" --region {stray.scope.region}"
    return f"aws {call}{where}{_TELLING.get(stray.type, '')}"
