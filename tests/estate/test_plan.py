"""A plan is a true diff, in an order that never points at what is not there."""

from dataclasses import replace

from breakglass import naming, resources
from breakglass.errors import UnavailableError
from breakglass.estate.desired import PASSWORD_POLICY, desired
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan, Verb, plan
from breakglass.facts import Unread
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope, State, needs
from tests.conftest import manifest
from tests.estate.test_teams import people_of

SECURITY = Scope("111111111111")
PROD = Scope("222222222222")
ANA = Key(SECURITY, resources.USER, "ana-break-glass")
RANSOMWARE = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")


def seen(state: State, **more: object) -> Observation:
    return replace(Observation(state, {}), **more)  # type: ignore[arg-type]  # fields by name


def changed(resource: Resource, **properties: object) -> Resource:
    return Resource(resource.type, resource.scope, {**resource.properties, **properties})  # type: ignore[dict-item]


def without(state: State, *keys: Key) -> State:
    return {key: resource for key, resource in state.items() if key not in keys}


def verbs(found: Plan) -> list[tuple[Verb, Key]]:
    return [(change.verb, change.key) for change in found.changes]


def test_nothing_differs_from_itself(acme: Manifest) -> None:
    assert plan(seen(desired(acme)), desired(acme)) == Plan(desired(acme), ())


def test_everything_is_created_after_what_it_points_at(acme: Manifest) -> None:
    wanted = desired(acme)
    found = plan(seen({}), wanted)
    arns = {resource.arn: key for key, resource in wanted.items() if resource.arn}
    there: set[Key] = set()
    for change in found.changes:
        assert needs(change.resource, arns) <= there
        there.add(change.key)
    assert there == wanted.keys()


def test_the_verification_role_is_made_before_every_role_that_trusts_it(acme: Manifest) -> None:
    changes = plan(seen({}), desired(acme)).changes
    roles = [change.resource.name for change in changes if change.key.type == resources.ROLE]
    assert roles.index(naming.VERIFICATION) < roles.index(naming.VERIFIER)


def test_a_joiner_changes_the_security_account_alone(acme: Manifest) -> None:
    without_ana = desired(manifest(responders=[vars_of(each) for each in acme.responders[1:]]))
    assert verbs(plan(seen(without_ana), desired(acme))) == [(Verb.CREATE, ANA)]


def test_a_leaver_is_deleted_after_all_else(acme: Manifest) -> None:
    fewer = manifest(responders=[vars_of(each) for each in acme.responders[1:]], limits={"session_hours": "2"})
    found = plan(seen(desired(acme)), desired(fewer))
    assert verbs(found)[-1] == (Verb.DELETE, ANA)
    assert {verb for verb, _ in verbs(found)[:-1]} == {Verb.UPDATE}


def test_deletions_run_against_the_order_of_creation(acme: Manifest) -> None:
    found = plan(seen(desired(acme)), {})
    left = dict(desired(acme))
    arns = {resource.arn: key for key, resource in left.items() if resource.arn}
    for change in found.changes:
        del left[change.key]
        assert not any(change.key in needs(other, arns) for other in left.values())
    assert {key.type for key in left} == {type_ for type_, kind in resources.KINDS.items() if kind.kept}


def test_a_weakened_trust_is_told_by_the_place_that_differs(acme: Manifest) -> None:
    wanted = desired(acme)
    trust = wanted[RANSOMWARE].properties["AssumeRolePolicyDocument"]
    weak = resources._freeze(trust)
    assert isinstance(weak, dict)
    first = {**weak["Statement"][0]}
    first["Condition"] = {name: block for name, block in first["Condition"].items() if name != "Bool"}
    observed = {
        **wanted,
        RANSOMWARE: changed(
            wanted[RANSOMWARE], AssumeRolePolicyDocument={**weak, "Statement": [first, weak["Statement"][1]]}
        ),
    }
    (change,) = plan(seen(observed), wanted).changes
    (difference,) = change.differences
    assert difference.path == "AssumeRolePolicyDocument.Statement[Namespace].Condition.Bool"
    assert difference.before is None
    assert difference.after == {"aws:MultiFactorAuthPresent": "true"}


def test_documents_equal_in_meaning_are_no_change(acme: Manifest) -> None:
    wanted = desired(acme)
    key = Key(SECURITY, resources.MANAGED_POLICY, naming.SELF_SERVICE)
    document = wanted[key].properties["PolicyDocument"]
    assert isinstance(document, dict)
    rewritten = [
        {**each, "Action": [each["Action"]] if isinstance(each["Action"], str) else list(reversed(each["Action"]))}
        for each in document["Statement"]
    ]
    observed = {**wanted, key: changed(wanted[key], PolicyDocument={**document, "Statement": rewritten})}
    assert plan(seen(observed), wanted).changes == ()


def test_what_could_not_be_read_is_neither_created_nor_deleted(acme: Manifest) -> None:
    wanted = desired(acme)
    unread = Unread(PROD, "the account", UnavailableError("no answer"), frozenset(resources.KINDS))
    found = plan(seen(without(wanted, ANA), unread=(unread,)), wanted)
    assert verbs(found) == [(Verb.CREATE, ANA)]
    assert found.unread == (unread,)
    nothing_there = {key: each for key, each in wanted.items() if key.scope != PROD}
    assert plan(seen(nothing_there, unread=(unread,)), wanted).changes == ()


def test_a_stricter_password_policy_is_never_loosened(acme: Manifest) -> None:
    wanted = desired(acme)
    key = Key(SECURITY, resources.PASSWORD_POLICY, "")
    strict = changed(wanted[key], MinimumPasswordLength=40, AllowUsersToChangePassword=True)
    assert plan(seen({**wanted, key: strict}), wanted).changes == ()


def test_a_password_policy_that_expires_passwords_is_mended(acme: Manifest) -> None:
    wanted = desired(acme)
    key = Key(SECURITY, resources.PASSWORD_POLICY, "")
    expiring = changed(wanted[key], MaxPasswordAge=90, MinimumPasswordLength=32)
    (change,) = plan(seen({**wanted, key: expiring}), wanted).changes
    assert change.after is not None
    assert change.after.properties["MinimumPasswordLength"] == 32
    assert "MaxPasswordAge" not in change.after.properties
    assert "MaxPasswordAge" not in PASSWORD_POLICY


def test_the_digest_says_which_plan_it_is(acme: Manifest) -> None:
    empty, some = plan(seen({}), desired(acme)), plan(seen({}), without(desired(acme), ANA))
    assert empty.digest == plan(seen({}), desired(acme)).digest
    assert empty.digest != some.digest
    assert len(empty.digest) == 32


def vars_of(responder: object) -> dict[str, object]:
    names = ("id", "name", "email", "teams")
    return {name: getattr(responder, name) for name in names}


def test_what_only_takes_away_comes_after_all_that_gives() -> None:
    """A team that outgrows one policy: the roles that move to others stay in the first until these are attached."""
    found = plan(seen(desired(people_of(40))), desired(people_of(60)))
    changes = [(change.verb, change.key.name) for change in found.changes if change.key.scope == SECURITY]
    first = changes.index((Verb.UPDATE, "break-glass-incident-1"))
    assert first > changes.index((Verb.CREATE, "break-glass-incident-9"))
    assert first > changes.index((Verb.UPDATE, "break-glass-incident"))


def test_nothing_is_deleted_where_a_part_is_unknown(acme: Manifest) -> None:
    """The policy may still be attached to a role nobody could read."""
    unread = Unread(PROD, "the roles", UnavailableError("no answer"), frozenset({resources.ROLE}))
    fewer = manifest(
        playbooks=["data-breach", "lost-access"],
        teams=[
            {"name": name, "playbooks": ["data-breach"], "accounts": "all"}
            for name in ("incident", "payments", "organization")
        ],
    )
    found = plan(seen(desired(acme), unread=(unread,)), desired(fewer))
    deleted = {change.key.scope for change in found.changes if change.verb is Verb.DELETE}
    assert PROD not in deleted
    assert Scope("555555555555") in deleted
