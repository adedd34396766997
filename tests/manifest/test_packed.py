"""A manifest as JSON: all of it, and nothing else is taken for one."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from breakglass.errors import ManifestError
from breakglass.manifest.model import Manifest
from breakglass.manifest.packed import packed, unpack
from tests.conftest import manifest
from tests.laws.strategies import manifests


@settings(max_examples=20)
@given(some=manifests())
def test_what_is_packed_is_unpacked(some: Manifest, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("packed") / "manifest.json"
    path.write_text(packed(some), "utf-8")
    assert unpack(path) == some


def test_every_key_survives(tmp_path: Path) -> None:
    aside = {"code": "DRIFT", "subject": "x", "severity": "low"}
    aside |= {"owner": "Ana Souza", "reason": "a trial", "expires": "2026-11-30"}
    some = manifest(
        suppressions=[aside],
        organizational_units=[{"id": "ou-exam-ple00001", "name": "workloads", "playbooks": ["ransomware"]}],
        contacts=[{"name": "Ana", "phone": "+34 1 234"}],
        engine="stacksets",
        stacksets={"regions": ["eu-west-1"]},
    )
    (tmp_path / "manifest.json").write_text(packed(some), "utf-8")
    assert unpack(tmp_path / "manifest.json") == some


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda raw: {**raw, "future": 1}, "future"),
        (lambda raw: {**raw, "security_account": "x"}, "security_account"),
        (lambda raw: [raw], "the document"),
    ],
)
def test_what_is_no_manifest_of_this_version(tmp_path: Path, change: object, told: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(change(json.loads(packed(manifest())))), "utf-8")  # type: ignore[operator]
    with pytest.raises(ManifestError, match=told) as raised:
        unpack(path)
    assert "breakglass bundle" in raised.value.advice


def test_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"manifest\.json: cannot be read: no such file"):
        unpack(tmp_path / "manifest.json")
