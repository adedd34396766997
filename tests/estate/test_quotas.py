"""Everything fits what AWS takes, and what does not is told with what to do about it."""

import pytest

from breakglass import naming, resources
from breakglass.documents import Json, size
from breakglass.estate.desired import desired
from breakglass.estate.quotas import bursts, uses
from breakglass.manifest.model import Manifest
from breakglass.resources import KINDS, Resource, Scope, state

SECURITY = Scope("111111111111")


def document(characters: int) -> Json:
    """Return a document of exactly so many characters, with white space that is not counted."""
    empty = {"Version": "2012-10-17", "Statement": "", "Id": "a b"}
    return {**empty, "Statement": "x" * (characters - size(empty))}


def one(type_: str, **properties: Json) -> Resource:
    return Resource(type_, SECURITY, {KINDS[type_].identity: "one", **properties})


def many(type_: str, number: int) -> list[Resource]:
    return [Resource(type_, SECURITY, {KINDS[type_].identity: f"n{n}"}) for n in range(number)]


def test_the_example_fits_everywhere_and_says_how_well(acme: Manifest) -> None:
    wanted = desired(acme)
    assert not list(bursts(wanted))
    told = {use.quota.what: (use.subject, use.used, use.quota.most) for use in uses(wanted)}
    assert told["a service control policy"][0] == naming.ROLES_GUARDRAIL
    assert told["groups of a user"] == ("arn:aws:iam::111111111111:user/break-glass/ana-break-glass", 2, 10)
    assert told["groups of an account"] == ("111111111111", len(acme.teams), 300)
    assert all(0 < used <= most for _, used, most in told.values())


CASES: list[tuple[str, int, list[Resource], list[Resource]]] = [
    (what, most, [one(type_, **{name: document(most)})], [one(type_, **{name: document(most + 1)})])
    for what, most, type_, name in (
        ("a role's trust policy", 2048, resources.ROLE, "AssumeRolePolicyDocument"),
        ("a managed policy", 6144, resources.MANAGED_POLICY, "PolicyDocument"),
        ("a service control policy", 5120, resources.SERVICE_CONTROL_POLICY, "Content"),
    )
]
CASES += [
    (what, 10, [one(type_, **{name: [str(n) for n in range(10)]})], [one(type_, **{name: list(map(str, range(11)))})])
    for what, type_, name in (
        ("groups of a user", resources.USER, "Groups"),
        ("policies of a group", resources.GROUP, "ManagedPolicyArns"),
        ("managed policies of a role", resources.ROLE, "ManagedPolicyArns"),
    )
]
CASES += [
    (what, most, many(type_, most), many(type_, most + 1))
    for what, most, type_ in (
        ("groups of an account", 300, resources.GROUP),
        ("users of an account", 5000, resources.USER),
        ("managed policies of an account", 1500, resources.MANAGED_POLICY),
    )
]


@pytest.mark.parametrize(("what", "most", "full", "burst"), CASES, ids=[case[0] for case in CASES])
def test_a_quota_that_bursts_is_told_with_advice(
    what: str, most: int, full: list[Resource], burst: list[Resource]
) -> None:
    assert not list(bursts(state(full)))
    (found,) = bursts(state(burst))
    assert found.code == "QUOTA"
    assert f"{what}: {most + 1:,}" in found.detail
    assert found.advice
    assert found.subject in {*(each.subject for each in burst), SECURITY.account}
