"""The profiles of a person, and the file they are in."""

import os
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.session import Session

from breakglass.errors import RefusedError, UsageError
from breakglass.manifest.model import Account
from breakglass.respond.shell import config_file
from breakglass.respond.shell.profiles import person, sections
from breakglass.respond.shell.sections import written
from tests.conftest import manifest

PROGRAM = ("/opt/break glass/bin/breakglass",)
ACME = manifest()


def test_each_profile_says_all_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sections(ACME, "emeka", PROGRAM, "my login")
    (tmp_path / "config").write_bytes(written(b"", "acme", found, "config"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    profiles = Session().full_config["profiles"]
    assert list(profiles) == ["acme-payments-data-breach"]
    profile = profiles["acme-payments-data-breach"]
    assert profile["region"] == "eu-west-1"
    assert shlex.split(profile["credential_process"]) == [
        *("/opt/break glass/bin/breakglass", "credentials", "--as", "process"),
        *("--account", "444444444444", "--role", "BREAK-GLASS-DATA-BREACH"),
        *("--regions", "eu-west-1,us-west-2,ap-southeast-2", "--session-name", "emeka-break-glass"),
        *("--profile", "my login"),
    ]


def test_everything_a_person_may_has_a_profile() -> None:
    names = [each.name for each in sections(ACME, "ana", PROGRAM, None)]
    assert len(names) == len(set(names)) == 13
    assert {"acme-prod-ransomware", "acme-management-lost-access"} < set(names)


def test_names_that_come_out_the_same_are_told_apart_by_the_account() -> None:
    accounts = (Account(id="222222222222", name="prod [eu]"), Account(id="444444444444", name="prod (eu)"))
    twins = replace(ACME, accounts=(*accounts, Account(id="555555555555", name="!")))
    names = {each.name for each in sections(twins, "chidi", PROGRAM, None)}
    expected = {"acme-prod-eu-222222222222-ransomware", "acme-prod-eu-444444444444-ransomware"}
    assert expected | {"acme-account-ransomware"} < names


def test_two_profiles_of_one_name_are_refused_as_no_sdk_reads_a_file_with_both() -> None:
    accounts = (Account(id="222222222222", name="pro+d"), Account(id="444444444444", name="pro/d"))
    third = Account(id="555555555555", name="pro-d 222222222222")
    with pytest.raises(UsageError, match="two accounts would have the profile acme-pro-d-222222222222-ransomware"):
        sections(replace(ACME, accounts=(*accounts, third)), "chidi", PROGRAM, None)


@pytest.mark.parametrize(
    "name", ["a\n[profile evil]\ncredential_process = /bin/evil\n#", "a\rb", "a\udcffb", "a\u2028b"]
)
def test_what_would_be_more_than_a_line_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no line of config can hold"):
        written(b"", "acme", sections(ACME, "emeka", PROGRAM, name), "config")


def test_another_partition_is_said() -> None:
    found = sections(replace(ACME, partition="aws-cn"), "emeka", PROGRAM, None)
    assert found[0].settings[0].endswith("--partition aws-cn")


def test_who_is_meant() -> None:
    assert person(ACME, "ana") == person(ACME, "ana-break-glass") == "ana"
    assert person(replace(ACME, responders=ACME.responders[:1]), None) == "ana"
    with pytest.raises(UsageError) as raised:
        person(ACME, None)
    assert "ana, bo" in raised.value.advice
    with pytest.raises(UsageError, match="did you mean `chidi`"):
        person(ACME, "chidy")


def test_the_file_is_where_the_sdks_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_file.locate({}) == tmp_path / ".aws" / "config"
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert config_file.locate({"AWS_CONFIG_FILE": "~/link"}) == tmp_path / "real"


def test_a_link_that_leads_in_a_circle_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "link")
    with pytest.raises(UsageError, match="leads nowhere"):
        config_file.locate({"AWS_CONFIG_FILE": str(tmp_path / "link")})


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / ".aws" / "config"
    assert config_file.read(file) == b""
    config_file.replace(file, b"", b"new")
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["config"]


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_bytes(b"old")
    file.chmod(0o640)
    config_file.replace(file, b"old", b"new")
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_file_that_changes_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_bytes(b"of others")
    with pytest.raises(RefusedError, match="changed meanwhile"):
        config_file.replace(file, b"old", b"new")
    assert file.read_bytes() == b"of others"


@pytest.mark.parametrize("path", [Path(os.devnull), Path("/")])
def test_what_is_no_file_is_refused(path: Path) -> None:
    with pytest.raises(UsageError, match="no regular file"):
        config_file.read(path)


def test_a_file_nobody_can_reach(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be read"):
        config_file.read(tmp_path / "file" / "config")


@pytest.mark.parametrize("failing", ["tempfile.mkstemp", "os.fsync"])
def test_a_read_only_home_is_told_in_words_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise OSError(30, "Read-only file system")

    file = tmp_path / "config"
    file.write_bytes(b"old")
    monkeypatch.setattr(failing, fail)
    with pytest.raises(UsageError, match="read-only file system") as raised:
        config_file.replace(file, b"old", b"new")
    assert "AWS_CONFIG_FILE" in raised.value.advice
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("config", b"old")]


def test_an_interrupt_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        config_file.replace(tmp_path / "config", b"", b"new")
    assert not [*tmp_path.iterdir()]
