"""What holds of an enrolment that is broken off at any call and begun again, and of two at once."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from breakglass.errors import BreakglassError
from breakglass.estate.enrolled import End, Enrolled
from breakglass.respond.desk import Desk, Order, Way
from breakglass.respond.enroll import enroll
from tests.respond.turns import Turns
from tests.respond.world import ACME, USER_NAME, Killed, Trouble, World, desk, opened, provisioned, run, works

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


def broken_off(world: World, folder: Path, order: Order, number: int, trouble: Trouble) -> bool:
    """Let one call go wrong, and tell whether it came to that."""
    struck: list[int] = []

    def strike(made: int, _call: str) -> Trouble | None:
        if made != number or struck:
            return None
        struck.append(made)
        return trouble

    world.trouble = strike
    try:
        run(world, folder, order)
    except (Killed, KeyboardInterrupt, BreakglassError):
        assert struck
    world.trouble = lambda _number, _call: None
    return bool(struck)


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("story", STORIES, ids=str)
def test_broken_off_at_any_call_the_next_run_makes_it_whole(story: Story, trouble: Trouble, tmp_path: Path) -> None:
    """One device, one password, and just the envelopes that work; and never a password without a device."""
    for number in range(100):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = story.begin(folder)
        if not broken_off(world, folder, story.order, number, trouble):
            assert number > 7
            return
        (made,) = run(world, folder, story.order)
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
        if not broken_off(world, folder, FIRST, number, trouble):
            return
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


@pytest.mark.parametrize("name", PAIRS)
def test_of_two_at_once_one_set_of_envelopes_works_or_somebody_says_that_none_does(name: str, tmp_path: Path) -> None:
    pair = PAIRS[name]
    for first in range(12):
        for second in range(12):
            root = tmp_path / f"{first}-{second}"
            folders = (root / "a", root / "b")
            for folder in folders:
                folder.mkdir(parents=True)
            world = pair.begin(folders[0])
            old = [root / each.name for each in folders[0].iterdir()]
            for each in old:
                shutil.copy(folders[0] / each.name, each)
            made = both(world, folders, pair.orders, first, second)
            _judge(world, made, old, where=(name, first, second))


def _judge(world: World, made: list[Enrolled], old: list[Path], where: object) -> None:
    """Who says that it is done speaks the truth, unless the other came later, or says that nobody can sign in."""
    theirs = [[Path(path) for path in each.envelopes] for each in made if each.password_set]
    working = [paths for paths in (old, *theirs) if works(world, paths)]
    failed = [each for each in made if each.error is not None]
    assert len(working) <= 1, where
    if not working:
        assert failed, where
        assert USER_NAME not in world.passwords, where
    elif theirs:
        assert working[0] in theirs, where
