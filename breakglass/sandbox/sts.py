"""The two operations of STS this sandbox answers, itself: whose sessions they are is its own business.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from breakglass.sandbox import session_policies
from breakglass.sandbox.answers import Answer, ApiError, success
from breakglass.sandbox.judgement.ask import listed
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import TEMPORARY, Session, new_identifier, new_secret, new_token

_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_SERIAL_NUMBER = re.compile(r"[\w+=/:,.@-]{9,256}", re.ASCII)
_PATTERNS = {
    "ExternalId": _EXTERNAL_ID,
    "SerialNumber": _SERIAL_NUMBER,
    "SourceIdentity": _SESSION_NAME,
}
"""Of the code nothing is checked here: what was typed in its place is not to be told."""

_TAGS, _TAG_KEY, _TAG_VALUE = 50, 128, 256
_CHAINED = 3600
"""Seconds, of a session that a session of a role takes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
"""
_SIGNED_IN = 43200
_SHORTEST, _DEFAULT, _LONGEST = 900, 3600, 43200
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Role:
    """What AssumeRole needs to know of a role: `maximum` is its MaxSessionDuration in seconds."""

    arn: str
    account: str
    identifier: str
    maximum: int


def validate(request: Request) -> None:
    """Refuse parameters AWS refuses before it looks at the role; raises ApiError."""
    name = request.parameters.get("RoleSessionName", "")
    if not _SESSION_NAME.fullmatch(name):
        raise _invalid("roleSessionName", name, "Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}")
    text = request.parameters.get("DurationSeconds", str(_DEFAULT))
    if not re.fullmatch("[0-9]{1,6}", text) or not _SHORTEST <= int(text) <= _LONGEST:
        raise _invalid("durationSeconds", text, f"Member must have value between {_SHORTEST} and {_LONGEST}")
    for parameter, pattern in _PATTERNS.items():
        value = request.parameters.get(parameter)
        if value is not None and not pattern.fullmatch(value):
            member = parameter[0].lower() + parameter[1:]
            raise _invalid(member, value, f"Member must satisfy regular expression pattern: {pattern.pattern}")
    _tags(request)
    session_policies.validate(request.parameters)


def _tags(request: Request) -> tuple[tuple[str, str], ...]:
    """Return the session tags; raises ApiError for some AWS does not take.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    tags = tuple((each.get("Key", ""), each.get("Value", "")) for each in listed(request.parameters, "Tags"))
    for key, value in tags:
        if not 1 <= len(key) <= _TAG_KEY or len(value) > _TAG_VALUE:
            raise _invalid(
                "tags", f"{key}={value}", f"at most {_TAG_KEY} characters for a key, {_TAG_VALUE} for a value"
            )
    if len(tags) > _TAGS or len({key.lower() for key, _ in tags}) < len(tags):
        raise ApiError("ValidationError", f"At most {_TAGS} tags, each with a key of its own.")
    return tags


def assume(request: Request, session: Session, role: Role, partition: str, now: datetime) -> Session:
    """Return a new session of a role, for valid parameters, taken from within another session.

    Raises ApiError where none so long is allowed, and where it would change what it inherits.
    """
    seconds = int(request.parameters.get("DurationSeconds", _DEFAULT))
    if session.role and seconds > _CHAINED:
        message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        raise ApiError("ValidationError", message)
    if seconds > role.maximum:
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise ApiError("ValidationError", message)
    inherited = {key: value for key, value in session.tags if key in session.transitive}
    tags = dict(_tags(request))
    if {key.lower() for key in tags} & {key.lower() for key in inherited}:
        raise ApiError("InvalidParameterValue", "One of the specified transitive tag keys can't be set again.")
    source = request.parameters.get("SourceIdentity", "")
    if session.source_identity and source not in ("", session.source_identity):
        raise ApiError("AccessDenied", "The source identity of a session cannot be changed.")
    transitive = {each.get("", "") for each in listed(request.parameters, "TransitiveTagKeys")}
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
        issued=now,
        tags=tuple({**inherited, **tags}.items()),
        transitive=frozenset(inherited) | (transitive & tags.keys()),
        source_identity=session.source_identity or source,
        mfa=session.proven,
        policies=session_policies.policies(request.parameters),
    )


def signed_in(user: Session, now: datetime, *, mfa: bool) -> Session:
    """Return what a user has who signed in to the console: temporary credentials that tell whether MFA was used.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
    """
    return replace(
        user,
        access_key=new_identifier(TEMPORARY),
        secret=new_secret(),
        token=new_token(),
        expires=now + timedelta(seconds=_SIGNED_IN),
        issued=now,
        mfa=mfa,
    )


def logged_in(session: Session, *, mfa: bool) -> Session:
    """Return what `aws login` has from a user who signed in: credentials of its own, which end when the session does.

    Whether they tell that MFA was used, AWS does not say.
    https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html
    """
    return replace(session, access_key=new_identifier(TEMPORARY), secret=new_secret(), token=new_token(), mfa=mfa)


def assumed(session: Session, packed: int = 0) -> Answer:
    """Return the answer that hands out a session; `packed` is how full its token is, in percent."""
    expires = session.expires.strftime("%Y-%m-%dT%H:%M:%SZ") if session.expires else ""
    credentials = {
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret,
        "SessionToken": session.token,
        "Expiration": expires,
    }
    user = {"AssumedRoleId": session.identifier, "Arn": session.arn}
    source = {"SourceIdentity": session.source_identity} if session.source_identity else {}
    size = {"PackedPolicySize": str(packed)} if packed else {}
    return success("AssumeRole", {"Credentials": credentials, "AssumedRoleUser": user, **source, **size})


def identity(session: Session) -> Answer:
    """Return who a session is."""
    who = {"UserId": session.identifier, "Account": session.account, "Arn": session.arn}
    return success("GetCallerIdentity", who)


def _invalid(member: str, value: str, constraint: str) -> ApiError:
    message = f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    return ApiError("ValidationError", message)
