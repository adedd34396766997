"""A call as a command of the AWS CLI, ready to be pasted into a shell.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from breakglass.playbooks.filling import filled, filled_text
from breakglass.playbooks.model import Call, Playbook, Step
from breakglass.playbooks.rights import calls

_CALLED: Final = {"codedeploy": "deploy", "config": "configservice", "s3": "s3api"}
"""Services the AWS CLI has under a name that is not boto3's: https://docs.aws.amazon.com/cli/latest/reference/"""

_WHOLE: Final = {"HITs": "Hits", "OTel": "Otel", "WhatsApp": "Whatsapp", "iSCSI": "Iscsi"}
"""Words that are not taken apart where their capitals are."""

_ACTED_UPON: Final = frozenset('"$`\\!\n')
"""What a shell takes for its own within double quotes."""

_BOUNDARY: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PLURAL: Final = re.compile(r"(?<=.)[A-Z]{2,}s$")

NO_VALUES: Final[Mapping[str, str]] = {}


def commands(playbook: Playbook, step: Step, values: Mapping[str, str] = NO_VALUES) -> tuple[str, ...]:
    """Return what is typed to carry a step out, line by line; what is not filled in stays as `{{name}}`.

    What is started and goes on by itself is waited for and looked at: nothing else tells whether it worked.
    """
    match step.kind:
        case "session":
            return (f"aws ssm start-session --target {quoted(filled_text(step.target or '', values))}",)
        case "secret":
            (call,) = calls(playbook, step)
            return (f"{command(call, values)} --output text",)
        case "run-command":
            return tuple(_run(playbook, step, values))
        case "ssm-automation":
            return tuple(_automation(playbook, step, values))
        case _:
            return tuple(command(call, values) for call in step.calls)


def command(call: Call, values: Mapping[str, str] = NO_VALUES) -> str:
    """Return one call as a command, quoted for a shell."""
    words = ["aws", _CALLED.get(call.service, call.service), kebab(call.operation)]
    for name, value in call.parameters.items():
        words += _argument(f"--{kebab(name)}", filled(value, values))
    words += ["--region", call.region] if call.region else []
    words += ["--query", filled_text(call.query, values)] if call.query else []
    return " ".join(map(quoted, words))


def quoted(word: str) -> str:
    """Return a word quoted for a shell, in the way that reads best."""
    if "'" in word and not _ACTED_UPON & set(word):
        return f'"{word}"'
    return shlex.quote(word) if "'" not in word else "'{}'".format(word.replace("'", "'\\''"))


def kebab(name: str) -> str:
    """Return the name of an operation or of a parameter as the AWS CLI has it, such as `describe-db-instances`."""
    for word, one in _WHOLE.items():
        name = name.replace(word, one)
    return "-".join(_BOUNDARY.split(_PLURAL.sub(lambda each: each[0].capitalize(), name))).lower()


def _argument(option: str, value: JsonValue) -> Sequence[str]:
    """Return an option with its value: a switch, words, or JSON where it has a structure."""
    match value:
        case bool():
            return [option if value else option.replace("--", "--no-", 1)]
        case str() if value.startswith("-"):
            return [f"{option}={value}"]
        case str():
            return [option, value]
        case [*items] if items and all(isinstance(each, str) and each[:1] not in "-[" for each in items):
            return [option, *map(str, items)]
        case _:
            return [option, json.dumps(value, ensure_ascii=False, separators=(",", ":"))]


def _run(playbook: Playbook, step: Step, values: Mapping[str, str]) -> Iterator[str]:
    (call,) = calls(playbook, step)
    host = quoted(filled_text(step.target or "", values))
    yield f"command_id=$({command(call, values)} --query Command.CommandId --output text)"
    yield f'aws ssm wait command-executed --command-id "$command_id" --instance-id {host}'
    yield f'aws ssm get-command-invocation --command-id "$command_id" --instance-id {host}'


def _automation(playbook: Playbook, step: Step, values: Mapping[str, str]) -> Iterator[str]:
    (call,) = calls(playbook, step)
    yield f"execution_id=$({command(call, values)} --query AutomationExecutionId --output text)"
    shown = "AutomationExecution.[AutomationExecutionStatus,FailureMessage]"
    yield f"aws ssm get-automation-execution --automation-execution-id \"$execution_id\" --query '{shown}'"
