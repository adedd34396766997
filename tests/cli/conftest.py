"""The command line over an estate in memory: everything but AWS is real."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from breakglass.cli import wiring
from breakglass.cli.main import run
from tests.conftest import ACME
from tests.memory import MemoryEstate, StoppedClock
from tests.memory_stacks import MemoryStacks


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Ran]


@pytest.fixture
def estate(monkeypatch: pytest.MonkeyPatch) -> MemoryEstate:
    memory = MemoryEstate()
    monkeypatch.setattr(wiring, "estate", lambda _manifest, _profile: memory)
    monkeypatch.setattr(wiring, "inquiries", lambda _manifest, _profile, _controls: ())
    monkeypatch.setattr(wiring, "clock", StoppedClock)
    return memory


@pytest.fixture
def stacks(estate: MemoryEstate, monkeypatch: pytest.MonkeyPatch) -> MemoryStacks:
    memory = MemoryStacks(estate)
    monkeypatch.setattr(wiring, "stacks", lambda _manifest, _profile: memory)
    return memory


@pytest.fixture
def stacked(tmp_path: Path) -> str:
    """Return a manifest with `engine: stacksets`."""
    path = tmp_path / "stacked.yaml"
    written = ACME.read_text("utf-8")
    assert "\nengine: direct\n" in written
    told = "\nengine: stacksets\nstacksets: {regions: [eu-west-1]}\n"
    path.write_text(written.replace("\nengine: direct\n", told), "utf-8")
    return str(path)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, manifest: str = str(ACME)) -> Ran:
        named = () if "-m" in arguments else ("-m", manifest)
        code = run([arguments[0], *named, *arguments[1:]])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a person at the terminal who types this."""

    def answer(text: str) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: text)

    return answer
