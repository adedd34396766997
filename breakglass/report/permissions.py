"""The policies the toolkit itself needs, for people and for machines."""

import json
from collections.abc import Iterator, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.permissions import Policy
from breakglass.manifest.model import Manifest
from breakglass.report.plan import account_label

SCHEMA = "breakglass/permissions"


def permissions_text(policies: Sequence[Policy], manifest: Manifest) -> Iterator[Text]:
    """Yield each policy as a document to be copied, below who needs it for what."""
    for policy in policies:
        yield Text(f"# {_whose(policy, manifest)}, for {_enumerated(policy.commands)}", style="bold")
        yield from (Text(line, no_wrap=True) for line in json.dumps(policy.document, indent=2).splitlines())
        yield Text()


def permissions_document(policies: Sequence[Policy], manifest: Manifest) -> Json:
    """Return the policies as a JSON document."""
    return {
        "schema": SCHEMA,
        "version": 1,
        "manifest": manifest.name,
        "policies": [
            {
                "accounts": list(policy.accounts),
                "role": policy.role or None,
                "commands": list(policy.commands),
                "document": policy.document,
            }
            for policy in policies
        ],
    }


def _whose(policy: Policy, manifest: Manifest) -> str:
    one, others = account_label(policy.accounts[0], manifest), len(policy.accounts)
    where = one if others == 1 else f"each of the {others} other accounts"
    return f"{policy.role} in {where}" if policy.role else f"your own credentials in {where}"


def _enumerated(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
