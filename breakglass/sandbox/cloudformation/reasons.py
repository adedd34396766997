"""Why CloudFormation could not make something, in its own words, as its events tell it."""

from html import unescape
from typing import Final
from uuid import uuid4

from breakglass.sandbox.answers import Answer

EXISTS: Final = frozenset({"EntityAlreadyExists"})
ABSENT: Final = frozenset({"NoSuchEntity", "QueueDoesNotExist", "ResourceNotFoundException"})
"""What services answer that are asked for something that is not there."""

CANCELLED: Final = "Cancelled since failure tolerance has exceeded"
SUSPENDED: Final = "Account is suspended"

_SERVICES = {"events": "EventBridge", "iam": "Iam", "sqs": "Sqs"}
_DENIALS = frozenset({"AccessDenied", "AccessDeniedException"})


def already_exists(type_: str, identifier: str) -> str:
    """Return the reason where a resource is there already."""
    return _handler(f"Resource of type '{type_}' with identifier '{identifier}' already exists.", "AlreadyExists")


def refused(service: str, answer: Answer) -> str:
    """Return the reason where a service answered with an error."""
    where = f"(Service: {_SERVICES[service]}, Status Code: {answer.status}, Request ID: {uuid4()})"
    code = "AccessDenied" if answer.error in _DENIALS else "GeneralServiceException"
    return _handler(f"{unescape(answer.message)} {where}", code)


def _handler(message: str, code: str) -> str:
    return f'Resource handler returned message: "{message}" (RequestToken: {uuid4()}, HandlerErrorCode: {code})'


def of_instance(logical_id: str, type_: str, reason: str) -> str:
    """Return the reason as a StackSet tells it of an instance."""
    return f"ResourceLogicalId:{logical_id}, ResourceType:{type_}, ResourceStatusReason:{reason}."
