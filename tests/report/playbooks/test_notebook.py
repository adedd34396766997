"""The notebook is one, runs as it is, changes nothing unasked, and prints no secret."""

import ast
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from pydantic import JsonValue

from breakglass.playbooks.filling import filled
from breakglass.playbooks.model import Call, Playbook, Step
from breakglass.playbooks.rights import calls
from breakglass.report.playbooks.notebook import notebook
from breakglass.report.playbooks.python import expression, variables
from breakglass.report.playbooks.secrets import answers_with_a_secret
from tests.report.playbooks.samples import ALL, EVERYTHING, PLAIN, WHERE, named

Made = list[tuple[str, str, Mapping[str, Any], str | None]]


class Client:
    """A client that remembers what it was asked for."""

    def __init__(self, made: Made, service: str, region: str | None) -> None:
        self.made, self.service, self.region = made, service, region

    def can_paginate(self, method: str) -> bool:
        return method.startswith(("describe", "lookup", "get_group"))

    def get_paginator(self, method: str) -> SimpleNamespace:
        def paginate(PaginationConfig: Mapping[str, int], **parameters: object) -> SimpleNamespace:  # noqa: N803
            assert PaginationConfig == {"MaxItems": 1000}
            self._heard(f"{method} in pages", parameters)
            return SimpleNamespace(build_full_result=lambda: {"Found": []})

        return SimpleNamespace(paginate=paginate)

    def get_waiter(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(wait=lambda **parameters: self._heard(name, parameters))

    def __getattr__(self, method: str) -> object:
        def call(**parameters: object) -> Mapping[str, object]:
            self._heard(method, parameters)
            return {"Command": {"CommandId": "c"}, "AutomationExecutionId": "a", "ResponseMetadata": {}, "At": object}

        return call

    def _heard(self, method: str, parameters: Mapping[str, Any]) -> None:
        self.made.append((self.service, method, parameters, self.region))


def cells(playbook: Playbook) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = json.loads(notebook(playbook))["cells"]
    return found


def code(playbook: Playbook) -> Mapping[str, str]:
    return {each["id"]: each["source"] for each in cells(playbook) if each["cell_type"] == "code"}


def ran(playbook: Playbook, monkeypatch: pytest.MonkeyPatch, *, confirmed: bool = False) -> Made:
    """Run the cells as a kernel would, with clients that call nothing."""
    made: Made = []
    session = SimpleNamespace(client=lambda service, region_name=None: Client(made, service, region_name))
    monkeypatch.setitem(sys.modules, "boto3", SimpleNamespace(Session=lambda: session))
    scope: dict[str, object] = {}
    for name, source in code(playbook).items():
        told = source.replace("CONFIRM = False", "CONFIRM = True") if confirmed else source
        exec(compile(told, name, "exec"), scope)  # noqa: S102 - it is what a notebook does
    return made


@pytest.mark.parametrize("playbook", ALL, ids=named)
def test_it_is_a_notebook(playbook: Playbook) -> None:
    text = notebook(playbook, WHERE)
    found = nbformat.reads(  # type: ignore[no-untyped-call]
        text, as_version=nbformat.NO_CONVERT
    )
    nbformat.validate(found)
    assert (found.nbformat, found.nbformat_minor) == (4, 5)
    assert notebook(playbook, WHERE) == text
    for source in code(playbook).values():
        ast.parse(source)


def test_its_parameters_are_a_cell_that_tools_can_fill_in() -> None:
    (tagged,) = [each for each in cells(EVERYTHING) if "parameters" in each["metadata"].get("tags", ())]
    scope: dict[str, object] = {}
    exec(tagged["source"], scope)  # noqa: S102
    assert [scope[name] for name in ("instance_id", "from_", "call_", "bucket")] == list(EVERYTHING.examples.values())


@pytest.mark.parametrize("playbook", ALL, ids=named)
def test_run_as_it_is_it_only_reads(
    playbook: Playbook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ran(playbook, monkeypatch)
    reading = [each for each in playbook.steps if each.kind == "api" and not each.changes and not _secret(each)]
    assert len(made) == len([call for each in reading for call in each.calls])
    changing = [each for each in playbook.steps if each.changes and each.kind not in ("manual", "secret", "session")]
    unconfirmed = [call for each in changing for call in calls(playbook, each)]
    assert capsys.readouterr().out.count("NOT DONE") == len(unconfirmed)


def _secret(step: Step) -> bool:
    return any(answers_with_a_secret(each) for each in step.calls)


def test_the_calls_are_those_of_the_playbook_with_the_examples(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ran(EVERYTHING, monkeypatch)
    (first, second, third) = EVERYTHING.steps[0].calls
    assert made[0] == ("ec2", "describe_instances", _parameters(first), None)
    assert made[1] == ("cloudtrail", "lookup_events in pages", _parameters(second), "us-east-1")
    assert made[2] == ("s3", "list_objects_v2", _parameters(third), None)
    assert "ResponseMetadata" not in capsys.readouterr().out


def _parameters(call: Call) -> Mapping[str, Any]:
    return {name: filled(value, EVERYTHING.examples) for name, value in call.parameters.items()}


def test_what_is_confirmed_is_done_and_looked_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = [f"{service}.{method}" for service, method, _, _ in ran(EVERYTHING, monkeypatch, confirmed=True)]
    on_host = ["ssm.send_command", "ssm.command_executed", "ssm.get_command_invocation"]
    changed = ["ec2.stop_instances", "ec2.create_tags"]
    automated = ["ssm.start_automation_execution", "ssm.get_automation_execution"]
    assert done[4:] == [*on_host, *on_host, *changed, *automated]
    assert "NOT DONE" not in capsys.readouterr().out


def test_what_was_found_is_shown_by_the_query(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran(EVERYTHING, monkeypatch)
    told = capsys.readouterr().out
    assert told.startswith("STILL THE EXAMPLE: instance_id. What follows says nothing of your incident.\nnull\n")
    assert "\n{\n" in told  # an answer as it is


@pytest.mark.parametrize("playbook", ALL, ids=named)
def test_nothing_that_runs_answers_with_a_secret(playbook: Playbook) -> None:
    every = "\n".join(code(playbook).values())
    for secret in ("GetSecretValue", "GetParameter", "get-secret-value", "StartSession"):
        assert f'"{secret}' not in every
    for each in playbook.steps:
        if each.kind in ("secret", "session"):
            (told,) = [cell for cell in cells(playbook) if f"`{each.id}`" in cell["source"]]
            assert told["cell_type"] == "markdown"
            assert "```sh\naws " in told["source"]


def test_what_a_person_does_is_told_with_its_command_and_what_a_cell_does_is_not() -> None:
    text = {each["id"]: each["source"] for each in cells(EVERYTHING)}
    assert "aws ssm get-parameter" in text["step-read-the-key"]
    assert "aws ec2" not in text["step-take-away"]
    assert "Fill in the next cell" in text["head"]
    assert "breakglass exec ACCOUNT/everything -- jupyter lab" in text["head"]


def test_a_playbook_without_parameters_has_no_cell_for_them() -> None:
    assert list(code(PLAIN)) == ["setup"]
    assert "Fill in" not in notebook(PLAIN)


@pytest.mark.parametrize(
    "value",
    [
        *("", "a", 'it\'s "x" {y} \\ \n\t\u2028 ü \U0001f600', "{{a}}", "x{{a}}y{{ b }}", "{\"{{a}}\": '{{b}}'}\n"),
        *(None, True, False, 5, -1.5, [], {}, ["{{a}}", {"x{{a}}": ["{{b}}" * 40, {"k": ["v" * 90]}]}]),
    ],
)
def test_an_expression_is_the_value_it_was_made_of(value: JsonValue) -> None:
    source = expression(value, {"a": "a", "b": "b_"})
    scope = {"a": "1", "b_": "{2}\n"}
    assert eval(source, scope) == filled(value, {"a": "1", "b": "{2}\n"})  # noqa: S307


def test_variables_are_names_that_nobody_has() -> None:
    found = variables(["from", "from_", "call", "x"], ["call"])
    assert found == {"from": "from__", "from_": "from_", "call": "call_", "x": "x"}


def test_an_example_that_looks_like_a_placeholder_is_only_text() -> None:
    first, *others = EVERYTHING.parameters
    odd = replace(first, example="{{other}}")
    source = code(replace(EVERYTHING, parameters=(odd, *others)))["parameters"]
    assert '= "{{other}}"  #' in source


def test_an_answer_that_was_cut_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    cut = {"Found": [], "NextToken": "more"}
    pages = SimpleNamespace(paginate=lambda **_: SimpleNamespace(build_full_result=lambda: cut))
    monkeypatch.setattr(Client, "get_paginator", lambda *_: pages)
    ran(EVERYTHING, monkeypatch)
    assert "NOT ALL" in capsys.readouterr().out
