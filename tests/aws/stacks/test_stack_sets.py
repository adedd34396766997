"""StackSets call by call: what is made, what is brought up to date, and that no other place is begun with."""

import pytest

from breakglass.aws.stacks.stacks import AwsStacks
from breakglass.errors import DeniedError, RejectedError, UnavailableError
from breakglass.resources import Scope
from breakglass.stacks import StackSet, Standing
from tests.aws.stacks.support import (
    AUTOMATIC,
    DATA,
    DELEGATE,
    HOME,
    NAME,
    NOT_AUTOMATIC,
    OPERATION,
    OTHER_UNIT,
    OWNED,
    PAYMENTS,
    PREFERENCES,
    PROD,
    ROOT,
    SELF_MANAGED,
    SERVICE_MANAGED,
    TEMPLATE,
    UNIT,
    Administrator,
    but,
    instance,
    result,
    scopes,
    stack_set,
    with_stack_sets,
    within,
)
from tests.aws.stubs import FakeClock, StubbedAws
from tests.conftest import manifest

BOTH = stack_set(PROD, PAYMENTS)


@pytest.fixture
def by_roles(aws: StubbedAws) -> Administrator:
    return Administrator(aws)


@pytest.fixture
def by_organization(aws: StubbedAws) -> Administrator:
    return Administrator(aws, SERVICE_MANAGED)


def test_nothing_stands_where_nothing_was_made(by_roles: Administrator) -> None:
    by_roles.absent()
    assert by_roles.stacks.look(BOTH) == Standing(exists=False)


def test_what_stands_is_told_with_every_instance_page_by_page(by_roles: Administrator) -> None:
    by_roles.exists()
    first = {"Summaries": [instance(PROD)], "NextToken": "two"}
    by_roles.told.expect("list_stack_instances", by_roles.of, first)
    second = {"Summaries": [instance(DATA, "OUTDATED", "FAILED", "role exists")]}
    by_roles.told.expect("list_stack_instances", {**by_roles.of, "NextToken": "two"}, second)
    standing = by_roles.stacks.look(BOTH)
    assert (standing.exists, standing.is_current) == (True, True)
    assert list(standing.missing(BOTH)) == scopes(PAYMENTS)
    assert standing.instances[Scope(PROD)].is_current
    assert standing.instances[Scope(DATA)].reason == "FAILED: role exists"


@pytest.mark.parametrize(
    ("status", "detail", "reason", "told"),
    [
        ("CURRENT", "SUCCEEDED", "", ""),
        ("OUTDATED", "PENDING", "", ""),
        ("OUTDATED", "RUNNING", "", ""),
        ("OUTDATED", "FAILED", "", "FAILED: no reason is given"),
        ("OUTDATED", "CANCELLED", "", "CANCELLED: the operation was stopped"),
        ("OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT", "", "SKIPPED_SUSPENDED_ACCOUNT: the account was suspended"),
        ("INOPERABLE", "FAILED_IMPORT", "", "FAILED_IMPORT: the stack could not be taken over"),
        ("INOPERABLE", "INOPERABLE", "the deletion failed", "the deletion failed"),
    ],
)
def test_every_state_of_an_instance_is_told(
    by_roles: Administrator, status: str, detail: str, reason: str, told: str
) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD, status, detail, reason))
    found = by_roles.stacks.look(BOTH).instances[Scope(PROD)]
    assert found.status == status
    assert found.reason.startswith(told)
    assert bool(found.reason) == bool(told)


@pytest.mark.parametrize(
    "changes",
    [
        {"TemplateBody": "Resources: {Other: 1}"},
        {"Capabilities": []},
        {"Tags": [*OWNED, {"Key": "x", "Value": "y"}]},
        {"ManagedExecution": {}},
        {"ExecutionRoleName": "Other"},
        {"PermissionModel": "SERVICE_MANAGED"},
    ],
    ids="-".join,
)
def test_a_stack_set_that_differs_is_not_current(by_roles: Administrator, changes: dict[str, object]) -> None:
    by_roles.exists(**changes)
    by_roles.instances()
    assert not by_roles.stacks.look(BOTH).is_current


@pytest.mark.parametrize(
    ("told", "units", "current"),
    [
        ({}, (), True),
        (NOT_AUTOMATIC, (), True),
        (AUTOMATIC, (), False),
        (NOT_AUTOMATIC, (UNIT,), False),
        (AUTOMATIC, (UNIT,), True),
        ({"AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False}}, (UNIT,), False),
    ],
)
def test_it_deploys_to_new_accounts_exactly_if_it_has_units_and_never_deletes(
    by_organization: Administrator, told: dict[str, object], units: tuple[str, ...], current: bool
) -> None:
    by_organization.exists(**told, OrganizationalUnitIds=[*units])
    by_organization.instances()
    assert by_organization.stacks.look(stack_set(PROD, units=units)).is_current == current


def test_it_is_not_current_while_a_unit_was_never_its_target(by_organization: Administrator) -> None:
    by_organization.exists(**AUTOMATIC, OrganizationalUnitIds=[UNIT])
    by_organization.instances()
    assert not by_organization.stacks.look(stack_set(PROD, units=(UNIT, OTHER_UNIT))).is_current


def test_with_roles_of_ones_own_units_are_but_their_accounts(by_roles: Administrator) -> None:
    delivery = stack_set(PROD, units=(UNIT,))
    by_roles.exists()
    by_roles.instances()
    assert by_roles.stacks.look(delivery).is_current
    by_roles.exists()
    by_roles.instances()
    by_roles.begins("create_stack_instances", Accounts=[PROD], Regions=[HOME])
    by_roles.state("SUCCEEDED", result(PROD))
    by_roles.instances(instance(PROD))
    assert by_roles.brings(delivery, delivery.scopes)[0].why is None


def test_a_stack_set_with_white_space_around_it_is_the_same(by_roles: Administrator) -> None:
    by_roles.exists(TemplateBody=TEMPLATE.strip())
    by_roles.instances()
    assert by_roles.stacks.look(BOTH).is_current


@pytest.mark.parametrize("tags", [[], [{"Key": "break-glass:manifest", "Value": "other"}]], ids=["untagged", "other's"])
def test_a_stack_set_that_is_not_ours_is_not_touched(by_roles: Administrator, tags: list[object]) -> None:
    for _ in range(3):
        by_roles.exists(Tags=tags)
    with pytest.raises(RejectedError, match=f"{NAME} in account 999999999999 is not ours") as raised:
        by_roles.stacks.look(BOTH)
    assert "break-glass:manifest=acme" in raised.value.advice
    with pytest.raises(RejectedError, match="not ours"):
        by_roles.stacks.deliver(BOTH, BOTH.scopes, advance=by_roles.advanced)
    with pytest.raises(RejectedError, match="not ours"):
        by_roles.stacks.withdraw(BOTH, BOTH.scopes, advance=by_roles.advanced)


def test_it_is_made_and_deployed_to_the_places_asked_for_alone(by_roles: Administrator) -> None:
    by_roles.absent()
    made = {**by_roles.of, "TemplateBody": TEMPLATE, **by_roles.common}
    by_roles.told.expect("create_stack_set", made, {"StackSetId": f"{NAME}:1"})
    by_roles.begins("create_stack_instances", Accounts=[PROD], Regions=[HOME])
    by_roles.state("RUNNING", result(PROD, "PENDING"))
    by_roles.state("SUCCEEDED", result(PROD))
    by_roles.instances(instance(PROD))
    rows = by_roles.brings(BOTH, scopes(PROD))
    assert [(each.scope, each.why) for each in rows] == [(Scope(PROD), None)]
    assert by_roles.advanced.accounts == [PROD]


def test_units_become_targets_and_no_account_but_those_asked_for_is_begun_with(by_organization: Administrator) -> None:
    delivery = stack_set(PROD, PAYMENTS, units=(UNIT, OTHER_UNIT))
    by_organization.absent()
    made = {**by_organization.of, "TemplateBody": TEMPLATE, **by_organization.common, **AUTOMATIC}
    by_organization.told.expect("create_stack_set", made, {})
    others = {*with_stack_sets().account_ids, PAYMENTS} - {PROD}
    by_organization.begins("create_stack_instances", Regions=[HOME], **but([OTHER_UNIT, UNIT], *others))
    by_organization.state("SUCCEEDED", result(PROD), result(DATA))
    for _ in range(2):
        by_organization.instances(instance(PROD, unit=UNIT), instance(DATA, unit=UNIT))
    assert by_organization.brings(delivery, scopes(PROD))[0].why is None
    assert by_organization.advanced.accounts == [PROD]


def test_a_unit_that_comes_later_becomes_a_target_even_while_it_is_empty(by_organization: Administrator) -> None:
    """Whoever joins it then has the roles before anybody runs anything."""
    delivery = stack_set(PROD, units=(UNIT, OTHER_UNIT))
    by_organization.exists(**AUTOMATIC, OrganizationalUnitIds=[UNIT])
    by_organization.instances(instance(PROD, unit=UNIT))
    by_organization.begins(
        "create_stack_instances", Regions=[HOME], **but([OTHER_UNIT], *with_stack_sets().account_ids)
    )
    by_organization.state("SUCCEEDED")
    for _ in range(2):
        by_organization.instances(instance(PROD, unit=UNIT))
    assert by_organization.brings(delivery, scopes(PROD))[0].why is None


def test_in_units_that_are_targets_only_accounts_that_lack_it_are_begun_with(by_organization: Administrator) -> None:
    delivery = stack_set(PROD, PAYMENTS, units=(UNIT,))
    by_organization.exists(**AUTOMATIC, OrganizationalUnitIds=[UNIT])
    by_organization.instances(instance(PROD, unit=UNIT))
    by_organization.begins("create_stack_instances", Regions=[HOME], **within([UNIT], PAYMENTS))
    by_organization.state("SUCCEEDED", result(PAYMENTS))
    by_organization.instances(instance(PROD, unit=UNIT), instance(PAYMENTS, unit=UNIT))
    rows = by_organization.brings(delivery, delivery.scopes)
    assert [each.why for each in rows] == [None, None]


def test_listed_accounts_are_found_below_the_root(by_organization: Administrator) -> None:
    by_organization.exists()
    by_organization.instances()
    by_organization.root()
    by_organization.begins("create_stack_instances", Regions=[HOME], **within([ROOT], PROD, PAYMENTS))
    by_organization.state("SUCCEEDED", result(PROD), result(PAYMENTS))
    by_organization.instances(instance(PROD), instance(PAYMENTS))
    rows = by_organization.brings(BOTH, BOTH.scopes)
    assert [each.why for each in rows] == [None, None]


def test_a_delegated_administrator_says_so(aws: StubbedAws) -> None:
    settings = {**SERVICE_MANAGED, "administrator_account": DELEGATE}
    administrator = Administrator(aws, settings, "DELEGATED_ADMIN")
    administrator.exists()
    administrator.instances(instance(PROD), instance(PAYMENTS))
    assert [each.why for each in administrator.stacks.deliver(BOTH, BOTH.scopes, advance=administrator.advanced)] == [
        None,
        None,
    ]


def test_a_run_with_nothing_to_do_writes_nothing_and_tells_of_every_place(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD), instance(PAYMENTS))
    rows = by_roles.stacks.deliver(BOTH, BOTH.scopes, advance=by_roles.advanced)
    assert [each.why for each in rows] == [None, None]
    assert by_roles.advanced.accounts == [PROD, PAYMENTS]
    assert by_roles.clock.slept == []


def test_a_new_template_goes_to_all_at_once_with_its_settings(by_organization: Administrator) -> None:
    delivery = stack_set(PROD, PAYMENTS, units=(UNIT,))
    by_organization.exists(TemplateBody="Resources: {Old: 1}", OrganizationalUnitIds=[UNIT], **NOT_AUTOMATIC)
    by_organization.instances(instance(PROD, unit=UNIT), instance(PAYMENTS, unit=UNIT))
    by_organization.begins("update_stack_set", TemplateBody=TEMPLATE, **by_organization.common, **AUTOMATIC)
    by_organization.state("SUCCEEDED", result(PROD), result(PAYMENTS))
    by_organization.instances(instance(PROD), instance(PAYMENTS))
    rows = by_organization.brings(delivery, delivery.scopes)
    assert [each.why for each in rows] == [None, None]


def test_a_place_that_is_not_to_be_touched_keeps_what_it_has_in_an_update(by_organization: Administrator) -> None:
    by_organization.exists(TemplateBody="Resources: {Old: 1}")
    by_organization.instances(instance(PROD, unit=ROOT), instance(PAYMENTS, unit=UNIT))
    chosen = within([ROOT], PROD)
    by_organization.begins(
        "update_stack_set", TemplateBody=TEMPLATE, Regions=[HOME], **by_organization.common, **chosen
    )
    by_organization.state("SUCCEEDED", result(PROD))
    by_organization.instances(instance(PROD), instance(PAYMENTS, "OUTDATED"))
    rows = by_organization.brings(BOTH, scopes(PROD))
    assert [(each.scope.account, each.why) for each in rows] == [(PROD, None)]


def test_an_update_that_may_touch_none_of_those_who_have_it_is_refused(by_roles: Administrator) -> None:
    by_roles.exists(TemplateBody="Resources: {Old: 1}")
    by_roles.instances(instance(PROD))
    with pytest.raises(RejectedError, match="none of the accounts that have it"):
        by_roles.stacks.deliver(BOTH, scopes(PAYMENTS), advance=by_roles.advanced)


def test_an_empty_stack_set_is_updated_before_it_is_deployed(by_roles: Administrator) -> None:
    by_roles.exists(TemplateBody="Resources: {Old: 1}")
    by_roles.instances()
    by_roles.begins("update_stack_set", TemplateBody=TEMPLATE, **by_roles.common)
    by_roles.state("SUCCEEDED")
    by_roles.begins("create_stack_instances", Accounts=[PAYMENTS], Regions=[HOME])
    by_roles.state("SUCCEEDED", result(PAYMENTS))
    by_roles.instances(instance(PAYMENTS))
    assert by_roles.brings(BOTH, scopes(PAYMENTS))[0].why is None


KEEPS_NOTHING = {"AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False}}


def test_automatic_deployment_is_mended_by_a_call_of_its_own(by_organization: Administrator) -> None:
    """One account that is not meant any more keeps an update from going to all; AWS takes no selection with this."""
    delivery = stack_set(PROD, units=(UNIT,))
    stale = instance(DATA, "OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT", unit=UNIT)
    by_organization.exists(**KEEPS_NOTHING, OrganizationalUnitIds=[UNIT])
    by_organization.instances(instance(PROD, unit=UNIT), stale)
    by_organization.begins("update_stack_set", UsePreviousTemplate=True, **by_organization.common, **AUTOMATIC)
    by_organization.state("SUCCEEDED", result(PROD), result(DATA, "CANCELLED"))
    by_organization.instances(instance(PROD, unit=UNIT), stale)
    assert by_organization.brings(delivery, delivery.scopes)[0].why is None


def test_automatic_deployment_is_mended_before_a_selection_is_updated(by_organization: Administrator) -> None:
    delivery = stack_set(PROD, units=(UNIT,))
    both = instance(PROD, unit=UNIT), instance(DATA, unit=UNIT)
    by_organization.exists(**KEEPS_NOTHING, OrganizationalUnitIds=[UNIT], TemplateBody="Resources: {Old: 1}")
    by_organization.instances(*both)
    by_organization.begins("update_stack_set", UsePreviousTemplate=True, **by_organization.common, **AUTOMATIC)
    by_organization.state("SUCCEEDED", result(PROD), result(DATA))
    chosen = within([UNIT], PROD)
    by_organization.begins(
        "update_stack_set", TemplateBody=TEMPLATE, Regions=[HOME], **by_organization.common, **chosen
    )
    by_organization.state("SUCCEEDED", result(PROD))
    by_organization.instances(*both)
    assert by_organization.brings(delivery, delivery.scopes)[0].why is None


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ({"TemplateBody": "Resources: {Other: 1}"}, "its template"),
        ({"ManagedExecution": {}}, "its settings"),
        (KEEPS_NOTHING, "what it deploys automatically"),
        ({"OrganizationalUnitIds": []}, "it lacks organizational units"),
        ({"OrganizationalUnitIds": [UNIT, OTHER_UNIT]}, "it has organizational units that are not meant"),
        (None, "all of it"),
    ],
)
@pytest.mark.parametrize("meant", [True, False])
def test_what_is_not_as_it_is_to_be_after_all_is_no_success(
    by_organization: Administrator, left: dict[str, object] | None, words: str, meant: bool
) -> None:
    delivery = stack_set(PROD, units=(UNIT,))
    there = [instance(PROD, unit=UNIT)] if meant else []
    by_organization.exists(**NOT_AUTOMATIC, OrganizationalUnitIds=[UNIT])
    by_organization.instances(*there)
    by_organization.begins("update_stack_set", TemplateBody=TEMPLATE, **by_organization.common, **AUTOMATIC)
    by_organization.state("SUCCEEDED")
    by_organization.instances(*there)
    if left is None:
        by_organization.absent()
    else:
        by_organization.exists(**{**AUTOMATIC, "OrganizationalUnitIds": [UNIT], **left})
    if meant:
        (row,) = by_organization.stacks.deliver(delivery, scopes(PROD), advance=by_organization.advanced)
        assert f"is still not as it is to be: {words}" in str(row.why)
    else:
        with pytest.raises(RejectedError, match=f"is still not as it is to be: {words}"):
            by_organization.stacks.deliver(delivery, [], advance=by_organization.advanced)


def test_a_place_with_a_reason_of_its_own_keeps_it(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PAYMENTS))
    by_roles.begins("create_stack_instances", Accounts=[PROD], Regions=[HOME])
    by_roles.state("FAILED", result(PROD, "FAILED", "boom"))
    by_roles.instances(instance(PAYMENTS))
    by_roles.exists(ManagedExecution={})
    rows = by_roles.stacks.deliver(BOTH, BOTH.scopes, advance=by_roles.advanced)
    assert ["boom" in str(each.why) for each in rows] == [True, False]
    assert "its settings" in str(rows[1].why)


def test_units_that_are_not_meant_make_it_differ(by_organization: Administrator) -> None:
    """Also the root: whoever joins the organization would have it."""
    for extra in (OTHER_UNIT, ROOT):
        by_organization.exists(**AUTOMATIC, OrganizationalUnitIds=[UNIT, extra])
        by_organization.instances(instance(PROD, unit=UNIT))
        assert not by_organization.stacks.look(stack_set(PROD, units=(UNIT,))).is_current


@pytest.mark.parametrize(("units", "current"), [([], True), ([ROOT], True), ([ROOT, UNIT], False)])
def test_listed_accounts_go_by_the_root_alone(by_organization: Administrator, units: list[str], current: bool) -> None:
    by_organization.exists(OrganizationalUnitIds=units)
    by_organization.instances()
    assert by_organization.stacks.look(BOTH).is_current == current


def test_units_that_are_not_meant_are_released_first(
    by_organization: Administrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No filter on accounts: with one, a unit would remain a target. What stacks made is kept, and adopted again."""
    delivery = stack_set(PROD, units=(UNIT,))
    by_organization.exists(**AUTOMATIC, OrganizationalUnitIds=[UNIT, OTHER_UNIT, ROOT])
    by_organization.instances(instance(PROD, unit=ROOT), instance(DATA, unit=OTHER_UNIT, region="us-east-1"))
    monkeypatch.setattr("breakglass.aws.stacks.instances.MOST_UNITS", 1)
    for unit in (OTHER_UNIT, ROOT):
        by_organization.begins(
            "delete_stack_instances",
            Regions=[HOME, "us-east-1"],
            RetainStacks=False,
            DeploymentTargets={"OrganizationalUnitIds": [unit]},
        )
        by_organization.state("SUCCEEDED", result(PROD), result(DATA, region="us-east-1"))
    by_organization.instances()
    by_organization.begins("create_stack_instances", Regions=[HOME], **within([UNIT], PROD))
    by_organization.state("SUCCEEDED", result(PROD))
    by_organization.instances(instance(PROD, unit=UNIT))
    assert by_organization.brings(delivery, delivery.scopes)[0].why is None


def test_an_operation_names_the_units_of_a_delivery_and_never_the_root(by_organization: Administrator) -> None:
    """Also where an instance does not say through which unit it came."""
    delivery = stack_set(PROD, units=(UNIT,))
    by_organization.exists(**AUTOMATIC, OrganizationalUnitIds=[UNIT], TemplateBody="Resources: {Old: 1}")
    by_organization.instances(instance(PROD), instance(DATA, unit=UNIT))
    chosen = within([UNIT], PROD)
    by_organization.begins(
        "update_stack_set", TemplateBody=TEMPLATE, Regions=[HOME], **by_organization.common, **chosen
    )
    by_organization.state("SUCCEEDED", result(PROD))
    by_organization.instances(instance(PROD), instance(DATA, unit=UNIT))
    assert by_organization.brings(delivery, delivery.scopes)[0].why is None


ELSEWHERE = "us-east-1"


def test_an_instance_in_a_region_that_is_not_meant_is_told_there_and_is_nowhere_else(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD, "OUTDATED"), instance(PROD, region=ELSEWHERE), instance(DATA, region=ELSEWHERE))
    delivery = stack_set(PROD, DATA)
    standing = by_roles.stacks.look(delivery)
    assert list(standing.lagging(delivery)) == scopes(PROD)
    assert list(standing.missing(delivery)) == scopes(DATA)
    assert standing.instances[Scope(DATA, ELSEWHERE)].is_current


def test_a_place_that_cannot_be_because_it_is_elsewhere_says_where(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD, region=ELSEWHERE))
    by_roles.begins("create_stack_instances", Accounts=[PROD], Regions=[HOME])
    by_roles.state("FAILED", result(PROD, "FAILED", "role exists"))
    by_roles.instances(instance(PROD, region=ELSEWHERE))
    (row,) = by_roles.brings(stack_set(PROD), scopes(PROD))
    assert f"role exists (there is an instance in {ELSEWHERE}, which is not meant)" in str(row.why)


def test_an_instance_elsewhere_is_withdrawn_from_there(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD), instance(PROD, region=ELSEWHERE))
    by_roles.begins("delete_stack_instances", Accounts=[PROD], Regions=[ELSEWHERE], RetainStacks=False)
    by_roles.state("SUCCEEDED", result(PROD, region=ELSEWHERE))
    by_roles.instances(instance(PROD))
    (row,) = by_roles.stacks.withdraw(stack_set(PROD), [Scope(PROD, ELSEWHERE)], advance=by_roles.advanced)
    assert row.why is None


REGIONAL = stack_set(PROD, PAYMENTS, regions=(HOME, "us-east-1"), is_global=False)


def test_accounts_that_lack_the_same_regions_are_deployed_together(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD, region=HOME))
    by_roles.begins("create_stack_instances", Accounts=[PAYMENTS], Regions=[HOME, "us-east-1"])
    by_roles.state("SUCCEEDED", result(PAYMENTS), result(PAYMENTS, region="us-east-1"))
    by_roles.begins("create_stack_instances", Accounts=[PROD], Regions=["us-east-1"])
    by_roles.state("SUCCEEDED", result(PROD, region="us-east-1"))
    every = [instance(account, region=region) for account in (PROD, PAYMENTS) for region in REGIONAL.regions]
    by_roles.instances(*every)
    rows = by_roles.brings(REGIONAL, REGIONAL.scopes)
    assert [str(each.scope) for each in rows if each.why is None] == [
        f"{PROD} {HOME}",
        f"{PROD} us-east-1",
        f"{PAYMENTS} {HOME}",
        f"{PAYMENTS} us-east-1",
    ]
    assert by_roles.advanced.accounts == [PROD, PAYMENTS, PAYMENTS, PROD]


def test_a_partial_update_reaches_every_region_asked_for(by_roles: Administrator) -> None:
    by_roles.exists(TemplateBody="Resources: {Old: 1}")
    by_roles.instances(
        *(instance(account, region=region) for account in (PROD, PAYMENTS) for region in REGIONAL.regions)
    )
    places = [Scope(PROD, HOME), Scope(PROD, "us-east-1"), Scope(PAYMENTS, "us-east-1")]
    by_roles.begins(
        "update_stack_set",
        TemplateBody=TEMPLATE,
        Accounts=[PROD],
        Regions=[HOME, "us-east-1"],
        **by_roles.common,
    )
    by_roles.state("SUCCEEDED", result(PROD), result(PROD, region="us-east-1"))
    by_roles.begins("update_stack_instances", Accounts=[PAYMENTS], Regions=["us-east-1"])
    by_roles.state("SUCCEEDED", result(PAYMENTS, region="us-east-1"))
    by_roles.instances(
        instance(PROD), instance(PROD, region="us-east-1"), instance(PAYMENTS, region="us-east-1"), instance(PAYMENTS)
    )
    rows = by_roles.brings(REGIONAL, places)
    assert [each.why for each in rows] == [None, None, None]


def test_what_lags_is_updated_and_what_is_inoperable_is_left_to_people(by_organization: Administrator) -> None:
    delivery = stack_set(PROD, PAYMENTS, DATA)
    by_organization.exists()
    lagging = instance(PROD, "OUTDATED", unit=UNIT)
    inoperable = instance(PAYMENTS, "INOPERABLE", "INOPERABLE", "the bucket is not empty", unit=UNIT)
    by_organization.instances(lagging, inoperable, instance(DATA))
    by_organization.begins("update_stack_instances", Regions=[HOME], **within([UNIT], PROD))
    by_organization.state("SUCCEEDED", result(PROD))
    by_organization.instances(instance(PROD, unit=UNIT), inoperable, instance(DATA))
    rows = by_organization.brings(delivery, delivery.scopes)
    (why,) = [each.why for each in rows if each.why]
    assert isinstance(why, RejectedError)
    assert (why.subject, "INOPERABLE: the bucket is not empty" in why.message) == (PAYMENTS, True)
    assert "--retain-stacks" in why.advice
    assert f"OrganizationalUnitIds={UNIT},Accounts={PAYMENTS}" in why.advice
    assert by_organization.advanced.accounts == [DATA, PROD]


def test_an_inoperable_instance_of_roles_of_ones_own_is_named_by_its_account(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD, "INOPERABLE"))
    (row,) = by_roles.stacks.deliver(stack_set(PROD), scopes(PROD), advance=by_roles.advanced)
    assert row.why is not None
    assert f"--accounts {PROD}" in row.why.advice
    assert "an earlier deletion failed" in row.why.message


def test_a_failed_import_says_adopt(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD, "INOPERABLE", "FAILED_IMPORT", "tags differ"))
    (row,) = by_roles.stacks.deliver(stack_set(PROD), scopes(PROD), advance=by_roles.advanced)
    assert row.why is not None
    assert "breakglass adopt" in row.why.advice


def test_a_place_that_nothing_is_told_of_is_not_there(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances()
    by_roles.begins("create_stack_instances", Accounts=[PROD, PAYMENTS], Regions=[HOME])
    by_roles.state("SUCCEEDED")
    by_roles.instances(instance(PAYMENTS, "OUTDATED"))
    rows = by_roles.brings(BOTH, BOTH.scopes)
    assert ["no reason is given" in str(each.why) for each in rows] == [True, False]
    assert "OUTDATED" in str(rows[1].why)


def test_withdrawing_deletes_the_stacks_asked_for_and_keeps_the_rest(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD), instance(PAYMENTS))
    by_roles.begins("delete_stack_instances", Accounts=[PROD], Regions=[HOME], RetainStacks=False)
    by_roles.state("SUCCEEDED", result(PROD))
    by_roles.instances(instance(PAYMENTS))
    rows = by_roles.stacks.withdraw(BOTH, scopes(PROD, DATA), advance=by_roles.advanced)
    assert [(each.scope.account, each.why) for each in rows] == [(PROD, None), (DATA, None)]


def test_the_stack_set_goes_with_its_last_instance(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD))
    by_roles.begins("delete_stack_instances", Accounts=[PROD], Regions=[HOME], RetainStacks=False)
    by_roles.state("SUCCEEDED", result(PROD))
    by_roles.instances()
    by_roles.told.expect("delete_stack_set", by_roles.of)
    assert by_roles.stacks.withdraw(BOTH, BOTH.scopes, advance=by_roles.advanced)[0].why is None


def test_what_could_not_be_withdrawn_is_told_and_stays(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances(instance(PROD))
    by_roles.begins("delete_stack_instances", Accounts=[PROD], Regions=[HOME], RetainStacks=False)
    by_roles.state("FAILED", result(PROD, "FAILED", "Account 222222222222 is suspended"))
    by_roles.instances(instance(PROD, "OUTDATED"))
    (row,) = by_roles.stacks.withdraw(BOTH, scopes(PROD), advance=by_roles.advanced)
    assert row.why is not None
    assert "take it out of the manifest" in row.why.advice


def test_withdrawing_what_is_not_there_is_done(by_roles: Administrator) -> None:
    by_roles.absent()
    assert [each.why for each in by_roles.stacks.withdraw(BOTH, BOTH.scopes, advance=by_roles.advanced)] == [None, None]


def test_nothing_is_deployed_automatically_while_all_of_it_is_withdrawn(by_organization: Administrator) -> None:
    """Also what the manifest does not mean any more goes; what cannot go is told."""
    delivery = stack_set(PROD, units=(UNIT,))
    stale = instance(DATA, "OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT", unit=UNIT)
    joiner = instance(PAYMENTS, unit=UNIT)
    by_organization.exists(**AUTOMATIC, OrganizationalUnitIds=[UNIT])
    by_organization.instances(instance(PROD, unit=UNIT), stale)
    by_organization.begins("update_stack_set", UsePreviousTemplate=True, **by_organization.common, **NOT_AUTOMATIC)
    by_organization.state("SUCCEEDED", result(PROD), result(DATA, "CANCELLED", "not now"))
    by_organization.begins("delete_stack_instances", Regions=[HOME], RetainStacks=False, **within([UNIT], PROD, DATA))
    by_organization.state("SUCCEEDED", result(PROD), result(DATA, "CANCELLED"))
    by_organization.instances(stale, joiner)
    rows = by_organization.stacks.withdraw(delivery, scopes(PROD, DATA), advance=by_organization.advanced)
    assert [(each.scope.account, bool(each.why)) for each in rows] == [(PROD, False), (PAYMENTS, True), (DATA, True)]


def test_a_stack_set_without_instances_goes_at_once(by_organization: Administrator) -> None:
    by_organization.exists(**AUTOMATIC, OrganizationalUnitIds=[UNIT])
    for _ in range(2):
        by_organization.instances()
    by_organization.told.expect("delete_stack_set", by_organization.of)
    assert by_organization.stacks.withdraw(stack_set(PROD, units=(UNIT,)), [], advance=by_organization.advanced) == []


def test_stack_sets_of_ours_that_no_delivery_is_are_told_as_they_stand(by_organization: Administrator) -> None:
    names = [NAME, f"{NAME}-units", "break-glass-acme-two-workload", "break-glass-acme-gone", "other", "break-glass-x"]
    first, rest = ({"Summaries": [{"StackSetName": each} for each in some]} for some in (names[:2], names[2:]))
    asked = {"Status": "ACTIVE", "CallAs": "SELF"}
    by_organization.told.expect("list_stack_sets", asked, {**first, "NextToken": "two"})
    by_organization.told.expect("list_stack_sets", {**asked, "NextToken": "two"}, rest)
    gone = {**by_organization.of, "StackSetName": "break-glass-acme-gone"}
    by_organization.told.refuse("describe_stack_set", gone, "StackSetNotFoundException", "StackSet not found")
    two = {"StackSet": {"Tags": [{"Key": "break-glass:manifest", "Value": "acme-two"}]}}
    of_two = {**by_organization.of, "StackSetName": "break-glass-acme-two-workload"}
    by_organization.told.expect("describe_stack_set", of_two, two)
    of = {**by_organization.of, "StackSetName": f"{NAME}-units"}
    told = {"Tags": OWNED, "OrganizationalUnitIds": [UNIT, OTHER_UNIT], "TemplateBody": "x"}
    by_organization.told.expect("describe_stack_set", of, {"StackSet": told})
    rows = [instance(PROD, region=ELSEWHERE), instance(PROD), instance(DATA)]
    by_organization.told.expect("list_stack_instances", of, {"Summaries": rows})
    assert by_organization.stacks.others([BOTH]) == [
        StackSet(f"{NAME}-units", "", (PROD, DATA), (HOME, ELSEWHERE), is_global=False, units=(OTHER_UNIT, UNIT))
    ]


def test_another_operation_under_way_is_named(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances()
    asked = {"OperationPreferences": PREFERENCES, "Accounts": [PROD], "Regions": [HOME], **by_roles.of}
    by_roles.told.refuse("create_stack_instances", asked, "OperationInProgressException", "Another Operation")
    running = {"OperationId": OPERATION, "Action": "UPDATE", "Status": "RUNNING"}
    over = {"OperationId": "0", "Action": "CREATE", "Status": "SUCCEEDED"}
    by_roles.told.expect("list_stack_set_operations", by_roles.of, {"Summaries": [over, running]})
    with pytest.raises(UnavailableError, match=f"UPDATE {OPERATION} .RUNNING.") as raised:
        by_roles.stacks.deliver(BOTH, scopes(PROD), advance=by_roles.advanced)
    assert "wait until it is over" in raised.value.advice


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (
            "You must enable organizations access to operate a service managed stack set",
            "activate-organizations-access",
        ),
        ("Account used is not a delegated administrator", "register-delegated-administrator --account-id 999999999999"),
    ],
)
def test_what_the_organization_lacks_is_told_with_the_command(
    by_organization: Administrator, said: str, advice: str
) -> None:
    by_organization.told.refuse("describe_stack_set", by_organization.of, "ValidationError", said)
    with pytest.raises(RejectedError, match=said) as raised:
        by_organization.stacks.look(BOTH)
    assert advice in raised.value.advice


def test_another_refusal_is_told_as_it_is(by_roles: Administrator) -> None:
    by_roles.exists()
    by_roles.instances()
    asked = {"OperationPreferences": PREFERENCES, "Accounts": [PROD], "Regions": [HOME], **by_roles.of}
    by_roles.told.refuse("create_stack_instances", asked, "StaleRequestException", "stale")
    with pytest.raises(RejectedError, match="stale"):
        by_roles.stacks.deliver(BOTH, scopes(PROD), advance=by_roles.advanced)


def test_who_may_not_look_is_told_so(by_roles: Administrator) -> None:
    by_roles.told.refuse("describe_stack_set", by_roles.of, "AccessDenied", "no", 403)
    with pytest.raises(DeniedError):
        by_roles.stacks.look(BOTH)


def test_a_manifest_without_stack_sets_says_what_to_write(aws: StubbedAws) -> None:
    with pytest.raises(RejectedError, match="says nothing of StackSets") as raised:
        AwsStacks(aws.sessions(), manifest(), FakeClock()).look(BOTH)
    assert "stacksets" in raised.value.advice


def test_the_roles_are_those_of_the_manifest(aws: StubbedAws) -> None:
    administrator = Administrator(aws, {**SELF_MANAGED, "administration_role": "Stacks"})
    administrator.exists(AdministrationRoleARN="arn:aws:iam::999999999999:role/Stacks")
    administrator.instances()
    assert administrator.stacks.look(BOTH).is_current
