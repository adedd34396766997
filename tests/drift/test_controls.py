"""Thirty deviations, planted and repaired one after the other: each is found under its own control, and under no other.

Where something follows from it, such as a claim that no longer holds, the control that tells of that is named as well.
"""

import pytest

from breakglass.assure.controls import ASSESSMENTS
from breakglass.assure.verify import verify
from breakglass.cli import wiring
from breakglass.controls import Means
from tests.drift.conftest import World
from tests.drift.test_deviations import DEVIATIONS
from tests.verified import MOMENT

pytestmark = pytest.mark.uncounted

FOUND: dict[str, tuple[str, ...]] = {
    "user-deleted": ("drift", "ways-in"),
    "user-out-of-team": ("drift", "matrix"),
    "user-policy-attached": ("user-policies", "claims"),
    "boundary-removed": ("boundaries", "claims"),
    "stranger-in-team": ("strangers", "password-policy"),
    "stranger-in-account": ("password-policy",),
    "access-key": ("credentials",),
    "signing-certificate": ("credentials",),
    "password-deleted": ("enrolment", "ways-in"),
    "mfa-device-of-nobody": ("devices",),
    "mfa-device-of-somebody": ("devices",),
    "user-planted-and-enrolled": ("sign-ins", "strays"),
    "password-policy-expires": ("password-age",),
    "password-policy-weakened": ("drift",),
    "policy-version-waiting": ("policy-versions",),
    "role-planted": ("strays", "claims"),
    "session-lengthened": ("roles",),
    "role-policy-inline": ("roles", "claims"),
    "trust-everybody": ("probe", "roles", "claims", "second-opinion"),
    "team-rights-widened": ("drift", "claims", "matrix"),
    "guardrail-detached": ("guardrails", "claims"),
    "alert-rule-disabled": ("alert-links",),
    "alert-subscription-filtered": ("receivers",),
    "alert-organization-trail-stopped": ("trails",),
    "root-key-made": ("root-keys",),
    "contact-deleted": ("contacts",),
    "idle-users-cleaned-up": ("generic-remediation",),
    "sign-in-restricted": ("console-sign-in",),
    "outsiders-found": ("external-access",),
    "lock-out-of-a-step": ("control-policies",),
    "lock-out-of-a-key": ("resource-lock-outs",),
}
"""Deviation -> its own control, and those that tell what follows from it."""


ASKING = {"trust-everybody"}
"""Deviations of what AWS is asked about besides, in forty calls; of all others it is asked at rest."""


def controls(world: World, *, asking: bool) -> set[str]:
    """Return the controls that find something, with all there are."""
    asked = wiring.inquiries(world.manifest, None, [each.control.id for each in ASSESSMENTS] if asking else [])
    verified = verify(world.estate, world.manifest, MOMENT, inquiries=asked)
    codes = {each.id: each.codes for each in verified.controls}
    assert all(each.finding.code in codes[each.control] for each in verified.results)
    assert len({(each.finding.code, each.finding.subject) for each in verified.results}) == len(verified.results)
    return {each.control for each in verified.results}


def test_at_rest_no_control_finds_anything(world: World) -> None:
    assert controls(world, asking=True) == set()


@pytest.mark.parametrize("name", FOUND)
def test_each_is_found_under_its_own_control(world: World, name: str) -> None:
    (deviation,) = [each for each in DEVIATIONS if each.name == name]
    world.plant(deviation)
    assert controls(world, asking=name in ASKING) == set(FOUND[name])


def test_there_are_thirty_and_one_at_least_for_each_kind_of_check() -> None:
    own = {each[0] for each in FOUND.values()}
    assert len(FOUND) >= 30
    assert {each.control.means for each in ASSESSMENTS if each.control.id in own} >= {Means.OBSERVE, Means.PROBE}
    follows = {each for several in FOUND.values() for each in several}
    assert {each.control.means for each in ASSESSMENTS if each.control.id in follows} >= {Means.PROVE, Means.ASK}
