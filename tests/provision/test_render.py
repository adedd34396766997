"""Rendered templates make just what apply makes, fit CloudFormation's limits, and are the ones that ship."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from breakglass import data
from breakglass.cli.main import run
from breakglass.documents import Json
from breakglass.estate.desired import desired
from breakglass.estate.template import parse
from breakglass.manifest.model import Manifest, OrganizationalUnit, Responder
from breakglass.provision.render import MOST_BYTES, MOST_RESOURCES, templates
from breakglass.resources import GLOBAL, KINDS, Key, Resource, State
from tests.conftest import ACME, manifest
from tests.reserve import granting

BY_HAND = {"verification.yaml", "verification-map.yaml"}
"""What is deployed beside the desired state and is none of it."""


def made(rendered: Mapping[str, str], kind: str, account: str, wanted: Manifest) -> State:
    """Return what the templates of a kind make in an account, each where its description says."""
    found: dict[Key, Resource] = {}
    for name, text in rendered.items():
        if name.removesuffix(".yaml").partition("-")[0] == kind:
            template: Mapping[str, Json] = yaml.safe_load(text)
            told = str(template["Description"]).rpartition(": ")[2]
            regional = str(template["Description"]).startswith("Alerts")
            for region in told.split(", ") if regional else [GLOBAL]:
                found |= parse(template, wanted.scope(account, region))
    return found


def here(wanted: Manifest, account: str) -> State:
    everything = desired(wanted).items()
    return {key: each for key, each in everything if key.scope.account == account and KINDS[key.type].rendered}


def test_what_the_templates_make_is_what_apply_makes(acme: Manifest) -> None:
    rendered = templates(acme)
    kinds = {"management": "999999999999", "security": "111111111111", "audit": "333333333333"}
    for kind, account in kinds.items():
        assert made(rendered, kind, account, acme) == here(acme, account)
    for each in acme.accounts:
        assert made(rendered, "workload", each.id, acme) == here(acme, each.id)


def test_the_role_that_moves_people_is_in_the_template_of_the_security_account() -> None:
    wanted = granting()
    rendered = templates(wanted)
    assert made(rendered, "security", "111111111111", wanted) == here(wanted, "111111111111")
    assert [name for name, text in rendered.items() if "RoleName: BREAK-GLASS-GRANT-ACCESS" in text] == [
        "security.yaml"
    ]


def test_the_templates_that_ship_are_those_of_the_example(acme: Manifest) -> None:
    """If this fails: breakglass render -m examples/acme/breakglass.yaml -o cloudformation"""
    shipped = {path.name: path.read_text("utf-8") for path in data.folder("cloudformation").glob("*.yaml")}
    assert {name: text for name, text in shipped.items() if name not in BY_HAND} == templates(acme)
    assert shipped.keys() >= BY_HAND


def test_the_linter_has_nothing_to_say() -> None:
    files = sorted(map(str, data.folder("cloudformation").glob("*.yaml")))
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--include-checks", "I", "--", *files]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")


def crowded(number: int) -> Manifest:
    people = (f"person{each}" for each in range(number))
    teams = ("incident", "organization", "payments")
    return replace(
        manifest(),
        responders=tuple(Responder(id=p, name=p, email=f"{p}@acme.example", teams=teams) for p in people),
    )


def test_what_is_too_large_for_one_template_is_split_and_loses_nothing() -> None:
    many = crowded(600)
    rendered = templates(many)
    assert "security.yaml" not in rendered
    assert all(len(text.encode()) <= MOST_BYTES for text in rendered.values())
    assert all(len(yaml.safe_load(text)["Resources"]) <= MOST_RESOURCES for text in rendered.values())
    assert made(rendered, "security", "111111111111", many) == here(many, "111111111111")


def test_what_a_part_points_at_lies_in_it_or_in_an_earlier_one() -> None:
    """Users point at groups and at the boundary, groups at policies, and nothing points at users."""
    rendered = templates(crowded(600))
    numbered = [f"security-{number}.yaml" for number in range(1, 100) if f"security-{number}.yaml" in rendered]
    parts = [yaml.safe_load(rendered[name])["Resources"] for name in numbered]
    first, *rest = ({body["Type"] for body in part.values()} for part in parts)
    assert {"AWS::IAM::ManagedPolicy", "AWS::IAM::Group"} <= first
    assert all(types <= {"AWS::IAM::User", "AWS::IAM::Role"} for types in rest)


def test_an_organization_whose_only_account_is_the_audit_account_has_no_workload_template() -> None:
    only = manifest(
        accounts=[{"id": "333333333333", "name": "payments"}],
        management_account={"id": "999999999999", "name": "management", "playbooks": []},
        teams=[{"name": "incident", "playbooks": ["ransomware"], "accounts": "all"}],
        responders=[{"id": "ana", "name": "Ana", "email": "ana@acme.example", "teams": ["incident"]}],
    )
    assert not [name for name in templates(only) if name.startswith("workload")]


@pytest.mark.parametrize("name", ["audit.yaml", "workload.yaml"])
def test_a_template_names_its_manifest_and_says_nothing_of_the_rest_of_it(acme: Manifest, name: str) -> None:
    text = templates(acme)[name]
    assert yaml.safe_load(text)["Metadata"]["Breakglass"] == {"Manifest": "acme"}
    assert templates(replace(acme, responders=acme.responders[1:]))[name] == text


def test_accounts_with_some_of_the_playbooks_have_a_template_of_their_own_that_is_named_for_them(
    acme: Manifest,
) -> None:
    prod, *others = acme.accounts
    unit = OrganizationalUnit(id="ou-abcd-12345678", name="apps", playbooks=("ransomware", "lost-access"))
    wanted = replace(acme, accounts=(replace(prod, playbooks=("ransomware",)), *others), organizational_units=(unit,))
    rendered = templates(wanted)
    found = {name for name in rendered if name.startswith("workload")}
    assert found == {"workload.yaml", "workload-ransomware.yaml", "workload-lost-access--ransomware.yaml"}
    only = parse(yaml.safe_load(rendered["workload-ransomware.yaml"]), wanted.scope(prod.id))
    assert only == here(wanted, prod.id)
    assert rendered["workload.yaml"] == templates(acme)["workload.yaml"]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    assert run(["render", "-m", str(ACME), "-o", str(blocked)]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert run(["render", "-m", str(ACME), "-o", str(tmp_path / "new")]) == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(templates(manifest()))


def test_an_account_id_is_always_text() -> None:
    """Some readers of YAML would take digits for a number, and drop a zero in front."""
    accounts = [{"id": f"{12345670000 + number:012}", "name": f"account-{number}"} for number in range(500)]
    team = {"name": "incident", "playbooks": ["ransomware", "data-breach"], "accounts": "all"}
    ana = {"id": "ana", "name": "Ana", "email": "ana@acme.example", "teams": ["incident"]}
    rendered = templates(manifest(accounts=accounts, teams=[team], responders=[ana]))
    text = "".join(each for name, each in rendered.items() if name.startswith("security"))
    assert "'012345670089'" in text
    assert "- 012345670089" not in text
