"""The profile of a session and those its credentials come from: none may be of ours, and none may lead to a role.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.session import Session

from breakglass.errors import CredentialsError

OWN_PROCESS = "credentials --as process"
"""What a credential_process of ours contains."""

_OF_ROLES = frozenset({"assume-role", "assume-role-with-web-identity", "sso"})
"""How botocore calls the ways that end in a session of a role."""
_USER_ITSELF = "the role is for the emergency user itself"


@dataclass(frozen=True, slots=True)
class Lineage:
    """A profile, and after it each one the credentials of the one before come from."""

    names: Sequence[str]
    settings: Mapping[str, Mapping[str, Any]]

    @property
    def login_session(self) -> str:
        """Return of whom a sign-in of the profile is; empty for none."""
        found: str = self.settings[self.names[0]].get("login_session", "")
        return found

    def refuse_own(self) -> None:
        """Refuse a profile of ours before it runs: the session that would come of it is a use like any other."""
        for name in self.names:
            if OWN_PROCESS in self.settings[name].get("credential_process", ""):
                message = f"the profile {name} is one that `breakglass profiles` has written; {_USER_ITSELF}"
                advice = "unset AWS_PROFILE, or name with --profile the one you signed in with"
                raise CredentialsError(message, subject=name, advice=advice)

    def refuse_roles(self, method: str) -> None:
        """Refuse, before any call, what ends in a session of a role: the trust policy would."""
        if method in _OF_ROLES:
            name, base = self.names[0], self.names[-1]
            advice = f"name with --profile {base if base != name else 'the one you signed in with'}"
            message = f"the profile {name} leads to a session of a role ({method}); {_USER_ITSELF}"
            raise CredentialsError(message, subject=name, advice=advice)


def of(session: Session) -> Lineage:
    """Return the lineage of the session's own profile."""
    profiles: Mapping[str, Mapping[str, Any]] = session.full_config.get("profiles", {})
    settings: dict[str, Mapping[str, Any]] = {}
    name = session.get_config_variable("profile") or "default"
    while name and name not in settings:
        settings[name] = profiles.get(name, {})
        name = settings[name].get("source_profile", "") if "role_arn" in settings[name] else ""
    return Lineage(tuple(settings), settings)
