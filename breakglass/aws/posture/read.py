"""What surrounds emergency access in one account or region: each reader is asked where the survey names its type."""

from collections.abc import Callable, Mapping
from typing import Final

from breakglass import posture
from breakglass.aws.found import Found
from breakglass.aws.posture import accounts, analyzers, config_rules, control_policies, resource_policies, sign_in
from breakglass.aws.sessions import Sessions

_READERS: Final[Mapping[str, Callable[[Sessions, Found], None]]] = {
    posture.ACCOUNT: accounts.read,
    posture.ANALYZER: analyzers.read,
    posture.CONFIG_RULE: config_rules.read,
    posture.GUARDED: control_policies.read,
    posture.RESOURCE_POLICY: resource_policies.read,
    posture.SIGN_IN: sign_in.read,
}


def read(sessions: Sessions, found: Found) -> None:
    """Add what surrounds emergency access; what AWS does not tell is unread, and hides nothing else."""
    for type_, reader in _READERS.items():
        if type_ in found.survey.types:
            reader(sessions, found)
