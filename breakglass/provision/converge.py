"""Look, plan, and look again until what was made reads back."""

from breakglass.cloud import Clock, Estate
from breakglass.estate.desired import desired, surveys
from breakglass.estate.observation import Observation, observe
from breakglass.estate.plan import Plan, plan
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import SETTLING
from breakglass.resources import State
from breakglass.workers import Advance, ignore


def look(estate: Estate, manifest: Manifest, *, advance: Advance = ignore) -> Observation:
    """Read every account of the manifest."""
    return observe(estate, surveys(manifest), manifest.name, advance=advance)


def plan_to_apply(estate: Estate, manifest: Manifest, *, advance: Advance = ignore) -> Plan:
    """Return what must change so that the manifest holds."""
    return plan(look(estate, manifest, advance=advance), desired(manifest))


def plan_to_destroy(estate: Estate, manifest: Manifest, *, advance: Advance = ignore) -> Plan:
    """Return the deletion of everything the manifest made; what an account has exactly one of stays."""
    return plan(look(estate, manifest, advance=advance), {})


def remaining(estate: Estate, manifest: Manifest, target: State, clock: Clock) -> Plan:
    """Return what still differs from the target, after giving AWS time to show what was written."""
    left = plan(look(estate, manifest), target)
    for seconds in SETTLING[1:]:
        if not left.changes:
            break
        clock.sleep(seconds)
        left = plan(look(estate, manifest), target)
    return left
