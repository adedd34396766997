"""Answers in the protocol of the service that was asked: XML for IAM and STS, JSON for Organizations.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from uuid import uuid4

JSON_SERVICES = frozenset({"organizations"})
XML = "text/xml"
JSON = "application/x-amz-json-1.1"

_STATUS = {
    "AccessDenied": 403,
    "ExpiredToken": 403,
    "InternalFailure": 500,
    "InvalidClientTokenId": 403,
    "MissingAuthenticationToken": 403,
    "RequestEntityTooLarge": 413,
    "ServiceUnavailable": 503,
    "SignatureDoesNotMatch": 403,
}
"""Codes whose status is not 400.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
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

_CODE = re.compile(rb"<Code>([^<]+)</Code>|\"__type\": ?\"(?:[^\"#]*#)?([^\"]+)\"")


class ApiError(Exception):
    """The error AWS would answer: a code of its own vocabulary, and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire."""

    status: int
    content_type: str
    body: bytes

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


def failure(service: str, code: str, message: str) -> Answer:
    """Return an error as the service would word it: `code` is that of the query protocol."""
    status = _STATUS.get(code, 400)
    if service in JSON_SERVICES:
        answer = {"__type": _IN_JSON.get(code, code), "message": message}
        return Answer(status, JSON, json.dumps(answer).encode())
    side = "Receiver" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"
    error = f"<Error><Type>{side}</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    return Answer(status, XML, f"<ErrorResponse>{error}<RequestId>{uuid4()}</RequestId></ErrorResponse>".encode())


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
