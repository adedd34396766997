"""Answers of AWS that mean no more than: it is not there."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType

from botocore.exceptions import ClientError


@dataclass(frozen=True, slots=True)
class _Absent(AbstractContextManager[None, bool]):
    """What ends quietly where AWS answers with one of these codes."""

    codes: tuple[str, ...]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> bool:
        return isinstance(error, ClientError) and error.response["Error"]["Code"] in self.codes


def absent(*codes: str) -> AbstractContextManager[None, bool]:
    """Take these error codes for the absence of what was asked for, and everything else for a failure."""
    return _Absent(codes)


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
