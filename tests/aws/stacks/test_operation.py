"""An operation of a StackSet in every state it can be in, and every state of what it does in one place."""

import pytest

from breakglass.errors import BreakglassError, DeniedError, RejectedError, UnavailableError
from tests.aws.stacks.support import (
    DATA,
    HOME,
    OPERATION,
    PAYMENTS,
    PROD,
    Administrator,
    instance,
    result,
    scopes,
    stack_set,
)
from tests.aws.stubs import StubbedAws

BOTH = stack_set(PROD, PAYMENTS)


@pytest.fixture
def administrator(aws: StubbedAws) -> Administrator:
    """One whose StackSet has no instance yet."""
    found = Administrator(aws)
    found.exists()
    found.instances()
    return found


def begin(administrator: Administrator, *accounts: str) -> None:
    administrator.begins("create_stack_instances", Accounts=list(accounts), Regions=[HOME])


def deliver(administrator: Administrator, *accounts: str) -> list[BreakglassError | None]:
    delivery = stack_set(*accounts)
    return [each.why for each in administrator.brings(delivery, scopes(*accounts))]


def break_off(administrator: Administrator) -> None:
    """Deliver what does not come to its end."""
    administrator.stacks.deliver(stack_set(PROD), scopes(PROD), advance=administrator.advanced)


def test_it_is_awaited_through_every_state_and_each_place_is_told_once(administrator: Administrator) -> None:
    begin(administrator, PROD, PAYMENTS)
    administrator.state("QUEUED")
    administrator.state("RUNNING", result(PROD, "PENDING"), result(PAYMENTS, "PENDING"))
    administrator.state("RUNNING", result(PROD), result(PAYMENTS, "RUNNING"))
    administrator.state("RUNNING", result(PROD), result(PAYMENTS, "RUNNING"))
    administrator.state("SUCCEEDED", result(PROD), result(PAYMENTS))
    administrator.instances(instance(PROD), instance(PAYMENTS))
    assert deliver(administrator, PROD, PAYMENTS) == [None, None]
    assert administrator.advanced.accounts == [PROD, PAYMENTS]
    assert administrator.clock.slept == [5.0, 7.5, 11.25, 16.875]


def test_what_failed_in_one_account_leaves_the_others_delivered(administrator: Administrator) -> None:
    begin(administrator, PROD, PAYMENTS)
    words = "ResourceLogicalId:RoleRansomware, ResourceType:AWS::IAM::Role, already exists"
    administrator.state("SUCCEEDED", result(PROD, "FAILED", words), result(PAYMENTS))
    administrator.instances(instance(PROD, "OUTDATED", "FAILED", words), instance(PAYMENTS))
    (why, fine) = deliver(administrator, PROD, PAYMENTS)
    assert fine is None
    assert isinstance(why, RejectedError)
    assert (why.subject, words in why.message) == (PROD, True)
    assert "breakglass adopt" in why.advice
    assert administrator.advanced.accounts == [PAYMENTS]


def test_one_that_was_stopped_says_so_where_it_did_not_come_to(administrator: Administrator) -> None:
    begin(administrator, PROD, PAYMENTS)
    administrator.state("STOPPING", result(PROD), result(PAYMENTS, "PENDING"))
    administrator.state("STOPPED", result(PROD), result(PAYMENTS, "CANCELLED", "Cancelled since it was stopped"))
    administrator.instances(instance(PROD), instance(PAYMENTS, "OUTDATED", "CANCELLED"))
    (fine, why) = deliver(administrator, PROD, PAYMENTS)
    assert fine is None
    assert why is not None
    assert "somebody stopped the operation (Cancelled since it was stopped)" in why.message
    assert "StopStackSetOperation" in why.advice


def test_one_that_failed_too_often_says_which_tolerance(administrator: Administrator) -> None:
    begin(administrator, PROD, PAYMENTS)
    administrator.state("FAILED", result(PROD, "FAILED", "boom"), result(PAYMENTS, "CANCELLED"))
    administrator.instances(instance(PROD, "OUTDATED"))
    (why, cancelled) = deliver(administrator, PROD, PAYMENTS)
    assert "boom" in str(why)
    assert cancelled is not None
    assert "stacksets.failure_tolerance_percentage" in cancelled.advice


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"AccountGateResult": {"Status": "FAILED", "StatusReason": "frozen"}}, "the account gate said no: frozen"),
        ({"AccountGateResult": {"Status": "FAILED"}}, "it gave no reason"),
        ({"AccountGateResult": {"Status": "SKIPPED"}, "StatusReason": "boom"}, "boom"),
        ({}, "the whole failed"),
    ],
)
def test_the_reason_is_the_gates_or_the_places_or_the_operations(
    administrator: Administrator, told: dict[str, object], words: str
) -> None:
    begin(administrator, PROD)
    administrator.state("FAILED", {**result(PROD, "FAILED"), **told}, StatusReason="the whole failed")
    administrator.instances()
    (why,) = deliver(administrator, PROD)
    assert words in str(why)


def test_a_failure_without_a_reason(administrator: Administrator) -> None:
    begin(administrator, PROD)
    administrator.state("FAILED", result(PROD, "FAILED"))
    administrator.instances(instance(PROD, "OUTDATED"))
    (why,) = deliver(administrator, PROD)
    assert "no reason is given" in str(why)


def test_results_are_read_page_by_page(administrator: Administrator) -> None:
    begin(administrator, PROD, PAYMENTS)
    of = {**administrator.of, "OperationId": OPERATION}
    administrator.told.expect("describe_stack_set_operation", of, {"StackSetOperation": {"Status": "SUCCEEDED"}})
    first = {"Summaries": [result(PROD)], "NextToken": "two"}
    administrator.told.expect("list_stack_set_operation_results", of, first)
    second = {"Summaries": [result(PAYMENTS)]}
    administrator.told.expect("list_stack_set_operation_results", {**of, "NextToken": "two"}, second)
    administrator.instances(instance(PROD), instance(PAYMENTS))
    assert deliver(administrator, PROD, PAYMENTS) == [None, None]
    assert administrator.advanced.accounts == [PROD, PAYMENTS]


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("STOPPED", "", "it ended as STOPPED: somebody stopped the operation"),
        ("FAILED", "whatever", "it ended as FAILED: whatever"),
        ("NEVER_HEARD_OF", "", "it ended as NEVER_HEARD_OF: no reason is given"),
    ],
)
@pytest.mark.parametrize("results", [(), (result(PROD),)], ids=["of nothing", "of success"])
def test_one_that_did_not_succeed_and_names_no_place_is_an_error(
    administrator: Administrator, status: str, reason: str, words: str, results: tuple[dict[str, object], ...]
) -> None:
    begin(administrator, PROD)
    administrator.state(status, *results, **({"StatusReason": reason} if reason else {}))
    with pytest.raises(RejectedError, match=words):
        break_off(administrator)


def test_a_place_of_an_unknown_status_is_not_delivered(administrator: Administrator) -> None:
    begin(administrator, PROD)
    administrator.state("NEVER_HEARD_OF", result(PROD, "NEITHER"))
    administrator.instances(instance(PROD))
    assert "NEITHER, and no reason is given" in str(deliver(administrator, PROD)[0])


def throttle(administrator: Administrator, times: int) -> None:
    of = {**administrator.of, "OperationId": OPERATION}
    for _ in range(times):
        administrator.told.refuse("describe_stack_set_operation", of, "Throttling", "Rate exceeded")


def test_throttling_while_waiting_is_sat_out(administrator: Administrator) -> None:
    begin(administrator, PROD)
    throttle(administrator, 5)
    administrator.state("RUNNING", result(PROD, "RUNNING"))
    throttle(administrator, 5)
    administrator.state("SUCCEEDED", result(PROD))
    administrator.instances(instance(PROD))
    assert deliver(administrator, PROD) == [None]


def test_throttling_without_end_says_that_the_operation_goes_on(administrator: Administrator) -> None:
    begin(administrator, PROD)
    throttle(administrator, 6)
    with pytest.raises(UnavailableError, match="Rate exceeded") as raised:
        break_off(administrator)
    assert f"operation {OPERATION} of {BOTH.name} goes on" in raised.value.advice


def test_what_never_ends_is_waited_for_half_a_day(
    administrator: Administrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breakglass.aws.stacks.waiting.PATIENCE", 12.0)
    begin(administrator, PROD)
    for _ in range(2):
        administrator.state("RUNNING")
    with pytest.raises(UnavailableError, match="is not over") as raised:
        break_off(administrator)
    assert "run `breakglass deploy` again" in raised.value.advice


def test_an_interrupt_leaves_the_operation_running_and_says_so(
    administrator: Administrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(administrator.clock, "sleep", interrupt)
    begin(administrator, PROD)
    administrator.state("RUNNING")
    with pytest.raises(KeyboardInterrupt, match=f"operation {OPERATION} of {BOTH.name} goes on in CloudFormation"):
        break_off(administrator)


def test_what_may_not_be_looked_at_is_not_waited_for(administrator: Administrator) -> None:
    begin(administrator, PROD)
    of = {**administrator.of, "OperationId": OPERATION}
    administrator.told.refuse("describe_stack_set_operation", of, "AccessDenied", "no", 403)
    with pytest.raises(DeniedError):
        break_off(administrator)


@pytest.mark.parametrize(
    ("words", "kind", "advice"),
    [
        ("x already exists in stack arn:aws:cloudformation:1", RejectedError, "another stack holds it"),
        ("role BREAK-GLASS-X already exists", RejectedError, "breakglass plan"),
        ("not authorized: explicit deny in a service control policy", DeniedError, "exempt the role"),
        ("Account 222222222222 is suspended", RejectedError, "take it out of the manifest"),
        ("should have 'X' role with trust relationship to Role 'Y'.", DeniedError, "trusts the administration role"),
        ("LimitExceeded: roles per account", RejectedError, "Service Quotas"),
        ("Rate exceeded", UnavailableError, "again"),
        ("User is not authorized to perform: iam:CreateRole", DeniedError, "guardrail"),
        ("Stack is in ROLLBACK_FAILED state", RejectedError, "stuck"),
        ("Stack is in DELETE_FAILED state", RejectedError, "stuck"),
        ("something new", RejectedError, "CloudFormation console of account 222222222222"),
    ],
)
def test_every_common_reason_says_who_must_do_what(
    administrator: Administrator, words: str, kind: type[BreakglassError], advice: str
) -> None:
    begin(administrator, PROD)
    administrator.state("SUCCEEDED", result(PROD, "FAILED", words))
    administrator.instances(instance(PROD, "OUTDATED", "FAILED", words))
    (why,) = deliver(administrator, PROD)
    assert type(why) is kind
    assert (words in why.message, advice in why.advice, why.subject) == (True, True, PROD)


def test_a_suspended_account_is_told_by_its_instance(administrator: Administrator) -> None:
    begin(administrator, PROD)
    administrator.state("SUCCEEDED")
    administrator.instances(instance(PROD, "OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT"))
    (why,) = deliver(administrator, PROD)
    assert why is not None
    assert "suspended or closed" in why.advice


def test_a_place_of_another_account_is_not_told_of(administrator: Administrator) -> None:
    begin(administrator, PROD)
    administrator.state("SUCCEEDED", result(PROD))
    administrator.instances(instance(PROD), instance(DATA, "OUTDATED"))
    assert deliver(administrator, PROD) == [None]
