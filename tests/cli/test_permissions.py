"""The policies for the toolkit itself, as people copy them and machines read them."""

import json

from breakglass.cli import main
from breakglass.cli.main import run
from breakglass.operations import COMMANDS, STACKED
from tests.cli.conftest import Run


def test_the_text_is_a_heading_and_a_document_for_each_policy(cli: Run) -> None:
    ran = cli("permissions")
    assert ran.code == 0
    blocks = [block.partition("\n") for block in ran.out.strip().split("\n\n")]
    headings = [heading for heading, _, _ in blocks]
    assert "# your own credentials in management (999999999999), for plan, offboard and prove" in headings
    assert "# your own credentials in management (999999999999), for verify" in headings
    assert "# OrganizationAccountAccessRole in security (111111111111), for apply" in headings
    assert "# OrganizationAccountAccessRole in each of the 4 other accounts, for destroy" in headings
    policies = cli("permissions", "--format", "json").document["policies"]
    assert [json.loads(document) for _, _, document in blocks] == [each["document"] for each in policies]


def test_as_json_it_says_where_and_for_what(cli: Run) -> None:
    document = cli("permissions", "--format", "json").document
    assert (document["schema"], document["version"], document["manifest"]) == ("breakglass/permissions", 1, "acme")
    assert {command for each in document["policies"] for command in each["commands"]} == COMMANDS.keys() - STACKED
    roles = {tuple(each["accounts"]): each["role"] for each in document["policies"]}
    assert roles[("999999999999",)] is None
    assert roles[("111111111111",)] == "OrganizationAccountAccessRole"
    assert {account for accounts in roles for account in accounts} == {
        f"{digit}" * 12 for digit in (1, 2, 3, 4, 5, 6, 9)
    }


def test_commands_can_be_chosen(cli: Run) -> None:
    document = cli("permissions", "--format", "json", "apply", "init").document
    assert {tuple(each["commands"]) for each in document["policies"]} == {("apply",), ("init",)}


def test_a_command_that_calls_nothing_has_no_policy(cli: Run) -> None:
    assert cli("permissions", "check").code == 2
    assert run(["permissions", "-m", "absent.yaml"]) == 2


def test_every_command_is_known_to_call_aws_or_not_to() -> None:
    offline = {"check", "render", "permissions", "profiles", "simulate", "playbook"}
    offline |= {"demo", "sandbox", "card", "console", "bundle"}
    by_right_of_a_team = {"exec", "credentials", "doctor"}
    assert main.COMMANDS.keys() - offline - by_right_of_a_team == COMMANDS.keys()
    assert offline <= main.COMMANDS.keys()
