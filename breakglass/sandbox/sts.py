"""The two operations of STS this sandbox answers, itself: whose sessions they are is its own business.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from breakglass.sandbox.answers import Answer, ApiError, success
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import TEMPORARY, Session, new_identifier, new_secret, new_token

_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_SHORTEST, _DEFAULT, _LONGEST = 900, 3600, 43200
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Role:
    """What AssumeRole needs to know of a role: `maximum` is its MaxSessionDuration in seconds."""

    arn: str
    account: str
    identifier: str
    maximum: int


def role_account(arn: str) -> str:
    """Return the account of an ARN; empty where it names none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 else ""


def validate(request: Request) -> None:
    """Refuse parameters AWS refuses before it looks at the role; raises ApiError."""
    name = request.parameters.get("RoleSessionName", "")
    if not _SESSION_NAME.fullmatch(name):
        raise _invalid("roleSessionName", name, "Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}")
    text = request.parameters.get("DurationSeconds", str(_DEFAULT))
    if not re.fullmatch("[0-9]{1,6}", text) or not _SHORTEST <= int(text) <= _LONGEST:
        raise _invalid("durationSeconds", text, f"Member must have value between {_SHORTEST} and {_LONGEST}")


def assume(request: Request, role: Role, partition: str, now: datetime) -> Session:
    """Return a new session of a role, for valid parameters. Raises ApiError where the role allows none so long."""
    seconds = int(request.parameters.get("DurationSeconds", _DEFAULT))
    if seconds > role.maximum:
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise ApiError("ValidationError", message)
    name = request.parameters["RoleSessionName"]
    return Session(
        access_key=new_identifier(TEMPORARY),
        secret=new_secret(),
        account=role.account,
        arn=f"arn:{partition}:sts::{role.account}:assumed-role/{role.arn.rpartition('/')[2]}/{name}",
        identifier=f"{role.identifier}:{name}",
        token=new_token(),
        role=role.arn,
        expires=now + timedelta(seconds=seconds),
    )


def assumed(session: Session) -> Answer:
    """Return the answer that hands out a session."""
    expires = session.expires.strftime("%Y-%m-%dT%H:%M:%SZ") if session.expires else ""
    credentials = {
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret,
        "SessionToken": session.token,
        "Expiration": expires,
    }
    user = {"AssumedRoleId": session.identifier, "Arn": session.arn}
    return success("AssumeRole", {"Credentials": credentials, "AssumedRoleUser": user})


def identity(session: Session) -> Answer:
    """Return who a session is."""
    who = {"UserId": session.identifier, "Account": session.account, "Arn": session.arn}
    return success("GetCallerIdentity", who)


def _invalid(member: str, value: str, constraint: str) -> ApiError:
    message = f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    return ApiError("ValidationError", message)
