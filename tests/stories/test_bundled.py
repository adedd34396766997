"""The function as AWS Lambda runs it: from its package, with nothing else installed, as the verification role."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from breakglass.errors import RefusedError, UsageError
from breakglass.manifest.packed import packed
from breakglass.provision.bundle.bundle import bundle
from breakglass.sandbox.environment import UNSET, merged
from breakglass.sandbox.server import Sandbox
from breakglass.scheduled.handler import handler
from tests.by_hand import AUDIT, REGION, ROLE
from tests.conftest import manifest
from tests.provision.wheels import HERE, folder
from tests.scheduled.world import Invocation
from tests.stories.conftest import PROD, elsewhere, iam
from tests.stories.test_schedule import BUCKET, Scheduled

pytestmark = pytest.mark.uncounted

FUNCTION = "break-glass-verification"
REQUEST = "0a1b2c3d-0000-4000-8000-000000000001"
LAMBDA = """
import json, sys
sys.path[:0] = [sys.argv[1]]
from breakglass.scheduled.handler import handler
class Context:
    aws_request_id = sys.argv[3]
    def get_remaining_time_in_millis(self):
        return 900_000
answer = handler(json.loads(sys.argv[2]), Context())
sys.stdout.write(json.dumps({"answer": answer, "modules": sorted({
    getattr(each, "__file__", None) or "" for each in sys.modules.values()})}))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("function")
    with zipfile.ZipFile(io.BytesIO(bundle(manifest(), HERE, folder()).archive.content)) as package:
        package.extractall(place)
    return place


@pytest.fixture(scope="module")
def deployed(standing: Sandbox) -> Scheduled:
    found = Scheduled(standing)
    found.deploy()
    elsewhere("securityhub", AUDIT, REGION).enable_security_hub(EnableDefaultStandards=False)
    found.heard()
    return found


def as_lambda(sandbox: Sandbox) -> Mapping[str, str]:
    """Return the environment of the function: the role's own credentials, in a session named for the function."""
    given = elsewhere("sts", AUDIT, REGION).assume_role(RoleArn=ROLE, RoleSessionName=FUNCTION)["Credentials"]
    return merged(
        {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")},
        {
            **sandbox.environment(),
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
            "AWS_REGION": REGION,
            "BREAKGLASS_EVIDENCE_BUCKET": BUCKET,
        },
    )


def invoke(unpacked: Path, sandbox: Sandbox, event: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "-c", LAMBDA, str(unpacked), json.dumps(event), REQUEST]
    return subprocess.run(
        command, env=as_lambda(sandbox), cwd=unpacked, capture_output=True, text=True, timeout=120, check=False
    )


def findings() -> dict[str, Any]:
    found = elsewhere("securityhub", AUDIT, REGION).get_findings()["Findings"]
    return {each["Title"]: each for each in found if each["RecordState"] == "ACTIVE"}


def test_the_handler_runs_from_its_package_and_everything_arrives(unpacked: Path, deployed: Scheduled) -> None:
    prod = iam(PROD)
    prod.update_role(RoleName="BREAK-GLASS-RANSOMWARE", MaxSessionDuration=43200)
    ran = invoke(unpacked, deployed.sandbox, {})
    assert ran.returncode == 0, ran.stderr
    log, told = (json.loads(line) for line in ran.stdout.splitlines())
    outside = [each for each in told["modules"] if "site-packages" in each or "/tests/" in each]
    assert not outside
    assert all(each.startswith((str(unpacked), sys.base_prefix)) for each in told["modules"] if each)
    assert (log["task"], log["manifest"], log["failures"]) == ("everything", "acme", [])
    answer = told["answer"]
    s3 = elsewhere("s3", AUDIT, REGION)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    kept = {each: s3.get_object(Bucket=BUCKET, Key=each)["Body"].read().decode() for each in keys}
    assert sorted(kept) == sorted(answer["evidence"])
    document = json.loads(kept[answer["evidence"][0]])
    assert "<html" in kept[answer["evidence"][1]]
    assert (document["manifest"], document["unread"]) == ("acme", [])
    drift = f"DRIFT: arn:aws:iam::{PROD}:role/BREAK-GLASS-RANSOMWARE"
    assert drift in findings()
    assert len(findings()) == sum(answer["findings"].values())
    assert not [each.subject for each in deployed.sandbox.mail if "AssumptionDenied" in each.subject]
    assert {'ALARM: "BreakGlassVerification-Critical"', 'OK: "BreakGlassVerification-Silence"'} <= set(deployed.heard())

    prod.update_role(RoleName="BREAK-GLASS-RANSOMWARE", MaxSessionDuration=3600)
    step = {"task": "account", "account": PROD, "run": answer["run"], "enrolled": []}
    again = invoke(unpacked, deployed.sandbox, step)
    assert again.returncode == 0, again.stderr
    assert drift not in findings()


@pytest.fixture
def here(deployed: Scheduled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Run the handler in this process, where its package would be."""
    (tmp_path / "manifest.json").write_text(packed(manifest()), "utf-8")
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    for name, value in as_lambda(deployed.sandbox).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BREAKGLASS_MANIFEST", str(tmp_path / "manifest.json"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return monkeypatch


def test_the_end_of_a_map_is_counted_and_logged(here: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    here.setenv("BREAKGLASS_SECURITY_HUB", "off")
    here.delenv("BREAKGLASS_EVIDENCE_BUCKET")
    assert handler({"task": "finish", "run": "r1"}, Invocation()) == {"run": "r1", "completed": True}
    logged = json.loads(capsys.readouterr().out)
    assert logged == {"task": "finish", "manifest": "acme", "run": "r1", "completed": True, "failures": []}


@pytest.mark.usefixtures("here")
def test_an_event_that_asks_for_nothing_is_logged_and_raised(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError):
        handler({"task": "everything"}, Invocation())
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "USAGE"


def test_it_runs_as_the_verification_role_and_as_nobody_else(
    here: pytest.MonkeyPatch, deployed: Scheduled, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in deployed.sandbox.environment().items():
        here.setenv(name, value)
    here.delenv("AWS_SESSION_TOKEN")
    with pytest.raises(RefusedError, match="and not as arn:aws:iam::333333333333:role/break-glass"):
        handler({}, Invocation())
    assert "apply" in json.loads(capsys.readouterr().out)["error"]["advice"]
