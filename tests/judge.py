"""A judge of its own: whether policies allow a call, told from AWS's documentation and not from the product's table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from breakglass.documents import Document, Json
from breakglass.resources import items
from tests import regional

OPEN = frozenset({"sts:GetCallerIdentity"})
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""

KINDS = {"GroupName": "group", "RoleName": "role", "UserName": "user", "VirtualMFADeviceName": "mfa"}
"""In this order: AWS authorizes membership on the group."""

_MATCHES: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda key, value: key == value,
    "ArnLike": fnmatchcase,
}


@dataclass(frozen=True)
class Call:
    """One call as the SDK was given it; `account` and `region` are where it acts."""

    account: str
    service: str
    operation: str
    parameters: Mapping[str, Json]
    region: str = "global"

    @property
    def action(self) -> str:
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True)
class Asked:
    """What AWS asks a policy for: one action on one resource, with the keys a condition may look at."""

    action: str
    resource: str
    keys: Mapping[str, str] = field(default_factory=dict)


def asked(call: Call, arns: Mapping[str, str], organization: str) -> Iterator[Asked]:
    """Yield all a call is authorized for; `arns` are those of the account's users, groups and roles, by kind/name."""
    if call.action in OPEN:
        return
    if call.service in regional.SERVICES:
        yield from _regional(call)
        return
    keys = {"iam:PermissionsBoundary": call.parameters.get("PermissionsBoundary")}
    if any(name in call.parameters for name in KINDS):
        keys["iam:PolicyARN"] = call.parameters.get("PolicyArn")
    given = {key: str(value) for key, value in keys.items() if value}
    about = {"account": _account, "organizations": _organizations}.get(call.service, _iam)
    for resource in about(call, arns, organization):
        yield Asked(call.action, resource, given)
        if call.operation.startswith("Create") and call.parameters.get("Tags"):
            kind = call.operation.removeprefix("Create") if call.service == "iam" else "Resource"
            yield Asked(f"{call.service}:Tag{kind}", resource)


def _regional(call: Call) -> Iterator[Asked]:
    keys = regional.keys(call.service, call.operation, call.parameters)
    for action, named in regional.SERVICES[call.service](call.operation, call.parameters):
        whole = named == "*" or named.startswith("arn:")
        resource = named if whole else f"arn:aws:{call.service}:{call.region}:{call.account}:{named}"
        yield Asked(f"{call.service}:{action}", resource, keys)
    for role in regional.passed(call.parameters):
        yield Asked("iam:PassRole", role, {"iam:PassedToService": "events.amazonaws.com"})


def allowed(documents: Iterable[Document], question: Asked) -> bool:
    """Tell whether a statement of the documents allows this; a Deny is beyond this judge."""
    statements = [each for document in documents for each in items(document["Statement"]) if isinstance(each, Mapping)]
    assert all(each["Effect"] == "Allow" for each in statements)
    return any(_allows(each, question) for each in statements)


def values(given: Json) -> list[str]:
    """Return the values of an element, however many there are."""
    return [str(each) for each in ([given] if isinstance(given, str) else items(given))]


def _allows(statement: Mapping[str, Json], question: Asked) -> bool:
    conditions = statement.get("Condition", {})
    assert isinstance(conditions, Mapping)
    return (
        question.action in values(statement["Action"])
        and any(fnmatchcase(question.resource, each) for each in values(statement["Resource"]))
        and all(_holds(operator, block, question.keys) for operator, block in conditions.items())
    )


def _holds(operator: str, block: Json, keys: Mapping[str, str]) -> bool:
    assert isinstance(block, Mapping)
    if operator == "Null":
        return all((key not in keys) == (given == "true") for key, given in block.items())
    matches = _MATCHES[operator]
    return all(key in keys and any(matches(keys[key], each) for each in values(given)) for key, given in block.items())


def _iam(call: Call, arns: Mapping[str, str], _organization: str) -> Iterator[str]:
    given = call.parameters
    prefix = f"arn:aws:iam::{call.account}:"
    kind, name = next(((kind, str(given[key])) for key, kind in KINDS.items() if key in given), ("policy", ""))
    if call.operation == "AssumeRole":
        yield str(given["RoleArn"])
    elif call.operation.startswith("Create") and "Path" in given:
        yield f"{prefix}{kind}{given['Path']}{name or given['PolicyName']}"
    elif "InstanceProfileName" in given:
        yield f"{prefix}instance-profile/{given['InstanceProfileName']}"
    elif call.operation == "DeleteVirtualMFADevice":
        yield str(given["SerialNumber"])
    elif name:
        yield arns[f"{kind}/{name}"]
    else:
        yield str(given.get("PolicyArn", "*"))
    if "NewPath" in given:
        yield f"{prefix}{kind}{given['NewPath']}{name}"


def _account(call: Call, _arns: Mapping[str, str], _organization: str) -> Iterator[str]:
    yield f"arn:aws:account::{call.account}:account"


def _organizations(call: Call, _arns: Mapping[str, str], organization: str) -> Iterator[str]:
    given, prefix = call.parameters, f"arn:aws:organizations::{call.account}:"
    policy = given.get("PolicyId") or given.get("ResourceId") or ("p-new" if call.operation == "CreatePolicy" else "")
    target = str(given.get("TargetId", ""))
    parent = str(given.get("ParentId", ""))
    if not policy and not target and not parent:
        yield "*"
    if parent:
        yield f"{prefix}{'root' if parent.startswith('r-') else 'ou'}/{organization}/{parent}"
    if policy:
        yield f"{prefix}policy/{organization}/service_control_policy/{policy}"
    if target:
        yield f"{prefix}{'root' if target.startswith('r-') else 'account'}/{organization}/{target}"
