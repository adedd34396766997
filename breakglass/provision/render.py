"""The desired state as CloudFormation templates: one for each kind of account, and one for each kind of region in it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import yaml

from breakglass.documents import Json
from breakglass.estate.alerting.places import Place, regions
from breakglass.estate.desired import desired_in, playbooks_in
from breakglass.estate.template import REGIONAL, SYMBOLIC, render
from breakglass.manifest.model import Manifest
from breakglass.resources import KINDS, Resource

MOST_BYTES = 51_200
"""Of a template that is sent with the call."""

MOST_RESOURCES = 500

_RANK = {type_: rank for rank, type_ in enumerate(KINDS)}


def templates(manifest: Manifest) -> Mapping[str, str]:
    """Return the templates by file name; where one would be too large, numbered parts to be deployed in that order."""
    found: dict[str, str] = {}
    for sheet in _sheets(manifest):
        parts = tuple(_parts(sheet.resources, manifest, sheet))
        names = [sheet.name] if len(parts) == 1 else [f"{sheet.name}-{n}" for n in range(1, len(parts) + 1)]
        found |= {f"{name}.yaml": part for name, part in zip(names, parts, strict=True)}
    return found


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What goes into one template, however many parts that takes: of a kind of account, and of some of its regions."""

    kind: str
    account: str
    regions: tuple[str, ...]
    """None for what an account has but once."""
    resources: tuple[Resource, ...]

    @property
    def name(self) -> str:
        """The file it goes into: several regions with the same resources share one."""
        return "-".join((self.kind, *(self.regions if len(self.regions) == 1 else ["regions"] * bool(self.regions))))


def _sheets(manifest: Manifest) -> Iterator[_Sheet]:
    for kind, account in _kinds(manifest).items():
        yield _Sheet(kind, account, (), _resources(Place(manifest, manifest.scope(account), SYMBOLIC)))
        alike: dict[str, _Sheet] = {}
        for region in regions(manifest, account):
            found = _resources(Place(manifest, manifest.scope(account, region), REGIONAL))
            known = alike.get(repr(found))
            alike[repr(found)] = _Sheet(kind, account, (*(known.regions if known else ()), region), found)
        yield from alike.values()


def _resources(place: Place) -> tuple[Resource, ...]:
    rendered = (each for each in desired_in(place) if KINDS[each.type].rendered)
    return tuple(sorted(rendered, key=lambda each: (_RANK[each.type], each.key)))


def digest(manifest: Manifest) -> str:
    """Return a fingerprint of what the manifest says: 32 hexadecimal digits."""
    return hashlib.sha256(json.dumps(asdict(manifest), sort_keys=True).encode()).hexdigest()[:32]


def _kinds(manifest: Manifest) -> Mapping[str, str]:
    """Return one account of each kind: those that have the same resources share a template."""
    fixed = (manifest.management_account.id, manifest.security_account, manifest.audit_account)
    kinds = {
        "management": manifest.management_account.id,
        "security": manifest.security_account,
        "audit": manifest.audit_account,
        **({} if manifest.trail.account in fixed else {"trail": manifest.trail.account}),
    }
    workload = next((each.id for each in manifest.accounts if each.id not in kinds.values()), None)
    return {**kinds, "workload": workload} if workload else kinds


def _parts(resources: Sequence[Resource], manifest: Manifest, sheet: _Sheet) -> Iterator[str]:
    """Yield templates that each fit the limits, halving what does not."""
    text = _text(resources, manifest, sheet)
    if len(resources) > 1 and (len(text.encode()) > MOST_BYTES or len(resources) > MOST_RESOURCES):
        middle = len(resources) // 2
        yield from _parts(resources[:middle], manifest, sheet)
        yield from _parts(resources[middle:], manifest, sheet)
    else:
        yield text


def _text(resources: Sequence[Resource], manifest: Manifest, sheet: _Sheet) -> str:
    what = ", ".join(sheet.regions or playbooks_in(manifest, sheet.account))
    subject = "Alerts on emergency access" if sheet.regions else "Emergency access"
    description = f"{subject} of {manifest.name}, {sheet.kind} account" + (f": {what}" if what else "")
    metadata: dict[str, Json] = {"Manifest": manifest.name, "Digest": digest(manifest)}
    template = render(resources, description, metadata)
    written: str = yaml.dump(
        json.loads(json.dumps(template)), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True
    )
    return f"# Rendered by breakglass from the manifest {manifest.name}: change that, not this.\n{written}"


class _Dumper(yaml.SafeDumper):
    """Writes every value out (a reader of a policy follows no aliases), and digits always as text."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _quoted(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    """Write an account id in quotes: some readers of YAML would take it for a number."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'" if value.isdigit() else None)


_Dumper.add_representer(str, _quoted)
