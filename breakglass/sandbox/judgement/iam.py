"""What the operations of IAM ask: about what, and with which condition keys."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import urlencode

from moto.iam.models import Group, InstanceProfile, ManagedPolicy, Role, User

from breakglass import naming
from breakglass.iam.nouns import UNKNOWN
from breakglass.sandbox.gaps.permissions_boundaries import boundary
from breakglass.sandbox.judgement import iam_actions as table
from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys, request_tags
from breakglass.sandbox.judgement.held import Held, tags
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_UNTOLD: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "DeleteServiceSpecificCredential",
            "ResetServiceSpecificCredential",
            "UpdateServiceSpecificCredential",
        ),
        "iam:ServiceSpecificCredentialServiceName",
    ),
    "EnableMFADevice": "iam:RegisterSecurityKey",
}
"""Operations with a key whose value is not looked up here."""


_BY_ARN = {table.POLICY: "PolicyArn", table.MFA: "SerialNumber"}


def named(request: Request, session: Session) -> Request:
    """Return the request with the caller's name where it names no user and means the caller."""
    meant = request.service == "iam" and request.action in table.OWN and not session.role
    everyone = table.is_of_everyone(request.action, request.parameters.get("AllUsers", ""))
    if not meant or everyone or "UserName" in request.parameters:
        return request
    name = session.arn.rpartition("/")[2]
    body = request.body + b"&" + urlencode({"UserName": name}).encode()
    return replace(request, parameters={**request.parameters, "UserName": name}, body=body)


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of IAM asks; raises CannotJudgeError."""
    action, parameters = request.action, request.parameters
    about = _about(held, session.account, request)
    keys = {**request_tags(parameters), **_keys(request, about)}
    if action in table.NEW:
        kind, parameter = table.NEW[action]
        yield Ask(request.operation, _made(held, session.account, kind, request, parameter), keys)
        return
    if action not in table.ABOUT:
        raise CannotJudgeError(f"{request.operation} is not modelled")
    for name, value in (tags(about) if isinstance(about, User | Role | ManagedPolicy) else {}).items():
        keys |= {f"aws:ResourceTag/{name}": (value,), f"iam:ResourceTag/{name}": (value,)}
    resource = _resource(held, session.account, request, about)
    yield Ask(request.operation, resource, keys)
    if action in table.MOVES and ("NewPath" in parameters or table.MOVES[action] in parameters):
        yield Ask(request.operation, _moved(resource, parameters, table.MOVES[action]), keys)
    if action == "AddRoleToInstanceProfile":
        role = held.role(session.account, parameters.get("RoleName", ""))
        arn = role.arn if role else _arn(held, session.account, table.ROLE, "/", parameters.get("RoleName", ""))
        yield Ask("iam:PassRole", arn, {"iam:PassedToService": UNKNOWN})


_Thing: TypeAlias = User | Group | Role | ManagedPolicy | InstanceProfile | None
"""What an operation is about, if it exists."""


def _about(held: Held, account: str, request: Request) -> _Thing:
    kind, parameters = table.ABOUT.get(request.action, ""), request.parameters
    if kind == table.POLICY:
        return held.iam(account).managed_policies.get(parameters.get("PolicyArn", ""))
    name = parameters.get(table.NAMES.get(kind, ""), "")
    things: Iterable[User | Group | Role | InstanceProfile] = ()
    if kind == table.USER:
        things = held.iam(account).users.values()
    elif kind == table.GROUP:
        things = held.iam(account).groups.values()
    elif kind == table.ROLE:
        things = held.iam(account).roles.values()
    elif kind == table.PROFILE:
        things = held.iam(account).instance_profiles.values()
    return next((each for each in things if each.name == name), None)


def _keys(request: Request, about: _Thing) -> Keys:
    action, parameters = request.action, request.parameters
    keys: Keys = {}
    if action in table.ATTACHING:
        keys["iam:PolicyARN"] = (parameters.get("PolicyArn", ""),)
    if action in table.BOUNDED:
        bound = parameters.get("PermissionsBoundary") or (boundary(about) if isinstance(about, User | Role) else "")
        keys |= {"iam:PermissionsBoundary": (bound,)} if bound else {}
    if action == "CreateServiceSpecificCredential":
        keys["iam:ServiceSpecificCredentialServiceName"] = (parameters.get("ServiceName", ""),)
        keys["iam:ServiceSpecificCredentialAgeDays"] = UNKNOWN
    if action in _UNTOLD:
        keys[_UNTOLD[action]] = UNKNOWN
    return keys


def _resource(held: Held, account: str, request: Request, about: _Thing) -> str:
    """Return the ARN of what an operation is about: with its path where it exists, without where it does not."""
    kind, parameters = table.ABOUT[request.action], request.parameters
    if kind == table.NOTHING:
        return "*"
    if kind in _BY_ARN:
        return _whole(parameters, _BY_ARN[kind])
    if about is not None:
        return str(about.arn)
    everyone = table.is_of_everyone(request.action, parameters.get("AllUsers", ""))
    return _arn(held, account, kind, "/", "*" if everyone else parameters.get(table.NAMES[kind], ""))


def _whole(parameters: Mapping[str, str], name: str) -> str:
    arn = parameters.get(name, "")
    if not arn.startswith("arn:") or arn.count(":") < 5 or "*" in arn or "?" in arn:
        raise CannotJudgeError(f"{name} is no ARN")
    return arn


def _made(held: Held, account: str, kind: str, request: Request, parameter: str) -> str:
    return _arn(held, account, kind, request.parameters.get("Path") or "/", request.parameters.get(parameter, ""))


def _moved(resource: str, parameters: Mapping[str, str], parameter: str) -> str:
    """Return what the ARN of a user or group will be."""
    head, _, rest = resource.partition("/")
    path, _, name = f"/{rest}".rpartition("/")
    return head + (parameters.get("NewPath") or f"{path}/") + (parameters.get(parameter) or name)


def _arn(held: Held, account: str, kind: str, path: str, name: str) -> str:
    return naming.iam_arn(held.partition, account, f"{kind}{path}{name}")
