"""What AWS authorizes a call of a regional service on, told from its documentation and not from the product's table.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from breakglass.documents import Json
from breakglass.resources import items

Given: TypeAlias = Mapping[str, Json]
Named: TypeAlias = tuple[str, str]
"""An action without its service, and what of an ARN follows the account."""

OWN = "break-glass:manifest"

S3_ACTIONS = {
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "ListBuckets": "ListAllMyBuckets",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
"""Operations of S3 that are authorized as another action.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""


def kms(operation: str, given: Given) -> Iterator[Named]:
    """An alias stands for its key, and is authorized on both where it is made, turned or deleted.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
    """
    if operation in ("CreateKey", "ListAliases", "ListKeys"):
        yield operation, "*"
    if operation == "CreateKey":
        yield "TagResource", "key/new"
    if "AliasName" in given:
        yield operation, str(given["AliasName"])
        yield operation, f"key/{given.get('TargetKeyId', 'any')}"
    elif "KeyId" in given:
        name = str(given["KeyId"])
        yield operation, "key/aliased" if name.startswith("alias/") else f"key/{name.rpartition('/')[2]}"


def sns(operation: str, given: Given) -> Iterator[Named]:
    """A subscription is authorized on its topic."""
    arn = str(given.get("TopicArn") or given.get("ResourceArn") or given.get("SubscriptionArn") or "")
    yield operation, str(given["Name"]) if "Name" in given else arn.split(":")[5]
    if operation == "CreateTopic" and given.get("Tags"):
        yield "TagResource", str(given["Name"])


def sqs(operation: str, given: Given) -> Iterator[Named]:
    name = str(given.get("QueueName") or str(given.get("QueueUrl")).rpartition("/")[2])
    yield operation, name
    if operation == "CreateQueue" and given.get("tags"):
        yield "TagQueue", name


def events(operation: str, given: Given) -> Iterator[Named]:
    """A permission of a bus has no resource; nor has a list of rules."""
    bus, rule = str(given.get("EventBusName", "default")), given.get("Rule")
    if operation in ("ListRules", "PutPermission", "RemovePermission"):
        yield operation, "*"
    elif "ResourceARN" in given:
        yield operation, str(given["ResourceARN"]).split(":", 5)[5]
    elif operation.endswith("EventBus"):
        yield operation, f"event-bus/{given['Name']}"
        if given.get("Tags"):
            yield "TagResource", f"event-bus/{given['Name']}"
    else:
        name = str(rule or given["Name"])
        yield operation, f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}"


def logs(operation: str, given: Given) -> Iterator[Named]:
    yield operation, f"log-group:{given.get('logGroupName') or given.get('logGroupIdentifier') or '*'}"


def cloudwatch(operation: str, given: Given) -> Iterator[Named]:
    if "MuteRule" in operation:
        yield operation, f"alarm-mute-rule:{given.get('AlarmMuteRuleName', '*')}"
        return
    listed = items(given.get("AlarmNames", ())) or [given.get("AlarmName", "*")]
    yield from ((operation, f"alarm:{name}") for name in listed)


def cloudtrail(operation: str, given: Given) -> Iterator[Named]:
    """A trail is named, or given by its ARN, which is also that of another account."""
    if operation == "DescribeTrails":
        yield operation, "*"
        return
    (name, *_) = [given[key] for key in ("Name", "TrailName", "ResourceId", "ResourceIdList") if key in given]
    trail = str(name if isinstance(name, str) else items(name)[0])
    yield operation, trail if trail.startswith("arn:") else f"trail/{trail}"
    if operation == "CreateTrail" and given.get("TagsList"):
        yield "AddTags", f"trail/{trail}"


def s3(operation: str, given: Given) -> Iterator[Named]:
    yield S3_ACTIONS.get(operation, operation), f"arn:aws:s3:::{given['Bucket']}" if "Bucket" in given else "*"
    made = given.get("CreateBucketConfiguration")
    if isinstance(made, Mapping) and made.get("Tags"):
        yield "TagResource", f"arn:aws:s3:::{given['Bucket']}"


def config(operation: str, given: Given) -> Iterator[Named]:
    rules = items(given.get("ConfigRuleNames", ()))
    yield from ((operation, f"remediation-configuration/{rule}") for rule in rules)
    if not rules:
        yield operation, "*"


def access_analyzer(operation: str, given: Given) -> Iterator[Named]:
    yield operation, str(given.get("analyzerArn", "*"))


def signin(operation: str, _given: Given) -> Iterator[Named]:
    yield operation, "*"


SERVICES: Mapping[str, Callable[[str, Given], Iterator[Named]]] = {
    "access-analyzer": access_analyzer,
    "cloudtrail": cloudtrail,
    "cloudwatch": cloudwatch,
    "config": config,
    "events": events,
    "kms": kms,
    "logs": logs,
    "s3": s3,
    "signin": signin,
    "sns": sns,
    "sqs": sqs,
}


def keys(service: str, operation: str, given: Given) -> Mapping[str, str]:
    """Return the keys a condition may look at: the tags in a request to KMS, and else those of our own key."""
    if service != "kms":
        return {}
    pairs = [each for each in items(given.get("Tags", ())) if isinstance(each, Mapping)]
    asked = {f"aws:RequestTag/{each['TagKey']}": str(each["TagValue"]) for each in pairs}
    return asked if operation in ("CreateKey", "TagResource") else {f"aws:ResourceTag/{OWN}": "acme"}


def passed(given: Given) -> Iterator[str]:
    """Yield the roles that the targets of a rule are reached with: each is passed to EventBridge.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
    """
    for each in items(given.get("Targets", ())):
        if isinstance(each, Mapping) and "RoleArn" in each:
            yield str(each["RoleArn"])
