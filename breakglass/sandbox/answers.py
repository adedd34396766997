"""Answers in the protocol of the service that was asked."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from uuid import uuid4

from breakglass.sandbox.wire import S3, Wire, wire

XML = "text/xml"
REST_XML = "application/xml"
QUERY_ERROR = "x-amzn-query-error"
"""The header in which a service that once spoke the query protocol names an error as it did then.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#x-amzn-query-error
"""

_STATUS = {
    "AccessDenied": 403,
    "EntityTemporarilyUnmodifiable": 409,
    "ExpiredToken": 403,
    "InternalFailure": 500,
    "InvalidAuthenticationCode": 403,
    "InvalidClientTokenId": 403,
    "MissingAuthenticationToken": 403,
    "NotImplemented": 501,
    "RequestEntityTooLarge": 413,
    "ServiceUnavailable": 503,
    "SignatureDoesNotMatch": 403,
}
"""Codes whose status is not 400.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
"""

_IN_JSON = {
    "AccessDenied": "AccessDeniedException",
    "ExpiredToken": "ExpiredTokenException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
    "Throttling": "ThrottlingException",
}
"""What JSON services call the same error.

https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/common-errors.html
"""

_OWN_NAMES = {
    ("sns", "AccessDenied"): "AuthorizationError",
    (S3, "InvalidClientTokenId"): "InvalidAccessKeyId",
}
"""What single services call the same error.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

_CODE = re.compile(rb"<Code>([^<]+)</Code>|\"__type\": ?\"(?:[^\"#]*#)?([^\"]+)\"")
_MESSAGE = re.compile(rb"<Message>([^<]*)</Message>|\"[Mm]essage\": ?\"((?:[^\"\\]|\\.)*)\"")


class ApiError(Exception):
    """The error AWS would answer: a code of its own vocabulary, and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire; `headers` are those beside the content's type and length."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def reason(self) -> str:
        """The status line."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    @property
    def error(self) -> str:
        """The code of the error answered; empty for a success."""
        if self.status < HTTPStatus.BAD_REQUEST:
            return ""
        found = _CODE.search(self.body)
        return (found[1] or found[2]).decode() if found else str(self.status)

    @property
    def message(self) -> str:
        """The sentence of the error answered, as it was written; empty for a success."""
        found = _MESSAGE.search(self.body) if self.error else None
        return (found[1] or found[2] or b"").decode() if found else ""


def failure(service: str, code: str, message: str) -> Answer:
    """Return an error as the service would word it: `code` is that of the query protocol."""
    status, spoken = _STATUS.get(code, 400), wire(service)
    side = "Receiver" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"
    if spoken.json:
        return _json_failure(spoken, status, code, side, message)
    named = _OWN_NAMES.get((service, code), code)
    inner = f"<Code>{escape(named)}</Code><Message>{escape(message)}</Message>"
    identifier = f"<RequestId>{uuid4()}</RequestId>"
    if spoken.rest:
        return Answer(status, REST_XML, f"<Error>{inner}{identifier}</Error>".encode())
    error = f"<Error><Type>{side}</Type>{inner}</Error>"
    return Answer(status, XML, f"<ErrorResponse>{error}{identifier}</ErrorResponse>".encode())


def _json_failure(spoken: Wire, status: int, code: str, side: str, message: str) -> Answer:
    answer = {"__type": _IN_JSON.get(code, code), "message": message}
    headers = ((QUERY_ERROR, f"{code};{side}"),) if spoken.compatible else ()
    return Answer(status, spoken.content_type, json.dumps(answer).encode(), headers)


def success(action: str, result: Mapping[str, Mapping[str, str] | str]) -> Answer:
    """Return the result of an operation of the query protocol: structures at most two deep."""
    inner = "".join(_element(name, value) for name, value in result.items())
    metadata = f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"
    body = f"<{action}Response><{action}Result>{inner}</{action}Result>{metadata}</{action}Response>"
    return Answer(HTTPStatus.OK, XML, body.encode())


def _element(name: str, value: Mapping[str, str] | str) -> str:
    if isinstance(value, str):
        return f"<{name}>{escape(value)}</{name}>"
    return f"<{name}>{''.join(_element(key, inner) for key, inner in value.items())}</{name}>"
