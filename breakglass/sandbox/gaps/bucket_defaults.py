"""moto makes buckets as they were years ago: open to ACLs and public policies, not encrypted. Seen in 5.2.5.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
"""

from moto.core.common_types import TYPE_RESPONSE
from moto.core.request import Request
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, PublicAccessBlock
from moto.s3.responses import S3Response

from breakglass.sandbox.gaps.resource_documents import problem

_ENCRYPTION = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}


class BucketDefaults(S3Response):
    """Buckets as AWS makes them since 2023, and policies that are policies."""

    def bucket_response(self, request: Request, full_url: str, headers: object) -> TYPE_RESPONSE:
        """Answer one request on a bucket."""
        before = set(self._buckets(request))
        answer = super().bucket_response(request, full_url, headers)
        for name, bucket in self._buckets(request).items():
            if name not in before:
                _close(bucket)
        return answer

    def _buckets(self, request: Request) -> dict[str, FakeBucket]:
        self.setup_class(request)
        buckets: dict[str, FakeBucket] = self.backend.buckets
        return buckets

    def _bucket_response_put(
        self, request: Request, bucket_name: str, querystring: dict[str, object]
    ) -> str | TYPE_RESPONSE:
        if "policy" in querystring and (why := problem(self.body.decode())):
            raise S3ClientError("MalformedPolicy", f"This policy is not valid: {why}")
        return super()._bucket_response_put(request, bucket_name, querystring)

    def _authenticate_and_authorize_s3_action(
        self, bucket_name: str | None = None, key_name: str | None = None
    ) -> None:
        """Let everything pass: the door has judged it."""


def _close(bucket: FakeBucket) -> None:
    bucket.public_access_block = PublicAccessBlock("true", "true", "true", "true")
    bucket.encryption = _ENCRYPTION
    vars(bucket)["ownership_rule"] = bucket.ownership_rule or "BucketOwnerEnforced"
