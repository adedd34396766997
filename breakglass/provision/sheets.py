"""The desired state by kind of account, in symbols: what templates and deliveries are made of.

A sheet depends on nothing but what it makes: a person more changes that of the security account, and no other.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

import yaml

from breakglass.estate.alerting import places
from breakglass.estate.alerting.places import Place, regions
from breakglass.estate.desired import desired_in
from breakglass.estate.template import REGIONAL, SYMBOLIC, render
from breakglass.manifest.model import Account, Manifest
from breakglass.resources import KINDS, Resource

WORKLOAD: Final = "workload"

_RANK = {type_: rank for rank, type_ in enumerate(KINDS)}

_ANY_ACCOUNT: Final = "000000000000"
"""An account that stands for all with the same playbooks."""

_EVERYWHERE: Final = frozenset({places.USE, places.TAMPER})
"""What every region of the security account has; those that have no more share a sheet."""

_LONGEST: Final = 60
"""Characters of playbooks in a name: with all that goes before them the name of a StackSet has at most 128.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes into one template, of a kind of account and of some of its regions."""

    kind: str
    name: str
    """The same for ever, whatever else the manifest says."""
    account: str
    """One of this kind."""
    regions: tuple[str, ...]
    """None for what an account has but once."""
    resources: tuple[Resource, ...]
    """In symbols, what is pointed at before what points."""
    playbooks: tuple[str, ...] = ()


def sheets(manifest: Manifest) -> Iterator[Sheet]:
    """Yield all sheets: those of the shared accounts, each with its regions, then one for each set of playbooks."""
    for kind, account in shared(manifest).items():
        yield from of_account(manifest, kind, account)
    for playbooks in playbook_sets(manifest):
        yield workload(manifest, playbooks)


def shared(manifest: Manifest) -> Mapping[str, str]:
    """Return the accounts there is one of by what they are for; what each needs of another is in an earlier one."""
    found: dict[str, str] = {}
    for kind, account in (
        ("audit", manifest.audit_account),
        ("security", manifest.security_account),
        ("management", manifest.management_account.id),
        ("trail", manifest.trail.account),
    ):
        if account not in found.values():
            found[kind] = account
    return found


def of_account(manifest: Manifest, kind: str, account: str) -> Iterator[Sheet]:
    """Yield the sheets of one account: of what it has but once, then of its regions, those alike together."""
    once = _resources(Place(manifest, manifest.scope(account), SYMBOLIC))
    yield Sheet(kind, kind, account, (), once, manifest.playbooks_in(account))
    yield from of_regions(manifest, kind, account)


def of_regions(manifest: Manifest, kind: str, account: str) -> Iterator[Sheet]:
    """Yield the sheets of an account's regions, those alike together."""
    alike: dict[str, list[str]] = {}
    made: dict[str, tuple[Resource, ...]] = {}
    for region in regions(manifest, account):
        name = f"{kind}-{_regional(manifest, account, region)}"
        alike.setdefault(name, []).append(region)
        made[name] = _resources(Place(manifest, manifest.scope(account, region), REGIONAL))
    yield from (Sheet(kind, name, account, tuple(alike[name]), made[name]) for name in alike)


def workload(manifest: Manifest, playbooks: frozenset[str]) -> Sheet:
    """Return the sheet of the accounts with these playbooks."""
    some = tuple(sorted(playbooks))
    account = Account(id=_ANY_ACCOUNT, name=WORKLOAD, playbooks=some)
    only = replace(manifest, accounts=(account,), organizational_units=())
    found = _resources(Place(only, only.scope(account.id), SYMBOLIC))
    return Sheet(WORKLOAD, WORKLOAD + distinction(manifest, playbooks), account.id, (), found, some)


def playbook_sets(manifest: Manifest) -> Sequence[frozenset[str]]:
    """Return the sets of playbooks that accounts other than the shared ones have, all of them first."""
    alone = frozenset(shared(manifest).values())
    listed = [each.playbooks for each in manifest.accounts if each.id not in alone]
    chosen = {*listed, *(each.playbooks for each in manifest.organizational_units)}
    found = {frozenset(manifest.playbooks if each is None else each) for each in chosen}
    return sorted(found, key=lambda some: distinction(manifest, some))


def distinction(manifest: Manifest, playbooks: frozenset[str]) -> str:
    """Return what the name of accounts with these playbooks ends in; nothing where they have all there are.

    No two sets have the same: the names of playbooks have no two hyphens in a row.
    """
    if playbooks == frozenset(manifest.playbooks):
        return ""
    joined = "--".join(sorted(playbooks))
    return f"-{joined}" if len(joined) <= _LONGEST else f"-{len(playbooks)}-playbooks-{crc32(joined.encode()):08x}"


def written(sheet: Sheet, manifest: Manifest, resources: Iterable[Resource]) -> str:
    """Return resources of a sheet as a template, in YAML."""
    what = ", ".join(sheet.regions or sheet.playbooks)
    subject = "Alerts on emergency access" if sheet.regions else "Emergency access"
    description = f"{subject} of {manifest.name}, {sheet.kind} account" + (f": {what}" if what else "")
    template = render(resources, description, {"Manifest": manifest.name})
    text: str = yaml.dump(
        json.loads(json.dumps(template)), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True
    )
    return f"# Rendered by breakglass from the manifest {manifest.name}: change that, not this.\n{text}"


def _resources(place: Place) -> tuple[Resource, ...]:
    rendered = (each for each in desired_in(place) if KINDS[each.type].rendered)
    return tuple(sorted(rendered, key=lambda each: (_RANK[each.type], each.key)))


def _regional(manifest: Manifest, account: str, region: str) -> str:
    """Return what a region's sheet is called: by the region, save where all others have the same."""
    there = places.parts(manifest, manifest.scope(account, region))
    return "regions" if account == manifest.security_account and there == _EVERYWHERE else region


class _Dumper(yaml.SafeDumper):
    """Writes every value out (a reader of a policy follows no aliases), and digits always as text."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _quoted(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    """Write an account id in quotes: some readers of YAML would take it for a number."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'" if value.isdigit() else None)


_Dumper.add_representer(str, _quoted)
