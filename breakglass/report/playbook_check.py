"""What the check of playbooks found to be well, for people and for machines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from breakglass.documents import Document, Json, size
from breakglass.estate.wording import counted
from breakglass.playbooks.model import Playbook
from breakglass.playbooks.parts import MOST_POLICY, division
from breakglass.playbooks.placeholders import WIDEST, expanded
from breakglass.playbooks.rights import MOST_SESSION, session_policy
from breakglass.report.columns import aligned

SCHEMA = "breakglass/playbook-check"


@dataclass(frozen=True, slots=True)
class Sound:
    """A playbook with nothing wrong, and how much room it takes, in characters without white space."""

    name: str
    steps: int
    phases: tuple[str, ...]
    policy: int
    policies: int
    session: int


def sound(playbook: Playbook, policy: Document) -> Sound:
    """Measure a playbook; the policy is measured with the longest values for its placeholders."""
    widest = expanded(policy, WIDEST)
    phases = tuple(playbook.every_phase())
    return Sound(
        playbook.name,
        len(playbook.steps),
        tuple(name for name, _ in phases),
        size(widest),
        len(division(widest)),
        max((size(session_policy(phase, playbook)) for _, phase in phases), default=0),
    )


def playbook_check_text(found: Sequence[Sound]) -> Iterator[Text]:
    """Yield a table of the playbooks, and that all is well."""
    head = ("playbook", "steps", "phases", f"policy of {MOST_POLICY:,}", f"session of {MOST_SESSION:,}")
    first, *rows = aligned([head, *map(_row, found)])
    yield Text("".join(first), style="bold", end="\n")
    yield from (Text("".join(row)) for row in rows)
    yield Text(
        f"{counted(len(found), 'playbook')}: each policy allows what the steps need and nothing else, proved over all"
        " requests",
        style="green",
    )


def playbook_check_document(found: Sequence[Sound]) -> Json:
    """Return the same as JSON."""
    return {
        "schema": SCHEMA,
        "version": 1,
        "most": {"policy": MOST_POLICY, "session": MOST_SESSION},
        "playbooks": [
            {
                "name": each.name,
                "steps": each.steps,
                "phases": list(each.phases),
                "policy": each.policy,
                "policies": each.policies,
                "session": each.session,
            }
            for each in found
        ],
    }


def _row(each: Sound) -> tuple[str, ...]:
    divided = f" in {each.policies} parts" if each.policies > 1 else ""
    return (
        each.name,
        str(each.steps),
        " ".join(each.phases),
        f"{each.policy:,}{divided}",
        f"{each.session:,}",
    )
