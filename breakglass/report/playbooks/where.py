"""Where a playbook is carried out, as a manifest says: put on its pages by whoever knows the links."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A link that needs one region."""

    region: str
    url: str


@dataclass(frozen=True, slots=True)
class Place:
    """An account a playbook is carried out in, by which teams, and the links that switch to its role there."""

    account: str
    name: str
    teams: tuple[str, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """All places of a playbook, and where one signs in first."""

    manifest: str
    security_account: str
    role: str
    sign_in: tuple[Link, ...]
    places: tuple[Place, ...]
    units: tuple[str, ...]
    """Names of the organizational units in whose accounts it is carried out as well: nothing is asked of AWS."""
