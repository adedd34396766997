"""Playbooks in folders beside the manifest: read with it, each mistake told with its own file and line."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from breakglass import data
from breakglass.documents import Json, text
from breakglass.errors import ManifestError
from breakglass.estate.desired import desired
from breakglass.manifest.model import Manifest
from breakglass.manifest.own_playbooks import read_own
from breakglass.manifest.packed import packed, unpack
from breakglass.manifest.read import read, read_for_access
from breakglass.manifest.tree import Text
from breakglass.playbooks import policy
from breakglass.resources import MANAGED_POLICY, ROLE, Key
from tests.conftest import manifest
from tests.manifest.support import ACME, NAME, line_of, planted, problems

LISTED = ("ransomware, data-breach, lost-access]\n\n", "ransomware, data-breach, lost-access, {}]\n\n")
PROD = "222222222222"

STEPS = """\
version: 1
name: {name}
title: Water in the data centre
scenario: A pipe has burst.
when: [The floor is wet.]
phases:
  investigate:
    goal: You know where the water is.
    steps:
      - {{id: look, title: Look., kind: manual, do: [Look.]}}
"""
STOP: Mapping[str, Json] = {
    "Sid": "Stop",
    "Effect": "Allow",
    "Action": ["ec2:StopInstances"],
    "Resource": "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*",
}


def document(*statements: Mapping[str, Json]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements or [STOP]}, indent=2)


RIGHTS = document()


def put(folder: Path, name: str = "flood", steps: str | None = STEPS, rights: str | None = RIGHTS) -> Path:
    """Put a playbook into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if steps is not None:
        (folder / f"{name}.yaml").write_text(steps.format(name=name), "utf-8")
    if rights is not None:
        (folder / f"{name}.json").write_text(rights, "utf-8")
    return folder


def with_own(*names: str, folders: str = "[playbooks]", more: str = "") -> str:
    """Return the example with playbooks of one's own."""
    listed = planted((LISTED[0], LISTED[1].format(", ".join(names)))) if names else ACME
    return f"{listed}\nplaybook_folders: {folders}\n{more}"


def path_of(folder: Path, content: str) -> Path:
    path = folder / NAME
    path.write_text(content, "utf-8")
    return path


def rights_of(manifest: Manifest) -> Json:
    """Return the policy that the role of the playbook has in an account."""
    return desired(manifest)[Key(manifest.scope(PROD), MANAGED_POLICY, "BREAK-GLASS-FLOOD")].properties[
        "PolicyDocument"
    ]


def test_a_playbook_of_ones_own_is_provisioned_like_those_that_ship(tmp_path: Path) -> None:
    put(tmp_path / "playbooks")
    found = read(path_of(tmp_path, with_own("flood")))
    assert found.own_policies == {"flood": json.loads(RIGHTS)}
    made = desired(found)
    assert Key(found.scope(PROD), ROLE, "BREAK-GLASS-FLOOD") in made
    assert f"arn:aws:ec2:*:{PROD}:instance/*" in str(rights_of(found))


def test_who_has_the_same_name_for_another_playbook_has_other_rights(tmp_path: Path) -> None:
    stopping, looking = tmp_path / "a", tmp_path / "b"
    put(stopping / "playbooks")
    put(looking / "playbooks", rights=document({**STOP, "Action": "ec2:DescribeInstances", "Resource": "*"}))
    rights = [str(rights_of(read(path_of(each, with_own("flood"))))) for each in (stopping, looking)]
    assert ["ec2:StopInstances" in each for each in rights] == [True, False]


def test_who_has_the_manifest_alone_gets_in_all_the_same(tmp_path: Path) -> None:
    path = path_of(tmp_path, with_own("flood"))
    with pytest.raises(ManifestError, match="no such file or directory"):
        read(path)
    found = read_for_access(path)
    assert found.playbooks_in(PROD)[-1] == "flood"
    assert found.own_policies == {}
    with pytest.raises(ManifestError, match="'flood': no playbook of this name ships"):
        read_for_access(path_of(tmp_path, planted((LISTED[0], LISTED[1].format("flood")))))
    with pytest.raises(ManifestError, match="is not a known key"):
        read_for_access(path_of(tmp_path, with_own("flood", more="own_policies: {}")))


def test_what_is_not_listed_is_a_draft_and_read_by_nobody(tmp_path: Path) -> None:
    put(tmp_path / "playbooks", steps="{{", rights="{")
    put(tmp_path / "playbooks", "NOTES", steps="{{", rights=None)
    (tmp_path / "playbooks" / "README.md").write_text("ours", "utf-8")
    assert read(path_of(tmp_path, with_own())).own_policies == {}


def test_the_bundle_holds_what_lies_in_the_folder(tmp_path: Path) -> None:
    put(tmp_path / "playbooks")
    found = read(path_of(tmp_path, with_own("flood")))
    alone = path_of(tmp_path / "playbooks", packed(found))
    assert unpack(alone) == found
    assert desired(unpack(alone)) == desired(found)


def test_every_mistake_is_told_at_once_each_with_its_own_file_and_line(tmp_path: Path) -> None:
    steps = STEPS.replace("kind: manual", "kind: manul")
    put(tmp_path / "playbooks", steps=steps, rights=RIGHTS.replace('"Allow"', '"Permit"'))
    content = with_own("flood", "floods").replace("name: acme", "name: Acme")
    found = problems(tmp_path, content)
    assert [each.partition(": ")[0] for each in found] == [
        f"{NAME}:{line_of(content, 'name: Acme')} name",
        f"{NAME}:{line_of(content, LISTED[1].format('flood, floods'))} playbooks[4]",
        f"playbooks/flood.yaml:{line_of(steps, 'kind: manul')} phases.investigate.steps[0].kind",
        f"playbooks/flood.json:{line_of(RIGHTS, 'Allow')} Statement[0].Effect",
    ]
    assert "no playbook of this name ships or lies in a playbook folder; did you mean `flood`?" in found[1]


@pytest.mark.parametrize(
    ("folders", "at", "says"),
    [
        ("[elsewhere]", "playbook_folders[0]", "'elsewhere': the folder cannot be read: no such file or directory"),
        (f"[{NAME}]", "playbook_folders[0]", "the folder cannot be read: not a directory"),
        ("[../playbooks]", "playbook_folders[0]", "a folder below the one the manifest is in"),
        ("[/etc]", "playbook_folders[0]", "a folder below the one the manifest is in"),
        ("[playbooks/../..]", "playbook_folders[0]", "a folder below the one the manifest is in"),
        ("[.]", "playbook_folders[0]", "a folder below the one the manifest is in"),
        ("playbooks", "playbook_folders", "must be a list"),
        ("[playbooks, playbooks]", "playbook_folders[1]", "the folder 'playbooks' is given twice"),
        ("[playbooks, more]", "playbook_folders[1]", "'flood' in this folder lies in"),
        ("[shipped]", "playbook_folders[0]", "'ransomware' in this folder is the name of a playbook that ships"),
    ],
)
def test_a_folder_that_is_none_or_holds_what_is_somewhere_else(
    tmp_path: Path, folders: str, at: str, says: str
) -> None:
    put(tmp_path / "playbooks")
    put(tmp_path / "more")
    put(tmp_path / "shipped", "ransomware")
    content = with_own(folders=folders)
    (found,) = problems(tmp_path, content)
    assert found.startswith(f"{NAME}:{line_of(content, 'playbook_folders')} {at}: ")
    assert says in found


def test_half_a_playbook_is_none(tmp_path: Path) -> None:
    put(tmp_path / "playbooks", rights=None)
    put(tmp_path / "playbooks", "storm", steps=None)
    assert problems(tmp_path, with_own("flood", "storm")) == (
        "playbooks/flood.json: there is no such file",
        "playbooks/storm.yaml: there is no such file",
    )


def test_the_policies_themselves_stand_in_no_file(tmp_path: Path) -> None:
    put(tmp_path / "playbooks")
    (found,) = problems(tmp_path, with_own("flood", more="own_policies: {flood: {Version: x}}"))
    assert found.endswith("own_policies: is not a known key")


@pytest.mark.parametrize(
    ("rights", "places"),
    [
        ("", {":1": "the file is empty"}),
        ("[]", {":1": "must be a mapping"}),
        ('{"Version": "2012-10-17"}', {":1": "the key `Statement` is missing"}),
        ('{\n"Version": "2008-10-17",\n"Statement": []}', {":2 Version": "2012-10-17", ":3 Statement": "at least 1"}),
        (RIGHTS.replace("[\n    {", "{").replace("}\n  ]", "}"), {":3 Statement": "must be a list"}),
        (document({**STOP, "Principal": "*"}), {":11 Statement[0].Principal": "is not a known key"}),
        (document({**STOP, "NotAction": "s3:*"}), {":4 Statement[0]": "one of the keys `Action` and `NotAction`"}),
        (
            document({"Effect": "Deny", "Action": "s3:*"}),
            {":4 Statement[0]": "one of the keys `Resource` and `NotResource`"},
        ),
        ('{"Version": "2012-10-17", "Statement": ["x"]}', {":1 Statement[0]": "must be a mapping"}),
        (document({**STOP, "Action": []}), {":7 Statement[0].Action": "must be"}),
        (document({**STOP, "Sid": "Stop them"}), {":5 Statement[0].Sid": "the id of a statement"}),
        (document(STOP, STOP), {":13 Statement[1].Sid": "the Sid 'Stop' is given twice: first on line 5"}),
        (document({**STOP, "Condition": {"Bool": "true"}}), {":12 Statement[0].Condition.Bool": "must be a mapping"}),
        (RIGHTS.replace('"Stop"', "9" * 5000), {":5 Statement[0].Sid": "the id of a statement"}),
        (RIGHTS.replace("{", "{ # as agreed", 1), {":1": "the line is not JSON"}),
    ],
)
def test_a_policy_of_another_shape(tmp_path: Path, rights: str, places: Mapping[str, str]) -> None:
    put(tmp_path / "playbooks", rights=rights)
    found = problems(tmp_path, with_own("flood"))
    assert [each.partition(": ")[0] for each in found] == [f"playbooks/flood.json{each}" for each in places]
    assert all(says in each for each, says in zip(found, places.values(), strict=True)), found


@pytest.mark.parametrize("name", data.playbook_names())
def test_the_policies_that_ship_have_that_shape(name: str) -> None:
    found, wrong = policy.understood(data.folder("policies") / f"{name}.json")
    assert wrong == ()
    assert found is not None
    assert text(found) == text(data.playbook_policy(name))


def test_a_policy_holds_texts_alone_however_they_are_written(tmp_path: Path) -> None:
    rights = document({**STOP, "Condition": {"Bool": {"aws:SecureTransport": True}}})
    found, wrong = policy.understood(put(tmp_path, rights=rights) / "flood.json")
    assert wrong == ()
    assert '"aws:SecureTransport":"true"' in text(found or {})


def test_two_manifests_with_the_same_playbooks_are_one_value(tmp_path: Path) -> None:
    put(tmp_path / "playbooks")
    path = path_of(tmp_path, with_own("flood"))
    assert read(path) == read(path)
    assert len({read(path), read(path), manifest()}) == 2


@pytest.mark.parametrize(
    "more",
    [
        {"Resource": "arn:aws:iam::1:user/${ReserveUser}"},
        {"Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/x": "${reserveTeam}"}}},
    ],
)
def test_people_in_reserve_are_no_matter_of_an_own_playbook(tmp_path: Path, more: Mapping[str, Json]) -> None:
    rights = document({**STOP, **more})
    line = next(number for number, each in enumerate(rights.splitlines(), 1) if "${reserve" in each.casefold())
    assert _reserve_problem(tmp_path, rights).count(f"flood.json:{line}: `${{ReserveTeam}}`") == 1


def test_an_escaped_placeholder_is_refused_too(tmp_path: Path) -> None:
    rights = document({**STOP, "Resource": "${ReserveUser}"}).replace("${Res", "\\u0024{Res")
    assert "flood.json: `${ReserveTeam}`" in _reserve_problem(tmp_path, rights)


def _reserve_problem(folder: Path, rights: str) -> str:
    put(folder, rights=rights)
    listed = Text(1, "playbooks[0]", "flood")
    return "\n".join(read_own([listed], {"flood": folder}).problems)
