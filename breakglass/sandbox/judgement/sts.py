"""What AssumeRole asks: the role itself, and for what it brings along the right to bring it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
"""

from collections.abc import Iterator

from breakglass.iam.arns import account_of
from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys, listed, request_tags
from breakglass.sandbox.judgement.held import Held, tags
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_CODE = frozenset({"SerialNumber", "TokenCode"})
"""What a user proves with to have a device; nothing says what it means beside the session of a role."""

_MODELLED = frozenset(
    {
        "Action",
        "DurationSeconds",
        "ExternalId",
        "Policy",
        "PolicyArns",
        "RoleArn",
        "RoleSessionName",
        "SerialNumber",
        "SourceIdentity",
        "Tags",
        "TokenCode",
        "TransitiveTagKeys",
        "Version",
    }
)


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of STS asks; raises CannotJudgeError."""
    if request.action != "AssumeRole":
        raise CannotJudgeError(f"{request.operation} is not modelled")
    modelled = _MODELLED - _CODE if session.role else _MODELLED
    unjudged = sorted({name.partition(".")[0] for name in request.parameters} - modelled)
    if unjudged:
        raise CannotJudgeError(f"{', '.join(unjudged)} is not modelled")
    arn = request.parameters.get("RoleArn", "")
    account = account_of(arn)
    if not held.has(account):
        raise CannotJudgeError("this sandbox has no such account: start it again with the manifest that lists it")
    for each in listed(request.parameters, "PolicyArns"):
        held.managed(account, each.get("arn", ""), "policy")
    role = held.role_of(arn)
    keys = _keys(session, request)
    if role is not None:
        keys |= {f"aws:ResourceTag/{name}": (value,) for name, value in tags(role).items()}
    for action in _actions(session, request):
        yield Ask(action, arn, keys, str(role.assume_role_policy_document) if role else "", account)


def _actions(session: Session, request: Request) -> Iterator[str]:
    """Yield the actions: what a session hands on to the next one needs the right to be brought along as well.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    """
    yield "sts:AssumeRole"
    if any(listed(request.parameters, "Tags")) or session.transitive:
        yield "sts:TagSession"
    if request.parameters.get("SourceIdentity") or session.source_identity:
        yield "sts:SetSourceIdentity"


def _keys(session: Session, request: Request) -> Keys:
    parameters = request.parameters
    given = {
        "sts:ExternalId": parameters.get("ExternalId"),
        "sts:RoleSessionName": parameters.get("RoleSessionName"),
        "sts:SourceIdentity": parameters.get("SourceIdentity") or session.source_identity,
    }
    keys: Keys = {name: (value,) for name, value in given.items() if value}
    transitive = tuple(each.get("", "") for each in listed(parameters, "TransitiveTagKeys"))
    if transitive:
        keys["sts:TransitiveTagKeys"] = transitive
    return {**keys, **request_tags(parameters)}
