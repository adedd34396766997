"""Where alerting lives: which regions of which accounts have what of it, and how they call each other.

The fast channel is the security account's, the net is the trail account's: whoever silences one account leaves the
other channel to tell of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from breakglass import naming
from breakglass.documents import Json
from breakglass.manifest.model import Manifest
from breakglass.resources import BUCKET_POLICY, TRAIL, Key, Scope, tags

USE: Final = "use"
"""Rules that notice a use, in every region of the security account."""
CHANGE: Final = "change"
"""The rule that notices changes of the namespace, where IAM is logged."""
GATHERING: Final = "gathering"
"""The event bus all rules forward to, its topic, and the security account's own trail."""
NET: Final = "net"
"""Metric filters and alarms on the organization trail's log group, and their topic."""
TAMPER: Final = "tamper"
"""The rule that notices who works on alerting."""
EVIDENCE: Final = "evidence"
"""The bucket of the security account's own trail."""


@dataclass(frozen=True, slots=True)
class Place:
    """One region of one account: as it is, and as it is written, which in a template is in symbols."""

    manifest: Manifest
    real: Scope
    scope: Scope

    def at(self, account: str, region: str) -> Scope:
        """Return a scope as it is called from here."""
        return replace(
            self.scope,
            account=self.scope.account if account == self.real.account else account,
            region=self.scope.region if region == self.real.region else region,
        )

    @property
    def owner(self) -> Json:
        """The tags of what the manifest owns here."""
        return tags({naming.OWNER_TAG: self.manifest.name})

    @property
    def parts(self) -> frozenset[str]:
        """What of alerting is here."""
        return parts(self.manifest, self.real)


def parts(manifest: Manifest, scope: Scope) -> frozenset[str]:
    """Return what of alerting is in one region of an account; nothing in most."""
    security, trail = manifest.security_account, manifest.trail
    second = manifest.alerts.second_region
    where = (scope.account, scope.region)
    present = {
        USE: scope.account == security and scope.region in manifest.alerts.regions,
        CHANGE: where == (security, naming.GLOBAL_REGIONS[manifest.partition]),
        GATHERING: where == (security, second),
        NET: where == (trail.account, trail.region),
        TAMPER: scope.region in _tampered(manifest, scope.account),
        EVIDENCE: where == (manifest.audit_account, second),
    }
    return frozenset(part for part, here in present.items() if here)


def regions(manifest: Manifest, account: str) -> tuple[str, ...]:
    """Return the regions of an account that have anything of alerting, in alphabetical order."""
    known = {*manifest.alerts.regions, manifest.alerts.second_region, manifest.trail.region}
    known.add(naming.GLOBAL_REGIONS[manifest.partition])
    return tuple(sorted(region for region in known if parts(manifest, manifest.scope(account, region))))


def forwarders(manifest: Manifest) -> tuple[str, ...]:
    """Return the accounts events are forwarded from: of the users, of the log group, and of who owns the trail."""
    accounts = (manifest.security_account, manifest.trail.account, manifest.management_account.id)
    return tuple(dict.fromkeys(accounts))


def bus(place: Place) -> str:
    """Return the ARN of the bus all rules forward to."""
    there = place.at(place.manifest.security_account, place.manifest.alerts.second_region)
    return arn(there, "events", f"event-bus/{naming.EVENT_BUS}")


def arn(scope: Scope, service: str, resource: str) -> str:
    """Return the ARN of something in one region of an account."""
    return f"arn:{scope.partition}:{service}:{scope.region}:{scope.account}:{resource}"


def precedence(keys: frozenset[Key]) -> Mapping[Key, frozenset[Key]]:
    """Return what a trail waits for: AWS makes none for a bucket whose policy does not let it write."""
    policies = frozenset(key for key in keys if key.type == BUCKET_POLICY)
    return {key: policies for key in keys if key.type == TRAIL}


def _tampered(manifest: Manifest, account: str) -> frozenset[str]:
    """Return where an account's part of alerting can be worked on: rules and queues wherever there are any."""
    at_work: set[str] = set()
    if account == manifest.security_account:
        at_work |= {*manifest.alerts.regions, manifest.alerts.second_region}
    if account in (manifest.trail.account, manifest.management_account.id):
        at_work.add(manifest.trail.region)
    return frozenset(at_work)
