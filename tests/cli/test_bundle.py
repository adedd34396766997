"""`bundle`, as the platform team makes the package of the function."""

import json
import stat
from pathlib import Path

import pytest

from breakglass.provision.bundle import pins as pinned
from tests.cli.conftest import Run
from tests.provision.test_bundle import SIX
from tests.provision.wheels import folder


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "pins", lambda _target: SIX)


def test_it_says_what_lambda_will_say_of_it(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "verification.zip"
    ran = cli("bundle", "-o", str(file), "--wheels", str(folder()), "--arch", "x86_64")
    assert ran.code == 0
    assert f"{file} written: " in ran.out
    assert "for Python 3.13 on x86_64" in ran.out
    assert "breakglass.scheduled.handler.handler" in ran.out
    again = cli("bundle", "-o", str(file), "--wheels", str(folder()), "--arch", "x86_64", "--format", "json").document
    assert again["code_sha256"] in ran.out
    assert again["sha256"] in ran.out
    assert (again["schema"], again["architecture"], again["manifest"]) == ("breakglass/bundle", "x86_64", "acme")
    assert again["zipped"] == file.stat().st_size
    assert again["versions"].keys() == {"breakglass", "six"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_without_wheels_it_says_that_it_fetches_them(cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder()))
    ran = cli("bundle", "-o", str(tmp_path / "x.zip"))
    assert (ran.code, "on arm64" in ran.out) == (0, True)
    assert "fetching the packages it needs" in ran.err


def test_a_manifest_with_problems_makes_no_bundle(cli: Run, tmp_path: Path) -> None:
    bad = tmp_path / "breakglass.yaml"
    bad.write_text("version: 2\n", "utf-8")
    ran = cli("bundle", "-m", str(bad), "-o", str(tmp_path / "x.zip"), "--wheels", str(folder()))
    assert ran.code == 2
    assert f"{bad}:1" in ran.err
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--wheels", "/nowhere"), "/nowhere is no folder"),
        (("--python", "3.13.1"), "no version of Python"),
        (("--arch", "riscv"), "riscv"),
    ],
)
def test_what_it_cannot_mean(cli: Run, tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = cli("bundle", "-o", str(tmp_path / "x.zip"), *arguments)
    assert (ran.code, told in ran.err) == (2, True)


def test_a_file_that_cannot_be_written_leaves_the_one_that_is_there(cli: Run, tmp_path: Path) -> None:
    place = tmp_path / "x.zip"
    place.mkdir()
    ran = cli("bundle", "-o", str(place), "--wheels", str(folder()), "--format", "json")
    assert ran.code == 2
    assert json.loads(ran.out)["error"]["code"] == "USAGE"
    assert list(tmp_path.iterdir()) == [place]
    missing = cli("bundle", "-o", str(tmp_path / "no" / "x.zip"), "--wheels", str(folder()))
    assert missing.code == 2
    assert "cannot be written" in missing.err
