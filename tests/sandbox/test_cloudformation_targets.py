"""Who may operate StackSets in the sandbox, which accounts they go to, and as whom they act there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import StackSets
from breakglass.sandbox.cloudformation.template import LARGEST
from breakglass.sandbox.server import Sandbox
from tests.conftest import manifest
from tests.sandbox.delivered import (
    AUDIT,
    NAME,
    NAMED_IAM,
    PAYMENTS,
    SMALL,
    STAGING,
    Deployed,
    cloudformation,
    policy,
    role,
    template,
)
from tests.sandbox.support import MANAGEMENT, PROD, REGION, Clients, client, identity_policy, refused, role_arn

SELF_MANAGED = {
    "PermissionModel": "SELF_MANAGED",
    "AdministrationRoleARN": role_arn(MANAGEMENT, naming.STACKSETS_ADMINISTRATION),
    "ExecutionRoleName": naming.PROVISIONING_ROLE,
}
EVERYWHERE = {"FailureTolerancePercentage": 100}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    told = StackSets(regions=(REGION,), permission_model="self-managed", administrator_account=AUDIT)
    seeded = replace(told, administrator_account=None)
    with Sandbox(replace(manifest(), engine="stacksets", stacksets=seeded), people_confirm=False) as sandbox:
        yield sandbox


@pytest.fixture
def deployed(aws: Clients) -> Deployed:
    return Deployed(aws)


def unit(aws: Clients, parent: str, *accounts: str) -> str:
    organizations = aws.organizations()
    made = organizations.create_organizational_unit(ParentId=parent, Name=f"u-{parent}")["OrganizationalUnit"]["Id"]
    for account in accounts:
        organizations.move_account(AccountId=account, SourceParentId=parent, DestinationParentId=made)
    return made


def test_without_trust_nobody_operates_service_managed_stack_sets(aws: Clients, deployed: Deployed) -> None:
    deployed.make()
    aws.sandbox.stack_sets.trust(trusted=False)
    with refused("ValidationError", "You must enable organizations access to operate a service managed stack set"):
        Deployed(aws, "other").make()
    with refused("ValidationError", "You must enable organizations access"):
        deployed.deploy(PROD)
    aws.sandbox.stack_sets.trust(trusted=True)
    deployed.deploy(PROD)


def test_trust_is_told_by_organizations(aws: Clients) -> None:
    trusted = aws.organizations().list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert [each["ServicePrincipal"] for each in trusted] == ["member.org.stacksets.cloudformation.amazonaws.com"]


def test_a_member_operates_them_only_as_delegated_administrator(aws: Clients) -> None:
    told = {
        "StackSetName": NAME,
        "TemplateBody": SMALL,
        "PermissionModel": "SERVICE_MANAGED",
        "Capabilities": NAMED_IAM,
    }
    member = cloudformation(aws, AUDIT)
    with refused("ValidationError", "You must be the management account or delegated admin account"):
        member.create_stack_set(**told)
    with refused("ValidationError", "Account used is not a delegated administrator"):
        member.create_stack_set(**told, CallAs="DELEGATED_ADMIN")
    with refused("ValidationError", "Account used is not a delegated administrator"):
        cloudformation(aws).list_stack_sets(CallAs="DELEGATED_ADMIN")


def test_an_operation_goes_to_a_unit_and_those_below_it(aws: Clients, deployed: Deployed) -> None:
    outer = unit(aws, deployed.root, PAYMENTS, STAGING)
    unit(aws, outer, STAGING)
    deployed.make()
    operation = deployed.deploy(DeploymentTargets={"OrganizationalUnitIds": [outer]})
    assert set(deployed.results(operation)) == {PAYMENTS, STAGING}
    found = deployed.client.describe_stack_instance(
        StackSetName=NAME, StackInstanceAccount=STAGING, StackInstanceRegion=REGION
    )["StackInstance"]
    assert found["OrganizationalUnitId"] == outer
    assert found["StackId"].startswith(f"arn:aws:cloudformation:{REGION}:{STAGING}:stack/StackSet-{NAME}-")
    assert deployed.client.describe_stack_set(StackSetName=NAME)["StackSet"]["OrganizationalUnitIds"] == [outer]


def test_accounts_are_left_out_or_added(aws: Clients, deployed: Deployed) -> None:
    inside = unit(aws, deployed.root, PAYMENTS, STAGING)
    deployed.make().deploy(PROD)
    targets = {"OrganizationalUnitIds": [inside], "Accounts": [STAGING], "AccountFilterType": "DIFFERENCE"}
    deployed.deploy(DeploymentTargets=targets)
    assert {account for account, _ in deployed.instances()} == {PROD, PAYMENTS}
    both = {"OrganizationalUnitIds": [inside], "Accounts": [PROD, STAGING], "AccountFilterType": "UNION"}
    operation = deployed.operate("update_stack_instances", (), DeploymentTargets=both)
    assert set(deployed.results(operation)) == {PROD, PAYMENTS}
    operation = deployed.operate("update_stack_instances", (), DeploymentTargets={"Accounts": [PROD, STAGING]})
    assert set(deployed.results(operation)) == {PROD}


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ({"Accounts": [PROD]}, "OrganizationalUnitIds are required"),
        ({"OrganizationalUnitIds": ["ou-none-nonesuch1"]}, "ou-none-nonesuch1 does not exist"),
        ({"OrganizationalUnitIds": ["r-1"], "Accounts": [PROD]}, "AccountFilterType"),
        ({"OrganizationalUnitIds": ["r-1"], "Accounts": [PROD], "AccountFilterType": "UNION"}, "AccountFilterType"),
    ],
)
def test_targets_that_are_none_are_refused(deployed: Deployed, targets: object, words: str) -> None:
    deployed.make()
    with refused("ValidationError", words):
        deployed.deploy(DeploymentTargets=targets)
    assert deployed.instances() == {}


def test_an_operation_needs_somewhere_to_go(deployed: Deployed) -> None:
    deployed.make()
    with refused("ValidationError", "Regions"):
        deployed.deploy(PROD, regions=())
    with refused("StackInstanceNotFoundException"):
        deployed.operate("update_stack_instances", (PROD,))
    with refused("StackInstanceNotFoundException"):
        deployed.client.describe_stack_instance(
            StackSetName=NAME, StackInstanceAccount=PROD, StackInstanceRegion=REGION
        )
    with refused("OperationNotFoundException"):
        deployed.operation("none")
    with refused("ValidationError", "DeploymentTargets must name"):
        deployed.operate("update_stack_instances", (), DeploymentTargets={"AccountFilterType": "NONE"})
    deployed.deploy(PROD, OperationId="once")
    with refused("OperationIdAlreadyExistsException"):
        deployed.deploy(PROD, OperationId="once")


def test_an_account_that_joins_a_unit_is_deployed_to_and_keeps_it_when_it_leaves(
    aws: Clients, deployed: Deployed
) -> None:
    organizations, root = aws.organizations(), deployed.root
    inside = unit(aws, root, PAYMENTS)
    automatic = {"Enabled": True, "RetainStacksOnAccountRemoval": True}
    deployed.make(AutoDeployment=automatic).deploy(DeploymentTargets={"OrganizationalUnitIds": [inside]})
    organizations.move_account(AccountId=STAGING, SourceParentId=root, DestinationParentId=inside)
    assert set(deployed.instances()) == {(PAYMENTS, REGION), (STAGING, REGION)}
    organizations.move_account(AccountId=STAGING, SourceParentId=inside, DestinationParentId=root)
    assert set(deployed.instances()) == {(PAYMENTS, REGION)}
    assert aws.member(STAGING).get_role(RoleName="Checked")
    assert cloudformation(aws, STAGING).describe_stacks()["Stacks"]


def test_an_account_that_is_opened_in_a_unit_has_it_at_once(aws: Clients, deployed: Deployed) -> None:
    inside = unit(aws, deployed.root, PAYMENTS)
    deployed.make(AutoDeployment={"Enabled": True}).deploy(DeploymentTargets={"OrganizationalUnitIds": [inside]})
    aws.sandbox.accounts.open(inside, "700000000001", "new")
    aws.sandbox.accounts.move(PAYMENTS, deployed.root)
    assert set(deployed.instances()) == {("700000000001", REGION)}
    assert not cloudformation(aws, PAYMENTS).describe_stacks()["Stacks"]


def test_a_unit_that_is_deleted_whole_is_a_target_no_more(aws: Clients, deployed: Deployed) -> None:
    inside, second = unit(aws, deployed.root, PAYMENTS), "us-east-1"
    whole = {"OrganizationalUnitIds": [inside]}
    deployed.make(AutoDeployment={"Enabled": True}).deploy(regions=(REGION, second), DeploymentTargets=whole)
    some = {**whole, "Accounts": [PAYMENTS], "AccountFilterType": "DIFFERENCE"}
    for targets, regions in ((some, (REGION, second)), (whole, (REGION,))):
        deployed.operate("delete_stack_instances", (), regions, RetainStacks=False, DeploymentTargets=targets)
        assert deployed.client.describe_stack_set(StackSetName=NAME)["StackSet"]["OrganizationalUnitIds"] == [inside]
    deployed.operate("delete_stack_instances", (), (REGION, second), RetainStacks=False, DeploymentTargets=whole)
    assert not deployed.client.describe_stack_set(StackSetName=NAME)["StackSet"]["OrganizationalUnitIds"]
    aws.organizations().move_account(AccountId=STAGING, SourceParentId=deployed.root, DestinationParentId=inside)
    assert not deployed.instances()


def test_without_automatic_deployment_nothing_follows(aws: Clients, deployed: Deployed) -> None:
    inside = unit(aws, deployed.root, PAYMENTS)
    deployed.make().deploy(DeploymentTargets={"OrganizationalUnitIds": [inside]})
    aws.organizations().move_account(AccountId=STAGING, SourceParentId=deployed.root, DestinationParentId=inside)
    assert set(deployed.instances()) == {(PAYMENTS, REGION)}


def test_self_managed_it_acts_as_the_role_that_is_there(aws: Clients, deployed: Deployed) -> None:
    deployed.make(**SELF_MANAGED)
    told = {"StackSetName": NAME, "Regions": [REGION], "OperationPreferences": EVERYWHERE}
    deployed.client.create_stack_instances(Accounts=[PROD], **told)
    assert deployed.instances() == {(PROD, REGION): ("CURRENT", "SUCCEEDED")}
    made = next(each for each in aws.sandbox.events if each["eventName"] == "CreateRole")
    assert naming.PROVISIONING_ROLE in str(made["userIdentity"])
    found = deployed.client.describe_stack_set(StackSetName=NAME)["StackSet"]
    assert found["AdministrationRoleARN"] == SELF_MANAGED["AdministrationRoleARN"]
    assert found["ExecutionRoleName"] == naming.PROVISIONING_ROLE


def test_self_managed_it_needs_both_roles(aws: Clients, deployed: Deployed) -> None:
    aws.lose_role(PAYMENTS)
    deployed.make(**SELF_MANAGED)
    told = {"Accounts": [PROD, PAYMENTS], "Regions": [REGION], "OperationPreferences": EVERYWHERE}
    answer = deployed.client.create_stack_instances(StackSetName=NAME, **told)
    words = f"Account {PAYMENTS} should have '{naming.PROVISIONING_ROLE}' role with trust relationship to Role"
    assert words in deployed.results(answer["OperationId"])[PAYMENTS][1]
    other = Deployed(aws, "other").make(
        PermissionModel="SELF_MANAGED", AdministrationRoleARN=role_arn(MANAGEMENT, "None")
    )
    answer = other.client.create_stack_instances(StackSetName="other", **told)
    words = f"Account {MANAGEMENT} should have 'None' role with trust relationship to CloudFormation service."
    assert words in other.results(answer["OperationId"])[PROD][1]


def test_each_permission_model_has_targets_and_settings_of_its_own(aws: Clients, deployed: Deployed) -> None:
    deployed.make(PermissionModel="SELF_MANAGED")
    with refused("ValidationError", "can only have accounts as target"):
        deployed.deploy(PROD)
    other = Deployed(aws, "other").make()
    with refused("ValidationError", "can only have OrganizationalUnit as target"):
        other.client.create_stack_instances(StackSetName="other", Accounts=[PROD], Regions=[REGION])
    with refused("ValidationError", "AutoDeployment"):
        Deployed(aws, "third").make(PermissionModel="SELF_MANAGED", AutoDeployment={"Enabled": True})
    with refused("ValidationError", "not supported with SERVICE_MANAGED"):
        Deployed(aws, "third").make(ExecutionRoleName="r")


@pytest.mark.parametrize(
    ("preferences", "words"),
    [
        ({"FailureToleranceCount": 1, "FailureTolerancePercentage": 1}, "exclude each other"),
        ({"FailureToleranceCount": "x"}, "are numbers"),
    ],
)
def test_preferences_are_checked(deployed: Deployed, preferences: object, words: str) -> None:
    deployed.make()
    with refused("ValidationError", words):
        deployed.deploy(PROD, OperationPreferences=preferences)


def test_names_and_acknowledgements_are_checked(aws: Clients, deployed: Deployed) -> None:
    with refused("InsufficientCapabilitiesException", "CAPABILITY_NAMED_IAM"):
        deployed.make(Capabilities=[])
    with refused("ValidationError", "stackSetName"):
        Deployed(aws, "1").make()
    deployed.make()
    with refused("NameAlreadyExistsException"):
        deployed.make()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "not well-formed"),
        ("Resources: {A: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Ref B}}}", "short forms"),
        ("[]", "unsupported structure"),
        ("{}", "At least one Resources member"),
        ("Resources: {A: {Properties: {}}}", "/Resources/A"),
        (json.dumps({"Resources": {}, "Parameters": {}}), "sections are not modelled by the sandbox: Parameters"),
        (template(A=role(Path={"Ref": "B"})), "Unresolved resource dependencies [B]"),
        (template(A=role(Path={"Ref": "B"}), B=role(Path={"Fn::Sub": "${A.Arn}"})), "Circular dependency"),
        (template(A=role(Path={"Fn::Join": ["/", []]})), "Fn::Join is not modelled"),
        (template(A=role(Path={"Fn::Sub": ["${A}", {"A": "b"}]})), "Fn::Sub with variables"),
        (
            template(A={**role(), "DependsOn": "B"}),
            "[/Resources/A] attributes are not modelled by the sandbox: DependsOn",
        ),
        ("x" * (LARGEST + 1), "less than or equal to 51200"),
    ],
)
def test_templates_that_aws_would_not_take_are_refused(deployed: Deployed, text: str, words: str) -> None:
    with refused("ValidationError", words):
        deployed.make(text)


def test_who_may_not_is_denied(aws: Clients, deployed: Deployed) -> None:
    mine = f"arn:aws:cloudformation:*:*:stackset/{NAME}:*"
    limited = {"cloudformation:TargetRegion": REGION}
    keys = aws.user(
        MANAGEMENT,
        "deployer",
        identity_policy(Action="cloudformation:CreateStackSet"),
        identity_policy(Action="cloudformation:*", Resource=mine, Condition={"StringEqualsIfExists": limited}),
    )
    deployer = client("cloudformation", aws.sandbox.url, REGION, keys)
    told = {"TemplateBody": SMALL, "Capabilities": NAMED_IAM}
    deployer.create_stack_set(StackSetName=NAME, PermissionModel="SERVICE_MANAGED", **told)  # type: ignore[attr-defined]  # any client
    with refused("AccessDenied", "iam:PassRole"):
        deployer.create_stack_set(StackSetName="other", **told, **SELF_MANAGED)  # type: ignore[attr-defined]  # as above
    targets = {"OrganizationalUnitIds": [deployed.root]}
    with refused("AccessDenied", "cloudformation:CreateStackInstances"):
        deployer.create_stack_instances(StackSetName=NAME, DeploymentTargets=targets, Regions=["us-east-1"])  # type: ignore[attr-defined]  # as above
    with refused("AccessDenied", "stackset/other:"):
        deployer.describe_stack_set(StackSetName="other")  # type: ignore[attr-defined]  # as above


def test_what_is_not_modelled_is_denied(deployed: Deployed) -> None:
    deployed.make()
    with refused("AccessDenied", "cannot judge", "cloudformation:DetectStackSetDrift is not modelled"):
        deployed.client.detect_stack_set_drift(StackSetName=NAME)
    with refused("AccessDenied", "Parameters is not modelled"):
        Deployed(deployed.aws, "other").make(Parameters=[{"ParameterKey": "k", "ParameterValue": "v"}])
    with refused("AccessDenied", "TemplateURL is not modelled"):
        deployed.client.create_stack_set(StackSetName="other", TemplateURL="https://b.s3.amazonaws.com/t")


def test_a_sandbox_that_does_not_run_has_no_stack_sets() -> None:
    with pytest.raises(UsageError, match="does not run"):
        Sandbox(manifest()).stack_sets.linger(1)


def test_a_reset_forgets_stack_sets(aws: Clients, deployed: Deployed) -> None:
    deployed.make(template(P=policy()))
    aws.sandbox.reset()
    assert not deployed.client.list_stack_sets()["Summaries"]
