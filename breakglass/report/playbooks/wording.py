"""What the renderings of a playbook say in the same words."""

from collections.abc import Mapping, Sequence
from typing import Final

from breakglass.estate.wording import counted
from breakglass.playbooks.model import Playbook, Step
from breakglass.report.playbooks.where import Where

KINDS: Final[Mapping[str, str]] = {
    "manual": "by hand",
    "api": "AWS CLI",
    "session": "Session Manager",
    "run-command": "Run Command",
    "ssm-automation": "Automation",
    "secret": "Secrets Manager",
}
"""How a step is carried out, in a few words."""


def preface(playbook: Playbook) -> Sequence[tuple[str, tuple[str, ...]]]:
    """Return what comes before the steps: each heading with its lines, where there are any."""
    every = (
        ("Use it when", playbook.when),
        ("Use another when", playbook.instead),
        ("Made ready before", playbook.prepared),
        ("Works only while", playbook.relies_on),
    )
    return tuple((heading, lines) for heading, lines in every if lines)


def postscript(step: Step) -> Sequence[tuple[str, tuple[str, ...]]]:
    """Return what comes after a step: each heading with its lines, where there are any."""
    every = (("Keep", step.evidence), ("Undo", (step.undo,) if step.undo else ()), ("Tell", step.tell))
    return tuple((heading, lines) for heading, lines in every if lines)


def numbered(playbook: Playbook) -> Mapping[str, int]:
    """Return the number of each step by its id: through all phases, so that people can call a step by it."""
    return {step.id: number for number, step in enumerate(playbook.steps, 1)}


def after(playbook: Playbook, step: Step) -> str:
    """Return the numbers of the steps that come before a step, in words; empty where none must."""
    numbers = numbered(playbook)
    return ", ".join(str(numbers[each]) for each in step.after)


def in_units(where: Where) -> str:
    """Return in which accounts besides it is carried out, in words; empty where there are none."""
    named = ", ".join(where.units)
    several = "unit" if len(where.units) == 1 else "units"
    return f"and in every account of the organizational {several} {named}" if named else ""


def measure(playbook: Playbook) -> str:
    """Return how long a playbook is, in words."""
    phases = [name for name, _ in playbook.every_phase()]
    return f"{counted(len(playbook.steps), 'step')}: {', '.join(phases)}"
