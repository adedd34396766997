"""A run in steps tells what a whole run tells, and takes nothing for gone that it did not see."""

from collections.abc import Callable

import pytest

from breakglass import resources
from breakglass.errors import DeniedError
from breakglass.estate.desired import desired
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from breakglass.scheduled.run import run
from breakglass.scheduled.step import shared
from breakglass.scheduled.task import task
from breakglass.surroundings import ExternalAccess, RootUser
from tests.assure.test_control_policies import deny, full, scp, tree
from tests.conftest import manifest
from tests.memory import MemoryEstate, no_fault
from tests.scheduled.world import Invocation, World
from tests.verified import OF_STATE

PROD, PAYMENTS, SECURITY = "222222222222", "444444444444", "111111111111"
TEAM = [{"name": "incident", "playbooks": ["ransomware", "data-breach", "lost-access"], "accounts": "all"}]
PEOPLE = [
    {"id": each, "name": each, "email": f"{each}@acme.example", "teams": ["incident"]} for each in ("ana", "ben", "eve")
]
NOBODY = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}]}


@pytest.fixture(scope="module")
def two() -> Manifest:
    """Two accounts of one kind, of which the second is a step of its own."""
    others = [{"id": PROD, "name": "prod"}, {"id": PAYMENTS, "name": "payments"}]
    return manifest(accounts=others, teams=TEAM, responders=PEOPLE, management_account={"id": "999999999999"})


def alter(estate: MemoryEstate, key: Key, **properties: object) -> None:
    old = estate.resources[key]
    estate.resources[key] = Resource(old.type, old.scope, {**old.properties, **properties})  # type: ignore[dict-item]


def surround(estate: MemoryEstate) -> None:
    """A policy that locks a role out, outsiders who get in, and a root user's key."""
    estate.facts = (
        tree(),
        full(),
        scp(deny(["ec2:*"]), upon=[PAYMENTS]),
        ExternalAccess(
            Scope(PAYMENTS), f"arn:aws:iam::{PAYMENTS}:role/BREAK-GLASS-DATA-BREACH", ("AWS: 123456789012",)
        ),
        RootUser(Scope(PAYMENTS), has_access_keys=True),
    )


def role(playbook: str) -> Key:
    return Key(Scope(PAYMENTS), resources.ROLE, f"BREAK-GLASS-{playbook}")


ANA = Key(Scope(SECURITY), resources.USER, "ana-break-glass")
DEVIATIONS: tuple[Callable[[MemoryEstate], None], ...] = (
    surround,
    lambda estate: alter(estate, role("DATA-BREACH"), MaxSessionDuration=43200),
    lambda estate: alter(estate, role("RANSOMWARE"), AssumeRolePolicyDocument=NOBODY),
    lambda estate: estate.resources.__delitem__(role("LOST-ACCESS")),
    lambda estate: alter(estate, ANA, Groups=[]),
    lambda estate: estate.resources.__delitem__(next(key for key in estate.resources if key.type == resources.ALARM)),
)
"""What is wrong with the account that is a step of its own, and with what all share."""


def go(world: World, of: Manifest, event: object) -> dict[str, object]:
    world.clock.sleep(86_400)
    asked = task(event, Invocation().aws_request_id)
    return dict(run(asked, of, world.ports(), Invocation(), OF_STATE).require())


def steps(world: World, of: Manifest) -> None:
    first = go(world, of, {"task": "shared"})
    assert first["accounts"] == [each for each in of.account_ids if each not in shared(of)] == [PAYMENTS]
    go(world, of, {"task": "account", "account": PAYMENTS, "run": "r", "enrolled": first["enrolled"]})


def told(world: World) -> set[tuple[str, str]]:
    """What is open: of people by code alone, as the steps tell each of their account."""
    return {
        (code, subject if subject.startswith("arn:") or subject[:12].isdigit() or "/" in subject else "")
        for code, _, subject in (title.partition(": ") for title in world.hub.active())
    }


@pytest.fixture
def estate(two: Manifest) -> MemoryEstate:
    """All of them at once: each is of another role, person or alarm."""
    found = MemoryEstate(dict(desired(two)))
    for plant in DEVIATIONS:
        plant(found)
    return found


def test_the_steps_of_a_map_tell_what_a_whole_run_tells(two: Manifest, estate: MemoryEstate) -> None:
    whole, mapped = World(estate), World(estate)
    go(whole, two, {})
    steps(mapped, two)
    gone = ("SCP_LOCK_OUT", "Theirs/BREAK-GLASS-LOST-ACCESS")  # of a role the first step takes for as it is meant
    assert told(mapped) == told(whole) | {gone}
    codes = {code for code, _ in told(whole)}
    assert codes >= {"SCP_LOCK_OUT", "EXTERNAL_ACCESS", "ROOT_ACCESS_KEY", "DRIFT", "MISSING_ACCESS", "ALERT_BROKEN"}


def test_nothing_is_archived_that_is_still_so(two: Manifest, estate: MemoryEstate) -> None:
    """By a whole run that cannot read one account, whichever it is; or by the first step of a map."""
    world = World(estate)
    go(world, two, {})
    known = set(world.hub.active())
    for lost in two.account_ids:
        estate.fault = lambda _verb, what, of=lost: DeniedError("no") if what.scope.account == of else None  # type: ignore[misc]
        go(world, two, {})
        assert known <= set(world.hub.active()), f"{lost} is unread"
    estate.fault = no_fault
    go(world, two, {"task": "shared"})
    assert known <= set(world.hub.active())


@pytest.mark.parametrize("run_over", [steps, lambda world, of: go(world, of, {})], ids=("in steps", "whole"))
def test_what_was_told_is_archived_once_it_is_mended(
    two: Manifest, estate: MemoryEstate, run_over: Callable[[World, Manifest], object]
) -> None:
    world = World(estate)
    run_over(world, two)
    assert world.hub.active()
    estate.resources, estate.facts = dict(desired(two)), ()
    run_over(world, two)
    assert not world.hub.active()
