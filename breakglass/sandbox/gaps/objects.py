"""moto asks a bucket's policy again when an object is put, without its conditions, and keeps objects in open files.

Seen in 5.2.5.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
"""

from io import BytesIO
from urllib.parse import parse_qs, urlsplit

from moto.core.common_types import TYPE_RESPONSE
from moto.core.request import Request
from moto.s3.models import FakeKey
from moto.s3.responses import S3Response


class Objects(S3Response):
    """Objects, as far as the door lets calls through."""

    def _key_response(self, request: Request, full_url: str) -> TYPE_RESPONSE:
        query = parse_qs(urlsplit(full_url).query, keep_blank_values=True)
        key, method = self.parse_key_name(), request.method
        if method == "DELETE":
            deleted: TYPE_RESPONSE = self._key_response_delete(self.bucket_name, query, key)
            return deleted
        answer: TYPE_RESPONSE = (self._key_response_put if method == "PUT" else self._key_response_get)(query, key)
        if method == "PUT":
            _remember(self.backend.get_object(self.bucket_name, key))
        return answer


def _remember(key: FakeKey | None) -> None:
    """Keep an object in memory, where nothing has to be closed when the sandbox is gone."""
    held = vars(key)
    content = held["_value_buffer"]
    content.seek(0)
    held |= {"_value_buffer": BytesIO(content.read()), "disposed": True}
    content.close()
