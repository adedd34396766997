"""card: where the page is written, and where not."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_card_of_all_and_of_one_are_two_files(cli: Run, folder: Path) -> None:
    assert (cli("card").code, cli("card", "ana").code) == (0, 0)
    assert "<h1>Emergency card</h1>" in (folder / "emergency-card.html").read_text("utf-8")
    assert "<h1>Ana Souza</h1>" in (folder / "emergency-card-ana.html").read_text("utf-8")


def test_a_file_is_replaced_only_when_asked(cli: Run, folder: Path) -> None:
    (folder / "card.html").write_text("mine", "utf-8")
    ran = cli("card", "-o", "card.html")
    assert ran.code == 2
    assert "card.html exists" in ran.err
    assert "--force" in ran.err
    assert (folder / "card.html").read_text("utf-8") == "mine"
    assert cli("card", "-o", "card.html", "--force").code == 0
    assert (folder / "card.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_on_standard_output_it_is_the_same_in_every_encoding(cli: Run, folder: Path) -> None:
    ran = cli("card", "-o", "-")
    assert ran.out.startswith("<!DOCTYPE html>")
    assert ran.out.isascii()
    assert not ran.err
    assert not list(folder.iterdir())


def test_a_folder_that_is_absent_is_told(cli: Run) -> None:
    ran = cli("card", "-o", "absent/card.html")
    assert ran.code == 2
    assert "cannot be written: no such file or directory" in ran.err


def test_nobody_by_that_id_leaves_no_file(cli: Run, folder: Path) -> None:
    ran = cli("card", "../anna")
    assert ran.code == 2
    assert "there is no responder '../anna'" in ran.err
    assert not list(folder.iterdir())
