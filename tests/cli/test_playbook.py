"""playbook list, show, render: what is printed, what is written, and what is refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from breakglass import data
from breakglass.cli.main import run
from breakglass.playbooks.read import read
from breakglass.report.playbooks.forms import FORMS
from tests.cli.conftest import Ran
from tests.conftest import ACME
from tests.report.playbooks.samples import FOLDER

Call = Callable[..., Ran]
OWN = ("--folder", str(FOLDER))
WITH = ("-m", str(ACME))


@pytest.fixture
def playbook(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Ran:
        code = run(["playbook", *arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def own(tmp_path: Path) -> str:
    """Return a folder with a playbook that the manifest provisions."""
    folder = tmp_path / "own"
    folder.mkdir()
    text = (FOLDER / "everything.yaml").read_text("utf-8")
    (folder / "lost-access.yaml").write_text(text.replace("name: everything", "name: lost-access", 1), "utf-8")
    return str(folder)


def test_what_ships_is_listed_without_a_manifest(playbook: Call) -> None:
    ran = playbook("list")
    assert (ran.code, ran.err) == (0, "")
    assert "open-security-group  A security group that lets the world in\n" in ran.out
    assert " by " not in ran.out.partition("open-security-group")[2].splitlines()[1]


def test_a_list_is_one_document(playbook: Call) -> None:
    document = playbook("list", *OWN, *WITH, "--format", "json").document
    names = [each["name"] for each in document["playbooks"]]
    assert names == sorted(names)
    assert {"everything", "open-security-group"} <= set(names)
    assert document["playbooks"][names.index("everything")]["places"] == []


def test_a_playbook_is_shown_with_what_is_filled_in(playbook: Call) -> None:
    examples = read(data.playbook_file("open-security-group")).examples
    values = {**examples, "group_id": "sg-1", "rule_id": "sgr-1"}
    ran = playbook("show", "open-security-group", *(f"--set={name}={value}" for name, value in values.items()))
    assert ran.code == 0
    command = "aws ec2 revoke-security-group-ingress --group-id sg-1 --security-group-rule-ids sgr-1\n"
    assert command in ran.out
    assert "{{" not in ran.out


def test_one_phase_of_a_playbook_as_a_document(playbook: Call) -> None:
    ran = playbook("show", "everything", *OWN, "--phase", "recover", "--set", "instance_id=i-1", "--format", "json")
    (phase,) = ran.document["phases"]
    assert phase["name"] == "recover"
    assert '"InstanceId":["i-1"]' in phase["steps"][0]["commands"][0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "open-security-grup"), "did you mean `open-security-group`"),
        (("show", "open-security"), "there is no playbook 'open-security'"),
        (("show", "everything", *OWN, "--phase", "eradicate"), "has no phase 'eradicate'"),
        (("show", "everything", *OWN, "--set", "buckit=x"), "did you mean `bucket`"),
        (("show", "everything", *OWN, "--set", "bucket"), "write NAME=VALUE"),
        (("show", "everything", *OWN, "--account", "prod"), "--account needs a manifest"),
        (("show", "everything", *OWN, *WITH, "--account", "prod"), "prod does not have the playbook everything"),
        (("show", "everything", "-m", "absent.yaml", *OWN), "absent.yaml"),
        (("list", "--folder", "absent"), "absent is no folder"),
        (("render", "open-security-grup"), "did you mean `open-security-group`"),
        (("render", "--phase", "contain"), "--phase says of which phase the policy is"),
        (("render", "everything", *OWN, "--as", "policy", "--phase", "close"), "done by hand"),
        (("render", "everything", *OWN, "--as", "pdf"), "'pdf' is not one of"),
    ],
)
def test_what_cannot_be_meant_is_refused(playbook: Call, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    ran = playbook(*arguments)
    assert ran.code == 2
    assert says in ran.err
    assert not ran.out
    assert not list(tmp_path.iterdir())


def test_the_problems_of_a_playbook_are_told_with_their_lines(playbook: Call, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "bad.yaml").write_text("version: 1\nname: other\nscenery: x\n", "utf-8")
    for command in (("list",), ("show", "bad"), ("render", "bad", "-o", "out")):
        ran = playbook(*command, "--folder", "bad")
        assert ran.code == 2
        assert "bad.yaml:2" in ran.err
        assert "bad.yaml:3" in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_written(playbook: Call, tmp_path: Path, form: str) -> None:
    ran = playbook("render", "everything", *OWN, "--as", form, "-o", "out/deep")
    assert (ran.code, ran.out) == (0, "")
    written = sorted((tmp_path / "out" / "deep").iterdir())
    assert written
    assert all(f"{each.relative_to(tmp_path)} written\n" in ran.err for each in written)


def test_all_are_written_unless_some_are_named_and_what_is_left_is_told(playbook: Call, tmp_path: Path) -> None:
    ran = playbook("render", *OWN, "--as", "automation")
    names = {each.name.partition(".")[0] for each in tmp_path.iterdir()}
    assert {"everything", "open-security-group"} <= names
    assert "everything: left to people: ab, " in ran.err
    assert (
        "open-security-group: no step runs a command on a host\n"
        in playbook("render", "open-security-group", "--as", "command", "-o", "none").err
    )
    assert not (tmp_path / "none").exists()


def test_the_policy_lies_beside_the_playbook(playbook: Call, tmp_path: Path) -> None:
    shutil.copy(FOLDER / "everything.yaml", tmp_path)
    assert playbook("render", "everything", "--folder", ".", "--as", "policy").code == 0
    assert json.loads((tmp_path / "everything.json").read_text("utf-8"))["Version"] == "2012-10-17"
    assert playbook("render", "everything", "--folder", ".", "--as", "policy", "--phase", "recover").code == 0
    assert (tmp_path / "everything.recover.json").exists()


def test_what_somebody_worked_on_is_replaced_only_when_asked(playbook: Call, tmp_path: Path) -> None:
    again = ("render", "everything", *OWN, "--as", "policy")
    assert playbook(*again).code == 0
    assert playbook(*again).code == 0
    (tmp_path / "everything.json").write_text("mine", "utf-8")
    ran = playbook(*again)
    assert ran.code == 2
    assert "everything.json exists, and is not the same" in ran.err
    assert (tmp_path / "everything.json").read_text("utf-8") == "mine"
    assert playbook(*again, "--force").code == 0
    assert (tmp_path / "everything.json").read_text("utf-8") != "mine"


def test_where_nothing_can_be_written_is_told(playbook: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    ran = playbook("render", "everything", *OWN, "-o", "file", "--force")
    assert ran.code == 2
    assert "file cannot be made" in ran.err
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_with_a_manifest_pages_lead_to_the_accounts(playbook: Call, tmp_path: Path, own: str) -> None:
    shipped = playbook("list", "--format", "json").document["playbooks"]
    besides = () if "lost-access" in [each["name"] for each in shipped] else ("--folder", own)
    assert playbook("render", "lost-access", *besides, *WITH, "--as", "html").code == 0
    page = (tmp_path / "lost-access.html").read_text("utf-8")
    assert "switchrole?account=222222222222" in page
    shown = playbook("show", "lost-access", *besides, *WITH, "--account", "payments").out
    assert "switch in payments (444444444444), team incident" in shown
    assert "switch in prod" not in shown
    assert "by incident" in playbook("list", *besides, *WITH).out


def test_help_says_what_there_is(playbook: Call) -> None:
    ran = playbook("--help")
    assert all(f"  {name}" in ran.out for name in ("list", "show", "render"))
