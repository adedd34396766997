"""Commands as the AWS CLI takes them: parsed by itself, they are the calls they were made of."""

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import awscli.clidriver
import botocore.session
import pytest
from botocore import xform_name
from botocore.model import OperationModel
from pydantic import JsonValue

from breakglass.playbooks.filling import filled
from breakglass.playbooks.model import Call, Playbook, Step
from breakglass.playbooks.rights import calls
from breakglass.report.playbooks.commands import command, commands, kebab, quoted
from tests.report.playbooks.samples import ALL, EVERYTHING, step

ODD = {"cloudwatch", "mturk", "socialmessaging", "storagegateway"}
"""Services with names that are not taken apart as others are."""

COMMON = {"autoscaling", "cloudfront", "cloudtrail", "guardduty", "iam", "kms", "rds", "route53", "s3", "ssm"}

SPOILING = {"modify-instance-attribute", "modify-network-interface-attribute"}
"""Commands that leave something behind, so that the next one of the same process fails."""

Heard = list[tuple[str, str, Mapping[str, Any]]]


class Answer:
    """What the AWS CLI takes for an answer."""

    status_code = 200
    raw = None
    headers: Mapping[str, str] = {}


class Cli:
    """The AWS CLI in this process: it hears what it would call, and calls nothing."""

    def __init__(self) -> None:
        self.heard: Heard = []
        self.driver = self._new()

    def _new(self) -> awscli.clidriver.CLIDriver:
        driver = awscli.clidriver.create_clidriver()
        driver.session.register("provide-client-params.*.*", self._hear)
        driver.session.register("before-call", self._answer)
        return driver

    def _hear(self, params: Mapping[str, Any], model: OperationModel, **_: object) -> None:
        self.heard.append((model.service_model.service_name, model.name, dict(params)))

    def _answer(self, **_: object) -> tuple[Answer, Mapping[str, Any]]:
        return Answer(), {"Status": "Success", "SessionId": "s", "TokenValue": "t", "StreamUrl": "u"}

    def run(self, words: Sequence[str]) -> tuple[str, str, Mapping[str, Any]]:
        assert self.driver.main(list(words)) == 0, words
        if words[1] in SPOILING:
            self.driver = self._new()
        return self.heard[-1]


@pytest.fixture(scope="module")
def cli() -> Iterator[Cli]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "y", "DEFAULT_REGION": "eu-west-1"}.items():
            patch.setenv(f"AWS_{name}", value)
        patch.setenv("AWS_PAGER", "")
        for tool in ("check_call", "check_output"):
            patch.setattr(f"awscli.customizations.sessionmanager.{tool}", lambda *_, **__: "1.2.792.0", raising=False)
        yield Cli()


def words(line: str) -> list[str]:
    """Return the words of a line after `aws`, as a shell would hand them over."""
    inner = re.sub(r"^[a-z_]+=\$\((.*)\)$", r"\1", line).replace("$command_id", "0" * 36)
    first, *rest = shlex.split(inner.replace("$execution_id", "0" * 36))
    assert first == "aws"
    return rest


def expected(call: Call, playbook: Playbook) -> tuple[str, str, Mapping[str, Any]]:
    parameters = {name: filled(value, playbook.examples) for name, value in call.parameters.items()}
    return call.service, call.operation, parameters


STEPS = [pytest.param(playbook, each, id=f"{playbook.name}-{each.id}") for playbook in ALL for each in playbook.steps]


@pytest.mark.parametrize(("playbook", "each"), STEPS)
def test_the_aws_cli_reads_the_calls_that_were_meant(cli: Cli, playbook: Playbook, each: Step) -> None:
    typed = commands(playbook, each, playbook.examples)
    found = [cli.run(words(line)) for line in typed]
    wanted = [expected(call, playbook) for call in calls(playbook, each)]
    for (service, operation, given), (meant, called, parameters) in zip(found, wanted, strict=False):
        assert (service, operation) == (meant, called)
        assert {**given, **parameters} == given
        assert given.keys() - parameters.keys() <= {"MaxResults"}  # the CLI asks for large pages of snapshots
    assert len(found) >= len(wanted)
    follow_ups = {("ssm", "GetCommandInvocation"), ("ssm", "GetAutomationExecution")}
    assert {(service, operation) for service, operation, _ in found[len(wanted) :]} <= follow_ups


@pytest.mark.parametrize(
    "service", sorted(ODD | COMMON | {call.service for each in EVERYTHING.steps for call in each.calls})
)
def test_names_are_what_the_cli_has(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)
    names = set(model.operation_names)
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        names |= set(shape.members) if shape else set()
    assert {name: kebab(name) for name in names} == {name: xform_name(name, "-") for name in names}


def test_what_is_not_filled_in_stays_to_be_filled_in() -> None:
    (line,) = commands(EVERYTHING, step("see-the-group"))
    assert line == "aws iam get-group '--group-name=-{{bucket}}'"
    assert commands(EVERYTHING, step("see-the-group"), {"bucket": "b"}) == ("aws iam get-group --group-name=-b",)


def test_a_shell_reads_every_word_as_it_was() -> None:
    nasty = [
        *("", "plain", "a b", "it's", "\"both' `of` $them", "!x", "it's !x", "$HOME", "it's $HOME", "it's `x`"),
        *("it's \\", "it's\na line", "{{x}}", "*", "~", "#", "a;b", "it's {x,y}", "'", "''", 'it\'s "x"', "ü名"),
    ]
    script = f"printf '%s\\0' {' '.join(map(quoted, nasty))}"
    ran = subprocess.run(["bash", "-c", script], check=True, capture_output=True)
    assert ran.stdout.decode().split("\0")[:-1] == nasty


def test_quotes_of_others_are_kept_readable() -> None:
    assert quoted("A[?B=='c']") == "\"A[?B=='c']\""
    assert quoted("it's $5") == "'it'\\''s $5'"


@pytest.mark.parametrize(
    ("service", "name"), [("s3", "s3api"), ("config", "configservice"), ("codedeploy", "deploy"), ("ec2", "ec2")]
)
def test_services_have_the_name_the_cli_gives_them(service: str, name: str) -> None:
    assert command(Call(service=service, operation="GetX")) == f"aws {name} get-x"


def test_values_are_switches_words_or_json() -> None:
    parameters: dict[str, JsonValue] = {
        "On": True,
        "Off": False,
        "Number": 5,
        "Words": ["a", "b c"],
        "Empty": [],
        "Dashed": ["-a"],
        "Blank": ["", "a"],
        "Nested": {"A": [1, None]},
    }
    assert command(Call(service="x1", operation="DoIt", parameters=parameters, region="us-east-1")) == (
        "aws x1 do-it --on --no-off --number 5 --words a 'b c' --empty '[]' --dashed '[\"-a\"]' --blank '[\"\",\"a\"]'"
        " --nested '{\"A\":[1,null]}' --region us-east-1"
    )


def test_a_password_is_fetched_as_text_and_a_shell_is_opened() -> None:
    (secret,) = commands(EVERYTHING, step("the-password"))
    assert secret.endswith("--secret-id break-glass/everything/database --query SecretString --output text")
    assert commands(EVERYTHING, step("on-the-host"), {"instance_id": "i-1"}) == ("aws ssm start-session --target i-1",)
    assert commands(EVERYTHING, step("hand-back")) == ()
