"""What CloudFormation is to make, in order of delivery: first shared accounts, then alerts, then target accounts.

Everything else stays direct: what no template of ours holds, and every deletion, as templates retain what they made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.estate.alerting import places
from breakglass.estate.organization import Resolved
from breakglass.estate.phases import DELIVERED
from breakglass.manifest.model import Manifest, StackSets
from breakglass.provision.render import MOST_BYTES, MOST_RESOURCES
from breakglass.provision.sheets import Sheet, distinction, of_account, of_regions, shared, workload, written
from breakglass.resources import GLOBAL, Scope
from breakglass.stacks import Delivery, Stack, StackSet

MOST_STORED_BYTES: Final = 1_000_000
"""Of a template that lies in a bucket: 1 MB.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

_EVENTS: Final = frozenset({places.USE, places.TAMPER, places.CHANGE})
"""Regions that notice and forward, and keep nothing."""

_UNITS: Final = "units"
"""What the names of deliveries to organizational units begin with; a playbook can be called so, a kind of sheet not."""


@dataclass(frozen=True, slots=True)
class _Order:
    """One delivery to come: a sheet, and where it goes."""

    sheet: Sheet
    name: str
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    units: tuple[str, ...] = ()
    alone: bool = False
    """Whether it is a stack of its own and no StackSet."""


def deliveries(resolved: Resolved) -> tuple[Delivery, ...]:
    """Return all that CloudFormation delivers, in order; nothing with `engine: direct`.

    Raises UsageError where a template is larger than CloudFormation takes. It is never divided: what moved from one
    part to another as it grows would be in two stacks.
    """
    manifest = resolved.manifest
    return tuple(_delivery(manifest, order) for order in _orders(resolved))


def delivered_scopes(resolved: Resolved) -> tuple[Scope, ...]:
    """Return every place in which stacks make something, in order of delivery."""
    manifest = resolved.manifest
    return tuple(
        manifest.scope(account, region if order.sheet.regions else GLOBAL)
        for order in _orders(resolved)
        for account in order.accounts
        for region in order.regions
    )


def _orders(resolved: Resolved) -> Iterator[_Order]:
    manifest, settings = resolved.manifest, resolved.manifest.stacksets
    if manifest.engine == "stacksets" and settings is not None:
        once = settings.regions[:1]
        if settings.shared_accounts == "stacks":
            yield from _shared(manifest, once)
        for sheet in of_regions(manifest, "security", manifest.security_account):
            if _is_events(manifest, sheet):
                yield _Order(sheet, sheet.name, (manifest.security_account,), sheet.regions)
        yield from _targets(resolved, settings, once)


def _shared(manifest: Manifest, once: tuple[str, ...]) -> Iterator[_Order]:
    for kind, account in shared(manifest).items():
        for sheet in of_account(manifest, kind, account):
            if not _is_events(manifest, sheet):
                yield _Order(sheet, sheet.name, (account,), sheet.regions or once, alone=True)


def _is_events(manifest: Manifest, sheet: Sheet) -> bool:
    of_security = (manifest.scope(sheet.account, region) for region in sheet.regions)
    return sheet.account == manifest.security_account and any(
        places.parts(manifest, scope) <= _EVENTS for scope in of_security
    )


def _targets(resolved: Resolved, settings: StackSets, once: tuple[str, ...]) -> Iterator[_Order]:
    """Yield the StackSets of target accounts: by playbooks, those of organizational units apart from listed ones."""
    manifest = resolved.manifest
    units = _units(resolved) if settings.permission_model == "service-managed" else None
    alone = frozenset(shared(manifest).values())
    groups: dict[tuple[frozenset[str], bool], list[str]] = {}
    for unit in manifest.organizational_units if units is not None else ():
        groups.setdefault((_all_or(manifest, unit.playbooks), True), [])  # whoever joins an empty one has to have it
    for account in (each for each in manifest.accounts if each.id not in alone):
        group = _all_or(manifest, account.playbooks), account.id in (units or ())
        groups.setdefault(group, []).append(account.id)
    for playbooks, automatic in sorted(groups, key=lambda group: (distinction(manifest, group[0]), group[1])):
        sheet, accounts = workload(manifest, playbooks), tuple(sorted(groups[playbooks, automatic]))
        if automatic:
            yield _Order(sheet, _UNITS + distinction(manifest, playbooks), accounts, once, _of(manifest, playbooks))
        else:
            yield _Order(sheet, sheet.name, accounts, once)


def _units(resolved: Resolved) -> Mapping[str, str]:
    """Return the accounts that stacks are deployed to automatically, with their units.

    A listed account is among them where it has what its unit has: whoever joins the unit is given that.
    """
    manifest = resolved.manifest
    has = {unit.id: _all_or(manifest, unit.playbooks) for unit in manifest.organizational_units}
    same = {a: unit for a, unit in resolved.apart.items() if frozenset(manifest.playbooks_in(a)) == has[unit]}
    return {**resolved.units, **same}


def _of(manifest: Manifest, playbooks: frozenset[str]) -> tuple[str, ...]:
    """Return the units whose accounts have these playbooks, those without accounts as yet among them."""
    units = manifest.organizational_units
    return tuple(sorted(unit.id for unit in units if _all_or(manifest, unit.playbooks) == playbooks))


def _all_or(manifest: Manifest, some: Sequence[str] | None) -> frozenset[str]:
    return frozenset(manifest.playbooks if some is None else some)


def _delivery(manifest: Manifest, order: _Order) -> Delivery:
    name = f"{naming.STACK_PREFIX}{manifest.name}-{order.name}"
    is_global = not order.sheet.regions
    template = _template(manifest, order.sheet)
    if order.alone:
        ((account,), (region,)) = order.accounts, order.regions
        return Stack(name, template, manifest.scope(account, GLOBAL if is_global else region), region)
    return StackSet(name, template, order.accounts, order.regions, is_global, order.units, manifest.partition)


def _template(manifest: Manifest, sheet: Sheet) -> str:
    resources = [each for each in sheet.resources if each.type in DELIVERED]
    text = written(sheet, manifest, resources)
    bucket = manifest.stacksets is not None and manifest.stacksets.template_bucket
    most, size = MOST_STORED_BYTES if bucket else MOST_BYTES, len(text.encode())
    if size > most or len(resources) > MOST_RESOURCES:
        raise UsageError(
            f"the template {sheet.name} would have {size:,} bytes and {len(resources)} resources; CloudFormation takes "
            f"{most:,} and {MOST_RESOURCES}",
            subject=sheet.name,
            advice=_smaller(manifest, sheet, bucket=bool(bucket)),
        )
    return text


def _smaller(manifest: Manifest, sheet: Sheet, *, bucket: bool) -> str:
    if not bucket:
        return f"name a bucket under `stacksets.template_bucket`: then it may have {MOST_STORED_BYTES:,} bytes"
    if sheet.account in shared(manifest).values():
        return "write `shared_accounts: direct` under `stacksets`"
    return "give its accounts fewer playbooks"
