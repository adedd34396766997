"""StackSets, their instances and their operations as values.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from breakglass.sandbox.cloudformation.place import SERVICE, stack_set_id
from breakglass.sandbox.cloudformation.template import Template


@dataclass(frozen=True, slots=True)
class Settings:
    """What a StackSet is told when it is made or updated."""

    description: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    capabilities: tuple[str, ...] = ()
    auto_deployment: Mapping[str, bool] = field(default_factory=dict)
    """`Enabled` and `RetainStacksOnAccountRemoval`, as far as they were said."""
    managed_execution: bool = False
    administration_role: str = ""
    execution_role: str = ""


@dataclass(frozen=True, slots=True)
class StackSet:
    """One template for many accounts: `owner` and `region` are where the StackSet itself is.

    `units` are those it was deployed to, whose future accounts get it too if that is switched on, in `regions`.
    """

    partition: str
    owner: str
    region: str
    name: str
    service_managed: bool
    template: Template
    settings: Settings
    units: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()

    @property
    def identifier(self) -> str:
        """Its id: the name and what AWS adds."""
        return stack_set_id(self.owner, self.region, self.name)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:{self.partition}:{SERVICE}:{self.region}:{self.owner}:stackset/{self.identifier}"

    @property
    def administration_role(self) -> str:
        """The ARN of the role self-managed deployments start from."""
        return self.settings.administration_role

    @property
    def execution_role(self) -> str:
        """The name of the role self-managed deployments assume."""
        return self.settings.execution_role

    @property
    def deploys_automatically(self) -> bool:
        """Whether accounts that join its units get it."""
        return self.settings.auto_deployment.get("Enabled", False)


@dataclass(frozen=True, slots=True)
class Instance:
    """The stack of a StackSet in one region of an account, or what stands for it where there is none."""

    account: str
    region: str
    status: str = "OUTDATED"
    detailed: str = "PENDING"
    reason: str = ""
    stack: str = ""
    """The name of the stack; empty where none was ever made."""
    unit: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an operation in one region of an account."""

    account: str
    region: str
    status: str
    reason: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """How far an operation goes on when it fails in a region: `count` accounts, or `percentage` of them."""

    count: int = 0
    percentage: int | None = None
    order: tuple[str, ...] = ()

    def tolerates(self, failed: int, accounts: int) -> bool:
        """Tell whether so many accounts of a region may fail.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
        """
        return failed <= (self.count if self.percentage is None else accounts * self.percentage // 100)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on a StackSet, which here is over when it is answered; see `looks`."""

    identifier: str
    action: str
    status: str
    time: datetime
    results: tuple[Result, ...] = ()
    retain: bool = False
    looks: int = 0
    """How often it is yet told to run."""
