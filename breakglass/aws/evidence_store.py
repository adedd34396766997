"""A bucket that evidence is put into: what keeps it there, and for how long, is said by the bucket itself."""

from typing import Literal, TypedDict

from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Sessions


class _Encryption(TypedDict, total=False):
    """Which key a file is encrypted with."""

    ServerSideEncryption: Literal["aws:kms"]
    SSEKMSKeyId: str


class S3EvidenceStore:
    """A bucket of the caller's account and region, with the caller's own credentials; see `cloud.EvidenceStore`."""

    def __init__(self, sessions: Sessions, bucket: str, region: str, key: str = "") -> None:
        self._sessions = sessions
        self._bucket = bucket
        self._region = region
        self._encryption: _Encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Keep a file, in a bucket of the caller's account and no other of that name.

        It is encrypted with the key given, or else as the bucket says. A bucket with Object Lock takes only what comes
        with a checksum.
        https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
        """
        account = self._sessions.identity().account
        where = f"s3://{self._bucket}/{key}"
        advice = "see that the bucket is there, and that its policy and its key let the verification role put into it"
        s3 = self._sessions.own("s3", self._region)
        with translated(account, where, if_denied=advice), understood(account):
            s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
                ExpectedBucketOwner=account,
                **self._encryption,
            )
