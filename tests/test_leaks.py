"""What watches over secrets finds each way one gets out; and a secret by itself shows nothing."""

import copy
import logging
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from breakglass.errors import UsageError
from breakglass.files import write_private, write_whole
from breakglass.secret import Secret
from tests.leaks import Leaks, listening

TEXT = "correct-horse-battery-staple"


@pytest.fixture
def own() -> Leaks:
    """One more that listens, beside the one over the whole suite, and knows what that one does not."""
    leaks = Leaks()
    leaks.learn(TEXT)
    return leaks


def test_a_secret_shows_nothing() -> None:
    secret = Secret(TEXT)
    assert TEXT not in f"{secret} {secret!r} {[secret]} {(secret,)!s}"
    assert secret.reveal() == TEXT
    assert secret == Secret(TEXT)
    assert secret != Secret(TEXT + "!")
    assert secret != TEXT


def test_a_secret_is_neither_hashed_copied_nor_pickled() -> None:
    secret = Secret(TEXT)
    with pytest.raises(TypeError):
        hash(secret)
    for leave in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            leave(secret)


def test_what_is_printed_is_found(own: Leaks, capsys: pytest.CaptureFixture[str]) -> None:
    own.hear_output("output", f"the password is {TEXT}", None)
    assert own.found(None, may_print=False) == ["output"]
    own.hear_output("output", f"the password is {TEXT}".encode())
    assert own.found(None, may_print=True) == []
    assert own.found(None, may_print=False) == []
    assert capsys.readouterr().out == ""


def test_what_is_logged_is_found_even_where_it_may_be_printed(own: Leaks) -> None:
    logger = logging.getLogger("breakglass.somewhere")
    logger.addHandler(own)
    logger.propagate = False
    logger.warning("a password: %s", TEXT)
    logger.removeHandler(own)
    assert own.found(None, may_print=True) == ["log breakglass.somewhere"]


def test_what_is_an_argument_is_found(own: Leaks) -> None:
    own.hear_arguments(["aws", "--password", TEXT])
    own.hear_arguments(f"aws --password {TEXT}")
    assert own.found(None, may_print=True) == ["argument list"]


def test_what_lies_in_a_file_is_found_unless_it_is_an_envelope(own: Leaks, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(TEXT)
    (tmp_path / "ana-break-glass-20261122T112603Z-password.html").write_text(TEXT)
    found = own.found(tmp_path, may_print=False)
    assert found == [str(tmp_path / "notes.txt")]
    (tmp_path / "notes.txt").unlink()


def test_what_another_process_sealed_is_known_too(own: Leaks, tmp_path: Path) -> None:
    sealed = '<code id="password" class="secret"><b>0123</b> <b>4567</b><b>89abcdefgh</b></code>'
    (tmp_path / "ana-break-glass-20261122T112603Z-password.html").write_text(sealed)
    own.hear_output("output of a program", "0123456789abcdefgh")
    assert own.found(tmp_path, may_print=False) == ["output of a program"]


def test_programs_and_their_output_are_heard() -> None:
    with listening(Leaks()) as inner:
        inner.learn("printed by a program")
        subprocess.run([sys.executable, "-c", "print('printed by a ' + 'program')"], check=True, capture_output=True)
        assert inner.found(None, may_print=False) == ["output of a program"]
        subprocess.run([sys.executable, "-c", "pass", "printed by a program"], check=True)
        assert inner.found(None, may_print=False) == ["argument list"]


def test_a_private_file_is_its_owners_and_new(tmp_path: Path) -> None:
    path = tmp_path / "envelope.html"
    write_private(path, "sealed")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="cannot be written: File exists"):
        write_private(path, "again")
    assert path.read_text() == "sealed"


def test_a_private_file_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        write_private(tmp_path / "envelope.html", "sealed")
    assert not list(tmp_path.iterdir())


def test_a_private_file_that_is_interrupted_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_private(tmp_path / "envelope.html", "sealed")
    assert not list(tmp_path.iterdir())


def test_a_link_somebody_left_there_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "envelope.html").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError):
        write_private(tmp_path / "envelope.html", "sealed")
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_in_place_of_another_keeps_who_may_read_it(tmp_path: Path) -> None:
    report, link = tmp_path / "report", tmp_path / "link"
    report.touch(0o600)
    link.symlink_to(report)
    write_whole(link, b"found")
    assert (report.read_bytes(), report.stat().st_mode & 0o777) == (b"found", 0o600)
    assert link.is_symlink()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_link_in_the_place_of_what_is_not_yet_whole_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _bytes: "foreseen")
    (tmp_path / "victim").write_bytes(b"kept")
    (tmp_path / ".breakglass-foreseen").symlink_to(tmp_path / "victim")
    with pytest.raises(UsageError, match="cannot be written: File exists"):
        write_whole(tmp_path / "report", b"owned")
    assert (tmp_path / "victim").read_bytes() == b"kept"
    assert not (tmp_path / "report").exists()


def test_what_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, why in (("loop", "symbolic links"), ("a\0b", "null byte")):
        with pytest.raises(UsageError, match=why):
            write_whole(tmp_path / name, b"")


def test_a_whole_file_that_is_interrupted_leaves_the_one_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_descriptor: int) -> None:
        raise KeyboardInterrupt

    (tmp_path / "report").write_bytes(b"kept")
    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "report", b"new")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"kept"]
