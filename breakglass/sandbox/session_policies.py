"""Session policies: the documents that narrow a session, and how much room they and the tags take in its token.

How AWS packs them is not told: here the room is used up by about as much as AWS's own limits on plain text allow.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import json
import zlib
from collections.abc import Mapping

from moto.iam.exceptions import MalformedPolicyDocument

from breakglass.sandbox.answers import ApiError
from breakglass.sandbox.gaps.document_syntax import check_identity
from breakglass.sandbox.judgement.ask import listed

_MOST, _PLAIN = 10, 2048
"""ARNs, and characters of plain text."""
_ROOM = 2048
"""Bytes, of this sandbox's own way of packing."""


def validate(parameters: Mapping[str, str]) -> None:
    """Refuse policies and tags AWS refuses before it looks at the role; raises ApiError."""
    inline, arns = parameters.get("Policy"), _arns(parameters)
    plain = len(inline or "") + sum(map(len, arns))
    if plain > _PLAIN:
        constraint = f"Member must have length less than or equal to {_PLAIN}"
        message = f"1 validation error detected: Value at 'policy' failed to satisfy constraint: {constraint}"
        raise ApiError("ValidationError", message)
    if len(arns) > _MOST:
        raise ApiError("ValidationError", f"At most {_MOST} managed policies narrow a session.")
    if inline is not None:
        try:
            check_identity(inline)
        except MalformedPolicyDocument as problem:
            raise ApiError("MalformedPolicyDocument", problem.message) from problem
    percent = packed(parameters)
    if percent > 100:
        message = f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
        raise ApiError("PackedPolicyTooLarge", message)


def packed(parameters: Mapping[str, str]) -> int:
    """Return how much of the room policies and tags take, in percent; 0 where there are none."""
    tags = [[each.get("Key", ""), each.get("Value", "")] for each in listed(parameters, "Tags")]
    text = [parameters.get("Policy", ""), _arns(parameters), tags]
    return -(-100 * len(zlib.compress(json.dumps(text).encode())) // _ROOM) if any(text) else 0


def policies(parameters: Mapping[str, str]) -> tuple[str, ...]:
    """Return what narrows the session: a document, and ARNs of managed policies."""
    inline = (parameters["Policy"],) if "Policy" in parameters else ()
    return (*inline, *_arns(parameters))


def _arns(parameters: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(each.get("arn", "") for each in listed(parameters, "PolicyArns"))
