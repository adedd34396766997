"""The users of people who enroll: as the manifest says, or refused. What has drifted, `apply` mends.

Only the security account is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from breakglass import naming
from breakglass.cloud import Estate
from breakglass.documents import Json
from breakglass.errors import RefusedError
from breakglass.estate.desired import desired_in, place_of
from breakglass.estate.observation import Observation, classify
from breakglass.estate.wording import describe
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest, Responder
from breakglass.resources import GROUP, MANAGED_POLICY, USER, Key, Resource, State, items, state

_READ = frozenset({USER, GROUP, MANAGED_POLICY})


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's user as it should be, and as it is; None where there is none."""

    person: Responder
    wanted: Resource
    found: Resource | None

    @property
    def user(self) -> str:
        """The name of the user."""
        return self.wanted.name

    def made(self, estate: Estate) -> "Membership":
        """Make the user, if there is none, with its boundary and without any right."""
        if self.found is not None:
            return self
        bare = _with_groups(self.wanted, ())
        estate.create(bare)
        return replace(self, found=bare)

    def complete(self, estate: Estate) -> None:
        """Put the user, which is there, into the groups of its teams."""
        if self.found is not None and self.found.properties["Groups"] != self.wanted.properties["Groups"]:
            estate.update(self.found, _with_groups(self.found, items(self.wanted.properties["Groups"])))


def memberships(estate: Estate, manifest: Manifest, people: Sequence[Responder]) -> tuple[Membership, ...]:
    """Return the users of these people.

    Raises RefusedError where one of them, its boundary or a group is not as the manifest says; and what reading does.
    """
    scope = manifest.scope(manifest.security_account)
    reading = estate.read(Survey(scope, _READ))
    for unread in reading.unread:
        raise unread.why
    seen = classify([reading], manifest.name)
    wanted = state(desired_in(place_of(manifest, scope.account)))
    keys = {person.id: Key(scope, USER, naming.user_name(person.id)) for person in people}
    objections = [each for key in keys.values() for each in _objections(seen, wanted, wanted[key])]
    if objections:
        raise RefusedError(
            "; ".join(dict.fromkeys(objections)) + "; nothing was changed",
            subject=scope.account,
            advice=f"see with `breakglass plan` what differs, run `breakglass {manifest.writer}`, and then this again",
        )
    return tuple(Membership(each, wanted[keys[each.id]], seen.state.get(keys[each.id])) for each in people)


def _objections(seen: Observation, wanted: State, user: Resource) -> Iterator[str]:
    for key in _needed(user):
        if key not in seen.state:
            yield f"there is no {describe(wanted[key])} of this manifest's"
        elif key.type == MANAGED_POLICY and seen.state[key] != wanted[key]:
            yield f"the {describe(wanted[key])} is not as the manifest says"
    if user.key in seen.strays:
        yield f"the user {user.name} is not of this manifest"
    found = seen.state.get(user.key)
    if found is not None and (differing := sorted(_drifted(found, user))):
        yield f"the user {user.name} is not as the manifest says: {', '.join(differing)}"


def _needed(user: Resource) -> Iterator[Key]:
    """Yield the boundary, and the groups."""
    yield Key(user.scope, MANAGED_POLICY, naming.BOUNDARY)
    yield from (Key(user.scope, GROUP, str(name)) for name in items(user.properties["Groups"]))


def _drifted(found: Resource, wanted: Resource) -> Iterator[str]:
    """Yield what is other than it should be; groups that lack are given, and tags do nothing."""
    for name in ("Path", "PermissionsBoundary", "ManagedPolicyArns", "Policies"):
        if found.properties.get(name) != wanted.properties.get(name):
            yield name
    if not set(items(found.properties["Groups"])) <= set(items(wanted.properties["Groups"])):
        yield "Groups"


def _with_groups(user: Resource, groups: Sequence[Json]) -> Resource:
    return Resource(USER, user.scope, {**user.properties, "Groups": groups})
