"""How the tables of operations are written: a row for each name, in the phases in which it is called."""

from collections.abc import Collection, Iterator, Mapping

from breakglass.operations import Operation, Phase

EVERYWHERE = ("*",)

IDENTIFY: frozenset[Phase] = frozenset({"identify"})
DISCOVER: frozenset[Phase] = frozenset({"discover"})
UNITS: frozenset[Phase] = frozenset({"units"})
READ: frozenset[Phase] = frozenset({"read"})
CREDENTIALS: frozenset[Phase] = frozenset({"credentials", "remove", "offboard"})
ENROLMENT: frozenset[Phase] = frozenset({"enrolment"})
CHAIN: frozenset[Phase] = frozenset({"chain"})
POSTURE: frozenset[Phase] = frozenset({"posture"})
PROBE: frozenset[Phase] = frozenset({"probe"})
SCHEDULE: frozenset[Phase] = frozenset({"schedule"})
CANARY: frozenset[Phase] = frozenset({"canary"})
LOG: frozenset[Phase] = frozenset({"log"})
PATTERNS: frozenset[Phase] = frozenset({"patterns"})
MAKE: frozenset[Phase] = frozenset({"make"})
ENROLL: frozenset[Phase] = frozenset({"enroll"})
REMOVE: frozenset[Phase] = frozenset({"remove"})
CHANGE: frozenset[Phase] = frozenset({"make", "remove"})
OFFBOARD: frozenset[Phase] = frozenset({"offboard"})
DELIVERIES: frozenset[Phase] = frozenset({"deliveries"})
DELIVER: frozenset[Phase] = frozenset({"deliver"})
ADOPT: frozenset[Phase] = frozenset({"adopt"})
NEVER: frozenset[Phase] = frozenset()

_PREFIXES = {"accessanalyzer": "access-analyzer"}
"""What stands before a service's actions in a policy, where that is not what the SDK calls it."""


def rows(
    names: str,
    resources: tuple[str, ...],
    types: Collection[str],
    phases: frozenset[Phase],
    *,
    service: str = "iam",
    condition: Mapping[str, Mapping[str, str]] | None = None,
    also: tuple[str, ...] = (),
) -> Iterator[Operation]:
    """Yield a row for each name, authorized as the action of the same name, or as the one given as `NAME=ACTION`."""
    for each in names.split():
        name, _, other = each.partition("=")
        action = f"{_PREFIXES.get(service, service)}:{other or name}"
        yield Operation(service, name, phases, frozenset(types), resources, (action,), condition or {}, also)
