"""A session narrowed to one phase of its playbook: only here, on the way to a session, is a playbook read."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from breakglass import documents
from breakglass.errors import UsageError
from breakglass.playbooks.library import library, named
from breakglass.playbooks.phases import phase_policy
from breakglass.playbooks.read import read
from breakglass.respond.shell.errand import Errand


def narrowed(errand: Errand, phase: str, other: Path | None = None, folders: Iterable[Path] = ()) -> Errand:
    """Return an errand narrowed to a phase of its playbook, which ships or lies in one of these folders.

    Raises UsageError where there is no such phase, where its policy is larger than STS takes, and where another policy
    is named as well; PlaybookError where the playbook cannot be read.
    """
    if other is not None:
        raise UsageError("--phase and --session-policy both narrow the session", advice="leave out one or the other")
    playbook = read(named(errand.label.rpartition("/")[2], library(folders)))
    return replace(errand, phase=phase, policy=documents.text(phase_policy(playbook, phase)))
