"""What the tests of the readers share: one account and region, and a look at it."""

from breakglass.aws.estate import AwsEstate
from breakglass.documents import Json
from breakglass.facts import Reading, Survey
from breakglass.resources import Resource, Scope, tags
from tests.aws.stubs import SECURITY

REGION = "us-west-2"
SCOPE = Scope(SECURITY, REGION)
OWNER = "break-glass:manifest"
PAIR = {"Key": OWNER, "Value": "acme"}
SYSTEM = {"Key": "aws:cloudformation:stack-name", "Value": "break-glass-acme-workload"}
"""What CloudFormation puts on what its stacks make, and nobody else can."""
TAGS: Json = tags({OWNER: "acme"})


def arn(service: str, resource: str, account: str = SECURITY) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def read(estate: AwsEstate, *types: str, chain: bool = False) -> Reading:
    return estate.read(Survey(SCOPE, frozenset(types), chain=chain))


def resource(type_: str, **properties: Json) -> Resource:
    return Resource(type_, SCOPE, properties)
