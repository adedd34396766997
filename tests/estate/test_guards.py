"""Each guard refuses what it is for, and only that; each can be told to let it pass, and no other with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass import naming, resources
from breakglass.documents import Json
from breakglass.errors import DeniedError, RejectedError, UnavailableError
from breakglass.estate import enrolment, guards
from breakglass.estate.desired import desired, desired_in, place_of
from breakglass.estate.guards import Question, guarded
from breakglass.estate.matrix import intended
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan, Verb, plan
from breakglass.estate.ways_in import ways_in
from breakglass.facts import Enrolment, MfaDevice, Unread
from breakglass.manifest.model import Manifest
from breakglass.resources import KINDS, Key, Resource, Scope, State, items
from tests.conftest import manifest
from tests.estate.test_plan import vars_of
from tests.estate.test_teams import people_of
from tests.laws.strategies import manifests
from tests.memory import SINCE, enrolled

SECURITY = Scope("111111111111")
ORGANIZATION = "o-acme12345"
PROD = Scope("222222222222")
TRAIL = Scope("333333333333", "eu-west-1")
ROLE = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")
NAMESPACE = Key(Scope("999999999999"), resources.SERVICE_CONTROL_POLICY, naming.NAMESPACE_GUARDRAIL)
TEAM = Key(SECURITY, resources.GROUP, "break-glass-incident")
ANA = Key(SECURITY, resources.USER, "ana-break-glass")
RIGHTS = Key(SECURITY, resources.MANAGED_POLICY, "break-glass-incident-1")


def judged(
    before: State,
    after: State,
    *allowed: str,
    strays: State | None = None,
    minimum: int = 2,
    facts: tuple[Enrolment, ...] | None = None,
) -> Plan:
    """Judge a plan; everybody is enrolled unless facts say otherwise."""
    seen = Observation(before, strays or {}, everybody(before) if facts is None else facts)
    return guarded(Question(plan(seen, after), seen, minimum, ORGANIZATION), allowed)


def everybody(state: State, *but: str) -> tuple[Enrolment, ...]:
    """Return that all users of a state are enrolled, but some."""
    return tuple(enrolled(each) for key, each in state.items() if key.type == resources.USER and key.name not in but)


def rules(found: Plan) -> list[str]:
    return sorted({refusal.rule for refusal in found.refusals})


def changed(resource: Resource, **properties: object) -> Resource:
    return Resource(resource.type, resource.scope, {**resource.properties, **properties})  # type: ignore[dict-item]


def only(acme: Manifest, *people: str) -> Manifest:
    return manifest(responders=[vars_of(each) for each in acme.responders if each.id in people])


def strangers(*people: str) -> Manifest:
    teams = ["incident", "organization", "payments"]
    return manifest(responders=[{"id": p, "name": p, "email": f"{p}@acme.example", "teams": teams} for p in people])


# ways-in


def test_the_first_apply_passes_every_guard(acme: Manifest) -> None:
    assert judged({}, desired(acme)).refusals == ()


def test_the_ways_in_are_those_the_manifest_means(acme: Manifest) -> None:
    meant: dict[str, set[str]] = {}
    for access in intended(acme):
        meant.setdefault(access.account, set()).add(naming.user_name(access.person))
    assert ways_in(ORGANIZATION, desired(acme)) == meant


@pytest.mark.parametrize("number", [4, 500, 5000])
def test_the_ways_in_are_read_off_every_encoding(number: int) -> None:
    many = people_of(number)
    few = (many.security_account, many.management_account.id, many.accounts[0].id, many.accounts[-1].id)
    there = resources.state(each for account in few for each in desired_in(place_of(many, account)))
    found = ways_in(ORGANIZATION, there)
    assert {found[account.id] for account in (many.accounts[0], many.accounts[-1])} == {frozenset({"ana-break-glass"})}
    assert found[many.management_account.id] == frozenset()


def test_an_account_that_would_be_left_with_fewer_than_the_minimum_is_refused(acme: Manifest) -> None:
    found = judged(desired(acme), desired(only(acme, "ana", "emeka", "fatima")))
    subjects = {refusal.subject for refusal in found.refusals if refusal.rule == guards.WAYS_IN}
    assert subjects == {"222222222222", "555555555555", "666666666666", "999999999999"}


def test_replacing_everybody_at_once_is_refused_although_as_many_come_as_go(acme: Manifest) -> None:
    newcomers = strangers("gil", "hana", "ivo", "jo", "kim", "lea")
    assert guards.WAYS_IN in rules(judged(desired(acme), desired(newcomers)))


def test_one_who_leaves_among_many_is_no_lock_out(acme: Manifest) -> None:
    found = judged(desired(acme), desired(only(acme, "ana", "bo", "chidi", "emeka", "fatima")))
    assert rules(found) == [guards.REMOVES_PERSON]


def test_where_there_were_fewer_than_the_minimum_it_is_enough_to_keep_them(acme: Manifest) -> None:
    alone = desired(only(acme, "ana"))
    assert judged(alone, desired(only(acme, "ana", "bo"))).refusals == ()
    assert judged(alone, alone).refusals == ()


def blank(*people: str) -> tuple[Enrolment, ...]:
    return tuple(Enrolment(SECURITY, naming.user_name(each)) for each in people)


def test_those_who_are_not_enrolled_yet_replace_nobody(acme: Manifest) -> None:
    """Four people may get into every account; only two of them can sign in, and one of these is to go."""
    before, after = desired(acme), desired(only(acme, "bo", "chidi", "dana", "emeka", "fatima"))
    facts = (*blank("chidi", "dana", "emeka", "fatima"), *everybody(only_users(before, "ana", "bo")))
    found = [each for each in judged(before, after, facts=facts).refusals if each.rule == guards.WAYS_IN]
    assert {each.subject for each in found} >= {PROD.account, "444444444444"}
    told = next(each.why for each in found if each.subject == PROD.account)
    assert told.startswith("1 of the 2 enrolled people who can get into the account would keep")
    assert guards.WAYS_IN not in rules(judged(before, desired(only(acme, "ana", "bo", "emeka", "fatima")), facts=facts))


def only_users(state: State, *people: str) -> State:
    return {key: each for key, each in state.items() if key.name in map(naming.user_name, people)}


def test_where_nobody_was_enrolled_nobody_enrolled_is_lost(acme: Manifest) -> None:
    before, after = desired(acme), desired(only(acme, "ana", "bo", "chidi", "emeka", "fatima"))
    facts = blank("ana", "bo", "chidi", "dana", "emeka", "fatima")
    assert rules(judged(before, after, facts=facts)) == [guards.REMOVES_PERSON]


@pytest.mark.parametrize(
    ("fact", "counts"),
    [
        ({"devices": ()}, False),
        ({"password_since": None}, False),
        ({"must_change_password": True}, False),
        ({}, True),
        ({"devices": (MfaDevice("arn:aws:iam::111111111111:mfa/break-glass/eve", SINCE),)}, False),
        ({"devices": (MfaDevice("arn:aws:iam::111111111111:mfa/bo-break-glass", SINCE),)}, False),
        ({"devices": (MfaDevice("arn:aws:iam::111111111111:mfa/break-glass/bo-break-glass-2", SINCE),)}, True),
        ({"devices": (MfaDevice("arn:aws:iam::111111111111:u2f/user/x/key", SINCE),)}, True),
        ({"devices": (MfaDevice("GAHT12345678", SINCE),)}, True),
    ],
)
def test_only_who_can_sign_in_with_mfa_as_they_are_is_enrolled(
    acme: Manifest, fact: dict[str, object], counts: bool
) -> None:
    before = desired(acme)
    bo = replace(enrolled(before[Key(SECURITY, resources.USER, "bo-break-glass")]), **fact)  # type: ignore[arg-type]
    seen = Observation(before, {}, (*everybody(before, "bo-break-glass"), bo))
    assert ("bo-break-glass" in enrolment.enrolled(seen)) == counts
    assert enrolment.unknown(seen) == frozenset()


def test_a_user_that_is_not_ours_is_not_enrolled_and_of_one_unread_it_is_not_known(acme: Manifest) -> None:
    before = dict(desired(acme))
    facts = everybody(before, "bo-break-glass")
    seen = Observation({key: each for key, each in before.items() if key != ANA}, {ANA: before.pop(ANA)}, facts)
    assert not enrolment.enrolled(seen) & {"ana-break-glass", "bo-break-glass"}
    assert enrolment.unknown(seen) == {"bo-break-glass"}


def test_while_it_is_not_known_who_is_enrolled_nobody_loses_a_right_and_people_still_join(acme: Manifest) -> None:
    fewer = only(acme, "ana", "bo", "chidi", "emeka", "fatima")
    facts = everybody(desired(acme), *map(naming.user_name, ("ana", "bo", "chidi", "dana")))
    found = judged(desired(acme), desired(fewer), guards.REMOVES_PERSON, facts=facts)
    (refusal,) = found.refusals
    assert "ana-break-glass, bo-break-glass, chidi-break-glass and 1 more can sign in is not known" in refusal.why
    assert "make it readable" in refusal.advice
    assert judged(desired(fewer), desired(acme), facts=()).refusals == ()


def test_while_it_is_not_known_who_is_enrolled_no_role_goes_that_lets_people_in(acme: Manifest) -> None:
    """Too few may be left to sign in, although enough people keep their access."""
    before = desired(acme)
    staging = Scope("666666666666")
    after = {key: each for key, each in before.items() if key.scope != staging or key.type != resources.ROLE}
    assert guards.WAYS_IN in rules(judged(before, after, facts=(), minimum=0))
    assert guards.WAYS_IN not in rules(judged(before, after, minimum=0))


def test_a_role_that_goes_is_a_way_in_that_goes(acme: Manifest) -> None:
    fewer = manifest(
        accounts=[{"id": "222222222222", "name": "prod"}, {"id": "444444444444", "name": "payments"}],
    )
    there = {key: each for key, each in desired(acme).items() if key.scope.account in fewer.account_ids}
    gone = {key: each for key, each in there.items() if not key.name.startswith(naming.ROLE_PREFIX)}
    assert guards.WAYS_IN in rules(judged(there, gone))


@pytest.mark.parametrize(
    "properties",
    [
        {"PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"},
        {"Path": "/"},
        {"Groups": []},
    ],
)
def test_a_user_the_roles_would_not_let_in_is_no_way_in(acme: Manifest, properties: Mapping[str, Json]) -> None:
    wanted = dict(desired(acme))
    ana = Key(SECURITY, resources.USER, "ana-break-glass")
    wanted[ana] = changed(wanted[ana], **properties)
    assert not any("ana-break-glass" in users for users in ways_in(ORGANIZATION, wanted).values())


def test_a_condition_that_is_not_understood_gives_no_way_in(acme: Manifest) -> None:
    wanted = dict(desired(acme))
    document = wanted[RIGHTS].properties["PolicyDocument"]
    assert isinstance(document, dict)
    odd = [{**each, "Condition": {"DateLessThan": {"aws:CurrentTime": "2020"}}} for each in document["Statement"]]
    wanted[RIGHTS] = changed(wanted[RIGHTS], PolicyDocument={**document, "Statement": odd})
    assert ways_in(ORGANIZATION, wanted)[PROD.account] == frozenset()


def unseen(before: State, after: State, *allowed: str) -> Plan:
    """Judge a plan made while no account but the security account could be read."""
    hidden = frozenset({resources.ROLE, resources.MANAGED_POLICY})
    scopes = {key.scope for key in before} - {SECURITY}
    unread = tuple(Unread(scope, "the account", UnavailableError("no answer"), hidden) for scope in sorted(scopes))
    seen = Observation({key: each for key, each in before.items() if key.scope == SECURITY}, {}, (), unread)
    return guarded(Question(plan(seen, after), seen, 2, ORGANIZATION), allowed)


def test_while_accounts_cannot_be_read_nobody_loses_a_right(acme: Manifest) -> None:
    fewer = desired(only(acme, "ana", "bo", "chidi", "emeka", "fatima"))
    assert guards.WAYS_IN in rules(unseen(desired(acme), fewer, guards.REMOVES_PERSON))
    out_of_a_team = desired(
        manifest(responders=[{**vars_of(each), "teams": list(each.teams)[:1]} for each in acme.responders])
    )
    assert rules(unseen(desired(acme), out_of_a_team)) == [guards.WAYS_IN]


def test_while_accounts_cannot_be_read_people_still_join(acme: Manifest) -> None:
    fewer = desired(only(acme, "ana", "bo", "chidi", "emeka", "fatima"))
    assert unseen(fewer, desired(acme)).refusals == ()


def test_roles_that_turn_to_another_security_account_are_lost_to_everybody(acme: Manifest) -> None:
    """Its users are not looked at any more, and those of the new one cannot sign in yet."""
    moved = manifest(security_account="777777777777")
    looked = {key: each for key, each in desired(acme).items() if key.scope != SECURITY}
    assert guards.WAYS_IN in rules(judged(looked, desired(moved)))


@settings(max_examples=40)
@given(manifests(), manifests(), st.randoms(use_true_random=False))
def test_no_mixture_of_two_states_has_fewer_ways_in_than_both_share(
    first: Manifest, second: Manifest, chance: object
) -> None:
    """Whatever part of a plan was carried out, in whatever order: accounts run side by side, and any may stop."""
    assert hasattr(chance, "random")
    before, after = desired(first), desired(second)
    shared = ways_in(ORGANIZATION, before, after)
    mixed = {}
    for key in {*before, *after}:
        chosen = (before if chance.random() < 0.5 else after).get(key)
        if chosen is not None:
            mixed[key] = chosen
    found = ways_in(ORGANIZATION, mixed)
    for account, users in shared.items():
        assert not users or users <= found[account]


# broadens-access


def test_a_right_that_grows_is_refused_and_one_that_shrinks_is_not(acme: Manifest) -> None:
    less = manifest(
        teams=[{**each, "playbooks": ["data-breach"]} for each in raw_teams(acme) if each["name"] != "organization"],
        responders=[{**vars_of(each), "teams": ["incident"]} for each in acme.responders],
    )
    more = manifest(
        teams=[
            {**each, "playbooks": ["data-breach", "ransomware"]}
            for each in raw_teams(acme)
            if each["name"] != "organization"
        ],
        responders=[{**vars_of(each), "teams": ["incident"]} for each in acme.responders],
    )
    assert guards.BROADENS_ACCESS in rules(judged(desired(less), desired(more)))
    assert guards.BROADENS_ACCESS not in rules(judged(desired(more), desired(less)))


def raw_teams(acme: Manifest) -> list[dict[str, object]]:
    return [{"name": each.name, "playbooks": list(each.playbooks), "accounts": each.accounts} for each in acme.teams]


def test_mending_a_weakened_trust_is_not_broadening(acme: Manifest) -> None:
    wanted = desired(acme)
    trust = wanted[ROLE].properties["AssumeRolePolicyDocument"]
    assert isinstance(trust, dict)
    first, second = trust["Statement"]
    weak = {**first, "Condition": {name: each for name, each in first["Condition"].items() if name != "Bool"}}
    tampered = {**wanted, ROLE: changed(wanted[ROLE], AssumeRolePolicyDocument={**trust, "Statement": [weak, second]})}
    assert judged(tampered, wanted).refusals == ()
    assert rules(judged(wanted, tampered)) == [guards.BROADENS_ACCESS]


def test_closing_a_trust_that_was_opened_to_everybody_is_not_broadening(acme: Manifest) -> None:
    wanted = desired(acme)
    anybody: Json = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    opened = {**wanted, ROLE: changed(wanted[ROLE], AssumeRolePolicyDocument={"Statement": [anybody]})}
    assert judged(opened, wanted).refusals == ()
    assert guards.BROADENS_ACCESS in rules(judged(wanted, opened))


def test_taking_a_foreign_policy_away_is_not_broadening_and_adding_one_is(acme: Manifest) -> None:
    wanted = desired(acme)
    arns = [str(each) for each in items(wanted[TEAM].properties["ManagedPolicyArns"])]
    more = {**wanted, TEAM: changed(wanted[TEAM], ManagedPolicyArns=[*arns, "arn:aws:iam::aws:policy/ReadOnlyAccess"])}
    assert judged(more, wanted).refusals == ()
    assert rules(judged(wanted, more)) == [guards.BROADENS_ACCESS]


def test_finishing_what_a_broken_off_run_has_begun_is_making_it_and_no_broadening(acme: Manifest) -> None:
    """A role is made and then given its policy, a group given its policies one by one and then its people."""
    wanted = desired(acme)
    own = items(wanted[TEAM].properties["ManagedPolicyArns"])[:1]
    half = {key: each for key, each in wanted.items() if key.type != resources.USER}
    half[ROLE] = changed(wanted[ROLE], ManagedPolicyArns=[])
    half[TEAM] = changed(wanted[TEAM], ManagedPolicyArns=own)
    assert {change.key for change in judged(half, wanted).changes} >= {ROLE, TEAM}
    assert judged(half, wanted).refusals == ()


def test_a_role_that_has_got_some_parts_of_its_policy_is_finished_while_the_others_are_there(acme: Manifest) -> None:
    """Policies are made before the role: one that is not there is new, or was taken away."""
    wanted = desired(acme)
    first, *others = items(wanted[ROLE].properties["ManagedPolicyArns"])
    assert others
    half = {**wanted, ROLE: changed(wanted[ROLE], ManagedPolicyArns=[first])}
    assert judged(half, wanted).refusals == ()
    grown = {key: each for key, each in half.items() if each.arn not in others}
    assert rules(judged(grown, wanted)) == [guards.BROADENS_ACCESS]
    inline: Json = {"PolicyName": "x", "PolicyDocument": {"Statement": []}}
    beside = {**half, ROLE: changed(half[ROLE], Policies=[inline])}
    assert rules(judged(beside, wanted)) == [guards.BROADENS_ACCESS]


def test_giving_rights_back_to_a_team_with_people_in_it_is_broadening(acme: Manifest) -> None:
    wanted = desired(acme)
    emptied = {**wanted, TEAM: changed(wanted[TEAM], ManagedPolicyArns=[])}
    assert rules(judged(emptied, wanted)) == [guards.BROADENS_ACCESS]
    nobody = {key: each for key, each in emptied.items() if key.type != resources.USER}
    stranger = changed(wanted[ANA], UserName="x-break-glass", Tags=[], Groups=[TEAM.name])
    assert rules(judged(nobody, wanted, strays={stranger.key: stranger})) == [guards.BROADENS_ACCESS]


def test_giving_a_role_its_policy_beside_another_is_broadening_and_so_is_opening_an_unfinished_one(
    acme: Manifest,
) -> None:
    wanted = desired(acme)
    other = changed(wanted[ROLE], ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"])
    assert rules(judged({**wanted, ROLE: other}, wanted)) == [guards.BROADENS_ACCESS]
    closed = changed(wanted[ROLE], ManagedPolicyArns=[], AssumeRolePolicyDocument={"Statement": []})
    assert rules(judged({**wanted, ROLE: closed}, wanted)) == [guards.BROADENS_ACCESS]


# removes-person, replacement, not-ours


def test_a_person_who_goes_is_named(acme: Manifest) -> None:
    found = judged(desired(acme), desired(only(acme, "ana", "bo", "chidi", "dana", "emeka")))
    assert [(each.rule, each.subject) for each in found.refusals] == [("removes-person", "fatima-break-glass")]
    assert judged(desired(acme), desired(acme)).refusals == ()


def test_one_who_may_only_have_been_renamed_is_told_with_the_command_that_gives_the_name_back(acme: Manifest) -> None:
    before = desired(acme)
    renamed = changed(before[ANA], UserName="zoe-break-glass")
    state = {key: each for key, each in before.items() if key != ANA} | {renamed.key: renamed}
    found = [each for each in judged(state, before).refusals if each.rule == guards.REMOVES_PERSON]
    assert [each.subject for each in found] == ["zoe-break-glass"]
    command = "aws iam update-user --user-name zoe-break-glass --new-user-name ana-break-glass"
    assert command in found[0].advice
    left = judged(before, desired(only(acme, "bo", "chidi", "dana", "emeka", "fatima"))).refusals
    assert not [each for each in left if "update-user" in each.advice]


def test_what_is_fixed_at_creation_is_refused_and_never_deleted_and_made_anew(acme: Manifest) -> None:
    wanted = desired(acme)
    key = Key(PROD, resources.ROLE, naming.VERIFIER)
    found = judged({**wanted, key: changed(wanted[key], Path="/")}, wanted)
    assert rules(found) == [guards.REPLACEMENT]
    assert Verb.DELETE not in {change.verb for change in found.changes}


@pytest.mark.parametrize(
    ("type_", "name", "advice"),
    [
        (resources.USER, "ana-break-glass", "aws iam update-user --user-name ANA-BREAK-GLASS --new-user-name"),
        (resources.GROUP, "break-glass-incident", "aws iam update-group --group-name BREAK-GLASS-INCIDENT"),
        (resources.MANAGED_POLICY, naming.BOUNDARY, "delete BREAKGLASSBOUNDARY by hand"),
    ],
)
def test_what_has_our_name_in_another_case_is_to_be_renamed_where_iam_can(
    acme: Manifest, type_: str, name: str, advice: str
) -> None:
    wanted = desired(acme)
    key = next(each for each in wanted if each.type == type_ and each.name == name)
    other = changed(wanted[key], **{KINDS[type_].identity: name.upper()})
    found = judged({each: it for each, it in wanted.items() if each != key}, wanted, strays={other.key: other})
    (refusal,) = [each for each in found.refusals if each.rule == guards.REPLACEMENT]
    assert advice in refusal.advice


def test_a_foreign_resource_of_our_name_is_refused(acme: Manifest) -> None:
    wanted = desired(acme)
    foreign = changed(wanted[ROLE], Tags=[])
    missing = {key: each for key, each in wanted.items() if key != ROLE}
    found = judged(missing, wanted, strays={ROLE: foreign})
    assert [(refusal.rule, refusal.subject) for refusal in found.refusals] == [("not-ours", foreign.arn)]


def test_what_is_allowed_to_be_not_ours_is_left_alone_and_the_rest_is_carried_out(acme: Manifest) -> None:
    wanted = desired(acme)
    verifier = Key(PROD, resources.ROLE, naming.VERIFIER)
    missing = {key: each for key, each in wanted.items() if key not in (ROLE, verifier)}
    found = judged(missing, wanted, guards.NOT_OURS, strays={ROLE: changed(wanted[ROLE], Tags=[])})
    assert found.refusals == ()
    assert [change.key for change in found.changes] == [verifier]


# namespace-open


def without_guardrails(state: State) -> State:
    return {key: each for key, each in state.items() if key.type != resources.SERVICE_CONTROL_POLICY}


def hidden(scope: Scope) -> Unread:
    return Unread(scope, "the account", DeniedError("no"), frozenset({resources.SERVICE_CONTROL_POLICY}))


def test_no_role_is_made_where_nobody_sees_the_guardrails(acme: Manifest) -> None:
    wanted = desired(acme)
    seen = Observation({}, {}, unread=(hidden(NAMESPACE.scope),))
    found = guarded(Question(plan(seen, wanted), seen, 2, ORGANIZATION))
    assert rules(found) == [guards.NAMESPACE_OPEN]
    allowed = guarded(Question(plan(seen, wanted), seen, 2, ORGANIZATION), [guards.NAMESPACE_OPEN])
    assert allowed.refusals == ()
    assert resources.ROLE in {change.key.type for change in allowed.changes}


def test_a_bare_role_gets_no_rights_where_nobody_sees_the_guardrails(acme: Manifest) -> None:
    wanted = desired(acme)
    bare = {ROLE: changed(wanted[ROLE], ManagedPolicyArns=[])}
    seen = Observation({**without_guardrails(wanted), **bare}, {}, unread=(hidden(NAMESPACE.scope),))
    assert rules(guarded(Question(plan(seen, wanted), seen, 2, ORGANIZATION))) == [guards.NAMESPACE_OPEN]


def test_what_could_not_be_read_says_what_to_do_about_the_guardrails(acme: Manifest) -> None:
    why = RejectedError("switched off", advice="switch them on")
    unread = Unread(NAMESPACE.scope, "them", why, frozenset({resources.SERVICE_CONTROL_POLICY}))
    seen = Observation({}, {}, unread=(unread,))
    (refusal,) = guarded(Question(plan(seen, desired(acme)), seen, 2, ORGANIZATION)).refusals
    assert refusal.advice == "switch them on"


def test_destroy_takes_the_guardrails_away_whatever_is_allowed(acme: Manifest) -> None:
    gone = judged(desired(acme), {}, *guards.GUARDS)
    assert NAMESPACE in {change.key for change in gone.changes}


def test_a_team_half_made_for_people_who_are_there_already_is_finished_without_leave(acme: Manifest) -> None:
    wanted = desired(acme)
    outside = {key: _left(each) for key, each in wanted.items() if key.type == resources.USER}
    found = judged({**wanted, **outside, TEAM: changed(wanted[TEAM], ManagedPolicyArns=[])}, wanted)
    assert guards.BROADENS_ACCESS not in rules(found)


def test_a_team_that_one_person_is_still_in_gets_no_rights_without_leave(acme: Manifest) -> None:
    wanted = desired(acme)
    _stays, *others = [key for key in wanted if key.type == resources.USER and TEAM.name in _groups(wanted[key])]
    outside = {key: _left(wanted[key]) for key in others}
    found = judged({**wanted, **outside, TEAM: changed(wanted[TEAM], ManagedPolicyArns=[])}, wanted)
    assert guards.BROADENS_ACCESS in rules(found)


def _groups(user: Resource) -> Sequence[Json]:
    return items(user.properties["Groups"])


def _left(user: Resource) -> Resource:
    return changed(user, Groups=[group for group in _groups(user) if group != TEAM.name])


def test_a_guardrail_that_is_not_ours_holds_nothing(acme: Manifest) -> None:
    wanted = desired(acme)
    strays = {NAMESPACE: changed(wanted[NAMESPACE], Tags=[])}
    assert rules(judged({}, wanted, strays=strays)) == [guards.NAMESPACE_OPEN, guards.NOT_OURS]
    assert rules(judged({}, wanted, guards.NOT_OURS, strays=strays)) == [guards.NAMESPACE_OPEN]


def test_whoever_lets_the_namespace_be_open_gets_roles_that_wait_for_no_guardrail(acme: Manifest) -> None:
    found = judged({}, desired(acme), guards.NAMESPACE_OPEN)
    assert resources.SERVICE_CONTROL_POLICY not in {change.key.type for change in found.changes}
    assert len(found.changes) == len(without_guardrails(desired(acme)))


def test_what_changes_no_role_needs_no_guardrail(acme: Manifest) -> None:
    wanted = desired(acme)
    seen = Observation(without_guardrails(wanted), {}, everybody(wanted), unread=(hidden(NAMESPACE.scope),))
    fewer = {key: each for key, each in wanted.items() if key.name != "fatima-break-glass"}
    assert rules(guarded(Question(plan(seen, fewer), seen, 2, ORGANIZATION))) == [guards.REMOVES_PERSON]


def test_a_guardrail_that_loses_a_denial_broadens_access(acme: Manifest) -> None:
    other = desired(manifest(provisioning_role="Deployer"))
    found = judged(
        desired(acme), {key: other[key] if key == NAMESPACE else each for key, each in desired(acme).items()}
    )
    assert [(each.rule, each.subject) for each in found.refusals] == [(guards.BROADENS_ACCESS, NAMESPACE.name)]


@pytest.mark.parametrize("rule", guards.GUARDS)
def test_to_allow_one_rule_allows_no_other(acme: Manifest, rule: str) -> None:
    wanted = desired(acme)
    key = Key(PROD, resources.ROLE, naming.VERIFIER)
    before = {**wanted, key: changed(wanted[key], Path="/")}
    after = dict(desired(strangers("gil")))
    after[TEAM] = changed(after[TEAM], ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"])
    new = Resource(resources.ROLE, PROD, {"RoleName": "BREAK-GLASS-NEW"})
    after[new.key] = new
    del after[Key(TRAIL, resources.ALARM, "BreakGlass-RoleAssumed")]
    guardrail = before.pop(NAMESPACE)
    strays = {new.key: new, NAMESPACE: guardrail}
    assert rules(judged(before, after, strays=strays)) == sorted(guards.GUARDS)
    assert rules(judged(before, after, rule, strays=strays)) == sorted(set(guards.GUARDS) - {rule})


def test_a_minimum_of_one_lets_all_but_one_go(acme: Manifest) -> None:
    few = replace(acme, limits=replace(acme.limits, minimum_ways_in=1))
    found = judged(desired(acme), desired(only(acme, "ana", "emeka")), minimum=few.limits.minimum_ways_in)
    assert rules(found) == [guards.REMOVES_PERSON]
