"""Deploy ends in what is wanted, a place that fails stops alone, and nothing is done that was not in the plan."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass import resources
from breakglass.errors import BreakglassError, DeniedError, RejectedError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.guards import GUARDS, NAMESPACE_OPEN, WAYS_IN
from breakglass.estate.intents import Intent, delivering, direct, intents
from breakglass.estate.organization import Resolved
from breakglass.estate.outcome import Outcome
from breakglass.estate.phases import DELIVERED
from breakglass.estate.plan import Plan
from breakglass.estate.withdrawals import leftovers
from breakglass.facts import Survey
from breakglass.manifest.model import Account, Manifest, OrganizationalUnit
from breakglass.provision.converge import Goal, plan_for, provisioned, remaining, within
from breakglass.provision.deliveries import delivered_scopes, deliveries
from breakglass.provision.deploy import deploy
from breakglass.resources import Key, Resource, Scope
from breakglass.workers import Advance, ignore
from tests.faults.run import converged, require_deletions_last, require_ways_in
from tests.faults.strategies import FAILURES, changes, misfortunes
from tests.faults.unreliable import Misfortune, UnreliableEstate
from tests.laws.strategies import manifests
from tests.memory import MemoryEstate, StoppedClock, no_fault
from tests.memory_stacks import SHARED, MemoryStacks, stacked
from tests.memory_stacks import no_fault as no_stack_fault

PROD = Scope("222222222222")
PAYMENTS = Scope("444444444444")
SECURITY = Scope("111111111111")
ROLE = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")
WORKLOAD = "break-glass-acme-workload"
UNITS = "break-glass-acme-units"


@pytest.fixture
def wanted(acme: Manifest) -> Manifest:
    return stacked(acme)


@pytest.fixture
def estate() -> MemoryEstate:
    return MemoryEstate()


@pytest.fixture
def stacks(estate: MemoryEstate) -> MemoryStacks:
    return MemoryStacks(estate)


def goal_of(manifest: Manifest, *allowed: str) -> Goal:
    return within(Resolved(manifest), provisioned(manifest, allowed))


def looked(stacks: MemoryStacks, manifest: Manifest, *allowed: str) -> tuple[Plan, Sequence[Intent]]:
    goal, wanted = goal_of(manifest, *allowed), deliveries(Resolved(manifest))
    plan = plan_for(stacks.estate, goal)
    todo = intents(stacks, wanted, plan)
    return delivering(plan, todo, leftovers(stacks, wanted), goal.delivered, allowed=allowed), todo


def run(stacks: MemoryStacks, manifest: Manifest, *allowed: str, advance: Advance = ignore) -> Outcome:
    plan, todo = looked(stacks, manifest, *allowed)
    assert not plan.refusals
    return deploy(stacks.estate, stacks, plan, todo, goal_of(manifest), StoppedClock(), advance=advance)


def left(stacks: MemoryStacks, manifest: Manifest) -> Plan:
    return remaining(stacks.estate, goal_of(manifest), StoppedClock())


def failing_at(*scopes: Scope, error: BreakglassError, name: str = WORKLOAD) -> MemoryStacks:
    def fault(verb: str, delivery: str, scope: Scope | None) -> BreakglassError | None:
        return error if (verb, delivery) == ("deliver", name) and scope in scopes else None

    return MemoryStacks(MemoryEstate(), fault)


def test_after_deploy_the_plan_is_empty_and_stacks_made_what_they_deliver(
    stacks: MemoryStacks, wanted: Manifest
) -> None:
    heard = list[str]()
    outcome = run(stacks, wanted, advance=heard.append)
    assert outcome.complete
    assert stacks.estate.resources == desired(wanted)
    scopes = set(delivered_scopes(Resolved(wanted)))
    assert {key for _, key in stacks.made} == {
        key for key in desired(wanted) if key.scope in scopes and key.type in DELIVERED
    }
    assert left(stacks, wanted).changes == ()
    assert set(heard) >= {scope.account for scope in scopes}


def test_a_second_run_only_looks(stacks: MemoryStacks, wanted: Manifest) -> None:
    run(stacks, wanted)
    stacks.calls, stacks.estate.writes = [], []
    outcome = run(stacks, wanted)
    assert outcome.complete
    assert (stacks.calls, stacks.estate.writes) == ([], [])


def test_shared_accounts_can_be_delivered_as_well_and_guardrails_come_first(
    stacks: MemoryStacks, acme: Manifest
) -> None:
    wanted = stacked(acme, SHARED)
    outcome = run(stacks, wanted)
    assert outcome.complete
    assert stacks.estate.resources == desired(wanted)
    direct = {key.type for _, key in stacks.estate.writes} - {key.type for _, key in stacks.made}
    assert direct == {
        resources.SERVICE_CONTROL_POLICY,
        resources.PASSWORD_POLICY,
        resources.DELETION_PROTECTION,
        resources.SUBSCRIPTION,
    }
    assert stacks.estate.writes[0][1].type == resources.SERVICE_CONTROL_POLICY


def test_a_joiner_is_one_write_in_the_security_account_and_no_delivery(stacks: MemoryStacks, acme: Manifest) -> None:
    run(stacks, stacked(replace(acme, responders=acme.responders[1:])))
    stacks.calls, stacks.estate.writes = [], []
    assert run(stacks, stacked(acme)).complete
    assert [(verb, key.scope, key.type) for verb, key in stacks.estate.writes] == [("create", SECURITY, resources.USER)]
    assert stacks.calls == []


def test_a_new_account_gets_a_stack_and_no_other_place_is_touched(stacks: MemoryStacks, acme: Manifest) -> None:
    run(stacks, stacked(acme))
    stacks.estate.writes = []
    more = replace(acme, accounts=(*acme.accounts, Account(id="888888888888", name="data-lake")))
    _, todo = looked(stacks, stacked(more))
    assert [each.missing for each in todo if each.places] == [(Scope("888888888888"),)]
    assert not any(each.creates or each.updates or each.lagging for each in todo)
    assert run(stacks, stacked(more), "broadens-access").complete
    assert {key.scope.account for _, key in stacks.estate.writes} <= {"888888888888", "111111111111"}


def test_an_empty_unit_is_made_known_once(stacks: MemoryStacks, acme: Manifest) -> None:
    unit = OrganizationalUnit(id="ou-abcd-11111111", name="apps")
    wanted = stacked(replace(acme, organizational_units=(unit,)))
    assert run(stacks, wanted).complete
    assert ("deliver", UNITS) in stacks.calls
    stacks.calls = []
    assert run(stacks, wanted).complete
    assert stacks.calls == []


def test_an_empty_unit_that_cannot_be_made_known_is_told(stacks: MemoryStacks, acme: Manifest) -> None:
    unit = OrganizationalUnit(id="ou-abcd-11111111", name="apps")
    stacks.fault = lambda verb, name, _: DeniedError("no") if (verb, name) == ("deliver", UNITS) else None
    outcome = run(stacks, stacked(replace(acme, organizational_units=(unit,))))
    assert [each.scope.account for each in outcome.stopped] == [unit.id]


def test_drift_that_a_stack_does_not_see_is_put_right_directly(stacks: MemoryStacks, wanted: Manifest) -> None:
    run(stacks, wanted)
    role = stacks.estate.resources[ROLE]
    stacks.estate.resources[ROLE] = Resource(role.type, PROD, {**role.properties, "Description": "drifted"})
    del stacks.estate.resources[replace(ROLE, name="BREAK-GLASS-DATA-BREACH")]
    stacks.calls = []
    assert run(stacks, wanted).complete
    assert stacks.estate.resources == desired(wanted)
    assert stacks.calls == []


def test_what_drifted_where_a_stack_is_brought_up_to_date_is_put_right_as_well(
    stacks: MemoryStacks, acme: Manifest
) -> None:
    run(stacks, stacked(acme))
    role = stacks.estate.resources[ROLE]
    stacks.estate.resources[ROLE] = Resource(role.type, PROD, {**role.properties, "Description": "drifted"})
    longer = stacked(replace(acme, limits=replace(acme.limits, session_hours=2)))
    assert run(stacks, longer).complete
    assert stacks.estate.resources == desired(longer)


def test_what_is_wanted_no_more_is_deleted_when_its_template_has_let_go_of_it(
    stacks: MemoryStacks, acme: Manifest
) -> None:
    run(stacks, stacked(acme))
    teams = tuple(replace(each, playbooks=("lost-access",)) for each in acme.teams if each.name == "organization")
    people = tuple(replace(each, teams=("organization",)) for each in acme.responders)
    less = stacked(replace(acme, playbooks=("ransomware", "lost-access"), teams=teams, responders=people))
    assert run(stacks, less, *GUARDS).complete
    assert stacks.estate.resources == desired(less)
    verbs = [verb for verb, _ in stacks.estate.writes]
    assert "delete" not in verbs[: -verbs.count("delete")]


def test_a_place_that_fails_stops_alone_and_a_rerun_continues(wanted: Manifest) -> None:
    stacks = failing_at(PROD, error=DeniedError("no", advice="mend it"))
    outcome = run(stacks, wanted)
    assert [(each.scope, each.why.message) for each in outcome.stopped] == [(PROD, "no")]
    assert not outcome.complete
    assert {each.key.scope for each in outcome.skipped} == {PROD}
    assert {key.scope for key in desired(wanted).keys() - stacks.estate.resources.keys()} == {PROD}
    assert {change.key.scope for change in left(stacks, wanted).changes} == {PROD}
    stacks.fault, stacks.estate.writes = no_stack_fault, []
    assert run(stacks, wanted).complete
    assert stacks.estate.resources == desired(wanted)
    assert {key.scope for _, key in stacks.estate.writes} == {PROD}


def test_a_delivery_that_cannot_be_made_at_all_fails_in_all_its_places_and_the_rest_goes_on(wanted: Manifest) -> None:
    stacks = MemoryStacks(MemoryEstate())
    stacks.fault = lambda verb, name, scope: (
        UnavailableError("an operation is running") if (verb, name, scope) == ("deliver", WORKLOAD, None) else None
    )
    outcome = run(stacks, wanted)
    assert {each.scope for each in outcome.stopped} == {wanted.scope(each.id) for each in wanted.accounts}
    there = {key.scope for key in stacks.estate.resources}
    assert SECURITY in there
    assert wanted.scope(SECURITY.account, "eu-west-1") in there


def test_where_nobody_knows_what_there_is_of_a_delivery_nothing_is_done(wanted: Manifest) -> None:
    stacks = MemoryStacks(MemoryEstate())
    stacks.fault = lambda verb, name, _: DeniedError("no") if (verb, name) == ("look", WORKLOAD) else None
    outcome = run(stacks, wanted)
    assert {each.scope for each in outcome.stopped} == {wanted.scope(each.id) for each in wanted.accounts}
    assert ("deliver", WORKLOAD) not in stacks.calls


def test_a_foreign_role_of_our_name_stops_that_account_alone(stacks: MemoryStacks, wanted: Manifest) -> None:
    role = desired(wanted)[ROLE]
    foreign = Resource(role.type, PROD, {**role.properties, "Tags": []})
    stacks.estate.resources[ROLE] = foreign
    plan, todo = looked(stacks, wanted)
    assert plan.refusals == ()
    assert [each.key for each in plan.stopped] == [ROLE]
    assert PROD not in {change.key.scope for change in plan.changes}
    assert PROD not in {scope for each in todo for scope in each.places}
    assert run(stacks, wanted).complete
    assert {key.scope for key in desired(wanted).keys() - stacks.estate.resources.keys()} == {PROD}
    assert stacks.estate.resources[ROLE] == foreign
    assert left(stacks, wanted).stopped == plan.stopped


def test_allowing_what_is_not_ours_does_not_make_a_stack_of_it(stacks: MemoryStacks, wanted: Manifest) -> None:
    """A stack makes all it holds or nothing."""
    role = desired(wanted)[ROLE]
    stacks.estate.resources[ROLE] = Resource(role.type, PROD, {**role.properties, "Tags": []})
    plan = plan_for(stacks.estate, goal_of(wanted, "not-ours"))
    assert plan.stopped_scopes == {PROD}
    assert plan.left_alone == ()


def test_while_the_home_of_the_users_is_stopped_nothing_is_deleted_anywhere(
    stacks: MemoryStacks, acme: Manifest
) -> None:
    before = stacked(acme, SHARED)
    run(stacks, before)
    user = stacks.estate.resources[Key(SECURITY, resources.USER, "ana-break-glass")]
    stacks.estate.resources[user.key] = Resource(user.type, SECURITY, {**user.properties, "Tags": []})
    chosen = replace(acme.accounts[0], playbooks=("ransomware",))
    after = stacked(replace(acme, accounts=(chosen, *acme.accounts[1:])), SHARED)
    plan, _ = looked(stacks, after)
    assert SECURITY in plan.stopped_scopes
    outcome = run(stacks, after)
    assert all(change.after is None for change in outcome.skipped)
    assert outcome.skipped


def test_where_nothing_is_in_a_stack_as_yet_changes_are_made_directly(stacks: MemoryStacks, wanted: Manifest) -> None:
    stacks.estate.resources |= {key: each for key, each in desired(wanted).items() if key.scope == PROD}
    del stacks.estate.resources[ROLE]
    plan, todo = looked(stacks, wanted)
    assert direct(todo) == {PROD}
    keys = [change.key for change in plan.changes]
    assert keys.index(ROLE) < keys.index(replace(ROLE, scope=PAYMENTS))
    assert run(stacks, wanted).complete
    assert stacks.estate.resources == desired(wanted)
    assert PROD not in stacks.stacks[WORKLOAD]


UNIT = OrganizationalUnit(id="ou-abcd-11111111", name="apps")


def with_unit(acme: Manifest, *units: OrganizationalUnit) -> Manifest:
    return stacked(replace(acme, organizational_units=units))


def test_the_digest_is_of_what_stacks_are_to_do_as_well(stacks: MemoryStacks, acme: Manifest) -> None:
    run(stacks, with_unit(acme, UNIT))
    plan, _ = looked(stacks, with_unit(acme, UNIT))
    assert (plan.changes, plan.deliveries) == ((), ())
    other = replace(UNIT, id="ou-abcd-22222222", name="other", playbooks=("ransomware",))
    more, _ = looked(stacks, with_unit(acme, UNIT, other))
    assert [(each.action, each.delivery.name) for each in more.deliveries] == [("create", f"{UNITS}-ransomware")]
    moved, _ = looked(stacks, with_unit(acme, UNIT, replace(other, id="ou-abcd-33333333")))
    assert len({plan.digest, more.digest, moved.digest}) == 3


def test_a_stack_set_that_no_delivery_has_any_more_is_withdrawn_and_all_it_made_is_kept(
    stacks: MemoryStacks, acme: Manifest
) -> None:
    run(stacks, with_unit(acme, UNIT))
    plan, _ = looked(stacks, stacked(acme))
    assert [(each.action, each.delivery.name) for each in plan.deliveries] == [("withdraw", UNITS)]
    stacks.fault = lambda verb, _name, _scope: DeniedError("no") if verb == "withdraw" else None
    assert [str(each.scope) for each in run(stacks, stacked(acme)).stopped] == [UNITS]
    stacks.fault = no_stack_fault
    assert run(stacks, stacked(acme)).complete
    assert UNITS not in stacks.templates
    assert stacks.estate.resources == desired(stacked(acme))


def test_stack_sets_that_cannot_be_listed_are_not_withdrawn(stacks: MemoryStacks, acme: Manifest) -> None:
    run(stacks, with_unit(acme, UNIT))
    stacks.fault = lambda verb, _name, _scope: DeniedError("no") if verb == "others" else None
    (unknown,) = leftovers(stacks, deliveries(Resolved(stacked(acme))))
    assert unknown.why is not None
    assert looked(stacks, stacked(acme))[0].deliveries == ()


def only_units(acme: Manifest) -> Manifest:
    """Nothing but what joins a unit would have roles."""
    manager = replace(acme.management_account, playbooks=())
    teams = tuple(replace(each, accounts=("apps",)) for each in acme.teams)
    return with_unit(replace(acme, accounts=(), management_account=manager, teams=teams), UNIT)


def test_whatever_joins_a_unit_has_no_roles_before_the_guardrails(stacks: MemoryStacks, acme: Manifest) -> None:
    def fault(verb: str, what: Key | Survey) -> BreakglassError | None:
        guardrail = isinstance(what, Key) and what.type == resources.SERVICE_CONTROL_POLICY
        return DeniedError("no") if verb == "create" and guardrail else None

    stacks.estate.fault = fault
    wanted = only_units(acme)
    outcome = run(stacks, wanted)
    assert [str(each.scope) for each in outcome.stopped] == [UNIT.id]
    assert UNITS not in stacks.templates
    stacks.estate.fault = no_fault
    assert run(stacks, wanted).complete
    assert UNITS in stacks.templates


def test_whatever_joins_a_unit_opens_a_door_where_no_guardrail_is_seen(stacks: MemoryStacks, acme: Manifest) -> None:
    management = Scope("999999999999")

    def fault(verb: str, what: Key | Survey) -> BreakglassError | None:
        return DeniedError("no") if verb == "read" and what == management_survey(what) else None

    def management_survey(what: Key | Survey) -> Key | Survey | None:
        return what if isinstance(what, Survey) and what.scope == management else None

    stacks.estate.fault = fault
    wanted = only_units(acme)
    assert [each.rule for each in looked(stacks, wanted)[0].refusals] == [NAMESPACE_OPEN]
    plan, todo = looked(stacks, wanted, NAMESPACE_OPEN)
    assert plan.refusals == ()
    deploy(stacks.estate, stacks, plan, todo, goal_of(wanted, NAMESPACE_OPEN), StoppedClock())
    assert UNITS in stacks.templates


def test_a_unit_alone_opens_a_door_as_well(stacks: MemoryStacks, acme: Manifest, wanted: Manifest) -> None:
    run(stacks, wanted)

    def fault(verb: str, what: Key | Survey) -> BreakglassError | None:
        at_management = isinstance(what, Survey) and what.scope == Scope("999999999999")
        return DeniedError("no") if verb == "read" and at_management else None

    stacks.estate.fault = fault
    plan, _ = looked(stacks, with_unit(acme, UNIT))
    assert plan.changes == ()
    assert [each.rule for each in plan.refusals] == [NAMESPACE_OPEN]
    assert "joins an organizational unit" in plan.refusals[0].why


def test_what_could_not_be_read_is_not_delivered_to(stacks: MemoryStacks, wanted: Manifest) -> None:
    def fault(verb: str, what: Key | Survey) -> BreakglassError | None:
        return DeniedError("no") if verb == "read" and isinstance(what, Survey) and what.scope == PROD else None

    stacks.estate.fault = fault
    run(stacks, wanted)
    assert PROD not in stacks.stacks[WORKLOAD]
    stacks.estate.fault = no_fault
    assert run(stacks, wanted).complete
    assert stacks.estate.resources == desired(wanted)


def test_places_wait_for_what_they_need_elsewhere(stacks: MemoryStacks, wanted: Manifest) -> None:
    """No role where the guardrail was not made that holds the namespace it trusts."""

    def fault(verb: str, what: Key | Survey) -> BreakglassError | None:
        guardrail = isinstance(what, Key) and what.type == resources.SERVICE_CONTROL_POLICY
        return DeniedError("no") if verb == "create" and guardrail else None

    stacks.estate.fault = fault
    outcome = run(stacks, wanted)
    assert [failure.change.key.type for failure in outcome.failed] == [resources.SERVICE_CONTROL_POLICY]
    assert ("deliver", WORKLOAD) not in stacks.calls
    assert PROD in {change.key.scope for change in outcome.skipped}
    stacks.estate.fault = no_fault
    assert run(stacks, wanted).complete


def test_an_interrupt_is_told_and_the_next_run_continues(stacks: MemoryStacks, wanted: Manifest) -> None:
    def interrupt(verb: str, name: str, _scope: Scope | None) -> None:
        if (verb, name) == ("deliver", WORKLOAD):
            raise KeyboardInterrupt

    stacks.fault = interrupt
    outcome = run(stacks, wanted)
    assert outcome.interrupted
    stacks.fault = no_stack_fault
    assert run(stacks, wanted).complete
    assert stacks.estate.resources == desired(wanted)


class Elsewhere(MemoryStacks):
    """Something happens in a place after its stack was made."""

    def after(self, estate: MemoryEstate) -> None:
        raise NotImplementedError

    def deliver(self, delivery, places, *, advance):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
        rows = super().deliver(delivery, places, advance=advance)
        if delivery.name == WORKLOAD:
            self.after(self.estate)
        return rows


class Vanishing(Elsewhere):
    def after(self, estate: MemoryEstate) -> None:
        estate.resources.pop(ROLE)


class Taken(Elsewhere):
    def after(self, estate: MemoryEstate) -> None:
        role = estate.resources[ROLE]
        estate.resources[ROLE] = Resource(role.type, PROD, {**role.properties, "Tags": []})


class Hidden(Elsewhere):
    def after(self, estate: MemoryEstate) -> None:
        def fault(verb: str, what: Key | Survey) -> BreakglassError | None:
            return DeniedError("no") if verb == "read" and isinstance(what, Survey) and what.scope == PROD else None

        estate.fault = fault


def test_what_a_stack_says_it_made_and_did_not_is_made(estate: MemoryEstate, wanted: Manifest) -> None:
    assert run(Vanishing(estate), wanted).complete
    assert estate.resources == desired(wanted)


def test_what_somebody_else_takes_meanwhile_is_left_to_them(estate: MemoryEstate, wanted: Manifest) -> None:
    outcome = run(Taken(estate), wanted)
    assert [each.scope for each in outcome.stopped] == [PROD]
    assert isinstance(outcome.stopped[0].why, RejectedError)
    assert estate.resources[ROLE] != desired(wanted)[ROLE]


def test_what_cannot_be_read_back_is_not_called_made(estate: MemoryEstate, wanted: Manifest) -> None:
    outcome = run(Hidden(estate), wanted)
    assert [each.scope for each in outcome.stopped] == [PROD]
    assert ROLE not in {change.key for change in outcome.made}


@settings(max_examples=6)
@given(manifests(), manifests())
def test_any_manifest_can_follow_any_other(first: Manifest, second: Manifest) -> None:
    """Accounts whose playbooks are others now are adopted by the delivery of those; here all have the same."""
    stacks = MemoryStacks(MemoryEstate())
    run(stacks, stacked(first))
    run(stacks, stacked(second), *GUARDS)
    here = {key: each for key, each in stacks.estate.resources.items() if key.scope.account in second.account_ids}
    assert here == desired(stacked(second))


@st.composite
def days(draw: st.DrawFn) -> tuple[Manifest | None, Manifest, Misfortune]:
    before, after = draw(changes())
    return before, after, draw(misfortunes(after, *FAILURES))


@settings(max_examples=8)
@given(days())
def test_after_any_failures_a_rerun_converges_and_no_step_locks_anybody_out(
    day: tuple[Manifest | None, Manifest, Misfortune],
) -> None:
    before, after, misfortune = day
    wanted = stacked(after)
    estate = UnreliableEstate({})
    stacks = MemoryStacks(estate)
    if before is not None:
        run(stacks, stacked(before))
    was, estate.effects = dict(estate.resources), []
    needed = {refusal.rule for refusal in plan_for(estate, goal_of(wanted)).refusals}
    if WAYS_IN in needed:
        return
    goal = goal_of(wanted, *needed)
    refused = False
    for bad in (misfortune, Misfortune(), Misfortune()):
        estate.misfortune = bad
        plan, todo = looked(stacks, wanted, *needed)
        refused = bool(plan.refusals)
        if not refused and not any(resources.USER in each.types for each in plan.unread):
            deploy(estate, stacks, plan, todo, goal, StoppedClock())
    require_ways_in(was, estate.effects, wanted)
    require_deletions_last(estate.effects, wanted)
    assert refused or converged(estate.resources, wanted)
