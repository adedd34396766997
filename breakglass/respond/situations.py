"""What works when: which doors, and which of the two channels that tell of a use, stand when something is down."""

from collections.abc import Iterator
from dataclasses import dataclass

from breakglass import naming
from breakglass.manifest.model import Manifest

_TELL = "Tell the people under “Whom to call” yourself, and write down what you do and when."


@dataclass(frozen=True, slots=True)
class Situation:
    """Something is down: what works then, what does not, and what to do."""

    down: str
    works: str
    fails: str
    do: str


def situations(manifest: Manifest) -> Iterator[Situation]:
    """Yield what can be down and matters, gravest for a responder first."""
    yield Situation(
        "The identity provider, or IAM Identity Center",
        "All that is on this card: your emergency user is an IAM user of the security account.",
        "The usual sign-in.",
        "Follow this card.",
    )
    yield _control_plane(manifest)
    if others := [each for each in manifest.regions if each != _home(manifest)]:
        yield _region(manifest, others)
    yield from _telling(manifest)


def _control_plane(manifest: Manifest) -> Situation:
    """Tell of the one region in which IAM and Organizations can be written to.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
    """
    home = _home(manifest)
    others = [each for each in manifest.regions if each != home]
    works = "Users, passwords, MFA devices and roles as they are."
    if others:
        works += f" Sign-in and switching in {_enumerated(others)}."
    do = f"Use the links of {_enumerated(others)}." if others else "Try the links all the same: there are no others."
    fails = (
        "Everything that writes to IAM or Organizations: new people, passwords and grants, ending sessions by a policy,"
        " policies of the organization. Links that name no region may fail."
    )
    return Situation(
        f"{home}, where IAM and Organizations are changed", works, fails, f"{do} Leave everybody's access as it is."
    )


def _region(manifest: Manifest, others: list[str]) -> Situation:
    several = len(manifest.regions) > 1
    return Situation(
        f"{' or '.join(others)}",
        "The links of the other regions: each needs its own region alone." if several else "What you are signed in to.",
        "The links of that region.",
        "Take the next link in the list." if several else "Wait, and call: this card has no other region.",
    )


def _telling(manifest: Manifest) -> Iterator[Situation]:
    """Yield what becomes of the two channels that tell people of a use."""
    net, fast = manifest.trail.region, manifest.alerts.second_region
    if net == fast:
        yield Situation(f"{net}, where both channels tell of uses", "Access itself.", "Nobody is told of a use.", _TELL)
        return
    yield Situation(
        f"{net}, where the organization trail is watched",
        f"Access itself. Each use is told by the second channel alone, in {fast}.",
        "Alarms, and the record of who used what.",
        _TELL,
    )
    yield Situation(
        f"{fast}, where the event bus gathers uses",
        f"Access itself. Uses are told by the alarms in {net} alone, some minutes later.",
        "The faster of the two messages.",
        _TELL,
    )


def _home(manifest: Manifest) -> str:
    return naming.GLOBAL_REGIONS[manifest.partition]


def _enumerated(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
