"""moto takes any name, path, duration and description, and tells names apart by case. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
"""

import re
from collections.abc import Callable, Iterable

from moto.iam.exceptions import EntityAlreadyExists, ValidationError
from moto.iam.models import AWSManagedPolicy, IAMBackend

from breakglass.sandbox.gaps.asked import Asked

_NAME = r"[\w+=,.@-]+"
_PATH = r"/|/[!-~]+/"
_TEXTS = {
    "CreatePolicy.Description": (r"(?s:.*)", 1000),
    "Description": (r"[\t\n\r -~\u00a1-\u00ff]*", 1000),
    "GroupName": (_NAME, 128),
    "NewGroupName": (_NAME, 128),
    "NewPath": (_PATH, 512),
    "NewUserName": (_NAME, 64),
    "Path": (_PATH, 512),
    "PolicyName": (_NAME, 128),
    "RoleName": (_NAME, 64),
    "UserName": (_NAME, 64),
    "VirtualMFADeviceName": (_NAME, 226),
}
_NUMBERS = {
    "MaxItems": (1, 1000),
    "MaxPasswordAge": (1, 1095),
    "MaxSessionDuration": (3600, 43200),
    "MinimumPasswordLength": (6, 128),
    "PasswordReusePrevention": (1, 24),
}


def check(asked: Asked) -> None:
    """Refuse names AWS would refuse, and names that are taken in another case."""
    for name, usual in _TEXTS.items():
        value, (pattern, longest) = asked.text(name), _TEXTS.get(f"{asked.action}.{name}", usual)
        if value and (len(value) > longest or not re.fullmatch(pattern, value, re.ASCII)):
            raise _invalid(name, value, f"length at most {longest}, pattern {pattern}")
    for name, (least, most) in _NUMBERS.items():
        value = asked.text(name)
        if value and not (value.isdecimal() and least <= int(value) <= most):
            raise _invalid(name, value, f"value between {least} and {most}")
    _taken(asked)


def _taken(asked: Asked) -> None:
    if asked.action not in _NEW:
        return
    parameter, kind, named = _NEW[asked.action]
    name = asked.text(parameter)
    before = asked.text(parameter.removeprefix("New")) if parameter.startswith("New") else ""
    if name.lower() in {each.lower() for each in named(asked.backend)} - {before.lower()}:
        raise EntityAlreadyExists(f"{kind} with name {name} already exists.")


def _local_policies(backend: IAMBackend) -> Iterable[str]:
    return (each.name for each in backend.managed_policies.values() if not isinstance(each, AWSManagedPolicy))


_Named = Callable[[IAMBackend], Iterable[str]]
_NEW: dict[str, tuple[str, str, _Named]] = {
    "CreateGroup": ("GroupName", "Group", lambda backend: backend.groups),
    "CreatePolicy": ("PolicyName", "Policy", _local_policies),
    "CreateRole": ("RoleName", "Role", lambda backend: (each.name for each in backend.roles.values())),
    "CreateUser": ("UserName", "User", lambda backend: backend.users),
    "UpdateGroup": ("NewGroupName", "Group", lambda backend: backend.groups),
    "UpdateUser": ("NewUserName", "User", lambda backend: backend.users),
}
"""The operations that give something a name, and what is named already; paths make no difference."""


def _invalid(name: str, value: str, constraint: str) -> ValidationError:
    member = name[0].lower() + name[1:]
    return ValidationError(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    )
