"""What control policies leave of sign-in, of roles, and of what these may do; everything else is taken to allow it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from breakglass.documents import Document
from breakglass.estate.claims.case import ANYTHING, delegation
from breakglass.estate.obstacles.circumstances import before_sign_in, is_unsent, of_session, of_user, session_arn
from breakglass.estate.obstacles.control_levels import Bound
from breakglass.estate.obstacles.obstacles import Obstacle, obstacle
from breakglass.estate.obstacles.steps import Step, steps
from breakglass.iam.nouns import Request
from breakglass.iam.policies import Policies, read
from breakglass.iam.witnesses import TooMany
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource

ENTER: Final = "sts:AssumeRole"
BEFORE: Final = "signin:Authenticate"
SIGN_IN: Final = ("signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token")
_REGION: Final = "aws:requestedregion"


@dataclass(frozen=True, slots=True)
class Hindered:
    """An action, what stands in its way, and the policies upon whom that is among."""

    action: str
    obstacle: Obstacle
    bound: Bound


def entering(manifest: Manifest, user: Resource, role: str, home: Bound, target: Bound) -> Iterator[Hindered]:
    """Yield what keeps a user out of a role, by its ARN, in some of the manifest's regions or in all.

    Service control policies are those upon the user's account, resource control policies those upon the role's.
    """
    bound = Bound(home.service, target.resource)
    policies = _policies(bound, user)
    asked = [
        obstacle(Request(user.arn, ENTER, role, context=of_user(manifest, user, region)), policies, is_unsent)
        for region in manifest.regions
    ]
    yield from _over_regions(manifest, ENTER, asked, bound)


def signing_in(manifest: Manifest, user: Resource, home: Bound) -> Iterator[Hindered]:
    """Yield what keeps a user from signing in: before they have, no service control policy binds them."""
    console = f"arn:{user.scope.partition}:signin:::console/x"
    client = f"arn:{user.scope.partition}:signin:{{}}:{user.scope.account}:oauth2/public-client/x"
    before = Bound(resource=home.resource)
    for action, resource, bound, known in (
        (BEFORE, console, before, before_sign_in),
        *((each, resource, home, of_user) for each in SIGN_IN for resource in (console, client)),
    ):
        asked = [
            obstacle(
                Request(user.arn, action, resource.format(region), user.scope.account, known(manifest, user, region)),
                _policies(bound, user),
            )
            for region in manifest.regions
        ]
        yield from _over_regions(manifest, action, asked, bound)


def carrying_out(
    manifest: Manifest, role: Resource, rights: tuple[Document, ...], bound: Bound
) -> tuple[Hindered, ...]:
    """Return what keeps a session of a role from what its policies allow."""
    policies = _policies(bound, role)
    try:
        found = steps(rights, bound.statements, role.scope, manifest.regions[0])
    except TooMany as limit:
        unsure = Obstacle(certain=False, places=bound.places, hangs_on=(str(limit),))
        return (Hindered("whatever it may do", unsure, bound),)
    context = of_session(manifest, role)

    def ask(step: Step) -> Obstacle | None:
        return obstacle(Request(session_arn(role), step.action, step.resource, role.scope.account, context), policies)

    return tuple(Hindered(each.written, hit, bound) for each in found if (hit := ask(each)))


def _over_regions(
    manifest: Manifest, action: str, asked: Iterable[Obstacle | None], bound: Bound
) -> Iterator[Hindered]:
    """Yield what is in the way in every region, or else where it is."""
    hits = [(region, each) for region, each in zip(manifest.regions, asked, strict=True) if each is not None]
    everywhere = len(hits) == len(manifest.regions)
    places = tuple(dict.fromkeys(place for _, each in hits for place in each.places))
    if everywhere and all(each.certain for _, each in hits):
        yield Hindered(action, Obstacle(certain=True, places=places), bound)
    elif hits:
        regions = () if everywhere else (f"{_REGION} ({', '.join(region for region, _ in hits)})",)
        hangs_on = {key for _, each in hits for key in each.hangs_on}
        yield Hindered(action, Obstacle(certain=False, places=places, hangs_on=(*sorted(hangs_on), *regions)), bound)


def _policies(bound: Bound, who: Resource) -> Policies:
    """Return control policies with others that allow everything: what is denied, they deny."""
    return read(
        identity=(ANYTHING,),
        resource=delegation(who.scope.partition, who.scope.account),
        service_control=bound.service_control,
        resource_control=bound.resource_control,
    )
