"""The commands of a playbook as documents of Systems Manager Run Command: one for each step that runs some on a host.

What is filled in stands in a script, so only values are taken that no shell acts upon, however they are quoted.
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from breakglass.documents import Json
from breakglass.playbooks.filling import asked_for
from breakglass.playbooks.model import Parameter, Playbook, Step
from breakglass.report.playbooks.rendered import Rendered
from breakglass.report.terminal import json_text

_HARMLESS: Final = "^[A-Za-z0-9_./:@=+,-]{1,400}$"

_ACTIONS: Final = {
    "AWS-RunShellScript": ("aws:runShellScript", "Linux"),
    "AWS-RunPowerShellScript": ("aws:runPowerShellScript", "Windows"),
}
"""The document a step names -> the action of its own document, and on what it runs."""


def run_command(playbook: Playbook) -> Rendered:
    """Return the documents of a playbook; no file where no step runs a command."""
    steps = [step for step in playbook.steps if step.kind == "run-command"]
    if not steps:
        return Rendered(notes=(f"{playbook.name}: no step runs a command on a host",))
    harmful = {step.id: [*_harmful(playbook, step)] for step in steps}
    files = {
        f"{playbook.name}.{step.id}.command.json": json_text(_document(playbook, step))
        for step in steps
        if not harmful[step.id]
    }
    notes = (
        f"{playbook.name}: {step}: left to people: a shell could act upon what is filled in for {', '.join(names)}"
        for step, names in harmful.items()
        if names
    )
    return Rendered(files, tuple(notes))


def _asked_for(step: Step) -> Collection[str]:
    return {name for each in step.commands for name in asked_for(each)}


def _wanted(playbook: Playbook, step: Step) -> Iterator[Parameter]:
    names = _asked_for(step)
    return (each for each in playbook.parameters if each.name in names)


def _harmful(playbook: Playbook, step: Step) -> Iterator[str]:
    return (each.name for each in _wanted(playbook, step) if not re.fullmatch(_HARMLESS, each.example))


def _document(playbook: Playbook, step: Step) -> Json:
    action, platform = _ACTIONS[step.document]
    lines = [line for command in step.commands for line in command.splitlines()]
    return {
        "schemaVersion": "2.2",
        "description": f"{playbook.title} / {step.title} Undone like this: {step.undo}",
        "parameters": {
            each.name: {
                "type": "String",
                "description": f"{each.what} Such as {each.example}",
                "allowedPattern": _HARMLESS,
            }
            for each in _wanted(playbook, step)
        },
        "mainSteps": [
            {
                "action": action,
                "name": "run",
                "precondition": {"StringEquals": ["platformType", platform]},
                "inputs": {"runCommand": lines},
            }
        ],
    }
