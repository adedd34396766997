"""What the operations of CloudFormation ask; who names a role of its own for StackSets must be allowed to pass it.

Whether the targets of a StackSet and the types of its resources are asked as well, AWS does not say: they are optional
in its table, and only what is required is asked here.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from collections.abc import Iterator, Mapping

from breakglass.sandbox.cloudformation.place import PRINCIPAL, SERVICE, stack_arn, stack_set_id
from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys, listed, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_SET = "Action CallAs StackSetName Version"
_OPERATION = f"{_SET} OperationId OperationPreferences"
_PLACES = f"{_OPERATION} Accounts DeploymentTargets Regions"
_SETTINGS = """
    AdministrationRoleARN AutoDeployment Capabilities ClientRequestToken Description ExecutionRoleName ManagedExecution
    PermissionModel Tags TemplateBody
"""
_STACK = "Action StackName Version"
_PAGE = "MaxResults NextToken"

_ON_SETS: Mapping[str, str] = {
    "CreateStackInstances": _PLACES,
    "DeleteStackInstances": f"{_PLACES} RetainStacks",
    "DeleteStackSet": _SET,
    "DescribeStackInstance": f"{_SET} StackInstanceAccount StackInstanceRegion",
    "DescribeStackSet": _SET,
    "DescribeStackSetOperation": f"{_SET} OperationId",
    "ListStackInstances": f"{_SET} {_PAGE} StackInstanceAccount StackInstanceRegion",
    "ListStackSetOperationResults": f"{_SET} {_PAGE} OperationId",
    "ListStackSetOperations": f"{_SET} {_PAGE}",
    "UpdateStackInstances": _PLACES,
    "UpdateStackSet": f"{_OPERATION} {_SETTINGS} UsePreviousTemplate",
}
_ON_ANY: Mapping[str, str] = {
    "CreateStackSet": f"{_SET} {_SETTINGS}",
    "ListStackSets": f"Action CallAs Status Version {_PAGE}",
}
_ON_STACKS: Mapping[str, str] = {
    "CreateStack": f"{_STACK} Capabilities ClientRequestToken EnableTerminationProtection OnFailure Tags TemplateBody",
    "DeleteStack": f"{_STACK} ClientRequestToken",
    "DescribeStackEvents": f"{_STACK} NextToken",
    "DescribeStacks": f"{_STACK} NextToken",
    "GetTemplate": f"{_STACK} TemplateStage",
    "UpdateStack": f"{_STACK} Capabilities ClientRequestToken Tags TemplateBody",
    "UpdateTerminationProtection": f"{_STACK} EnableTerminationProtection",
}
_MODELLED: Mapping[str, str] = {**_ON_ANY, **_ON_SETS, **_ON_STACKS}
"""Operation -> the parameters that are modelled."""

_TAKE_BACK = frozenset({"DELETE", "ROLLBACK"})


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of CloudFormation asks; raises CannotJudgeError."""
    _check(request)
    keys: Keys = request_tags(request.parameters)
    yield Ask(request.operation, _resource(held, session, request), keys, account=session.account)
    role = request.parameters.get("AdministrationRoleARN", "")
    if role:
        service: tuple[str, ...] = (PRINCIPAL,)
        yield Ask("iam:PassRole", role, {"iam:PassedToService": service})
    for region in listed(request.parameters, "Regions"):
        there: Keys = {**keys, "cloudformation:TargetRegion": (region.get("", ""),)}
        yield Ask(request.operation, _resource(held, session, request), there, account=session.account)


def _check(request: Request) -> None:
    """Raise CannotJudgeError for what is not modelled."""
    modelled = frozenset(_MODELLED.get(request.action, "").split())
    if not modelled:
        raise CannotJudgeError(f"{request.operation} is not modelled")
    strange = sorted({name.partition(".")[0] for name in request.parameters} - modelled)
    if strange:
        raise CannotJudgeError(f"{', '.join(strange)} is not modelled")
    if request.parameters.get("OnFailure", "ROLLBACK") not in _TAKE_BACK:
        raise CannotJudgeError(f"OnFailure {request.parameters['OnFailure']} is not modelled")


def _resource(held: Held, session: Session, request: Request) -> str:
    """Return what is spoken of; the StackSets of a delegated administrator are the management account's.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
    """
    named, region = request.parameters.get("StackName", ""), request.region
    if request.action in _ON_SETS:
        delegated = request.parameters.get("CallAs") == "DELEGATED_ADMIN"
        owner = held.management if delegated else session.account
        name = request.parameters.get("StackSetName", "").partition(":")[0]
        return f"arn:{held.partition}:{SERVICE}:{region}:{owner}:stackset/{stack_set_id(owner, region, name)}"
    if not named or request.action in _ON_ANY:
        return "*"
    return named if named.startswith("arn:") else stack_arn(held.partition, session.account, region, named)
