"""CloudFormation as it is foretold here: a StackSet, its instances, and its operations state by state."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from breakglass.aws.stacks.stacks import AwsStacks
from breakglass.manifest.model import Manifest
from breakglass.resources import Scope
from breakglass.stacks import Delivered, StackSet
from tests.aws.stubs import FakeClock, Recorder, StubbedAws
from tests.conftest import manifest

MANAGEMENT, DELEGATE = "999999999999", "333333333333"
PROD, PAYMENTS, DATA = "222222222222", "444444444444", "555555555555"
HOME = "eu-west-1"
ROOT, UNIT, OTHER_UNIT = "r-ab12", "ou-ab12-workload", "ou-ab12-payments"
NAME = "break-glass-acme-workload"
TEMPLATE = "Resources: {}\n"
OPERATION = "11111111-2222-3333-4444-555555555555"
SERVICE_MANAGED: Mapping[str, object] = {"regions": [HOME]}
SELF_MANAGED: Mapping[str, object] = {"regions": [HOME], "permission_model": "self-managed"}
OWNED = [{"Key": "break-glass:manifest", "Value": "acme"}]
PREFERENCES = {
    "RegionConcurrencyType": "PARALLEL",
    "FailureTolerancePercentage": 100,
    "MaxConcurrentPercentage": 100,
    "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
}
BY_ORGANIZATION = {
    "Capabilities": ["CAPABILITY_NAMED_IAM"],
    "Tags": OWNED,
    "ManagedExecution": {"Active": True},
    "PermissionModel": "SERVICE_MANAGED",
}
BY_ROLES = {
    **BY_ORGANIZATION,
    "PermissionModel": "SELF_MANAGED",
    "AdministrationRoleARN": f"arn:aws:iam::{MANAGEMENT}:role/AWSCloudFormationStackSetAdministrationRole",
    "ExecutionRoleName": "OrganizationAccountAccessRole",
}
NOT_AUTOMATIC = {"AutoDeployment": {"Enabled": False}}
AUTOMATIC = {"AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": True}}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def with_stack_sets(settings: Mapping[str, object] = SERVICE_MANAGED) -> Manifest:
    return manifest(engine="stacksets", stacksets=settings)


def stack_set(*accounts: str, **changes: object) -> StackSet:
    given = {"template": TEMPLATE, "regions": (HOME,), "is_global": True, **changes}
    return StackSet(name=NAME, accounts=accounts or (PROD, PAYMENTS), **given)  # type: ignore[arg-type]


def scopes(*accounts: str) -> list[Scope]:
    return [Scope(each) for each in accounts]


class Advanced:
    """Remembers whom it heard of."""

    def __init__(self) -> None:
        self.accounts: list[str] = []

    def __call__(self, account: str) -> None:
        self.accounts.append(account)


class Administrator:
    """CloudFormation where the StackSets are, and the port over it."""

    def __init__(self, aws: StubbedAws, settings: Mapping[str, object] = SELF_MANAGED, call_as: str = "SELF") -> None:
        aws.caller(str(settings.get("administrator_account", MANAGEMENT)))
        self.aws = aws
        self.told: Recorder = aws.service("cloudformation")
        self.clock = FakeClock()
        self.stacks = AwsStacks(aws.sessions(), with_stack_sets(settings), self.clock)
        self.advanced = Advanced()
        self.of = {"StackSetName": NAME, "CallAs": call_as}
        self.common = BY_ROLES if settings.get("permission_model") == "self-managed" else BY_ORGANIZATION

    def absent(self) -> None:
        self.told.refuse("describe_stack_set", self.of, "StackSetNotFoundException", "StackSet not found")

    def exists(self, **changes: object) -> None:
        """Foretell the StackSet as it is to be, but for these changes."""
        whole = {"TemplateBody": TEMPLATE, **self.common, **changes}
        self.told.expect("describe_stack_set", self.of, {"StackSet": whole})

    def instances(self, *rows: Mapping[str, object]) -> None:
        self.told.expect("list_stack_instances", self.of, {"Summaries": list(rows)})

    def begins(self, call: str, **asked: object) -> None:
        whole = {**self.of, "OperationPreferences": PREFERENCES, **asked}
        self.told.expect(call, whole, {"OperationId": OPERATION})

    def state(self, status: str, *results: Mapping[str, object], **more: object) -> None:
        """Foretell one look at the operation."""
        of = {**self.of, "OperationId": OPERATION}
        self.told.expect("describe_stack_set_operation", of, {"StackSetOperation": {"Status": status, **more}})
        self.told.expect("list_stack_set_operation_results", of, {"Summaries": list(results)})

    def brings(self, delivery: StackSet, places: Sequence[Scope]) -> Sequence[Delivered]:
        """Deliver; what was done is read back at the end, as it is to be."""
        self.exists(**self.ending(delivery))
        return self.stacks.deliver(delivery, places, advance=self.advanced)

    def ending(self, delivery: StackSet) -> dict[str, object]:
        """What a StackSet has in the end."""
        units = {**AUTOMATIC, "OrganizationalUnitIds": list(delivery.units)} if delivery.units else {}
        return {"TemplateBody": delivery.template, **(units if self.common is BY_ORGANIZATION else {})}

    def root(self) -> None:
        roots = self.aws.session.recorders.get(("organizations", "own")) or self.aws.service("organizations")
        roots.expect("list_roots", {}, {"Roots": [{"Id": ROOT}]})


def result(account: str, status: str = "SUCCEEDED", reason: str = "", region: str = HOME) -> dict[str, object]:
    return {"Account": account, "Region": region, "Status": status, **({"StatusReason": reason} if reason else {})}


def instance(
    account: str, status: str = "CURRENT", detail: str = "", reason: str = "", region: str = HOME, unit: str = ""
) -> dict[str, object]:
    return {
        "Account": account,
        "Region": region,
        "Status": status,
        "StackId": stack_id(account, region),
        **({"StackInstanceStatus": {"DetailedStatus": detail}} if detail else {}),
        **({"StatusReason": reason} if reason else {}),
        **({"OrganizationalUnitId": unit} if unit else {}),
    }


def stack_id(account: str, region: str = HOME, name: str = NAME) -> str:
    return f"arn:aws:cloudformation:{region}:{account}:stack/{name}/0a1b2c3d"


def within(units: Sequence[str], *accounts: str) -> dict[str, object]:
    chosen = {"OrganizationalUnitIds": list(units), "Accounts": list(accounts), "AccountFilterType": "INTERSECTION"}
    return {"DeploymentTargets": chosen}


def but(units: Sequence[str], *accounts: str) -> dict[str, object]:
    chosen = {"OrganizationalUnitIds": list(units), "Accounts": sorted(accounts), "AccountFilterType": "DIFFERENCE"}
    return {"DeploymentTargets": chosen}
