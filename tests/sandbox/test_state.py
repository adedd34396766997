"""The file that tells other shells of a sandbox: its owner's alone, and never of a dead one."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from breakglass.errors import RefusedError, UsageError
from breakglass.manifest.model import Manifest
from breakglass.sandbox import state
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.state import State


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_the_folder_is_its_owner_s(runtime: Path) -> None:
    assert state.folder() == runtime / "breakglass"
    assert mode(state.folder()) == 0o700


def test_without_a_runtime_directory_it_is_a_temporary_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert state.folder() == tmp_path / f"breakglass-{os.getuid()}"
    assert mode(state.folder()) == 0o700


def test_a_folder_others_can_read_is_refused(runtime: Path) -> None:
    (runtime / "breakglass").mkdir(mode=0o755)
    with pytest.raises(RefusedError, match="yours alone"):
        state.folder()


def test_a_folder_of_another_user_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    state.folder()
    monkeypatch.setattr("os.getuid", lambda: 12345)
    with pytest.raises(RefusedError):
        state.folder()


def test_a_link_in_place_of_the_folder_is_refused(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (runtime / "breakglass").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError):
        state.folder()


def test_a_file_in_place_of_the_folder_is_an_error_in_words(runtime: Path) -> None:
    (runtime / "breakglass").write_text("")
    with pytest.raises(UsageError, match="cannot be used"):
        state.folder()


def test_a_runtime_directory_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "absent"))
    with pytest.raises(UsageError, match="cannot be used"):
        state.folder()


def test_what_is_saved_is_found_while_it_answers(acme: Manifest) -> None:
    assert state.running() is None
    with Sandbox(acme) as sandbox:
        told = State(sandbox.url, os.getpid(), sandbox.environment())
        state.save(told)
        assert state.running() == told
        assert mode(state.folder() / "sandbox.json") == 0o600
        assert [path.name for path in state.folder().iterdir()] == ["sandbox.json"]
    assert state.running() is None
    assert not list(state.folder().iterdir())


def test_a_state_shows_no_secret() -> None:
    assert "hidden" not in repr(State("http://127.0.0.1:1", 1, {"AWS_SECRET_ACCESS_KEY": "hidden"}))


def test_a_dead_process_is_forgotten(acme: Manifest) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    with Sandbox(acme) as sandbox:
        state.save(State(sandbox.url, process.pid, {}))
        assert state.running() is None


def test_a_process_of_another_user_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr("os.kill", forbidden)
    assert not state.is_alive(os.getpid())


@pytest.mark.parametrize("url", ["http://[", "http://127.0.0.1:port", ""])
def test_an_address_that_is_none_is_no_sandbox(url: str) -> None:
    state.save(State(url, os.getpid(), {}))
    assert state.running() is None


def test_where_nothing_answers_there_is_no_sandbox() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can answer there meanwhile
        taken.bind(("127.0.0.1", 0))
        state.save(State(f"http://127.0.0.1:{taken.getsockname()[1]}", os.getpid(), {}))
        assert state.running() is None


def test_an_ended_child_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert state.is_alive(process.pid)
        process.communicate(b"\n")
    assert not state.is_alive(process.pid)


def test_another_server_on_the_port_is_no_sandbox() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer() -> None:
            client, _ = other.accept()
            with client:
                client.recv(1000)
                client.sendall(b"HTTP/1.0 200 OK\r\nServer: other\r\n\r\n")

        thread = Thread(target=answer)
        thread.start()
        state.save(State(f"http://127.0.0.1:{other.getsockname()[1]}", os.getpid(), {}))
        assert state.running() is None
        thread.join()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"url": 1, "pid": "x", "environment": {}}', '{"url": "", "pid": 1}', "\xff"]
)
def test_a_broken_file_tells_nothing(text: str) -> None:
    (state.folder() / "sandbox.json").write_text(text, "latin-1")
    assert state.running() is None


def test_what_another_process_told_stays(acme: Manifest) -> None:
    with Sandbox(acme) as sandbox:
        told = State(sandbox.url, os.getpid(), {})
        state.save(told)
        state.forget(told.pid + 1)
        assert state.running() == told
        state.forget(told.pid)
        state.forget(told.pid)
        assert state.running() is None
