"""What the operations of Organizations ask.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

import re
from collections.abc import Iterator, Mapping

from moto.organizations.models import FakeAccount, FakeOrganizationalUnit, FakePolicy

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

OPEN_TO_MEMBERS = frozenset({"DescribeOrganization"})
"""What not the management account alone may call.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
"""

_ABOUT: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("AttachPolicy", "DetachPolicy"), ("PolicyId", "TargetId")),
    **dict.fromkeys(("DeletePolicy", "DescribePolicy", "ListTargetsForPolicy", "UpdatePolicy"), ("PolicyId",)),
    **dict.fromkeys(("CloseAccount", "DescribeAccount", "RemoveAccountFromOrganization"), ("AccountId",)),
    **dict.fromkeys(
        ("DeleteOrganizationalUnit", "DescribeOrganizationalUnit", "UpdateOrganizationalUnit"),
        ("OrganizationalUnitId",),
    ),
    **dict.fromkeys(
        ("CreateOrganizationalUnit", "ListAccountsForParent", "ListChildren", "ListOrganizationalUnitsForParent"),
        ("ParentId",),
    ),
    **dict.fromkeys(("DisablePolicyType", "EnablePolicyType"), ("RootId",)),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), ("ResourceId",)),
    "ListParents": ("ChildId",),
    "ListPoliciesForTarget": ("TargetId",),
    "MoveAccount": ("AccountId", "SourceParentId", "DestinationParentId"),
}
"""Operation -> the parameters that name what it is about."""

_WITHOUT_RESOURCE = frozenset(
    {
        "CreateAccount",
        "DescribeCreateAccountStatus",
        "DescribeOrganization",
        "ListAWSServiceAccessForOrganization",
        "ListAccounts",
        "ListCreateAccountStatus",
        "ListDelegatedAdministrators",
        "ListPolicies",
        "ListRoots",
    }
)
_TYPE_PARAMETERS = ("PolicyType", "Type", "Filter")
_KINDS = {"p": "policy", "r": "root", "ou": "ou"}


def asks(held: Held, _session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of Organizations asks; raises CannotJudgeError."""
    parameters, operation = request.parameters, request.operation
    keys = request_tags(parameters) | _types(
        next((parameters[each] for each in _TYPE_PARAMETERS if each in parameters), "")
    )
    if request.action in _WITHOUT_RESOURCE:
        yield Ask(operation, "*", keys)
    elif request.action == "CreatePolicy":
        yield Ask(operation, _arn(held, "policy", f"{parameters.get('Type', '').lower()}/*"), keys)
    elif request.action in _ABOUT:
        targets = [_target(held, parameters.get(each, "")) for each in _ABOUT[request.action]]
        for _, about in targets:
            keys |= {key: value for key, value in about.items() if key == "organizations:PolicyType"}
        for arn, about in targets:
            yield Ask(operation, arn, {**keys, **about})
    else:
        raise CannotJudgeError(f"{operation} is not modelled")


def _target(held: Held, identifier: str) -> tuple[str, Keys]:
    """Return the ARN of what an id names, and what its tags and type say; of what does not exist only the ARN."""
    backend = held.organizations
    known: list[FakeAccount | FakeOrganizationalUnit | FakePolicy] = [*backend.accounts, *backend.ou, *backend.policies]
    found = next((each for each in known if each.id == identifier), None)
    if found is None:
        kind = _KINDS.get(identifier.partition("-")[0], "account")
        return _arn(held, kind, re.sub("[^0-9a-z-]", "", identifier)), {}
    keys: Keys = {f"aws:ResourceTag/{name}": (value,) for name, value in found.tags.items()}
    if not isinstance(found, FakePolicy):
        return found.arn, keys
    return _policy_arn(held, found), keys | _types(found.type)


def _policy_arn(held: Held, policy: FakePolicy) -> str:
    """Return the ARN of a policy; moto gives AWS's own that of a policy of the organization. Seen in 5.2.5.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
    """
    if not policy.aws_managed:
        return policy.arn
    return f"arn:{held.partition}:organizations::aws:policy/{policy.type.lower()}/{policy.id}"


def _types(type_: str) -> Keys:
    return {"organizations:PolicyType": (type_,)} if type_ else {}


def _arn(held: Held, kind: str, rest: str) -> str:
    return f"arn:{held.partition}:organizations::{held.management}:{kind}/{held.organization}/{rest}"
