"""Every operation of CloudFormation: a part of the table in `aws/operations.py`.

AWS draws the end of the ARN of a stack and of a StackSet. An operation that deploys is authorized on the StackSet, on
its targets and on the types of resources, which are AWS's own. Actions and resources are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from breakglass import naming
from breakglass.aws.rows import ADOPT, DELIVER, EVERYWHERE, rows
from breakglass.operations import ADOPTED, SELF_MANAGED, STACK, STACK_SET, Operation

_ARN = "arn:${Partition}:cloudformation:*:${Account}:"
_SETS = (f"{_ARN}stackset/{naming.STACK_PREFIX}*",)
_REACH = (
    *_SETS,
    f"{_ARN}stackset-target/{naming.STACK_PREFIX}*",
    "arn:${Partition}:cloudformation:*::type/resource/*",
)
_STACKS = (f"{_ARN}stack/{naming.STACK_PREFIX}*",)
_TEMPLATES = (f"arn:${{Partition}}:s3:::*/{naming.CHANNEL_PREFIX}/*",)
_ADMINISTRATION = ("arn:${Partition}:iam::${Account}:role/${AdministrationRole}",)

_TAGGING = {"Null": {f"aws:RequestTag/{naming.OWNER_TAG}": "false"}}
_PASSED = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
_TAG = ("cloudformation:TagResource",)
_PASS = ("iam:PassRole",)

STACKING: tuple[Operation, ...] = (
    # StackSets.
    *rows("CreateStackSet", EVERYWHERE, (STACK_SET,), DELIVER, service="cloudformation", condition=_TAGGING),
    *rows("CreateStackInstances DeleteStackInstances", _REACH, (STACK_SET,), DELIVER, service="cloudformation"),
    *rows("UpdateStackInstances UpdateStackSet", _REACH, (STACK_SET,), DELIVER, service="cloudformation"),
    # Who gives a StackSet tags, at its creation too, is authorized on it alone.
    *rows("DeleteStackSet", _SETS, (STACK_SET,), DELIVER, service="cloudformation", also=_TAG),
    *rows(
        "DescribeStackSet DescribeStackSetOperation ListStackInstances ListStackSetOperationResults",
        _SETS,
        (STACK_SET,),
        DELIVER,
        service="cloudformation",
    ),
    *rows("ListStackSetOperations", _SETS, (STACK_SET,), DELIVER, service="cloudformation"),
    *rows("ImportStacksToStackSet", _SETS, (STACK_SET,), ADOPT, service="cloudformation"),
    *(
        Operation("cloudformation", name, DELIVER, frozenset({SELF_MANAGED}), _ADMINISTRATION, _PASS, _PASSED)
        for name in ("CreateStackSet", "UpdateStackSet")
    ),
    *rows("PutObject", _TEMPLATES, (STACK_SET,), DELIVER, service="s3"),
    # Stacks of their own, and those that take over what a StackSet then takes in.
    *rows("CreateStack UpdateStack", _STACKS, (STACK,), DELIVER, service="cloudformation", also=_TAG),
    *rows("CreateStack UpdateStack", _STACKS, (ADOPTED,), ADOPT, service="cloudformation", also=_TAG),
    *rows("DeleteStack DescribeStackEvents DescribeStacks", _STACKS, (STACK,), DELIVER, service="cloudformation"),
    *rows("DeleteStack DescribeStackEvents DescribeStacks", _STACKS, (ADOPTED,), ADOPT, service="cloudformation"),
    *rows("GetTemplate", _STACKS, (STACK,), DELIVER, service="cloudformation"),
    *rows("GetTemplate", _STACKS, (ADOPTED,), ADOPT, service="cloudformation"),
    *rows("UpdateTerminationProtection", _STACKS, (STACK,), DELIVER, service="cloudformation"),
    *rows(
        "CreateChangeSet DescribeChangeSet ExecuteChangeSet",
        _STACKS,
        (STACK, ADOPTED),
        ADOPT,
        service="cloudformation",
    ),
)
