"""Every operation of CloudFormation: a part of the table in `aws/operations.py`.

AWS draws the end of the ARN of a stack and of a StackSet. An operation that deploys is authorized on the StackSet, on
its targets and on the types of resources, which are AWS's own. Actions and resources are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from breakglass import naming
from breakglass.aws.rows import ADOPT, DELIVER, DELIVERIES, EVERYWHERE, rows
from breakglass.operations import ADOPTED, SELF_MANAGED, STACK, STACK_SET, Operation

_ARN = "arn:${Partition}:cloudformation:*:${Account}:"
_ARNS = (_ARN, "arn:${Partition}:cloudformation:*:${Management}:")
"""The StackSets a delegated administrator makes are in the management account, and so are their ARNs.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
"""
_SETS = tuple(f"{each}stackset/{naming.STACK_PREFIX}*" for each in _ARNS)
_REACH = (
    *_SETS,
    *(f"{each}stackset-target/{naming.STACK_PREFIX}*" for each in _ARNS),
    "arn:${Partition}:cloudformation:*::type/resource/*",
)
_STACKS = (f"{_ARN}stack/{naming.STACK_PREFIX}*",)
_TEMPLATES = (f"arn:${{Partition}}:s3:::*/{naming.CHANNEL_PREFIX}/*",)
_ADMINISTRATION = ("arn:${Partition}:iam::${Account}:role/${AdministrationRole}",)

_TAGGING = {"Null": {f"aws:RequestTag/{naming.OWNER_TAG}": "false"}}
_PASSED = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
_TAG = ("cloudformation:TagResource",)
_PASS = ("iam:PassRole",)
_GET = ("s3:GetObject", "s3:GetObjectVersion")

STACKING: tuple[Operation, ...] = (
    # StackSets.
    *rows("CreateStackSet", EVERYWHERE, (STACK_SET,), DELIVER, service="cloudformation", condition=_TAGGING),
    *rows("CreateStackInstances DeleteStackInstances", _REACH, (STACK_SET,), DELIVER, service="cloudformation"),
    *rows("UpdateStackInstances UpdateStackSet", _REACH, (STACK_SET,), DELIVER, service="cloudformation"),
    # Who gives a StackSet tags, at its creation too, is authorized on it alone.
    *rows("DeleteStackSet", _SETS, (STACK_SET,), DELIVER, service="cloudformation", also=_TAG),
    *rows(
        "DescribeStackSetOperation ListStackSetOperationResults ListStackSetOperations",
        _SETS,
        (STACK_SET,),
        DELIVER,
        service="cloudformation",
    ),
    *rows("DescribeStackSet ListStackInstances", _SETS, (STACK_SET,), DELIVERIES, service="cloudformation"),
    *rows("ListStackSets", EVERYWHERE, (STACK_SET,), DELIVERIES, service="cloudformation"),
    *rows("ImportStacksToStackSet", _SETS, (STACK_SET,), ADOPT, service="cloudformation"),
    *(
        Operation("cloudformation", name, DELIVER, frozenset({SELF_MANAGED}), _ADMINISTRATION, _PASS, _PASSED)
        for name in ("CreateStackSet", "UpdateStackSet")
    ),
    # CloudFormation reads a template as whoever hands over its address.
    *rows("PutObject", _TEMPLATES, (STACK_SET,), DELIVER, service="s3", also=_GET),
    # Stacks of their own, and those that take over what a StackSet then takes in.
    *rows("CreateStack UpdateStack", _STACKS, (STACK,), DELIVER, service="cloudformation", also=_TAG),
    *rows("CreateStack UpdateStack", _STACKS, (ADOPTED,), ADOPT, service="cloudformation", also=_TAG),
    *rows("DescribeStacks GetTemplate", _STACKS, (STACK,), DELIVERIES, service="cloudformation"),
    *rows("DeleteStack DescribeStackEvents", _STACKS, (STACK,), DELIVER, service="cloudformation"),
    *rows("DeleteStack DescribeStackEvents DescribeStacks", _STACKS, (ADOPTED,), ADOPT, service="cloudformation"),
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
