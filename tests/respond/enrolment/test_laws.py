"""What holds of an enrolment that is broken off at any call and begun again, and of two at once."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from breakglass.errors import BreakglassError, RefusedError
from breakglass.estate.enrolled import End, Enrolled
from breakglass.naming import mfa_arn
from breakglass.respond.enrolment.desk import Desk, Order, Way
from breakglass.respond.enrolment.enroll import enroll
from tests.respond.turns import Turns
from tests.respond.world import ACME, SECURITY, USER_NAME, Killed, Trouble, World, desk, opened, provisioned, run, works

MARK = mfa_arn("aws", SECURITY.account, f"{USER_NAME}-enrolling")
FIRST, RENEW, SECOND = Order(), Order(Way.RENEW), Order(Way.SECOND_DEVICE)
ANA = ACME.responders[:1]


def fresh(_folder: Path) -> World:
    return provisioned()


def joining(_folder: Path) -> World:
    """The user is not even there."""
    return provisioned(USER_NAME)


def enrolled(folder: Path) -> World:
    """As after the first enrolment, whose envelopes have been printed, or were left where they are."""
    world = provisioned()
    run(world, folder)
    world.calls.clear()
    return world


@dataclass(frozen=True)
class Story:
    name: str
    begin: Callable[[Path], World]
    order: Order

    def __str__(self) -> str:
        return self.name


STORIES = [
    Story("first", fresh, FIRST),
    Story("joiner", joining, FIRST),
    Story("renewal", enrolled, RENEW),
]


@dataclass
class Struck:
    """What came of it: nothing, where the process was killed."""

    made: Enrolled | None = None

    @property
    def says_take_over(self) -> bool:
        return self.made is None or (self.made.error is not None and "--take-over" in self.made.error.message)


def broken_off(world: World, folder: Path, order: Order, number: int, trouble: Trouble) -> Struck | None:
    """Let one call go wrong; None where it did not come to that."""
    struck: list[int] = []

    def strike(made: int, _call: str) -> Trouble | None:
        if made != number or struck:
            return None
        struck.append(made)
        return trouble

    world.trouble = strike
    came = Struck()
    try:
        (came.made,) = run(world, folder, order)
    except (Killed, KeyboardInterrupt, BreakglassError):
        assert struck
    world.trouble = lambda _number, _call: None
    return came if struck else None


def run_again(world: World, folder: Path, order: Order, came: Struck) -> Enrolled:
    """Do as is said: take over only what was killed, or where it is told."""
    take_over = MARK in world.devices
    assert came.says_take_over or not take_over
    (made,) = run(world, folder, replace(order, take_over=take_over))
    if made.end is End.BROKEN_OFF:
        (made,) = run(world, folder, replace(RENEW, take_over=True))
    return made


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("story", STORIES, ids=str)
def test_broken_off_at_any_call_the_next_run_makes_it_whole(story: Story, trouble: Trouble, tmp_path: Path) -> None:
    """One device, one password, and just the envelopes that work; and never a password without a device."""
    for number in range(100):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = story.begin(folder)
        came = broken_off(world, folder, story.order, number, trouble)
        if came is None:
            assert number > 7
            return
        made = run_again(world, folder, story.order, came)
        assert made.error is None, (number, made.error)
        assert made.end in (End.ENROLLED, End.RENEWED, End.ALREADY)
        assert len(world.devices) == len(world.held(USER_NAME)) == 1
        assert works(world, sorted(folder.iterdir())), (number, world.calls)
        assert len(list(folder.iterdir())) == 2
        assert not world.naked
    raise AssertionError("it never ends")


@pytest.mark.parametrize("trouble", [each for each in Trouble if each.name not in ("KILL", "KILL_AFTER")])
def test_a_renewal_that_fails_leaves_a_way_in(trouble: Trouble, tmp_path: Path) -> None:
    """With the earlier envelopes, or with files that are there, or with one of each."""
    for number in range(100):
        folder, kept = tmp_path / str(number), tmp_path / f"{number}-kept"
        folder.mkdir()
        world = enrolled(folder)
        shutil.copytree(folder, kept)
        if not broken_off(world, folder, RENEW, number, trouble):
            return
        old, new = (
            sorted(kept.iterdir()),
            sorted(set(folder.iterdir()) - {folder / each.name for each in kept.iterdir()}),
        )
        assert works(world, old) or works(world, new), (number, world.calls)


@pytest.mark.parametrize("trouble", [Trouble.FAILS, Trouble.LOST, Trouble.INTERRUPT, Trouble.INTERRUPT_AFTER])
def test_a_first_enrolment_that_fails_leaves_nothing_that_can_sign_in(trouble: Trouble, tmp_path: Path) -> None:
    for number in range(100):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = fresh(folder)
        came = broken_off(world, folder, FIRST, number, trouble)
        if came is None:
            return
        if came.made is not None and came.made.error is None:  # what failed was tried again
            assert works(world, came.made.envelopes)
            continue
        assert not world.passwords
        assert not list(folder.iterdir())


@pytest.mark.parametrize("trouble", Trouble)
def test_a_second_device_broken_off_is_never_one_that_counts_and_nobody_has(trouble: Trouble, tmp_path: Path) -> None:
    for number in range(100):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = enrolled(folder)
        (first,) = [opened(*folder.iterdir())]
        struck = broken_off(world, folder, SECOND, number, trouble)
        assert MARK not in world.devices or (struck and struck.says_take_over)
        seeds = {opened(path).get("seed") for path in folder.iterdir()} | {first["seed"]}
        held = [each for each in world.devices.values() if each.user]
        lost = [each for each in held if each.seed not in seeds]
        assert not lost, (number, world.calls)
        if not struck:
            return


@dataclass(frozen=True)
class Pair:
    begin: Callable[[Path], World]
    orders: tuple[Order, Order]


PAIRS = {
    "two first ones": Pair(fresh, (FIRST, FIRST)),
    "two of a joiner": Pair(joining, (FIRST, FIRST)),
    "two renewals": Pair(enrolled, (RENEW, RENEW)),
    "a renewal while a first one runs": Pair(fresh, (FIRST, RENEW)),
    "a second device while renewed": Pair(enrolled, (RENEW, SECOND)),
}


def both(
    world: World, folders: tuple[Path, Path], orders: tuple[Order, Order], first: int, second: int
) -> list[Enrolled]:
    turns: Turns[tuple[Enrolled, ...]] = Turns(first, second)
    world.gate = turns.gate
    desks: list[Desk] = [desk(world, folder) for folder in folders]
    ran = turns.run(*(_caller(*each) for each in zip(desks, orders, strict=True)))
    world.gate = lambda: None
    return [made for (made,) in ran]


def _caller(desk: Desk, order: Order) -> Callable[[], tuple[Enrolled, ...]]:
    return lambda: enroll(desk, ANA, order)


def grid(pair: Pair, root: Path, points: range) -> Iterator[tuple[World, list[Enrolled], list[Path], object]]:
    """Let each of the two begin, and each overtake the other, at every point."""
    for first in points:
        for second in points:
            place = root / f"{first}-{second}"
            folders = (place / "a", place / "b")
            for folder in folders:
                folder.mkdir(parents=True)
            world = pair.begin(folders[0])
            old = [place / each.name for each in folders[0].iterdir()]
            for each in old:
                shutil.copy(folders[0] / each.name, each)
            yield world, both(world, folders, pair.orders, first, second), old, (first, second)


@pytest.mark.parametrize("name", PAIRS)
def test_of_two_at_once_just_one_works_and_the_other_is_refused(name: str, tmp_path: Path) -> None:
    """Or came when the first was done."""
    for world, made, old, where in grid(PAIRS[name], tmp_path, range(16)):
        working = working_of(world, made, old)
        assert len(working) == 1, where
        assert working[0] is not old or not any(each.password_set for each in made), where
        failed = [each for each in made if each.error is not None]
        assert len(failed) < 2, where
        assert all(isinstance(each.error, RefusedError) for each in failed), where
        assert MARK not in world.devices, where


@pytest.mark.parametrize("name", ["two of a joiner", "two renewals"])
def test_where_one_takes_over_from_who_lives_one_works_or_somebody_says_that_none_does(
    name: str, tmp_path: Path
) -> None:
    pair = PAIRS[name]
    bold = replace(pair, orders=(pair.orders[0], replace(pair.orders[1], take_over=True)))
    for world, made, old, where in grid(bold, tmp_path, range(2, 16)):
        working = working_of(world, made, old)
        assert len(working) <= 1, where
        if not working:
            assert any(each.error for each in made), where
            assert USER_NAME not in world.passwords, where
        elif any(each.password_set for each in made):
            assert working[0] is not old, where


def working_of(world: World, made: list[Enrolled], old: list[Path]) -> list[list[Path]]:
    """Return the envelopes somebody gets in with: the earlier ones, and those whose makers say that they are done."""
    theirs = [[Path(path) for path in each.envelopes] for each in made if each.password_set]
    return [paths for paths in (old, *theirs) if works(world, paths)]
