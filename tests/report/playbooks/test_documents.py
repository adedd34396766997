"""Documents of Systems Manager are what it takes, and do no more than the playbook says; policies are the least."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

import botocore.session
import cfnlint.api
import pytest
from botocore.validate import ParamValidator

from breakglass.playbooks.denials import denials
from breakglass.playbooks.filling import asked_for, filled
from breakglass.playbooks.model import Call, Playbook, Step
from breakglass.playbooks.rights import needed, session_policy
from breakglass.report.playbooks.automation import automation
from breakglass.report.playbooks.forms import FORMS, policy
from breakglass.report.playbooks.forms import session_policy as rendered_session_policy
from breakglass.report.playbooks.run_command import run_command
from tests.report.playbooks.samples import ALL, EVERYTHING, PLAIN, named, step

Draft202012Validator = import_module("jsonschema").Draft202012Validator

TEXT = {"type": "string", "minLength": 1}
PARAMETERS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["type"],
        "additionalProperties": False,
        "properties": {"type": {"const": "String"}, "description": TEXT, "allowedPattern": TEXT},
    },
}


def schema_of(version: str, actions: Sequence[str], properties: Mapping[str, object], **rules: object) -> object:
    """Return the schema of documents of a version whose steps have these actions and properties."""
    step = {"name": {"type": "string", "pattern": "^[a-zA-Z0-9_]{3,128}$"}, "inputs": {"type": "object"}}
    items = {
        "type": "object",
        "required": ["name", "action", "inputs"],
        "additionalProperties": False,
        "properties": {**step, "action": {"enum": actions}, **properties},
        **rules,
    }
    return {
        "type": "object",
        "required": ["schemaVersion", "mainSteps"],
        "additionalProperties": False,
        "properties": {
            "schemaVersion": {"const": version},
            "description": TEXT,
            "parameters": PARAMETERS,
            "mainSteps": {"type": "array", "minItems": 1, "items": items},
        },
    }


AUTOMATION = schema_of(
    "0.3",
    ["aws:executeAwsApi", "aws:pause"],
    {
        "description": TEXT,
        "onFailure": {"const": "Abort"},
        "timeoutSeconds": {"type": "integer", "minimum": 1, "maximum": 2592000},
    },
    **{
        "if": {"properties": {"action": {"const": "aws:executeAwsApi"}}},
        "then": {"properties": {"inputs": {"required": ["Service", "Api"]}}},
        "else": {"properties": {"inputs": {"maxProperties": 0}}},
    },
)
COMMAND = schema_of(
    "2.2",
    ["aws:runShellScript", "aws:runPowerShellScript"],
    {
        "precondition": {
            "type": "object",
            "required": ["StringEquals"],
            "properties": {
                "StringEquals": {"prefixItems": [{"const": "platformType"}, {"enum": ["Linux", "Windows"]}]}
            },
        },
        "inputs": {
            "type": "object",
            "required": ["runCommand"],
            "properties": {"runCommand": {"type": "array", "items": {"type": "string"}}},
        },
    },
)
"""Of what a document may hold by AWS's own pages, the part that ours hold.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
"""

MOST_BYTES = 64 * 1024
"""https://docs.aws.amazon.com/general/latest/gr/ssm.html"""


def documents(playbook: Playbook) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for form in (automation, run_command):
        for name, text in form(playbook).files.items():
            assert len(text.encode()) <= MOST_BYTES
            yield name, json.loads(text)


def steps(playbook: Playbook, phase: str) -> Sequence[Mapping[str, Any]]:
    document = json.loads(automation(playbook).files[f"{playbook.name}.{phase}.automation.json"])
    found: Sequence[Mapping[str, Any]] = document["mainSteps"]
    return found


def made(each: Mapping[str, Any]) -> Call:
    """Return the call a step of a runbook makes."""
    inputs = dict(each["inputs"])
    return Call(service=inputs.pop("Service"), operation=inputs.pop("Api"), parameters=inputs)


@pytest.mark.parametrize("playbook", ALL, ids=named)
def test_documents_have_the_form_that_systems_manager_takes(playbook: Playbook) -> None:
    for name, document in documents(playbook):
        schema = AUTOMATION if name.endswith("automation.json") else COMMAND
        Draft202012Validator(schema).validate(document)
        names = [each["name"] for each in document["mainSteps"]]
        assert len(names) == len(set(names))
        wanted = {name for each in document["mainSteps"] for name in asked_for(each["inputs"])}
        assert wanted == document["parameters"].keys()


def test_cloudformation_takes_them() -> None:
    resources = {
        re.sub(r"\W", "", f"D{name}"): {
            "Type": "AWS::SSM::Document",
            "Properties": {
                "Content": document,
                "DocumentType": "Automation" if document["schemaVersion"] == "0.3" else "Command",
            },
        }
        for playbook in ALL
        for name, document in documents(playbook)
    }
    assert resources
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
    assert not [f"{each.rule.id}: {each.message}" for each in cfnlint.api.lint(json.dumps(template))]


@pytest.mark.parametrize("playbook", ALL, ids=named)
def test_a_runbook_makes_calls_of_the_playbook_that_aws_knows(playbook: Playbook) -> None:
    meant = [(call.service, call.operation, dict(call.parameters)) for each in playbook.steps for call in each.calls]
    for name, document in documents(playbook):
        for each in document["mainSteps"] if name.endswith("automation.json") else ():
            if each["action"] == "aws:executeAwsApi":
                call = made(each)
                assert (call.service, call.operation, dict(call.parameters)) in meant
                model = botocore.session.get_session().get_service_model(call.service)
                shape = model.operation_model(call.operation).input_shape
                given = {key: filled(value, playbook.examples) for key, value in call.parameters.items()}
                assert shape or not given
                assert not shape or not ParamValidator().validate(given, shape).has_errors()


def test_it_waits_before_each_step_that_changes_something() -> None:
    assert [(each["name"], each["action"]) for each in steps(EVERYTHING, "contain")] == [
        ("before__take_away", "aws:pause"),
        ("take_away", "aws:executeAwsApi"),
        ("take_away__2", "aws:executeAwsApi"),
    ]
    pause = steps(EVERYTHING, "contain")[0]
    assert pause["timeoutSeconds"] == 3600
    assert "Start it, and take the tag away." in pause["description"]
    assert [each["action"] for each in steps(EVERYTHING, "investigate")] == ["aws:executeAwsApi"]


def test_what_a_runbook_cannot_do_is_left_to_people_and_said() -> None:
    """Another region, a secret, a shell: only what is a plain call where it runs is automated."""
    (told,) = automation(EVERYTHING).notes
    assert told == (
        "everything: left to people: ab, read-the-key, the-password, on-the-host, stop-it, say-so, restart, hand-back"
    )
    text = automation(EVERYTHING).files["everything.investigate.automation.json"]
    assert "Left to people: ab, read-the-key, the-password." in json.loads(text)["description"]
    assert "assumeRole" not in text


def test_the_name_of_a_parameter_that_is_the_actions_own_leaves_the_step_to_people() -> None:
    group = step("see-the-group")
    call = replace(group.calls[0], parameters={"Service": "x"})
    assert automation(only(replace(group, calls=(call,)))).files == {}


def test_a_short_id_makes_a_name_that_is_long_enough() -> None:
    short = only(replace(step("see-the-group"), id="a"))
    assert [each["name"] for each in steps(short, "investigate")] == ["step__a"]


def only(*chosen: Step) -> Playbook:
    investigate = EVERYTHING.phases.investigate
    assert investigate is not None
    phases = replace(EVERYTHING.phases, investigate=replace(investigate, steps=chosen), contain=None, recover=None)
    return replace(EVERYTHING, phases=replace(phases, close=None))


def test_where_there_is_nothing_to_render_no_file_is_written_and_it_is_said() -> None:
    assert automation(PLAIN).files == run_command(PLAIN).files == {}
    assert automation(PLAIN).notes == ("plain: no step can be automated",)
    assert run_command(PLAIN).notes == ("plain: no step runs a command on a host",)


def test_where_all_is_rendered_nothing_is_said() -> None:
    assert not automation(only(step("see-the-group"))).notes


def test_a_command_document_runs_the_commands_line_by_line() -> None:
    document = json.loads(run_command(EVERYTHING).files["everything.stop-it.command.json"])
    (run,) = document["mainSteps"]
    assert run["action"] == "aws:runShellScript"
    assert run["precondition"] == {"StringEquals": ["platformType", "Linux"]}
    assert run["inputs"]["runCommand"] == ["systemctl stop '{{bucket}}'", "systemctl status {{bucket}}", "date"]


def test_on_windows_another_action_runs_them() -> None:
    windows = only(replace(step("say-so"), commands=("Get-Date",)))
    (run,) = json.loads(run_command(windows).files["everything.say-so.command.json"])["mainSteps"]
    assert (run["action"], run["precondition"]["StringEquals"][1]) == ("aws:runPowerShellScript", "Windows")


@pytest.mark.parametrize("value", ["a b", "a;b", "$(a)", "`a`", "'", '"', "a\nb", "", "a|b", "{{ssm:x}}", "a" * 401])
def test_a_command_document_takes_nothing_a_shell_acts_upon(value: str) -> None:
    document = json.loads(run_command(EVERYTHING).files["everything.stop-it.command.json"])
    pattern = document["parameters"]["bucket"]["allowedPattern"]
    assert not re.fullmatch(pattern, value)
    assert re.fullmatch(pattern, "arn:aws:s3:::acme-evidence/a_b,c@d=e+f.g")


def test_a_command_whose_blank_needs_more_is_left_to_people() -> None:
    assert run_command(EVERYTHING).files.keys() == {"everything.stop-it.command.json"}
    assert run_command(EVERYTHING).notes == (
        "everything: say-so: left to people: a shell could act upon what is filled in for call",
    )


@pytest.mark.parametrize("playbook", ALL, ids=named)
def test_the_policy_is_the_least_and_lies_beside_the_playbook(playbook: Playbook) -> None:
    files = policy(playbook).files
    assert json.loads(files[f"{playbook.name}.json"]) == needed(playbook, denials(playbook.name))


def test_the_session_policy_is_that_of_the_phase() -> None:
    recover = EVERYTHING.phases.recover
    assert recover is not None
    files = rendered_session_policy(EVERYTHING, "recover").files
    assert json.loads(files["everything.recover.json"]) == session_policy(recover, EVERYTHING)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_renders_every_playbook_the_same_again(form: str) -> None:
    for playbook in ALL:
        rendered = FORMS[form](playbook, None)
        assert rendered.files or rendered.notes
        assert rendered == FORMS[form](playbook, None)
        assert all(name.startswith(f"{playbook.name}.") for name in rendered.files)
        assert all(text.endswith("\n") for text in rendered.files.values())
