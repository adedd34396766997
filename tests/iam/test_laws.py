"""What holds of every request and all policies, over the scenarios the differential test draws."""

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.oracle.generate import scenario
from breakglass.documents import Json
from breakglass.iam.scenarios import simulate
from tests.iam.support import Object, document

SEEDS = st.integers(0, 2**40)
RUNS = settings(max_examples=150, deadline=None)


def decided(whole: Object) -> str:
    return str(simulate([whole])[0]["decision"])


def documents(value: Json) -> list[Object]:
    """Every policy document of a scenario, at whatever depth."""
    if isinstance(value, list):
        return [each for inner in value for each in documents(inner)]
    if isinstance(value, dict):
        return [value] if "Statement" in value else [each for inner in value.values() for each in documents(inner)]
    return []


def listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def narrows(before: str, after: str) -> bool:
    """A request that was not allowed does not become so, and a denial stays one."""
    return after != "allowed" or before == "allowed"


@RUNS
@given(SEEDS, SEEDS, st.data())
def test_a_deny_never_widens(seed: int, other: int, data: st.DataObject) -> None:
    whole = scenario(seed)
    held = data.draw(st.sampled_from([*documents(whole), document()]))
    taken = data.draw(st.sampled_from([*documents(scenario(other)), document()]))
    before = decided(whole)
    denials = [{**each, "Effect": "Deny"} for each in listed(taken["Statement"]) if isinstance(each, dict)]
    held["Statement"] = [*listed(held["Statement"]), *denials]
    assert narrows(before, decided(whole))


@RUNS
@given(SEEDS)
def test_the_order_of_statements_and_of_policies_means_nothing(seed: int) -> None:
    whole = scenario(seed)
    before = decided(whole)
    for held in documents(whole):
        held["Statement"] = [*reversed(listed(held["Statement"]))]
    for kind in ("identity_policies", "session_policies", "service_control_policies", "resource_control_policies"):
        if kind in whole:
            whole[kind] = [
                [*reversed(each)] if isinstance(each, list) else each for each in reversed(listed(whole[kind]))
            ]
    assert decided(whole) == before


@RUNS
@given(SEEDS, SEEDS)
def test_a_boundary_a_session_policy_and_an_scp_never_widen(seed: int, other: int) -> None:
    whole = scenario(seed)
    before = decided(whole)
    more: Json = next(
        iter(documents(scenario(other).get("identity_policies", []))), {"Version": "2012-10-17", "Statement": []}
    )
    service_control = whole.get("service_control_policies", [])
    assert isinstance(service_control, list)
    narrower: list[Object] = [{"service_control_policies": [*service_control, [more]]}]
    if "permissions_boundary" not in whole:
        narrower.append({"permissions_boundary": more})
    if "session_policies" not in whole:
        narrower.append({"session_policies": [more]})
    for each in narrower:
        assert narrows(before, decided({**whole, **each}))


@RUNS
@given(
    SEEDS,
    st.sampled_from(("Version", "Effect", "Action", "Condition", "Principal", "Foo")),
    st.sampled_from(("x", 7, None, [], {}, ["x", {}], {"a": {"b": "c"}})),
)
def test_nonsense_never_allows_what_was_denied_by_more_than_silence(seed: int, element: str, value: Json) -> None:
    """Whatever is put into a statement, the answer is an answer; a Deny elsewhere stays."""
    whole = scenario(seed)
    denying: Object = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    identity = whole.get("identity_policies", [])
    assert isinstance(identity, list)
    for held in documents(whole):
        for each in held["Statement"] if isinstance(held["Statement"], list) else []:
            if isinstance(each, dict):
                each[element] = value
    assert decided(whole) in ("allowed", "explicit_deny", "implicit_deny", "unsupported")
    assert decided({**whole, "identity_policies": [*identity, denying]}) == "explicit_deny"
