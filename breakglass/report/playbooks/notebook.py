"""A playbook as a notebook that runs as it is: it reads at once, and changes nothing before a reader says so.

A notebook keeps what it prints, so whatever answers with a secret is no cell that runs.
https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from breakglass.documents import Json
from breakglass.playbooks.model import Call, Playbook, Step
from breakglass.playbooks.rights import calls
from breakglass.report.playbooks.markdown import head, phase_head, step_text
from breakglass.report.playbooks.python import expression, quoted, variables
from breakglass.report.playbooks.secrets import answers_with_a_secret
from breakglass.report.playbooks.where import Where

_TAKEN: Final = ("EXAMPLES", "answer", "boto3", "call", "jmespath", "json", "sent", "session", "started", "xform_name")
"""What the notebook calls its own."""

_SETUP: Final = '''\
import json

import boto3
import jmespath
from botocore import xform_name

# Credentials and region come from the environment, or from the profile that AWS_PROFILE names.
session = boto3.Session()


def call(service, operation, parameters, query=None, region=None, confirmed=True):
    """Make one call, print what it answers, and return that; unconfirmed, only say what would be called."""
    if not confirmed:
        print(f"NOT DONE: {service} {operation} {json.dumps(parameters, ensure_ascii=False)}")
        print("Set CONFIRM = True in this cell, and run it again, to do it.")
        return None
    asked = json.dumps(parameters, ensure_ascii=False)
    for name, example in EXAMPLES.items():
        if globals()[name] == example and example in asked:
            print(f"STILL THE EXAMPLE: {name}. What follows says nothing of your incident.")
    client, method = session.client(service, region_name=region), xform_name(operation)
    limits = {"Limit", "MaxItems", "MaxKeys", "MaxRecords", "MaxResults"}
    if client.can_paginate(method) and not limits & parameters.keys():
        pages = client.get_paginator(method).paginate(**parameters, PaginationConfig={"MaxItems": 1000})
        answer = pages.build_full_result()
        if answer.get("NextToken"):
            print("NOT ALL: these are the first 1,000 items only; narrow the parameters to see the others.")
    else:
        answer = getattr(client, method)(**parameters)
        answer.pop("ResponseMetadata", None)
    shown = jmespath.search(query, answer) if query else answer
    print(json.dumps(shown, indent=2, default=str, ensure_ascii=False))
    return answer
'''


_RESULT: Final = """\
if answer:
    sent = {{"CommandId": answer["Command"]["CommandId"], "InstanceId": {host}}}
    session.client("ssm").get_waiter("command_executed").wait(**sent)
    answer = call("ssm", "GetCommandInvocation", sent)"""
"""How one sees what came of a command on a host."""

_LOOK: Final = """\
# Run this cell again until it has ended: the one above starts it anew.
if answer:
    started = {"AutomationExecutionId": answer["AutomationExecutionId"]}
    call("ssm", "GetAutomationExecution", started, "AutomationExecution.[AutomationExecutionStatus,FailureMessage]")"""


def notebook(playbook: Playbook, where: Where | None = None) -> str:
    """Return a notebook as its file holds it: nbformat 4.5 in JSON, the same for the same playbook."""
    document: Json = {
        "cells": list(_cells(playbook, where)),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _cells(playbook: Playbook, where: Where | None) -> Iterator[Json]:
    named = variables(playbook.examples, _TAKEN)
    yield _markdown("head", f"{head(playbook, where)}\n\n{_how(playbook)}")
    if playbook.parameters:
        lines = [f"{named[each.name]} = {quoted(each.example)}  # {each.what}" for each in playbook.parameters]
        yield _code("parameters", "\n".join(lines), "parameters")
    examples = "".join(f"    {quoted(named[each.name])}: {quoted(each.example)},\n" for each in playbook.parameters)
    yield _code("setup", f"{_SETUP}\n\nEXAMPLES = {{\n{examples}}}")
    for name, phase in playbook.every_phase():
        yield _markdown(f"phase-{name}", phase_head(name, phase.goal))
        for step in phase.steps:
            yield from _step_cells(playbook, step, named)


def _how(playbook: Playbook) -> str:
    filled = "Fill in the next cell; what stands there are examples. " if playbook.parameters else ""
    return (
        f"{filled}Start it with credentials of the role, such as"
        f" `breakglass exec ACCOUNT/{playbook.name} -- jupyter lab`. Cells that change something do nothing before you"
        " set `CONFIRM = True` in them. What is printed stays in this file: keep it as evidence, and keep it safe."
    )


def _step_cells(playbook: Playbook, step: Step, named: Mapping[str, str]) -> Iterator[Json]:
    code = _step_code(playbook, step, named)
    yield _markdown(f"step-{step.id}", step_text(playbook, step, with_commands=not code))
    if code:
        yield _code(f"code-{step.id}", code)
    if step.kind == "ssm-automation":
        yield _code(f"look-{step.id}", _LOOK)


def _step_code(playbook: Playbook, step: Step, named: Mapping[str, str]) -> str:
    """Return what carries a step out; empty where people do, or where it would print a secret."""
    every = calls(playbook, step)
    if step.kind == "session" or any(answers_with_a_secret(each) for each in every):
        return ""
    guarded = step.changes or step.kind != "api"
    lines = [_call(each, named, guarded=guarded) for each in every]
    if not lines:
        return ""
    follow_up = [_RESULT.format(host=expression(step.target or "", named))] if step.kind == "run-command" else []
    return "\n".join([*(["CONFIRM = False"] if guarded else []), *lines, *follow_up])


def _call(call: Call, named: Mapping[str, str], *, guarded: bool) -> str:
    parameters: dict[str, JsonValue] = dict(call.parameters)
    given = [expression(each, named, 4) for each in (call.service, call.operation, parameters)]
    given += [f"query={expression(call.query, named)}"] if call.query else []
    given += [f"region={expression(call.region, named)}"] if call.region else []
    given += ["confirmed=CONFIRM"] if guarded else []
    inner = "".join(f"    {each},\n" for each in given)
    return f"answer = call(\n{inner})"


def _markdown(cell: str, source: str) -> Json:
    return {"cell_type": "markdown", "id": cell, "metadata": {}, "source": source}


def _code(cell: str, source: str, *tags: str) -> Json:
    metadata: Json = {"tags": list(tags)} if tags else {}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }
