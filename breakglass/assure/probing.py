"""Probes: one role of each trust asked for by the verification role, which no trust may let in."""

from collections.abc import Callable, Sequence

from breakglass import naming
from breakglass.assure.evidence import Inquiry
from breakglass.cloud import Probe, Timer
from breakglass.errors import BreakglassError
from breakglass.estate.access import Access
from breakglass.estate.observation import Observation
from breakglass.facts import Unread
from breakglass.manifest.model import Manifest
from breakglass.opinions import ProbeAnswer
from breakglass.resources import Resource
from breakglass.workers import parallel


def probes(probe: Probe, clock: Timer, nonce: Callable[[], str]) -> Inquiry:
    """Return the inquiry that asks for one playbook role of every trust that was read, whoever made the role.

    The sessions of one run have one name, with a nonce of its own. The canary is not asked for: it lets one in.
    """

    def inquire(_manifest: Manifest, observation: Observation) -> Observation:
        session = f"{naming.PROBE}-{clock.now():%Y%m%dT%H%M%SZ}-{nonce()}"
        alike = _alike(observation)
        answers = parallel(lambda roles: _asked(probe, session, roles), alike)
        unread = [each for each in answers if isinstance(each, Unread)]
        facts = [each for each in answers if isinstance(each, ProbeAnswer)]
        return observation.told(facts, unread)

    return inquire


def _alike(observation: Observation) -> Sequence[Sequence[Resource]]:
    """Return the playbook roles that were read, those of one trust together."""
    access = Access({**observation.state, **observation.strays})
    found: dict[str, list[Resource]] = {}
    for role in access.playbook_roles:
        found.setdefault(access.likeness(access.trust(role), account=role.scope.account), []).append(role)
    return tuple(found.values())


def _asked(probe: Probe, session: str, roles: Sequence[Resource]) -> ProbeAnswer | Unread:
    first = roles[0]
    try:
        denial = probe.ask(first.arn, session)
    except BreakglassError as error:
        return Unread(first.scope, f"whether {first.arn} denies whoever is not of the namespace", error)
    return ProbeAnswer(first.scope, first.arn, session, denied=denial is not None, alike=len(roles) - 1)
