"""What a target account on the loopback interface answers besides IAM: as a well-kept account without data would."""

import json
from collections.abc import Mapping
from typing import Final

Answer = tuple[int, str, bytes]
"""Status, content type and body."""

_CONTACT: Final = {
    "AlternateContactType": "SECURITY",
    "EmailAddress": "security@acme.example",
    "Name": "Security",
    "PhoneNumber": "+1 555 0100",
    "Title": "On duty",
}


def _json(told: Mapping[str, object], status: int = 200) -> Answer:
    return status, "application/json", json.dumps(told).encode()


_ANSWERS: Final[Mapping[str, Answer]] = {
    "account /getAlternateContact": _json({"AlternateContact": _CONTACT}),
    "kms TrentService.ListAliases": _json({"Aliases": [], "Truncated": False}),
    "kms TrentService.ListKeys": _json({"Keys": [], "Truncated": False}),
    "s3 /": (
        200,
        "text/xml",
        b"<ListAllMyBucketsResult><Owner><ID>1</ID></Owner><Buckets/></ListAllMyBucketsResult>",
    ),
    "signin /get-resource-policy": _json({"__type": "ResourceNotFoundException", "message": "there is none"}, 404),
}
"""Service, and path or target -> what is answered. IAM speaks another protocol, and has its own table."""


def answer(service: str, asked: str) -> tuple[str, Answer]:
    """Return what an operation is called, and the answer; what is not known is refused."""
    name = asked.partition(".")[2] or asked.partition("?")[0].removeprefix("/") or "ListBuckets"
    told = _ANSWERS.get(f"{service} {asked.partition('?')[0]}")
    return f"{service}:{name}", told or _json({"__type": "AccessDeniedException", "message": name}, 403)
