"""`bundle`, as the platform team makes the package of the function."""

import json
import stat
from pathlib import Path

import pytest

from breakglass.provision.bundle import pins as pinned
from breakglass.report.bundle import Bundled, bundle_document, bundle_text
from tests.cli.conftest import Run
from tests.conftest import ACME
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
    assert (again["uncompared"], again["receivers"]) == (0, 0)
    assert "compiled" not in ran.out
    assert "receiver" not in ran.out
    assert (again["uncompared"], "compiled" in ran.out) == (0, False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_how_many_addresses_alerts_are_posted_to_are_in_it_is_told_and_not_which(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "breakglass.yaml"
    addresses = "https://pager.example/token-1", "https://pager.example/token-2"
    for number, told in ((1, "the address of 1 receiver: who may read it"), (2, "the addresses of 2 receivers: who")):
        receivers = f"alerts:\n  https: [{', '.join(addresses[:number])}]\n"
        path.write_text(ACME.read_text("utf-8").replace("alerts:\n", receivers, 1), "utf-8")
        arguments = ("-o", str(tmp_path / "x.zip"), "--wheels", str(folder()))
        ran = cli("bundle", *arguments, manifest=str(path))
        assert ran.code == 0
        assert told in " ".join(ran.out.split())
        assert "token" not in ran.out
        assert cli("bundle", *arguments, "--format", "json", manifest=str(path)).document["receivers"] == number


def test_what_could_not_be_compared_is_told() -> None:
    made = Bundled(
        file="x.zip", manifest="acme", architecture="arm64", python="3.13", handler="h", zipped=1, unzipped=2,
        sha256="00", code_sha256="AA==", versions={"breakglass": "1"}, uncompared=3, receivers=0,
    )  # fmt: skip
    assert [each.plain for each in bundle_text(made)][-1].startswith("3 compiled files could not be compared")
    assert '"uncompared": 3' in json.dumps(bundle_document(made))


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
