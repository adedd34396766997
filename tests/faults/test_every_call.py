"""One call goes wrong, and each in its turn; and the bad days themselves are as bad as they say."""

import pytest

from breakglass import resources
from breakglass.errors import UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.surveys import surveys
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from tests.faults.run import converged, run
from tests.faults.unreliable import LAG, Misfortune, Trouble, UnreliableEstate

pytestmark = pytest.mark.uncounted

SECURITY = Scope("111111111111")
PROD = Scope("222222222222")
ROLE = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")


def calls_of(acme: Manifest, scope: Scope) -> range:
    """Return the numbers of the calls that a first apply makes to an account."""
    estate = UnreliableEstate()
    assert run(estate, acme, ()).says_done
    return range(estate.calls[scope])


@pytest.mark.parametrize("scope", [SECURITY, PROD], ids=["security", "prod"])
@pytest.mark.parametrize("trouble", [Trouble.HALF, Trouble.LOST, Trouble.INTERRUPT_AFTER])
def test_whatever_call_of_the_first_apply_is_broken_off_the_next_apply_needs_no_leave(
    acme: Manifest, scope: Scope, trouble: Trouble
) -> None:
    for number in calls_of(acme, scope):
        estate = UnreliableEstate(misfortune=Misfortune({(scope, number): trouble}))
        run(estate, acme, ())
        again = run(estate, acme, ())
        assert not again.refusals, f"call {number}"
        assert again.says_done
        assert converged(estate.resources, acme)


def shown(estate: UnreliableEstate, acme: Manifest, key: Key) -> Resource | None:
    (survey,) = (each for each in surveys(acme) if each.scope == key.scope)
    return resources.state(estate.read(survey).resources).get(key)


def test_a_write_stays_hidden_for_so_many_reads_of_its_account(acme: Manifest) -> None:
    wanted = desired(acme)
    estate = UnreliableEstate(dict(wanted), misfortune=Misfortune(lags=[LAG]))
    estate.delete(wanted[ROLE])
    assert ROLE not in estate.resources
    seen = [shown(estate, acme, ROLE) for _ in range(LAG + 1)]
    assert seen == [wanted[ROLE]] * LAG + [None]


def test_a_write_cut_in_half_makes_a_role_without_its_policy(acme: Manifest) -> None:
    wanted = desired(acme)
    there = {key: each for key, each in wanted.items() if key != ROLE}
    estate = UnreliableEstate(there, misfortune=Misfortune({(PROD, 0): Trouble.HALF}))
    with pytest.raises(UnavailableError):
        estate.create(wanted[ROLE])
    assert estate.resources[ROLE].properties["ManagedPolicyArns"] == ()
    estate.update(estate.resources[ROLE], wanted[ROLE])
    assert estate.resources == wanted


def test_an_update_by_a_stale_look_leaves_what_the_look_did_not_show(acme: Manifest) -> None:
    wanted = desired(acme)
    user = next(each for key, each in wanted.items() if key.type == resources.USER)
    stale = Resource(user.type, user.scope, {**user.properties, "Groups": ()})
    other = Resource(user.type, user.scope, {**user.properties, "Groups": ("break-glass-payments",)})
    estate = UnreliableEstate(dict(wanted))
    estate.update(stale, other)
    groups = {*resources.items(user.properties["Groups"]), "break-glass-payments"}
    assert set(resources.items(estate.resources[user.key].properties["Groups"])) == groups
