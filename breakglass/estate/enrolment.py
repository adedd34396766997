"""Who is enrolled, of what was read: who can sign in as they are, with a password of their own and with MFA.

A virtual device that is not named for the user is not counted: somebody else may have its seed, and the person none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from breakglass import naming, resources
from breakglass.estate.observation import Observation
from breakglass.facts import Enrolment
from breakglass.manifest.model import Manifest
from breakglass.resources import Key


class Standing(StrEnum):
    """How far somebody has come."""

    ENROLLED = "enrolled"
    PENDING = "pending"
    """A password that must be changed at the first sign-in, which is a write to IAM in one region."""
    NOT_ENROLLED = "not enrolled"
    UNKNOWN = "not known"
    """It could not be read."""
    NO_USER = "no user"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register: a person of the manifest, and what their user can sign in with."""

    person: str
    user: str
    standing: Standing
    enrolment: Enrolment | None
    """None where nothing is known, or there is no user."""
    reserve: bool = False
    """Whether the person is in no team until somebody moves them into one."""


def enrolments(observation: Observation) -> Mapping[str, Enrolment]:
    """Return by user name what is known of those in the namespace, whoever made them."""
    return {fact.user: fact for fact in observation.facts if isinstance(fact, Enrolment)}


def enrolled(observation: Observation) -> frozenset[str]:
    """Return the names of our users who can sign in, with MFA, as they are."""
    return frozenset(name for name, fact in enrolments(observation).items() if fact.is_complete) & _ours(observation)


def unknown(observation: Observation) -> frozenset[str]:
    """Return the names of our users of whom that is not known: nothing may be concluded from it."""
    return _ours(observation) - enrolments(observation).keys()


def register(manifest: Manifest, observation: Observation) -> tuple[Entry, ...]:
    """Return the people of a manifest, in its order."""
    known = enrolments(observation)
    security = manifest.scope(manifest.security_account)
    entries = []
    for each in manifest.responders:
        key = Key(security, resources.USER, naming.user_name(each.id))
        fact = known.get(key.name)
        entries.append(Entry(each.id, key.name, _standing(observation, key, fact), fact, each.reserve))
    return tuple(entries)


def _standing(observation: Observation, key: Key, fact: Enrolment | None) -> Standing:
    if fact is None:
        there = key in observation.state or key in observation.strays or not observation.knows(key)
        return Standing.UNKNOWN if there else Standing.NO_USER
    if fact.is_complete and key in observation.state:
        return Standing.ENROLLED
    pending = fact.must_change_password and bool(fact.own_devices)
    return Standing.PENDING if pending else Standing.NOT_ENROLLED


def _ours(observation: Observation) -> frozenset[str]:
    return frozenset(key.name for key in observation.state if key.type == resources.USER)
