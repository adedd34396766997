"""verify: which report, where it goes, and what it is held against."""

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from breakglass.cli import wiring
from tests.cli.conftest import Run
from tests.memory import MemoryEstate

pytestmark = pytest.mark.usefixtures("estate")


def test_as_json_it_is_one_document(cli: Run) -> None:
    ran = cli("verify", "--format", "json")
    assert ran.code == 1
    assert ran.document["schema"] == "breakglass/verify"
    assert ran.document["changes"] is None
    assert {each["id"] for each in ran.document["manual"]}


def test_the_page_goes_to_a_file_and_what_it_came_to_is_told(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "verification.html"
    file.write_text("an older one", "utf-8")
    ran = cli("verify", "--format", "html", "--output", str(file))
    assert ran.code == 1
    assert not ran.out
    assert f"{file} written. Access is not as intended" in ran.err
    assert file.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert [each.name for each in tmp_path.iterdir()] == ["verification.html"]


def test_the_page_is_no_use_on_a_terminal(cli: Run, estate: MemoryEstate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = cli("verify", "--format", "html")
    assert ran.code == 2
    assert "--output verification.html" in ran.err
    assert cli("verify", "--format", "junit").code == 1
    assert not estate.writes


def test_the_page_on_standard_output_is_whole_in_any_encoding(cli: Run) -> None:
    ran = cli("verify", "--format", "html")
    assert ran.out.startswith("<!DOCTYPE html>")
    assert ran.out.isascii()


def test_build_servers_and_security_hub_have_their_own(cli: Run) -> None:
    root = ElementTree.fromstring(cli("verify", "--format", "junit").out)  # noqa: S314 - our own
    assert root.tag == "testsuites"
    found: list[dict[str, Any]] = json.loads(cli("verify", "--format", "asff").out)
    assert found
    assert all(":securityhub:eu-west-1:333333333333:" in each["ProductArn"] for each in found)


def test_text_in_a_file_is_the_text(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "verification.txt"
    cli("verify", "-o", str(file))
    assert file.read_text("utf-8") == cli("verify").out


def test_a_later_run_says_what_has_changed(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "verification.json"
    cli("verify", "--format", "json", "-o", str(file))
    blank = json.loads(file.read_text("utf-8"))
    assert cli("apply", "--yes").code == 0
    ran = cli("verify", "--format", "json", "--since", str(file), "-o", str(file))
    assert ran.code == 0
    document = json.loads(file.read_text("utf-8"))
    assert len(document["changes"]["gone"]) == len(blank["findings"])
    assert not document["changes"]["new"]
    told = cli("verify", "--since", str(file))
    assert told.out.startswith("no findings in ")
    assert ": 0 new, 0 gone, 0 still open" in told.out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read: no such file"),
        (b"\xff", "cannot be read: it is not utf-8"),
        (b"{}", "no document of an"),
    ],
)
def test_what_is_no_earlier_document_is_refused_before_anything_is_read(
    cli: Run, estate: MemoryEstate, tmp_path: Path, content: bytes | None, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "earlier.json"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(estate, "read", None)
    ran = cli("verify", "--since", str(file))
    assert ran.code == 2
    assert why in ran.err
    assert "--format json" in ran.err


def test_a_folder_that_takes_nothing_is_refused_before_anything_is_read(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, *_how, **_more: Path(path) != tmp_path)
    monkeypatch.setattr(wiring, "estate", None)
    ran = cli("verify", "--output", str(tmp_path / "report"))
    assert "nothing can be put into its folder" in ran.err


@pytest.mark.parametrize(
    "option", [("--format", "html"), ("--output", "x"), ("--since", "x"), ("--only", "roles"), ("--account", "prod")]
)
def test_controls_are_listed_and_nothing_is_made_of_it(cli: Run, option: tuple[str, str]) -> None:
    ran = cli("verify", "--list", *option)
    assert ran.code == 2
    assert "on standard output" in ran.err


def test_a_report_that_cannot_be_written_is_told_and_leaves_nothing(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = cli("verify", "-o", str(tmp_path / "absent" / "verification.txt"))
    assert ran.code == 5
    assert "there is no such folder" in ran.err
    assert cli("verify", "-o", str(tmp_path)).code == 5

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    ran = cli("verify", "-o", str(tmp_path / "verification.txt"))
    assert ran.code == 5
    assert "cannot be written: no space left on device" in ran.err
    assert not list(tmp_path.iterdir())


def test_what_is_no_file_is_written_to_and_not_replaced(cli: Run, tmp_path: Path) -> None:
    link = tmp_path / "nowhere"
    link.symlink_to("/dev/null")
    assert cli("verify", "-o", str(link)).code == 1
    assert Path("/dev/null").is_char_device()
    assert link.is_symlink()
