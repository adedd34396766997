"""What CloudTrail writes of a call: once in the caller's account, and of a role that was assumed in its account too.

A call that was denied is told without its parameters, and in the caller's account alone.
https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from breakglass.iam.arns import account_of
from breakglass.sandbox.answers import Answer
from breakglass.sandbox.cloudtrail.event import Event, common
from breakglass.sandbox.cloudtrail.identity import identity, outsider
from breakglass.sandbox.cloudtrail.parameters import parameters
from breakglass.sandbox.record import is_write
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

ASSUME_ROLE = "sts:AssumeRole"
INTERNAL = "AWS Internal"
"""What stands for the caller where a console asks on behalf of somebody."""

_DATA = frozenset(
    {
        *("cloudwatch:GetMetricData", "cloudwatch:PutMetricData"),
        *("s3:DeleteObject", "s3:GetObject", "s3:ListObjectsV2", "s3:PutObject"),
        *("sns:Publish", "sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"),
    }
)
"""Operations on data, which trails do not log unless asked to.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
"""

_DENIED = re.compile("AccessDenied|AuthorizationError")
_ELEMENT = re.compile(rb"<(\w+)>([^<]+)</\1>")
_KEY = {"UserName": "userName", "AccessKeyId": "accessKeyId", "Status": "status", "CreateDate": "createDate"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call of somebody known and what was answered: `region` answered it.

    `through` is the service that made the call for them: `AWS Internal` where a console did; empty where none did.
    """

    request: Request
    session: Session
    answer: Answer
    region: str
    moment: datetime
    through: str = ""

    @property
    def denied(self) -> bool:
        """Whether the caller was not allowed to."""
        return bool(_DENIED.match(self.answer.error))


def events(call: Call) -> Iterator[Event]:
    """Yield the events of a call, the caller's copy first."""
    copy = _told(call, call.session.account)
    copy["userIdentity"] = identity(call.session) | ({"invokedBy": call.through} if call.through else {})
    role = call.request.parameters.get("RoleArn", "")
    elsewhere = account_of(role) if call.request.operation == ASSUME_ROLE and not call.answer.error else ""
    if elsewhere in ("", call.session.account):
        yield copy
        return
    shared: Event = {"sharedEventID": str(uuid4()), "requestID": copy["requestID"]}
    yield copy | shared
    yield _told(call, elsewhere) | {"userIdentity": outsider(call.session)} | shared


def _told(call: Call, account: str) -> Event:
    request, operation = call.request, call.request.operation
    told = common(
        request.service,
        request.action,
        call.region,
        account,
        call.moment,
        read_only=not is_write(request.action),
        management=operation not in _DATA,
    )
    told |= {
        "userAgent": call.through or request.agent,
        "requestParameters": None if call.denied else parameters(request),
        "responseElements": None if call.answer.error else _elements(call),
        "requestID": str(uuid4()),
    }
    if call.through:
        told["sourceIPAddress"] = call.through
    return told | _error(call) | _resources(call)


def _error(call: Call) -> Event:
    if not call.answer.error:
        return {}
    return {"errorCode": "AccessDenied" if call.denied else _code(call), "errorMessage": call.answer.message}


def _code(call: Call) -> str:
    """Return the code, which IAM and CloudTrail do not spell alike: NoSuchEntity is NoSuchEntityException here."""
    code = call.answer.error
    return f"{code}Exception" if call.request.service == "iam" and not code.endswith("Exception") else code


def _resources(call: Call) -> Event:
    role = call.request.parameters.get("RoleArn", "")
    if call.request.operation != ASSUME_ROLE or call.denied or not role:
        return {}
    return {"resources": [{"accountId": account_of(role), "type": "AWS::IAM::Role", "ARN": role}]}


def _elements(call: Call) -> Event | None:
    """Return the answer where it helps those who look into a use: of what was handed out, never the secret."""
    if call.request.operation not in (ASSUME_ROLE, "iam:CreateAccessKey"):
        return None
    found = {name.decode(): value.decode() for name, value in _ELEMENT.findall(call.answer.body)}
    if call.request.operation == ASSUME_ROLE:
        return {
            "credentials": {"accessKeyId": found["AccessKeyId"], "expiration": found["Expiration"]},
            "assumedRoleUser": {"assumedRoleId": found["AssumedRoleId"], "arn": found["Arn"]},
        }
    return {"accessKey": {told: found[name] for name, told in _KEY.items() if name in found}}
