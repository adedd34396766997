"""Where a stack is, and what the resources in it are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

SERVICE = "cloudformation"
PRINCIPAL = "cloudformation.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Place:
    """A stack's account and region; `tags` are the stack's own, which its resources get."""

    partition: str
    account: str
    region: str
    stack: str = ""
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def stack_id(self) -> str:
        """The ARN of the stack."""
        return stack_arn(self.partition, self.account, self.region, self.stack)

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of the region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def pseudo_parameters(self) -> Mapping[str, str]:
        """What a template can ask for wherever it is deployed.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
        """
        return {
            "AWS::AccountId": self.account,
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack,
        }


def stack_arn(partition: str, account: str, region: str, name: str) -> str:
    """Return the ARN of a stack: its id follows from its name, so that whoever judges a call knows it."""
    where = f"arn:{partition}:{SERVICE}:{region}:{account}:stack/{name}"
    return f"{where}/{uuid5(NAMESPACE_URL, where)}"


def stack_set_id(owner: str, region: str, name: str) -> str:
    """Return the id of a StackSet, which follows from its name too."""
    return f"{name}:{uuid5(NAMESPACE_URL, f'{owner}/{region}/{name}')}"
