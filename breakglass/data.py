"""The data folders the wheel ships: found installed, editable or in a checkout."""

import json
from functools import cache
from pathlib import Path

from breakglass.documents import Document

SHIPPED = ("cloudformation", "examples", "playbooks", "policies")
"""The folders."""

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return a data folder: inside the installed package, else beside it in the checkout."""
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def example() -> Path:
    """Return the example manifest, of Acme."""
    return folder("examples") / "acme" / "breakglass.yaml"


@cache
def playbook_names() -> tuple[str, ...]:
    """Return the names of the playbooks that ship with a policy, sorted."""
    return tuple(sorted(path.stem for path in folder("policies").glob("*.json")))


def playbook_file(playbook: str) -> Path:
    """Return where the steps of a playbook that ships are written down."""
    return folder("playbooks") / f"{playbook}.yaml"


def playbook_policy(playbook: str) -> Document:
    """Return the least privilege of a playbook.

    `${AWS::Partition}`, `${AWS::AccountId}` and `${ProvisioningRole}` stand for what the account and the manifest say;
    resources with `${ReserveUser}` and `${ReserveTeam}` for one of each person in reserve, and of each of their teams.
    """
    document: Document = json.loads((folder("policies") / f"{playbook}.json").read_text("utf-8"))
    return document
