"""The calls of a playbook as runbooks of Systems Manager Automation: one for each phase.

What one phase finds out is what the next is started with. A runbook names no role to assume: it works with the rights
of whoever starts it. It waits before each step that changes something until somebody resumes it, an hour at most. It
declares no outputs: the answer to each call is told as the response of its step, and an output that has not the type
declared fails a step whose change is made.
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAwsApi.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-pause.html
"""

from collections.abc import Iterator, Sequence
from typing import Final

from breakglass.documents import Json
from breakglass.playbooks.filling import asked_for
from breakglass.playbooks.model import Call, Phase, Playbook, Step
from breakglass.report.playbooks.rendered import Rendered
from breakglass.report.playbooks.secrets import answers_with_a_secret
from breakglass.report.terminal import json_text

_WAIT: Final = 3600
"""Seconds that a pause lasts at most; then the automation fails, and nothing is changed."""

_HOW: Final = (
    "Works with the rights of whoever starts it. Before each step that changes something it waits: look at what was"
    " found, then resume it, or stop it."
)

_OWN: Final = frozenset({"Api", "Service"})
"""Inputs of the action itself: a parameter of the same name cannot be told from them."""

_SHORTEST: Final = 3
"""Characters of the name of a step."""


def automation(playbook: Playbook) -> Rendered:
    """Return the runbooks of a playbook; no file for a phase none of whose steps can be automated."""
    files = {
        f"{playbook.name}.{name}.automation.json": json_text(_runbook(playbook, name, phase))
        for name, phase in playbook.every_phase()
        if any(map(_is_automatic, phase.steps))
    }
    if not files:
        return Rendered(notes=(f"{playbook.name}: no step can be automated",))
    left = _left(playbook.steps)
    return Rendered(files, (f"{playbook.name}: left to people: {left}",) if left else ())


def _runbook(playbook: Playbook, name: str, phase: Phase) -> Json:
    steps = [step for step in phase.steps if _is_automatic(step)]
    return {
        "schemaVersion": "0.3",
        "description": _description(playbook, name, phase),
        "parameters": _parameters(playbook, steps),
        "mainSteps": [each for step in steps for each in _steps(step)],
    }


def _left(steps: Sequence[Step]) -> str:
    return ", ".join(step.id for step in steps if not _is_automatic(step))


def _is_automatic(step: Step) -> bool:
    """Tell whether each call of a step can be made, where the automation runs, without anything secret being kept."""
    return step.kind == "api" and not any(
        call.region or answers_with_a_secret(call) or _OWN & call.parameters.keys() for call in step.calls
    )


def _description(playbook: Playbook, name: str, phase: Phase) -> str:
    left = _left(phase.steps)
    lines = [f"# {playbook.title}: {name}", phase.goal, _HOW, *([f"Left to people: {left}."] if left else [])]
    return "\n\n".join(lines)


def _parameters(playbook: Playbook, steps: Sequence[Step]) -> Json:
    """Return what these steps ask for; nothing has a default, so that no example is ever acted upon."""
    wanted = {name for step in steps for call in step.calls for name in asked_for(dict(call.parameters))}
    return {
        each.name: {"type": "String", "description": f"{each.what} Such as {each.example}"}
        for each in playbook.parameters
        if each.name in wanted
    }


def _steps(step: Step) -> Iterator[Json]:
    name = _name(step)
    if step.changes:
        pause = f"Look at what was found. Resume to go on: {step.title} Undone like this: {step.undo}"
        yield {
            "name": f"before__{name}",
            "action": "aws:pause",
            "description": pause,
            "timeoutSeconds": _WAIT,
            "onFailure": "Abort",
            "inputs": {},
        }
    for number, call in enumerate(step.calls, 1):
        yield {
            "name": name if number == 1 else f"{name}__{number}",
            "action": "aws:executeAwsApi",
            "description": step.title,
            "onFailure": "Abort",
            "inputs": _inputs(call),
        }


def _name(step: Step) -> str:
    """Return the name of a step: letters, digits and underscores, as no other id becomes."""
    name = step.id.replace("-", "_")
    return name if len(name) >= _SHORTEST else f"step__{name}"


def _inputs(call: Call) -> Json:
    return {"Service": call.service, "Api": call.operation, **call.parameters}
