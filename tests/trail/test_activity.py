"""Records of an organization trail, put together to uses."""

from itertools import permutations

import pytest

from breakglass.trail.activity import PATTERN, Use, uses
from breakglass.trail.pattern import parse
from tests.trail.events import (
    ANA,
    ANA_ARN,
    BROWSER,
    BY_CONSOLE,
    CONSOLE,
    PROD,
    ROLE,
    ROLE_ARN,
    SECURITY,
    TRAIL,
    Record,
    assumed,
    bare_session,
    call,
    denied,
    foreign,
    session,
    switched,
    user,
)
from tests.trail.shapes import SHAPES
from tests.trail.support import WEIRD

HERE = assumed(user(), eventID="here")
THERE = assumed(foreign(), eventID="there", recipientAccountId=PROD)
USE = Use("2026-11-20T03:02:00Z", ANA_ARN, ANA, ROLE, PROD, "eu-west-1", False, "203.0.113.7", "", "here")
SWITCH = [
    assumed(BY_CONSOLE, eventID="here", **CONSOLE),
    assumed(foreign(), eventID="there", recipientAccountId=PROD, **CONSOLE),
    switched(bare_session(), ANA_ARN, eventID="switch", eventTime="2026-11-20T03:02:01Z", userAgent=BROWSER),
]
MESSAGE = f"User: {ANA_ARN} is not authorized to perform: sts:AssumeRole on resource: {ROLE_ARN} because no"


def test_the_pattern_is_one_that_aws_takes_and_matches_every_use() -> None:
    matches = parse(PATTERN).matches
    wanted = {"RoleAssumed", "AssumptionDenied", "ProbeDenied", "RoleSwitched"}
    for shape in SHAPES.values():
        assert matches(shape.record) == bool(wanted & set(shape.fires.split()))


def test_one_use_seen_twice_is_one_row() -> None:
    for order in ([HERE, THERE], [THERE, HERE], [HERE]):
        assert uses(order) == (USE,)


def test_the_copy_of_the_roles_account_alone_says_less() -> None:
    (use,) = uses([THERE])
    assert (use.person, use.session, use.role, use.event) == ("AIDAEXAMPLEANA", ANA, ROLE, "there")


def test_a_probe_is_no_attempt_unless_it_gets_in() -> None:
    assert uses([SHAPES["a probe, denied"].record]) == ()
    assert len(uses([SHAPES["a probe that got in"].record])) == 1


def test_two_uses_are_two_rows_in_the_order_of_their_time() -> None:
    later = assumed(user(), eventID="later", sharedEventID="another", eventTime="2026-11-20T04:00:00Z")
    assert [use.event for use in uses([later, THERE, HERE])] == ["here", "later"]


def test_a_switch_in_the_console_is_one_row_with_the_persons_own_address() -> None:
    for order in permutations(SWITCH):
        (use,) = uses(order)
        assert (use.person, use.console, use.address, use.event) == (ANA_ARN, True, "203.0.113.7", "here")


def test_a_switch_tells_who_it_was_where_the_other_copy_does_not() -> None:
    (use,) = uses(SWITCH[1:])
    assert (use.person, use.event) == (ANA_ARN, "there")


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-11-20T03:09:00Z"},
        {"eventTime": "2026-11-20T03:02:00"},
        {"eventTime": "soon"},
        {"userIdentity": bare_session("BREAK-GLASS-LOST-ACCESS")},
        {"userIdentity": bare_session(name="ben-break-glass")},
        {"userIdentity": {}},
    ],
)
def test_a_switch_that_belongs_to_nothing_is_a_row_of_its_own(change: Record) -> None:
    found = uses([*SWITCH[:2], SWITCH[2] | change])
    assert {use.event for use in found} == {"here", "switch"}
    assert all(use.console for use in found)


def test_two_switches_are_not_taken_for_one() -> None:
    second = [{**each, "sharedEventID": "x", "eventID": f"{each['eventID']}-2"} for each in SWITCH]
    assert [use.event for use in uses([*SWITCH, *second])] == ["here", "here-2"]
    assert len(uses([*SWITCH, second[2]])) == 2


def at(record: Record, seconds: int, **more: object) -> Record:
    """Return a record of so many seconds after three, with an id of its own."""
    time = f"2026-11-20T{3 + seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"
    own = f"{record['eventID']} {seconds}"
    return {**record, "eventTime": time, "eventID": own, "sharedEventID": own, **more}


def test_a_switch_is_joined_to_the_assumption_that_leaves_one_to_the_others() -> None:
    made = [at(SWITCH[0], 0), at(SWITCH[0], 100)]
    switches = [at(SWITCH[2], 0), at(SWITCH[2], 50)]
    for order in permutations([*made, *switches]):
        assert [use.event for use in uses(order)] == ["here 0", "here 100"]


@pytest.mark.parametrize(("apart", "alone"), [(0, 0), (1_000, 940)])
def test_thousands_of_switches_are_joined_each_to_its_own(apart: int, alone: int) -> None:
    """Were each held against all, this would take minutes."""
    own = [f"10.0.{number // 250}.{number % 250}" for number in range(10_000)]
    made = [at(SWITCH[0], number) for number in range(len(own))]
    switches = [at(SWITCH[2], number + apart, sourceIPAddress=each) for number, each in enumerate(own)]
    found = uses([*made, *switches])
    assert [use.address for use in found[:900]] == ([""] * 900 if alone else own[:900])
    assert len(found) == len(own) + alone


def test_what_has_no_id_is_nobody_elses_copy() -> None:
    nameless = {key: value for key, value in HERE.items() if key not in ("eventID", "sharedEventID")}
    assert len(uses([nameless, {**nameless, "eventID": "0"}, nameless])) == 3


@pytest.mark.parametrize("time", ["", "soon", "2026-11-20T03:02:00", "0001-01-01T00:00:00+23:59"])
def test_a_time_that_is_none_joins_nothing(time: str) -> None:
    found = uses([{**each, "eventTime": time} for each in SWITCH])
    assert len(found) == (1 if time.startswith("0001") else 2)


@pytest.mark.parametrize(
    ("record", "role", "account"),
    [
        (denied("sts", "AssumeRole", user(), MESSAGE), ROLE, PROD),
        (denied("sts", "AssumeRole", user(), f"{MESSAGE}: arn:aws:iam::1:role/x"), ROLE, PROD),
        (denied("sts", "AssumeRole", user(), "on arn:aws:iam::222222222222:role/a/b/Ops"), "Ops", PROD),
        (call("sts", "AssumeRole", user(), {"roleArn": ROLE_ARN}, errorCode="AccessDenied"), ROLE, PROD),
        (call("sts", "AssumeRole", user(), errorCode="AccessDenied"), "", ""),
    ],
)
def test_a_denied_attempt_is_told_as_such_with_the_role_that_was_wanted(
    record: Record, role: str, account: str
) -> None:
    (use,) = uses([record])
    assert (use.role, use.account, use.error, use.person) == (role, account, "AccessDenied", ANA_ARN)


def test_a_role_is_named_as_iam_spells_it() -> None:
    lower = {"roleArn": ROLE_ARN.lower(), "roleSessionName": ANA}
    assert uses([assumed(user(), requestParameters=lower)])[0].role == ROLE


@pytest.mark.parametrize("name", ["BREAK-GLASS-CANARY", "BREAK-GLASS-CANARY-DENIED"])
def test_a_test_is_told_by_its_role(name: str) -> None:
    arn = f"arn:aws:iam::{SECURITY}:role/{name}"
    caller = session("BreakGlassVerification", "canary-x", TRAIL, "/break-glass/")
    assert uses([assumed(caller, arn)])[0].canary
    assert not uses([assumed(session(name="canary-x"))])[0].canary


def test_who_has_a_name_alone_is_told_by_it() -> None:
    assert uses([assumed({"type": "SAMLUser", "userName": "ben"})])[0].person == "ben"


@pytest.mark.parametrize("field", sorted(HERE))
@pytest.mark.parametrize("value", [None, {}, [], 7, "x" * 100_000, {"arn": ["x"]}], ids=lambda value: repr(value)[:9])
def test_no_field_can_be_such_that_nothing_is_told(field: str, value: object) -> None:
    for record in (HERE, SWITCH[2], denied("sts", "AssumeRole", user(), MESSAGE)):
        (use,) = uses([record | {field: value}])
        assert max(map(len, (use.person, use.role, use.session, use.event))) <= 2048


def test_whatever_an_event_is_it_is_one_row() -> None:
    assert len(uses(WEIRD)) == len(WEIRD)
