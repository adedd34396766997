"""What surrounds emergency access, by type: each is read by a reader of its own, so that one failure hides no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from breakglass import posture
from breakglass.aws.found import Found
from breakglass.aws.posture import control_policies, resource_policies
from breakglass.aws.sessions import Sessions

_READERS: Final[Mapping[str, Callable[[Sessions, Found], None]]] = {
    posture.GUARDED: control_policies.read,
    posture.RESOURCE_POLICY: resource_policies.read,
}


def read(sessions: Sessions, found: Found) -> None:
    """Add what the survey asks for."""
    for type_, reader in _READERS.items():
        if type_ in found.survey.types:
            reader(sessions, found)
