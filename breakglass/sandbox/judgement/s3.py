"""What the operations of S3 ask, under the names its actions have in policies; a bucket's policy is asked as well.

Of an object that is encrypted with a key its key is asked on behalf of the caller.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from collections.abc import Iterator, Mapping

from moto.s3.models import FakeBucket

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_ACTIONS = {
    "CreateBucket": "CreateBucket",
    "DeleteBucket": "DeleteBucket",
    "DeleteBucketPolicy": "DeleteBucketPolicy",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLocation": "GetBucketLocation",
    "GetBucketOwnershipControls": "GetBucketOwnershipControls",
    "GetBucketPolicy": "GetBucketPolicy",
    "GetBucketTagging": "GetBucketTagging",
    "GetBucketVersioning": "GetBucketVersioning",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "HeadBucket": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketOwnershipControls": "PutBucketOwnershipControls",
    "PutBucketPolicy": "PutBucketPolicy",
    "PutBucketTagging": "PutBucketTagging",
    "PutBucketVersioning": "PutBucketVersioning",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


_OF_OBJECTS = {"DeleteObject": "", "GetObject": "kms:Decrypt", "PutObject": "kms:GenerateDataKey"}
"""Operation on an object -> what it asks of the object's key."""


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of S3 asks; raises CannotJudgeError."""
    if request.action in _OF_OBJECTS:
        yield from _of_object(held, session, request)
        return
    if request.action not in _ACTIONS:
        raise CannotJudgeError(f"{request.operation} is not modelled")
    place, name = Place(held.partition, session.account, request.region), request.parameters.get("Bucket", "")
    action = f"s3:{_ACTIONS[request.action]}"
    bucket = place.bucket(name)
    if bucket is None or request.action == "CreateBucket":
        resource = f"arn:{held.partition}:s3:::{name}" if name else "*"
        yield Ask(action, resource, account=session.account)
        return
    yield Ask(action, bucket.arn, policy=_policy(bucket, request), account=bucket.account_id)


def _of_object(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    place, parameters = Place(held.partition, session.account, request.region), request.parameters
    bucket = place.bucket(parameters["Bucket"])
    resource = f"arn:{held.partition}:s3:::{parameters['Bucket']}/{parameters['Key']}"
    versioned = "Version" if "versionId" in parameters else ""
    keys = _keys(parameters)
    if bucket is None:
        yield Ask(f"s3:{request.action}{versioned}", resource, keys, account=session.account)
        return
    policy = _policy(bucket, request)
    yield Ask(f"s3:{request.action}{versioned}", resource, keys, policy, bucket.account_id)
    if "BypassGovernanceRetention" in parameters:
        yield Ask("s3:BypassGovernanceRetention", resource, keys, policy, bucket.account_id)
    yield from _encrypted(place, bucket, request)


def _encrypted(place: Place, bucket: FakeBucket, request: Request) -> Iterator[Ask]:
    """Yield what is asked of the key of an object: the one it is given, else the one of the bucket."""
    asked, given = _OF_OBJECTS[request.action], request.parameters.get("SSEKMSKeyId")
    identifier = given or _default_key(bucket)
    key = place.of(_place_of(place, bucket)).key(identifier) if asked and identifier else None
    if key is not None:
        via: Keys = {"kms:ViaService": (f"s3.{bucket.region_name}.amazonaws.com",)}
        yield Ask(asked, key.arn, {**via, "kms:CallerAccount": (place.account,)}, str(key.policy))


def _place_of(place: Place, bucket: FakeBucket) -> str:
    """Return an ARN that says where a bucket is, which its own does not."""
    return f"arn:{place.partition}:s3:{bucket.region_name}:{bucket.account_id}:{bucket.name}"


def _default_key(bucket: FakeBucket) -> str:
    rule = (bucket.encryption or {}).get("Rule", {})
    rules = rule if isinstance(rule, list) else [rule]
    found = [each.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID") for each in rules]
    return next((str(each) for each in found if each), "")


def _policy(bucket: FakeBucket, request: Request) -> str:
    if request.parameters.get("ExpectedBucketOwner", bucket.account_id) != bucket.account_id:
        raise CannotJudgeError("the bucket is another account's than is expected")
    return bucket.policy.decode() if bucket.policy else ""


def _keys(parameters: Mapping[str, str]) -> Keys:
    """Return what is said of encryption.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
    """
    named = {
        "s3:x-amz-server-side-encryption": "ServerSideEncryption",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    }
    return {key: (parameters[name],) for key, name in named.items() if name in parameters}
