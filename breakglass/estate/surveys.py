"""What to read where: in every account and region everything the toolkit could have made there."""

from collections.abc import Iterator, Mapping
from typing import Final

from breakglass import posture, resources
from breakglass.estate.alerting import places
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest
from breakglass.resources import GLOBAL, Scope

_MANAGEMENT: Final = frozenset({resources.ROLE, resources.MANAGED_POLICY, resources.SERVICE_CONTROL_POLICY})
_SECURITY: Final = frozenset(
    {resources.USER, resources.GROUP, resources.ROLE, resources.MANAGED_POLICY, resources.PASSWORD_POLICY}
)
_OTHER: Final = frozenset({resources.ROLE, resources.MANAGED_POLICY})

_RULES: Final = frozenset({resources.QUEUE, resources.QUEUE_POLICY, resources.RULE})
_TOPIC: Final = frozenset(
    {resources.KEY, resources.ALIAS, resources.TOPIC, resources.TOPIC_POLICY, resources.SUBSCRIPTION}
)
_ALERTING: Final[Mapping[str, frozenset[str]]] = {
    places.USE: _RULES,
    places.CHANGE: _RULES,
    places.TAMPER: _RULES,
    places.GATHERING: _RULES | _TOPIC | {resources.EVENT_BUS, resources.TRAIL},
    places.NET: _TOPIC | {resources.METRIC_FILTER, resources.ALARM, resources.DELETION_PROTECTION},
    places.EVIDENCE: frozenset({resources.BUCKET, resources.BUCKET_POLICY}),
}


def surveys(manifest: Manifest, *, facts: bool = False) -> tuple[Survey, ...]:
    """Return what to read in each account and in its regions.

    What people sign in with is always read: who is enrolled is a way in. `facts` is for all else that is never desired:
    the credentials of emergency users, and what the delivery of alerts takes.
    """
    security = manifest.scope(manifest.security_account)
    return tuple(
        Survey(
            scope,
            types(manifest, scope) | (posture_types(manifest, scope) if facts else frozenset()),
            credentials=facts and scope == security,
            enrolment=scope == security,
            chain=facts and (scope.region != GLOBAL or scope == security),
            regions=manifest.regions if facts and scope.region == GLOBAL else (),
        )
        for scope in scopes(manifest)
    )


def scopes(manifest: Manifest) -> Iterator[Scope]:
    """Yield every scope that has anything of the toolkit: each account, and then its regions."""
    for account in manifest.account_ids:
        yield from _scopes_of(manifest, account)


def types(manifest: Manifest, scope: Scope) -> frozenset[str]:
    """Return the types of resources there can be in a scope."""
    if scope.region != GLOBAL:
        return frozenset[str]().union(*(_ALERTING[part] for part in places.parts(manifest, scope)))
    if scope.account == manifest.management_account.id:
        return _MANAGEMENT
    return _SECURITY if scope.account == manifest.security_account else _OTHER


def posture_types(manifest: Manifest, scope: Scope) -> frozenset[str]:
    """Return what verification looks at in a scope besides."""
    account, security = scope.account, scope.account == manifest.security_account
    if scope.region != GLOBAL:
        return frozenset({posture.CONFIG_RULE} if security else ())
    playbooks, management = bool(manifest.playbooks_in(account)), account == manifest.management_account.id
    seen = {
        posture.ACCOUNT: True,
        posture.SIGN_IN: security or playbooks,
        posture.GUARDED: management,
        posture.RESOURCE_POLICY: playbooks and not (management or security) and manifest.verification.resource_policies,
        posture.ANALYZER: account == manifest.audit_account,
    }
    return frozenset(type_ for type_, looked_at in seen.items() if looked_at)


def account_types(manifest: Manifest, account: str) -> frozenset[str]:
    """Return the types of what is read in an account, in all its regions."""
    scopes = tuple(_scopes_of(manifest, account))
    return frozenset[str]().union(*(types(manifest, each) | posture_types(manifest, each) for each in scopes))


def _scopes_of(manifest: Manifest, account: str) -> Iterator[Scope]:
    yield manifest.scope(account)
    yield from (manifest.scope(account, region) for region in places.regions(manifest, account))
