"""The manifest with the accounts of its organizational units, for every command that works on AWS at leisure."""

from importlib import import_module
from pathlib import Path

from breakglass.estate.organization import Resolved, resolve
from breakglass.manifest.read import read
from breakglass.report.plan import unread_text
from breakglass.report.terminal import show


def looked_up(path: Path, profile: str | None) -> Resolved:
    """Read a manifest and look its units up: without any, nothing is asked, nor what knows AWS imported."""
    manifest = read(path)
    if not manifest.organizational_units:
        return Resolved(manifest)
    return resolve(manifest, import_module("breakglass.cli.wiring").units(manifest, profile))


def complete(path: Path, profile: str | None) -> Resolved:
    """Return the same for a command that goes on with what is known: it is said what is missing."""
    found = looked_up(path, profile)
    show(unread_text(found.unread, found.manifest), stderr=True)
    return found
