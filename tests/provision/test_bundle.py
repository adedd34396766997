"""The deployment package: what is in it, that it is the same whenever it is made, and what is refused."""

import base64
import hashlib
import io
import json
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, PathDistribution, version
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from breakglass import data
from breakglass.errors import RefusedError, UsageError
from breakglass.manifest.model import Manifest
from breakglass.provision.bundle import archive as archives
from breakglass.provision.bundle import pins as pinned
from breakglass.provision.bundle.archive import archive, together
from breakglass.provision.bundle.bundle import Bundle, bundle
from breakglass.provision.bundle.fetch import fetch
from breakglass.provision.bundle.likeness import compared
from breakglass.provision.bundle.pins import pins
from breakglass.provision.bundle.target import Target
from breakglass.provision.bundle.wheel import Wheel
from breakglass.provision.bundle.wheels import chosen, digest, files
from tests.conftest import manifest
from tests.provision.wheels import folder

ARM, X86 = Target("arm64"), Target("x86_64")
ROOT = Path(__file__).parent.parent.parent
SIX = {canonicalize_name("six"): version("six")}
ELF = {ARM: b"\x7fELF" + bytes(14) + b"\xb7\x00", X86: b"\x7fELF" + bytes(14) + b"\x3e\x00"}


@pytest.fixture(scope="module")
def made() -> Mapping[Target, Bundle]:
    return {each: bundle(manifest(), each, folder()) for each in (ARM, X86)}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the toolkit need little, where it does not matter what."""
    monkeypatch.setattr(pinned, "pins", lambda _target: SIX)


def contents(made: Bundle) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made.archive.content)) as opened:
        assert opened.testzip() is None
        return {each: opened.read(each) for each in opened.namelist()}


def test_both_architectures_have_the_same_versions_as_here(made: Mapping[Target, Bundle]) -> None:
    assert made[ARM].versions == made[X86].versions
    for name, told in made[ARM].versions.items():
        assert told == version(name)
    assert 2 < made[ARM].uncompared < 10
    assert {"boto3", "botocore", "pydantic-core", "breakglass"} <= made[ARM].versions.keys()
    assert not {"moto", "awscrt", "pytest", "pip"} & made[ARM].versions.keys()


@pytest.mark.parametrize("target", [ARM, X86])
def test_all_code_is_for_the_architecture_or_for_any(made: Mapping[Target, Bundle], target: Target) -> None:
    compiled = [each for each in contents(made[target]) if each.endswith(".so")]
    assert len(compiled) > 2
    assert all(f"cpython-313-{target.machine}-linux-gnu" in each or ".abi3." in each for each in compiled)


def test_it_is_small_enough_and_told_as_lambda_tells_it(made: Mapping[Target, Bundle]) -> None:
    for each in made.values():
        assert each.archive.sha256 == hashlib.sha256(each.archive.content).hexdigest()
        assert base64.b64decode(each.archive.code_sha256).hex() == each.archive.sha256
        assert len(each.archive.content) < 50_000_000
        assert each.archive.unzipped < 250_000_000


@pytest.mark.usefixtures("few")
def test_the_same_makes_the_same_byte_by_byte(acme: Manifest) -> None:
    first, second = (bundle(acme, X86, folder()).archive for _ in range(2))
    assert first == second
    assert bundle(manifest(name="other"), X86, folder()).archive.sha256 != first.sha256


def test_nothing_of_this_machine_is_in_it(made: Mapping[Target, Bundle]) -> None:
    found = contents(made[ARM])
    assert not [each for each in found if each.endswith((".pyc", "/RECORD", "direct_url.json", "INSTALLER"))]
    assert not [each for each in found if "__pycache__" in each or each.startswith(("/", ".")) or ".." in each]
    ours = {name: content for name, content in found.items() if name.startswith(("breakglass", "manifest"))}
    for place in (str(ROOT), str(Path.home()), sys.prefix):
        assert not [name for name, content in ours.items() if f"{place}/".encode() in content]
    with zipfile.ZipFile(io.BytesIO(made[ARM].archive.content)) as opened:
        told = {(each.date_time, each.external_attr, each.create_system) for each in opened.infolist()}
        assert told == {((1980, 1, 1, 0, 0, 0), 0o100644 << 16, 3)}
        assert opened.namelist() == sorted(opened.namelist())


def test_the_toolkit_is_in_it_with_its_data_and_the_manifest(made: Mapping[Target, Bundle]) -> None:
    found = contents(made[X86])
    assert "breakglass/scheduled/handler.py" in found
    assert "breakglass/_data/policies/ransomware.json" in found
    assert any(each.startswith("breakglass-") and each.endswith(".dist-info/METADATA") for each in found)
    assert json.loads(found["manifest.json"])["name"] == "acme"


def test_the_data_in_it_is_what_the_wheel_ships() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert shipped == {each: f"breakglass/_data/{each}" for each in data.SHIPPED}


def test_all_wheels_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"boto3==.*, botocore==.*") as raised:
        bundle(manifest(), ARM, tmp_path)
    assert "pip download" in raised.value.advice
    assert "manylinux2014_aarch64" in raised.value.advice


def wheel(
    folder: Path,
    inside: Mapping[str, bytes],
    tag: str = "py3-none-any",
    *,
    says: str = "1.0",
    calls: str = "thing",
    record: Mapping[str, bytes] | None = None,
) -> Wheel:
    """Make the wheel of `thing 1.0`; `record` is what its record tells of, if not of what is inside."""
    path = folder / f"thing-1.0-{tag}.whl"
    told = {
        "thing-1.0.dist-info/METADATA": f"Metadata-Version: 2.4\nName: {calls}\nVersion: {says}\n".encode(),
        **inside,
    }
    rows = []
    for name, content in {**told, **(record or {})}.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(content)}")
    rows.append("thing-1.0.dist-info/RECORD,,")
    with zipfile.ZipFile(path, "w") as made:
        for name, content in {**told, "thing-1.0.dist-info/RECORD": "\n".join(rows).encode()}.items():
            made.writestr(name, content)
        made.mkdir("empty")
    return Wheel(canonicalize_name("thing"), "1.0", path)


THING = {canonicalize_name("thing"): "1.0"}


def test_the_wheel_that_fits_best_is_chosen(tmp_path: Path) -> None:
    tags = [
        "py3-none-any",
        "cp313-cp313-manylinux_2_17_aarch64",
        "cp313-cp313-manylinux_2_28_aarch64",
        "cp313-cp313-manylinux_2_39_aarch64",
        "cp314-cp314-manylinux_2_28_aarch64",
        "cp313-cp313-manylinux_2_28_x86_64",
        "cp311-abi3-manylinux2014_aarch64",
    ]
    for tag in tags:
        wheel(tmp_path, {}, tag)
    (tmp_path / "no wheel.whl").touch()
    (tmp_path / "thing-not_a_version-py3-none-any.whl").touch()
    (found,) = chosen(tmp_path, THING, ARM)
    assert found.path.name == "thing-1.0-cp313-cp313-manylinux_2_28_aarch64.whl"


def test_a_wheel_of_another_platform_or_version_does_not_fit(tmp_path: Path) -> None:
    wheel(tmp_path, {}, "cp313-cp313-manylinux_2_28_x86_64")
    with pytest.raises(UsageError, match=r"has no wheel for Python 3\.13 on arm64 of thing==1\.0"):
        chosen(tmp_path, THING, ARM)
    with pytest.raises(UsageError, match=r"thing==1\.1"):
        chosen(tmp_path, {canonicalize_name("thing"): "1.1"}, X86)


def test_what_a_wheel_installs(tmp_path: Path) -> None:
    inside = {
        "thing/__init__.py": b"",
        "thing-1.0.data/purelib/more.py": b"1",
        "thing-1.0.data/platlib/core.so": ELF[ARM],
        "thing-1.0.data/scripts/thing": b"#!python",
        "thing-1.0.dist-info/licenses/LICENSE": b"free",
    }
    found = files(wheel(tmp_path, inside), ARM)
    assert set(found) == {
        "thing/__init__.py",
        "more.py",
        "core.so",
        "thing-1.0.dist-info/METADATA",
        "thing-1.0.dist-info/licenses/LICENSE",
    }


@pytest.mark.parametrize(
    ("inside", "says", "record", "message"),
    [
        ({"core.so": ELF[X86]}, "1.0", {}, "another machine than arm64: core.so"),
        ({}, "1.1", {}, "is of version 1.1 by its own data"),
        ({}, "latest", {}, "is of version latest by its own data"),
        ({"../evil.py": b""}, "1.0", {}, "outside of it: ../evil.py"),
        ({"/evil.py": b""}, "1.0", {}, "outside of it: /evil.py"),
        ({"thing.py": b"other"}, "1.0", {"thing.py": b"one"}, "thing.py is not what its record says"),
        ({"thing-1.0.data/purelib//etc/evil": b""}, "1.0", {}, "outside of it: thing-1.0.data/purelib//etc/evil"),
        ({"thing-1.0.data/platlib/../evil.py": b""}, "1.0", {}, "outside of it"),
        ({"..\\evil.py": b""}, "1.0", {}, "outside of it"),
        ({"./thing.py": b""}, "1.0", {}, "outside of it"),
        ({"thing.py": b"", "thing-1.0.data/purelib/thing.py": b"x"}, "1.0", {}, "two files for one place: thing.py"),
        ({"thing-1.0.data/platlib/breakglass/evil.py": b""}, "1.0", {}, "no package but breakglass may bring"),
        ({"breakglass.py": b""}, "1.0", {}, "no package but breakglass may bring: breakglass.py"),
        ({"breakglass-9.dist-info/entry_points.txt": b""}, "1.0", {}, "no package but breakglass may bring"),
        ({"manifest.json": b"{}"}, "1.0", {}, "no package but breakglass may bring: manifest.json"),
        ({"sitecustomize.py": b""}, "1.0", {}, "no package but breakglass may bring"),
        ({"usercustomize/__init__.py": b""}, "1.0", {}, "no package but breakglass may bring"),
        ({"thing.pth": b"import evil"}, "1.0", {}, "no package but breakglass may bring: thing.pth"),
        ({"other-2.dist-info/METADATA": b"Name: other"}, "1.0", {}, "of several packages by its own data"),
        ({}, "1.0", {f"x{'a' * 200_000}": b""}, "its record cannot be read"),
    ],
)
def test_a_wheel_that_is_not_what_it_should_be(
    tmp_path: Path, inside: dict[str, bytes], says: str, record: dict[str, bytes], message: str
) -> None:
    some = wheel(tmp_path, inside, says=says, record=record)
    with pytest.raises(UsageError, match=message) as raised:
        files(some, ARM)
    assert "fetch it again" in raised.value.advice


def test_a_wheel_of_another_package_than_it_is_called(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is of the package other by its own data"):
        files(wheel(tmp_path, {}, calls="Other"), ARM)


def test_nothing_of_a_wheel_that_is_too_large_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("thing.py", bytes(100_000))
    monkeypatch.setattr(archives, "UNZIPPED", 50_000)
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    with pytest.raises(UsageError, match="holds more than the 0 MB that Lambda takes"):
        files(Wheel(canonicalize_name("thing"), "1.0", bomb), ARM)


def test_a_wheel_that_is_damaged_anywhere_is_told(tmp_path: Path) -> None:
    some = wheel(tmp_path, {"thing.py": bytes(range(256))})
    whole = some.path.read_bytes()
    for place in range(0, len(whole), 7):
        some.path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with suppress(UsageError):
            files(some, ARM)
    some.path.write_bytes(whole[:-5])
    with pytest.raises(UsageError, match="it is damaged"):
        files(some, ARM)


def test_a_wheel_whose_stream_is_damaged_is_told(tmp_path: Path) -> None:
    path = tmp_path / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("thing.py", b"thing " * 100)
    path.write_bytes(path.read_bytes().replace(b"thing.py", b"thing.py\xff\xff\xff", 1))
    with pytest.raises(UsageError, match="it is damaged"):
        files(Wheel(canonicalize_name("thing"), "1.0", path), ARM)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("method", "why"), [(zipfile.ZIP_LZMA, "in a way that wheels"), (zipfile.ZIP_STORED, "two files")]
)
def test_an_archive_as_wheels_are_not(tmp_path: Path, method: int, why: str) -> None:
    path = tmp_path / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", method) as made:
        made.writestr("thing.py", b"one")
        made.writestr("thing.py", b"another")
    with pytest.raises(UsageError, match=why):
        files(Wheel(canonicalize_name("thing"), "1.0", path), ARM)


INSTALLED = {
    "thing/__init__.py": b"as it is here",
    "thing/core.cpython-311-darwin.so": b"compiled for here",
    "thing-1.0.dist-info/WHEEL": b"tag of here",
    "../../bin/thing": b"made by pip",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let `thing 1.0` be installed."""
    folder = tmp_path / "site" / "thing-1.0.dist-info"
    folder.mkdir(parents=True)
    rows = [f"{name},{digest(content)},{len(content)}" for name, content in INSTALLED.items()]
    (folder / "RECORD").write_text("\n".join([*rows, "thing-1.0.dist-info/RECORD,,"]), "utf-8")
    monkeypatch.setattr(pinned, "distribution", lambda _name: PathDistribution(folder))
    return folder


def test_a_wheel_is_held_against_what_is_installed_and_what_cannot_be_is_counted(tmp_path: Path, here: Path) -> None:
    some = wheel(tmp_path, {})
    inside = {
        "thing/__init__.py": INSTALLED["thing/__init__.py"],
        "thing/core.cpython-313-aarch64-linux-gnu.so": b"compiled for there",
        "thing.libs/libffi-0a1b2c.so.8": b"of the platform",
        "thing-1.0.dist-info/WHEEL": b"tag of there",
        "thing-1.0.dist-info/sboms/thing.json": b"{}",
    }
    assert compared(some, inside) == 2
    assert compared(some, {"thing/core.cpython-311-darwin.so": INSTALLED["thing/core.cpython-311-darwin.so"]}) == 0
    (here / "RECORD").unlink()
    with pytest.raises(UsageError, match="of which there is no record") as raised:
        compared(some, inside)
    assert "pip install thing" in raised.value.advice


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("thing/__init__.py", "not as it is installed here: thing/__init__.py"),
        ("thing/more.py", "not installed here: thing/more.py"),
        ("thing/__pycache__/__init__.cpython-313.pyc", "not installed here"),
        ("json.py", "not installed here"),
        ("other-1.0.dist-info/METADATA", "not installed here"),
        ("thing/__init__.so", "a compiled module that is not installed here: thing/__init__.so"),
        ("json.cpython-313-aarch64-linux-gnu.so", "a compiled module that is not installed here"),
        (".so", "not installed here"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_wheel_of_another_origin_is_refused(tmp_path: Path, place: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as raised:
        compared(wheel(tmp_path, {}), {place: b"of another origin"})
    assert "pip config list" in raised.value.advice


def test_a_file_that_no_record_tells_of(tmp_path: Path) -> None:
    some = wheel(tmp_path, {})
    with zipfile.ZipFile(some.path, "a") as opened:
        opened.writestr("sneaked.py", b"")
    with pytest.raises(UsageError, match=r"sneaked\.py is not what its record says"):
        files(some, ARM)


def test_a_wheel_without_data_of_its_own(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "thing-1.0-py3-none-any.whl", "w"):
        pass
    with pytest.raises(UsageError, match="is of the package none"):
        files(Wheel(canonicalize_name("thing"), "1.0", tmp_path / "thing-1.0-py3-none-any.whl"), ARM)


def test_a_wheel_that_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "thing-1.0-py3-none-any.whl"
    path.write_bytes(b"<html>")
    with pytest.raises(UsageError, match="cannot be read: it is damaged"):
        files(Wheel(canonicalize_name("thing"), "1.0", path), ARM)


@pytest.mark.parametrize("content", [b"1", b"2"])
def test_two_packages_that_have_the_same_file(content: bytes) -> None:
    assert together([{"a": b"1"}, {"b": b"2"}]) == {"a": b"1", "b": b"2"}
    with pytest.raises(UsageError, match="two packages have a file a"):
        together([{"a": b"1"}, {"a": content}])


@pytest.mark.parametrize(("limit", "how"), [("ZIPPED", "zipped"), ("UNZIPPED", "unzipped")])
def test_what_lambda_would_not_take(monkeypatch: pytest.MonkeyPatch, limit: str, how: str) -> None:
    monkeypatch.setattr(archives, limit, 10)
    with pytest.raises(RefusedError, match=f"MB {how}, and Lambda takes"):
        archive({"a": bytes(20)})


@pytest.mark.parametrize("python", ["3", "2.7", "3.13.1", "latest"])
def test_a_python_that_lambda_does_not_name(python: str) -> None:
    with pytest.raises(UsageError, match="as Lambda names its runtimes"):
        Target("arm64", python)


class Fake:
    """Packages that are installed, in words."""

    def __init__(self, requires: Mapping[str, list[str]]) -> None:
        self.requires = requires

    def __call__(self, name: str) -> object:
        if name not in self.requires:
            raise PackageNotFoundError(name)
        found = type("Fake", (PathDistribution,), {"requires": self.requires[name], "version": "1.0"})
        return found(Path())


def test_requirements_are_those_of_the_target_and_of_the_extras_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    requires = {
        "breakglass": ["a[fast]>=1", 'windows; sys_platform == "win32"', 'moto; extra == "sandbox"'],
        "a": ['b; extra == "fast"', 'c; extra == "slow"', "breakglass", 'old; python_version < "3.12"'],
        "b": ['arm; platform_machine == "aarch64"'],
        "arm": [],
    }
    monkeypatch.setattr(pinned, "distribution", Fake(requires))
    assert list(pins(ARM)) == ["a", "arm", "b"]
    assert list(pins(X86)) == ["a", "b"]


def test_what_is_not_installed_here_is_not_put_into_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "distribution", Fake({"breakglass": ["a"]}))
    with pytest.raises(UsageError, match="a is needed by the function and is not installed here"):
        pins(ARM)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip find what `make wheels` fetched, and nothing else."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder()))


@pytest.mark.usefixtures("offline")
def test_pip_fetches_what_is_needed(tmp_path: Path) -> None:
    fetch(SIX, ARM, tmp_path)
    assert [each.name for each in chosen(tmp_path, SIX, ARM)] == ["six"]
    fetch({}, ARM, tmp_path)


@pytest.mark.usefixtures("offline")
def test_what_pip_does_not_find_is_told_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"could not be fetched: .*six==0\.0\.1") as raised:
        fetch({canonicalize_name("six"): "0.0.1"}, ARM, tmp_path)
    assert "--wheels" in raised.value.advice


def test_without_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(UsageError, match="pip did not answer"):
        fetch(SIX, ARM, tmp_path)


def test_pip_that_fails_without_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(UsageError, match="pip failed"):
        fetch(SIX, ARM, tmp_path)


@pytest.mark.usefixtures("offline", "few")
def test_without_a_folder_the_wheels_are_those_pip_fetches(acme: Manifest) -> None:
    assert bundle(acme, X86) == bundle(acme, X86, folder())
