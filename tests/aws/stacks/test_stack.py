"""Stacks of their own, call by call and state by state."""

from collections.abc import Mapping

import pytest

from breakglass.aws.stacks.stacks import AwsStacks
from breakglass.errors import BreakglassError, CredentialsError, DeniedError, RejectedError
from breakglass.resources import Scope
from breakglass.stacks import Stack, Standing
from tests.aws.stacks.support import (
    HOME,
    LONG_AGO,
    MANAGEMENT,
    OWNED,
    PROD,
    ROOT,
    TEMPLATE,
    Administrator,
    stack_id,
)
from tests.aws.stubs import StubbedAws

NAME = "break-glass-acme-management"
ID = stack_id(MANAGEMENT, name=NAME)
STACK = Stack(NAME, TEMPLATE, Scope(MANAGEMENT), HOME)
ASKED = {
    "StackName": NAME,
    "Parameters": [],
    "Capabilities": ["CAPABILITY_NAMED_IAM"],
    "Tags": OWNED,
    "TemplateBody": TEMPLATE,
}


class Own(Administrator):
    """CloudFormation in the account of the stack, which is the caller's own."""

    name, template = NAME, TEMPLATE

    @property
    def id(self) -> str:
        return stack_id(MANAGEMENT, name=self.name)

    def describes(self, status: str, *, by_id: bool = False, protected: bool = True, **changes: object) -> None:
        told = {
            "StackName": self.name,
            "StackId": self.id,
            "CreationTime": LONG_AGO,
            "StackStatus": status,
            "EnableTerminationProtection": protected,
            "Tags": OWNED,
            **changes,
        }
        self.told.expect("describe_stacks", {"StackName": self.id if by_id else self.name}, {"Stacks": [told]})

    def has_none(self) -> None:
        words = f"Stack with id {self.name} does not exist"
        self.told.refuse("describe_stacks", {"StackName": self.name}, "ValidationError", words)

    def has_template(self, template: str | None = None) -> None:
        asked = {"StackName": self.name, "TemplateStage": "Original"}
        self.told.expect("get_template", asked, {"TemplateBody": template or self.template})

    def updates(self, **changes: object) -> None:
        self.told.expect("update_stack", {**ASKED, **changes}, {"StackId": self.id})

    def nothing_to_update(self) -> None:
        self.told.refuse("update_stack", ASKED, "ValidationError", "No updates are to be performed.")

    def protects(self, *, protected: bool = True) -> None:
        asked = {"StackName": self.name, "EnableTerminationProtection": protected}
        self.told.expect("update_termination_protection", asked, {"StackId": self.id})

    def events(self, *rows: Mapping[str, object]) -> None:
        common = {"StackId": self.id, "EventId": "1", "StackName": self.name, "Timestamp": LONG_AGO}
        self.told.expect(
            "describe_stack_events", {"StackName": self.id}, {"StackEvents": [{**common, **e} for e in rows]}
        )

    def deliver(self, stack: Stack = STACK) -> BreakglassError | None:
        (row,) = self.stacks.deliver(stack, stack.scopes, advance=self.advanced)
        assert row.scope == stack.scope
        return row.why


def event(name: str, status: str, reason: str = "", physical: str = "x") -> dict[str, object]:
    why = {"ResourceStatusReason": reason} if reason else {}
    return {"LogicalResourceId": name, "ResourceStatus": status, "PhysicalResourceId": physical, **why}


@pytest.fixture
def own(aws: StubbedAws) -> Own:
    return Own(aws)


def test_nothing_stands(own: Own) -> None:
    own.has_none()
    assert own.stacks.look(STACK) == Standing(exists=False)


@pytest.mark.parametrize(
    ("status", "template", "protected", "found"),
    [
        ("CREATE_COMPLETE", TEMPLATE, True, ("CURRENT", True)),
        ("UPDATE_COMPLETE", TEMPLATE, True, ("CURRENT", True)),
        ("IMPORT_COMPLETE", TEMPLATE, True, ("CURRENT", True)),
        ("CREATE_COMPLETE", TEMPLATE, False, ("CURRENT", False)),
        ("CREATE_COMPLETE", "Resources: {Old: 1}", True, ("CURRENT", False)),
        ("UPDATE_ROLLBACK_COMPLETE", "Resources: {Old: 1}", True, ("UPDATE_ROLLBACK_COMPLETE", False)),
        ("UPDATE_ROLLBACK_COMPLETE", TEMPLATE, True, ("CURRENT", True)),
        ("ROLLBACK_COMPLETE", TEMPLATE, True, ("ROLLBACK_COMPLETE", True)),
        ("UPDATE_IN_PROGRESS", TEMPLATE, True, ("UPDATE_IN_PROGRESS", True)),
    ],
)
def test_what_stands_is_told(own: Own, status: str, template: str, protected: bool, found: tuple[str, bool]) -> None:
    own.describes(status, protected=protected)
    own.has_template(template)
    standing = own.stacks.look(STACK)
    assert (standing.instances[STACK.scope].status, standing.is_current) == found


def test_a_stack_that_is_not_ours_is_not_touched(own: Own) -> None:
    own.describes("CREATE_COMPLETE", Tags=[])
    with pytest.raises(RejectedError, match=f"{NAME} in account {MANAGEMENT} is not ours"):
        own.stacks.look(STACK)
    own.describes("CREATE_COMPLETE", Tags=[])
    assert "not ours" in str(own.deliver())


def test_a_change_set_that_somebody_began_is_not_deleted_with_its_stack(own: Own) -> None:
    own.describes("REVIEW_IN_PROGRESS", Tags=[])
    (row,) = own.stacks.withdraw(STACK, STACK.scopes, advance=own.advanced)
    assert "is not ours" in str(row.why)


def test_a_refusal_to_tell_is_not_taken_for_absence(own: Own) -> None:
    own.told.refuse("describe_stacks", {"StackName": NAME}, "ValidationError", "1 validation error detected")
    with pytest.raises(RejectedError, match="1 validation error"):
        own.stacks.look(STACK)


def test_it_is_made_awaited_and_then_protected(own: Own) -> None:
    own.has_none()
    own.told.expect("create_stack", {**ASKED, "OnFailure": "DELETE"}, {"StackId": ID})
    own.describes("CREATE_IN_PROGRESS", by_id=True)
    own.describes("CREATE_COMPLETE", by_id=True)
    own.describes("CREATE_COMPLETE", protected=False)
    own.protects()
    assert own.deliver() is None
    assert own.advanced.accounts == [MANAGEMENT]


def test_one_that_could_not_be_made_says_what_failed_first(own: Own) -> None:
    own.has_none()
    own.told.expect("create_stack", {**ASKED, "OnFailure": "DELETE"}, {"StackId": ID})
    own.describes("DELETE_IN_PROGRESS", by_id=True)
    own.describes("DELETE_COMPLETE", by_id=True)
    own.events(
        event(NAME, "DELETE_COMPLETE", physical=ID),
        event(NAME, "CREATE_FAILED", "The following resource(s) failed", ID),
        event("RoleB", "CREATE_FAILED", "Resource creation cancelled"),
        event("RoleA", "CREATE_FAILED", "Role BREAK-GLASS-X already exists"),
        event("RoleA", "CREATE_IN_PROGRESS"),
        event(NAME, "CREATE_IN_PROGRESS", "User Initiated", ID),
        event("Older", "CREATE_FAILED", "of another life"),
    )
    why = own.deliver()
    assert isinstance(why, RejectedError)
    assert "CREATE ended in DELETE_COMPLETE: RoleA: Role BREAK-GLASS-X already exists" in why.message
    assert "of another life" not in why.message
    assert "breakglass adopt" in why.advice
    assert own.advanced.accounts == []


def test_one_that_says_nothing_of_why_it_failed(own: Own) -> None:
    own.has_none()
    own.told.expect("create_stack", {**ASKED, "OnFailure": "DELETE"}, {"StackId": ID})
    own.describes("ROLLBACK_FAILED", by_id=True)
    own.events()
    assert "no event says why" in str(own.deliver())


def test_an_update_is_awaited(own: Own) -> None:
    own.describes("UPDATE_ROLLBACK_COMPLETE")
    own.updates()
    own.describes("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", by_id=True)
    own.describes("UPDATE_COMPLETE", by_id=True)
    own.describes("UPDATE_COMPLETE")
    assert own.deliver() is None


def test_that_nothing_differs_is_as_good_as_an_update(own: Own) -> None:
    own.describes("CREATE_COMPLETE")
    own.nothing_to_update()
    own.describes("CREATE_COMPLETE", protected=False)
    own.protects()
    assert own.deliver() is None


def test_an_update_that_was_rolled_back_says_why(own: Own) -> None:
    own.describes("CREATE_COMPLETE")
    own.updates()
    own.describes("UPDATE_ROLLBACK_COMPLETE", by_id=True)
    denied = "not authorized with an explicit deny in a service control policy"
    own.events(event("Role", "UPDATE_FAILED", denied), event(NAME, "UPDATE_IN_PROGRESS", "User Initiated", physical=ID))
    why = own.deliver()
    assert isinstance(why, DeniedError)
    assert denied in why.message


def test_a_refused_update_is_told(own: Own) -> None:
    own.describes("CREATE_COMPLETE")
    own.told.refuse("update_stack", ASKED, "ValidationError", "Template format error")
    assert "Template format error" in str(own.deliver())


def test_work_of_an_earlier_run_is_waited_for(own: Own) -> None:
    own.describes("CREATE_IN_PROGRESS")
    own.describes("CREATE_COMPLETE")
    own.nothing_to_update()
    own.describes("CREATE_COMPLETE")
    assert own.deliver() is None
    assert own.clock.slept == [5.0]


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("CREATE_FAILED", "delete-stack"),
        ("ROLLBACK_COMPLETE", f"delete-stack --stack-name {NAME} --region {HOME}"),
        ("ROLLBACK_FAILED", "delete-stack"),
        ("UPDATE_FAILED", "rollback-stack"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("IMPORT_ROLLBACK_FAILED", "continue-update-rollback"),
        ("DELETE_FAILED", "FORCE_DELETE_STACK"),
        ("REVIEW_IN_PROGRESS", "delete it: aws cloudformation delete-stack"),
        ("DELETE_COMPLETE", "CloudFormation console"),
    ],
)
def test_a_stack_only_people_can_free_says_how(own: Own, status: str, advice: str) -> None:
    own.describes(status, StackStatusReason="because")
    why = own.deliver()
    assert isinstance(why, RejectedError)
    assert f"{status}: because" in why.message
    assert advice in why.advice
    assert why.subject == MANAGEMENT


def test_the_root_is_a_parameter_where_the_template_asks_for_it(own: Own) -> None:
    template = "Parameters:\n  OrganizationRoot: {Type: String}\nResources: {}\n"
    own.describes("CREATE_COMPLETE")
    own.root()
    root = [{"ParameterKey": "OrganizationRoot", "ParameterValue": ROOT}]
    own.updates(TemplateBody=template, Parameters=root)
    own.describes("UPDATE_COMPLETE", by_id=True)
    own.describes("UPDATE_COMPLETE")
    assert own.deliver(Stack(NAME, template, Scope(MANAGEMENT), HOME)) is None


def test_a_word_like_the_parameter_is_none(own: Own) -> None:
    template = "Description: OrganizationRoot\nResources: {}\n"
    own.describes("CREATE_COMPLETE")
    own.updates(TemplateBody=template)
    own.describes("UPDATE_COMPLETE", by_id=True)
    own.describes("UPDATE_COMPLETE")
    assert own.deliver(Stack(NAME, template, Scope(MANAGEMENT), HOME)) is None


def test_places_that_are_not_its_own_are_none_of_its_business(own: Own) -> None:
    own.has_none()
    assert not own.stacks.look(STACK).exists
    assert own.stacks.deliver(STACK, [Scope(PROD)], advance=own.advanced) == ()
    assert own.stacks.withdraw(STACK, [Scope(PROD)], advance=own.advanced) == ()


def test_credentials_that_are_not_accepted_stop_everything(own: Own) -> None:
    for call in (own.stacks.deliver, own.stacks.withdraw):
        own.told.refuse("describe_stacks", {"StackName": NAME}, "ExpiredToken", "expired", 403)
        with pytest.raises(CredentialsError):
            call(STACK, STACK.scopes, advance=own.advanced)


def test_it_is_withdrawn_with_its_protection(own: Own) -> None:
    own.describes("CREATE_COMPLETE")
    own.describes("CREATE_COMPLETE")
    own.protects(protected=False)
    own.told.expect("delete_stack", {"StackName": NAME})
    own.describes("DELETE_IN_PROGRESS", by_id=True)
    own.describes("DELETE_COMPLETE", by_id=True)
    (row,) = own.stacks.withdraw(STACK, STACK.scopes, advance=own.advanced)
    assert row.why is None
    assert own.advanced.accounts == [MANAGEMENT]


def test_one_that_cannot_be_withdrawn_says_why(own: Own) -> None:
    own.describes("CREATE_COMPLETE")
    own.describes("CREATE_COMPLETE", protected=False)
    own.told.expect("delete_stack", {"StackName": NAME})
    own.describes("DELETE_FAILED", by_id=True)
    own.events(event("Role", "DELETE_FAILED", "boom"), event(NAME, "DELETE_IN_PROGRESS", physical=ID))
    (row,) = own.stacks.withdraw(STACK, STACK.scopes, advance=own.advanced)
    assert "Role: boom" in str(row.why)


def test_what_is_gone_is_withdrawn(own: Own) -> None:
    own.has_none()
    (row,) = own.stacks.withdraw(STACK, STACK.scopes, advance=own.advanced)
    assert row.why is None


def test_another_account_is_entered_by_the_provisioning_role(aws: StubbedAws) -> None:
    own = Own(aws)
    aws.assumed(PROD)
    there = aws.session.record("cloudformation", "ASIAIOSFODNN7EXAMPLE")
    there.refuse("describe_stacks", {"StackName": NAME}, "ValidationError", "Stack with id x does not exist")
    stacks: AwsStacks = own.stacks
    assert not stacks.look(Stack(NAME, TEMPLATE, Scope(PROD), HOME)).exists
    assert aws.session.asked[-1]["region_name"] == HOME
