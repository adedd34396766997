"""What a request to S3 asks, told by its method, its path and its one sub-resource: everything else is refused.

Buckets are known by path, and of objects as much as evidence takes: nothing in parts, no copies, no tags. A header that
changes what an operation does is taken only where it is listed here.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from breakglass.sandbox.answers import ApiError

_OF_BUCKETS: Mapping[tuple[str, str], str] = {
    ("PUT", ""): "CreateBucket",
    ("HEAD", ""): "HeadBucket",
    ("DELETE", ""): "DeleteBucket",
    ("GET", "location"): "GetBucketLocation",
    ("PUT", "encryption"): "PutBucketEncryption",
    ("GET", "encryption"): "GetBucketEncryption",
    ("PUT", "publicAccessBlock"): "PutPublicAccessBlock",
    ("GET", "publicAccessBlock"): "GetPublicAccessBlock",
    ("PUT", "versioning"): "PutBucketVersioning",
    ("GET", "versioning"): "GetBucketVersioning",
    ("PUT", "ownershipControls"): "PutBucketOwnershipControls",
    ("GET", "ownershipControls"): "GetBucketOwnershipControls",
    ("PUT", "policy"): "PutBucketPolicy",
    ("GET", "policy"): "GetBucketPolicy",
    ("DELETE", "policy"): "DeleteBucketPolicy",
    ("PUT", "tagging"): "PutBucketTagging",
    ("GET", "tagging"): "GetBucketTagging",
    ("PUT", "object-lock"): "PutObjectLockConfiguration",
    ("GET", "object-lock"): "GetObjectLockConfiguration",
}
"""Method and sub-resource of a bucket -> operation."""

_OF_OBJECTS: Mapping[str, tuple[str, frozenset[str]]] = {
    "PUT": ("PutObject", frozenset()),
    "GET": ("GetObject", frozenset({"versionId"})),
    "DELETE": ("DeleteObject", frozenset({"versionId"})),
}
"""Method -> operation on an object, and the parameters it may have."""

_OF_THE_LIST = frozenset({"bucket-region", "max-buckets", "prefix"})
"""Parameters that narrow the list of buckets."""

_OF_OBJECT_LISTS = frozenset({"encoding-type", "list-type", "prefix"})

_WITHOUT_MEANING = frozenset(
    {"x-amz-checksum-mode", "x-amz-content-sha256", "x-amz-date", "x-amz-sdk-checksum-algorithm"}
)
_CHECKSUM = "x-amz-checksum-"
_TOKEN = "x-amz-security-token"  # noqa: S105 - the name of a header
_MEANING = {
    "x-amz-bucket-object-lock-enabled": "ObjectLockEnabledForBucket",
    "x-amz-bypass-governance-retention": "BypassGovernanceRetention",
    "x-amz-expected-bucket-owner": "ExpectedBucketOwner",
    "x-amz-object-ownership": "ObjectOwnership",
    "x-amz-server-side-encryption": "ServerSideEncryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
}


def asked(method: str, path: str, query: str, headers: Iterable[tuple[str, str]]) -> tuple[str, Mapping[str, str]]:
    """Return an operation and its parameters, those of the body left out; raises ApiError for anything else."""
    bucket, _, key = path.removeprefix("/").partition("/")
    parameters = {name: value for name, value in parse_qsl(query, keep_blank_values=True) if name != "x-id"}
    if key:
        return _of_object(method, parameters, {"Bucket": bucket, "Key": key, **_meaning(headers)})
    if bucket and method == "GET" and parameters.get("list-type") == "2" and parameters.keys() <= _OF_OBJECT_LISTS:
        return "ListObjectsV2", {"Bucket": bucket, **parameters, **_meaning(headers)}
    if not bucket and method == "GET" and parameters.keys() <= _OF_THE_LIST:
        return "ListBuckets", _meaning(headers)
    if any(parameters.values()) or len(parameters) > 1:
        raise ApiError("NotImplemented", f"This sandbox does not know the parameters {', '.join(parameters)}")
    part = next(iter(parameters), "")
    action = _OF_BUCKETS.get((method, part)) if bucket else None
    if not action:
        raise ApiError("NotImplemented", f"This sandbox does not know {method} of {part or 'this'}")
    return action, {**({"Bucket": bucket} if bucket else {}), **_meaning(headers)}


def _of_object(method: str, parameters: Mapping[str, str], named: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    action, known = _OF_OBJECTS.get(method, ("", frozenset()))
    if not action or not parameters.keys() <= known:
        raise ApiError(
            "NotImplemented", f"This sandbox does not know {method} of {', '.join(parameters) or 'an object'}"
        )
    return action, {**named, **parameters}


def _meaning(headers: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    given = {name: value for name, value in headers if name.startswith("x-amz-") and name != _TOKEN}
    given = {name: value for name, value in given.items() if name not in _WITHOUT_MEANING}
    given = {name: value for name, value in given.items() if not name.startswith(_CHECKSUM)}
    unknown = sorted(given.keys() - _MEANING.keys())
    if unknown:
        raise ApiError("NotImplemented", f"This sandbox does not know the headers {', '.join(unknown)}")
    return {_MEANING[name]: value for name, value in given.items()}
