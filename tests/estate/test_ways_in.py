"""A way in is what the policy engine lets through, and one that is kept is kept in every mixture of two states."""

from collections.abc import Mapping
from itertools import product

import pytest

from breakglass import naming, resources
from breakglass.documents import Json
from breakglass.estate.desired import desired
from breakglass.estate.ways_in import ways_in
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope, items

SECURITY, PROD = Scope("111111111111"), Scope("222222222222")
ANA = Key(SECURITY, resources.USER, "ana-break-glass")
BOUNDARY = Key(SECURITY, resources.MANAGED_POLICY, naming.BOUNDARY)
ROLES = [Key(PROD, resources.ROLE, naming.role_name(each)) for each in ("ransomware", "data-breach", "lost-access")]
DENY: Json = {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"}
DENIAL: Json = {"Version": "2012-10-17", "Statement": [DENY]}

World = dict[Key, Resource]


@pytest.fixture
def world(acme: Manifest) -> World:
    return dict(desired(acme))


def found(acme: Manifest, *worlds: World) -> frozenset[str]:
    return ways_in(acme.organization, *worlds)[PROD.account]


def altered(world: World, key: Key, **properties: Json) -> World:
    return {**world, key: Resource(key.type, key.scope, {**world[key].properties, **properties})}


def with_policy(world: World, name: str, document: Json) -> World:
    made = Resource(
        resources.MANAGED_POLICY,
        SECURITY,
        {"ManagedPolicyName": name, "Path": naming.PATH, "PolicyDocument": document},
    )
    return {**world, made.key: made}


def with_group(world: World, name: str, *policies: str) -> World:
    arns = [naming.iam_arn("aws", SECURITY.account, f"policy{naming.PATH}{each}") for each in policies]
    made = Resource(resources.GROUP, SECURITY, {"GroupName": name, "Path": naming.PATH, "ManagedPolicyArns": arns})
    return {**world, made.key: made}


def in_group(world: World, name: str) -> World:
    return altered(world, ANA, Groups=[*items(world[ANA].properties["Groups"]), name])


def test_what_denies_is_seen_wherever_it_stands(acme: Manifest, world: World) -> None:
    everybody = found(acme, world)
    assert ANA.name in everybody
    inline = resources.inline_policy("no", {"Version": "2012-10-17", "Statement": [DENY]})
    assert found(acme, altered(world, ANA, Policies=[inline])) == everybody - {ANA.name}
    assert found(acme, in_group(with_group(with_policy(world, "no", DENIAL), "no", "no"), "no")) == everybody - {
        ANA.name
    }
    assert found(acme, altered(world, BOUNDARY, PolicyDocument=DENIAL)) == frozenset()
    shut = world
    for role in ROLES:
        shut = altered(shut, role, AssumeRolePolicyDocument=DENIAL)
    assert found(acme, shut) == frozenset()


def test_a_user_without_a_boundary_gets_in_and_one_under_an_unknown_one_cannot_be_counted_on(
    acme: Manifest, world: World
) -> None:
    assert ANA.name in found(acme, altered(world, ANA, PermissionsBoundary=None))
    swapped = altered(world, ANA, PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess")
    assert ANA.name not in found(acme, swapped)
    assert ANA.name in found(acme, altered(world, ANA, PermissionsBoundary=None), world)


def test_what_others_attach_does_not_hide_a_way_in(acme: Manifest, world: World) -> None:
    more = altered(world, ANA, ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"])
    assert found(acme, more) == found(acme, world)


def test_another_organization_is_no_way_in(acme: Manifest, world: World) -> None:
    assert found(acme, world)
    assert ways_in("o-other12345", world)[PROD.account] == frozenset()


def test_a_denial_that_only_a_mixture_puts_together_counts(acme: Manifest, world: World) -> None:
    """In neither state is ana in a group that denies; she is while the group is changed and she is not yet out."""
    there = with_policy(with_group(world, "no"), "no", DENIAL)
    before = in_group(there, "no")
    after = with_group(there, "no", "no")
    assert ANA.name in found(acme, before)
    assert ANA.name in found(acme, after)
    assert ANA.name not in found(acme, before, after)


def test_a_right_that_moves_from_policy_to_policy_is_not_kept(acme: Manifest, world: World) -> None:
    group = Key(SECURITY, resources.GROUP, "break-glass-incident")
    rights = Key(SECURITY, resources.MANAGED_POLICY, "break-glass-incident-1")
    document = world[rights].properties["PolicyDocument"]
    there = with_policy(world, "other", document)
    own = naming.iam_arn("aws", SECURITY.account, f"policy{naming.PATH}other")
    after = altered(there, group, ManagedPolicyArns=[own])
    assert ANA.name in found(acme, after)
    assert ANA.name not in found(acme, there, after)
    both = altered(there, group, ManagedPolicyArns=[own, world[rights].arn])
    assert ANA.name in found(acme, there, both)


def test_whoever_is_found_for_two_states_is_found_in_every_mixture(acme: Manifest, world: World) -> None:
    there = with_policy(with_group(world, "no"), "no", DENIAL)
    before, after = in_group(there, "no"), with_group(altered(there, BOUNDARY, Path=naming.PATH), "no", "no")
    kept = found(acme, before, after)
    changed = [key for key in before if before[key] != after[key]]
    for chosen in product((before, after), repeat=len(changed)):
        mixture: Mapping[Key, Resource] = {**before, **{key: of[key] for key, of in zip(changed, chosen, strict=True)}}
        assert kept <= found(acme, dict(mixture))
