"""One IAM operation as a check sees it, before moto carries it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from moto.iam.models import Group, IAMBackend, Role, User

NOW = "x-sandbox-time"
"""The header in which the door tells what time it is in the sandbox, in ISO 8601."""


def time_of(headers: Mapping[str, object]) -> datetime:
    """Return what time it is in the sandbox; it has a time zone."""
    return datetime.fromisoformat(str(headers[NOW]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one account: `action` is bare (`CreateRole`), `parameters` are those of the API."""

    backend: IAMBackend
    action: str
    parameters: Mapping[str, object]
    access_key: str

    def text(self, name: str) -> str:
        """Return a parameter as text; empty where it is absent."""
        value = self.parameters.get(name)
        return "" if value is None else str(value)

    @property
    def entity(self) -> User | Group | Role:
        """The user, group or role the operation names; raises NoSuchEntity."""
        if self.text("UserName"):
            return self.backend.get_user(self.text("UserName"))
        if self.text("GroupName"):
            return self.backend.get_group(self.text("GroupName"))
        return self.backend.get_role(self.text("RoleName"))


Check: TypeAlias = Callable[[Asked], None]
"""Raises one of moto's IAM exceptions, or lets the operation pass."""


def holders(backend: IAMBackend) -> tuple[User | Group | Role, ...]:
    """Return everything in an account that policies can be attached to."""
    return (*backend.users.values(), *backend.groups.values(), *backend.roles.values())
