"""What the operations of S3 ask, under the names its actions have in policies; a bucket's policy is asked as well.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from collections.abc import Iterator

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError
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
    "HeadBucket": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketOwnershipControls": "PutBucketOwnershipControls",
    "PutBucketPolicy": "PutBucketPolicy",
    "PutBucketTagging": "PutBucketTagging",
    "PutBucketVersioning": "PutBucketVersioning",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of S3 asks; raises CannotJudgeError."""
    if request.action not in _ACTIONS:
        raise CannotJudgeError(f"{request.operation} is not modelled")
    place, name = Place(held.partition, session.account, request.region), request.parameters.get("Bucket", "")
    action = f"s3:{_ACTIONS[request.action]}"
    bucket = place.bucket(name)
    if bucket is None or request.action == "CreateBucket":
        resource = f"arn:{held.partition}:s3:::{name}" if name else "*"
        yield Ask(action, resource, account=session.account)
        return
    if request.parameters.get("ExpectedBucketOwner", bucket.account_id) != bucket.account_id:
        raise CannotJudgeError("the bucket is another account's than is expected")
    policy = bucket.policy.decode() if bucket.policy else ""
    yield Ask(action, f"arn:{held.partition}:s3:::{name}", policy=policy, account=bucket.account_id)
