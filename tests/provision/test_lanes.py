"""Lanes go on as soon as they can, and no sooner."""

from threading import Event

from breakglass import resources
from breakglass.estate.plan import Change
from breakglass.provision.lanes import Lanes
from breakglass.resources import Key, Resource, Scope

FIRST, SECOND, THIRD = (Scope(f"{number:012d}") for number in (1, 2, 3))


def made(scope: Scope, name: str) -> Change:
    return Change(None, Resource(resources.ROLE, scope, {"RoleName": name}))


LONE, NEEDED, NEEDING = made(FIRST, "lone"), made(SECOND, "needed"), made(THIRD, "needing")
LAST = made(THIRD, "last")
CHANGES = (LONE, NEEDED, NEEDING, LAST)
EARLIER: dict[Key, frozenset[Key]] = {each.key: frozenset() for each in CHANGES} | {
    NEEDING.key: frozenset({NEEDED.key})
}


def lanes() -> Lanes:
    return Lanes(CHANGES, EARLIER)


def test_the_lane_others_wait_for_goes_first_then_the_longest() -> None:
    some, stop = lanes(), Event()
    assert [some.take(stop) for _ in range(3)] == [SECOND, THIRD, FIRST]


def test_a_lane_that_must_wait_is_handed_out_again_when_it_need_not() -> None:
    some, stop = lanes(), Event()
    taken = [some.take(stop) for _ in range(3)]
    assert len(taken) == 3
    assert some.head(THIRD) is None
    some.leave()
    assert some.head(SECOND) == NEEDED
    some.pass_by(SECOND)
    assert some.take(stop) == THIRD
    assert some.head(THIRD) == NEEDING
    some.pass_by(THIRD)
    assert some.head(THIRD) == LAST


def test_what_is_given_up_is_waited_for_no_longer() -> None:
    some, stop = lanes(), Event()
    for _ in range(3):
        some.take(stop)
    assert some.head(THIRD) is None
    some.give_up(SECOND)
    assert some.head(SECOND) is None
    assert some.take(stop) == THIRD


def test_nothing_is_handed_out_when_all_is_to_stop() -> None:
    stop = Event()
    stop.set()
    assert lanes().take(stop) is None


def test_without_changes_there_is_nothing_to_take() -> None:
    assert Lanes((), {}).take(Event()) is None
