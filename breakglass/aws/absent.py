"""Answers of AWS that mean no more than: it is not there."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType

from botocore.exceptions import ClientError


class absent(AbstractContextManager[None, bool]):  # noqa: N801 - read as a word, as contextlib.suppress is
    """Take these error codes for the absence of what was asked for, and everything else for a failure."""

    def __init__(self, *codes: str) -> None:
        self._codes = codes

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> bool:
        return isinstance(error, ClientError) and error.response["Error"]["Code"] in self._codes


CLOUDTRAIL = "TrailNotFoundException"
CLOUDWATCH = ("ResourceNotFound", "ResourceNotFoundException")
EVENTS = "ResourceNotFoundException"
KMS = "NotFoundException"
LOGS = "ResourceNotFoundException"
SNS = ("NotFound", "ResourceNotFound")
SQS = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
"""The second is how SQS says it in JSON, the first how it said it before and still does to the SDK.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html
"""
