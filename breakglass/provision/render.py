"""The desired state as CloudFormation templates: one for each kind of account, whatever accounts there are of it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

import yaml

from breakglass.documents import Json
from breakglass.estate.desired import desired_in, playbooks_in
from breakglass.estate.template import SYMBOLIC, render
from breakglass.manifest.model import Manifest
from breakglass.resources import KINDS, Resource

MOST_BYTES = 51_200
"""Of a template that is sent with the call."""

MOST_RESOURCES = 500

_RANK = {type_: rank for rank, type_ in enumerate(KINDS)}


def templates(manifest: Manifest) -> Mapping[str, str]:
    """Return the templates by file name; where one would be too large, numbered parts to be deployed in that order."""
    found: dict[str, str] = {}
    for kind, account in _kinds(manifest).items():
        resources = sorted(desired_in(manifest, account, SYMBOLIC), key=lambda each: (_RANK[each.type], each.key))
        parts = tuple(_parts([each for each in resources if KINDS[each.type].rendered], manifest, kind))
        names = [f"{kind}.yaml"] if len(parts) == 1 else [f"{kind}-{n}.yaml" for n in range(1, len(parts) + 1)]
        found |= dict(zip(names, parts, strict=True))
    return found


def digest(manifest: Manifest) -> str:
    """Return a fingerprint of what the manifest says: 32 hexadecimal digits."""
    return hashlib.sha256(json.dumps(asdict(manifest), sort_keys=True).encode()).hexdigest()[:32]


def _kinds(manifest: Manifest) -> Mapping[str, str]:
    """Return one account of each kind: those that have the same resources share a template."""
    kinds = {
        "management": manifest.management_account.id,
        "security": manifest.security_account,
        "audit": manifest.audit_account,
    }
    workload = next((each.id for each in manifest.accounts if each.id not in kinds.values()), None)
    return {**kinds, "workload": workload} if workload else kinds


def _parts(resources: Sequence[Resource], manifest: Manifest, kind: str) -> Iterator[str]:
    """Yield templates that each fit the limits, halving what does not."""
    text = _text(resources, manifest, kind)
    if len(resources) > 1 and (len(text.encode()) > MOST_BYTES or len(resources) > MOST_RESOURCES):
        middle = len(resources) // 2
        yield from _parts(resources[:middle], manifest, kind)
        yield from _parts(resources[middle:], manifest, kind)
    else:
        yield text


def _text(resources: Sequence[Resource], manifest: Manifest, kind: str) -> str:
    account = _kinds(manifest)[kind]
    playbooks = ", ".join(playbooks_in(manifest, account))
    description = f"Emergency access of {manifest.name}, {kind} account" + (f": {playbooks}" if playbooks else "")
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
