"""The rights that follow from a playbook: of each step, of each phase, of all of it.

How a step is carried out brings needs of its own, so that nobody has to know the traps of Session Manager by heart.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from breakglass.documents import Document, Json
from breakglass.playbooks.model import Call, Need, Phase, Playbook, Step

MOST_SESSION: Final = 2048
"""Characters of a session policy: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""

_HERE = "arn:${AWS::Partition}:%s:*:${AWS::AccountId}:%s"
_AWS_OWNED = "arn:${AWS::Partition}:ssm:*::%s"
_HOSTS = (_HERE % ("ec2", "instance/*"), _HERE % ("ssm", "managed-instance/*"))
_UNFENCED = {"StringNotEquals": {"ssm:resourceTag/break-glass-shell": "never"}}
"""Hosts that their owners fenced with this tag take neither shell nor command."""


def needs(playbook: Playbook, step: Step) -> tuple[Need, ...]:
    """Return every right a step needs: those of its kind, then its own."""
    implied = _IMPLIED.get(step.kind)
    return (*(implied(playbook, step) if implied else ()), *step.needs)


def calls(playbook: Playbook, step: Step) -> tuple[Call, ...]:
    """Return what a step asks of AWS, whatever its kind."""
    match step.kind:
        case "session":
            return (Call(service="ssm", operation="StartSession", parameters={"Target": step.target}),)
        case "run-command":
            return (Call(service="ssm", operation="SendCommand", parameters=_sent(step)),)
        case "ssm-automation":
            return (Call(service="ssm", operation="StartAutomationExecution", parameters=_started(step)),)
        case "secret":
            name = f"break-glass/{playbook.name}/{step.secret}"
            return (
                Call(
                    service="secretsmanager",
                    operation="GetSecretValue",
                    parameters={"SecretId": name},
                    query="SecretString",
                ),
            )
        case _:
            return step.calls


def _sent(step: Step) -> Mapping[str, JsonValue]:
    commands: list[JsonValue] = list(step.commands)
    return {"DocumentName": step.document, "InstanceIds": [step.target], "Parameters": {"commands": commands}}


def _started(step: Step) -> Mapping[str, JsonValue]:
    inputs: dict[str, JsonValue] = {name: list(values) for name, values in step.inputs.items()}
    return {"DocumentName": step.runbook, "Parameters": inputs}


def needed(playbook: Playbook, denials: Iterable[Document] = ()) -> Document:
    """Return the least privilege of a playbook: a statement for each scope its steps need, then what is denied."""
    return _document((*_statements(playbook, playbook.steps), *denials))


def session_policy(phase: Phase, playbook: Playbook) -> Document:
    """Return what narrows a session of the playbook's role to one phase.

    It names actions alone: the role's own policy says on what, as a session has what both allow.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
    """
    actions = {action for step in phase.steps for need in needs(playbook, step) for action in need.actions}
    return _document([{"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}] if actions else ())


def statement(need: Need, sid: str) -> Document:
    """Return a need as a statement of a policy."""
    found: dict[str, Json] = {"Sid": sid, "Effect": "Allow", "Action": sorted(set(need.actions))}
    found["Resource"] = sorted(set(need.resources))
    return {**found, "Condition": _condition(need)} if need.condition else found


def _statements(playbook: Playbook, steps: Iterable[Step]) -> Iterator[Document]:
    """Yield a statement for each scope and condition, named for the first step that needs it."""
    merged: dict[tuple[tuple[str, ...], str], tuple[str, Need]] = {}
    for step in steps:
        for need in needs(playbook, step):
            scope = (tuple(sorted(set(need.resources))), repr(_condition(need)))
            sid, known = merged.get(scope, (step.id, None))
            actions = (*known.actions, *need.actions) if known else need.actions
            merged[scope] = sid, Need(actions=actions, resources=need.resources, condition=need.condition)
    taken: dict[str, int] = {}
    for step_id, need in merged.values():
        taken[step_id] = taken.get(step_id, 0) + 1
        number = str(taken[step_id]) if taken[step_id] > 1 else ""
        yield statement(need, "".join(map(str.capitalize, re.split("-", step_id))) + number)


def _condition(need: Need) -> Json:
    return {
        operator: {key: list(value) if isinstance(value, tuple) else value for key, value in sorted(keys.items())}
        for operator, keys in sorted(need.condition.items())
    }


def _document(statements: Iterable[Document]) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _session(_playbook: Playbook, _step: Step) -> tuple[Need, ...]:
    """Return what a shell through Session Manager takes.

    The channel takes no resource, and the id of a role's session does not begin with `aws:userid`, so that a session
    is told by the tag Session Manager gives it.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
    """
    document = _HERE % ("ssm", "document/SSM-SessionManagerRunShell")
    return (
        Need(
            actions=(
                "ssm:DescribeInstanceInformation",
                "ssm:DescribeSessions",
                "ssm:GetConnectionStatus",
                "ssmmessages:OpenDataChannel",
            )
        ),
        Need(
            actions=("ssm:StartSession",),
            resources=(*_HOSTS, document),
            condition={"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}, **_UNFENCED},
        ),
        Need(
            actions=("ssm:ResumeSession", "ssm:TerminateSession"),
            resources=(_HERE % ("ssm", "session/*"),),
            condition={"StringLike": {"ssm:resourceTag/aws:ssmmessages:session-id": "${aws:userid}"}},
        ),
        Need(
            actions=("kms:GenerateDataKey",),
            resources=(_HERE % ("kms", "key/*"),),
            condition={"Null": {"kms:EncryptionContext:aws:ssm:SessionId": "false"}},
        ),
    )


def _run_command(_playbook: Playbook, step: Step) -> tuple[Need, ...]:
    return (
        Need(
            actions=(
                "ssm:CancelCommand",
                "ssm:DescribeInstanceInformation",
                "ssm:GetCommandInvocation",
                "ssm:ListCommandInvocations",
                "ssm:ListCommands",
            )
        ),
        Need(
            actions=("ssm:SendCommand",),
            resources=(*_HOSTS, _AWS_OWNED % f"document/{step.document}"),
            condition=_UNFENCED,
        ),
    )


def _automation(_playbook: Playbook, step: Step) -> tuple[Need, ...]:
    """Return what one of AWS's own runbooks takes: without a role to pass, it works with the rights of who starts it.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup.html
    """
    runbook, runs = step.runbook or "", _HERE % ("ssm", "automation-execution/*")
    owned = (_AWS_OWNED % f"automation-definition/{runbook}:*", _AWS_OWNED % f"document/{runbook}")
    return (
        Need(actions=("ssm:StartAutomationExecution",), resources=(*owned, runs)),
        Need(actions=("ssm:GetAutomationExecution", "ssm:StopAutomationExecution"), resources=(runs,)),
    )


def _secret(playbook: Playbook, _step: Step) -> tuple[Need, ...]:
    return (
        Need(
            actions=("secretsmanager:GetSecretValue",),
            resources=(_HERE % ("secretsmanager", f"secret:break-glass/{playbook.name}/*"),),
        ),
        Need(
            actions=("kms:Decrypt",),
            resources=(_HERE % ("kms", "key/*"),),
            condition={"StringLike": {"kms:ViaService": "secretsmanager.*"}},
        ),
    )


_IMPLIED: Mapping[str, Callable[[Playbook, Step], tuple[Need, ...]]] = {
    "session": _session,
    "run-command": _run_command,
    "ssm-automation": _automation,
    "secret": _secret,
}
"""Kind of step -> the needs it brings."""
