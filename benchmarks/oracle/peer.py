"""The other engine: installed outside the checkout, run as a process of its own."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from breakglass.documents import Json
from breakglass.iam.arns import account_of
from breakglass.iam.principals import requester

PACKAGE = "@cloud-copilot/iam-simulate@0.1.173"
HOME = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "breakglass-oracle"
DECISIONS = {"Allowed": "allowed", "ExplicitlyDenied": "explicit_deny", "ImplicitlyDenied": "implicit_deny"}


class Run(NamedTuple):
    """The decisions in the words of our engine (or what went wrong), and the seconds that deciding took."""

    decisions: list[str]
    seconds: float


def install() -> None:
    """Install the package into the cache folder, if it is not there."""
    wanted = HOME / "installed"
    if wanted.exists() and wanted.read_text("utf-8") == PACKAGE:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("the differential test needs npm and node")
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "package.json").write_text('{"private": true}', "utf-8")
    subprocess.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE], cwd=HOME, check=True)
    wanted.write_text(PACKAGE, "utf-8")


def run(scenarios: Sequence[Mapping[str, Json]]) -> Run:
    """Decide scenarios with the other engine."""
    node = shutil.which("node") or "node"
    given = json.dumps([complete(each) for each in scenarios])
    command = [node, str(Path(__file__).with_name("runner.cjs")), str(HOME)]
    ran = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    answer = json.loads(ran.stdout)
    return Run([DECISIONS.get(each, each) for each in answer["decisions"]], answer["seconds"])


def complete(scenario: Mapping[str, Json]) -> dict[str, Json]:
    """Return a scenario with everything said that our engine derives: the other derives nothing."""
    who = requester(str(scenario["principal"]))
    account = str(scenario.get("resource_account") or account_of(str(scenario["resource"])) or who.account)
    context = scenario.get("context")
    derived: dict[str, Json] = {_SPELLED[key]: values[0] for key, values in who.derived}
    given = dict(context) if isinstance(context, Mapping) else {}
    full: dict[str, Json] = {**derived, "aws:ResourceAccount": account, **given}
    return {**scenario, "resource_account": account, "context": full}


_SPELLED = {
    key.lower(): key
    for key in (
        "aws:PrincipalArn",
        "aws:PrincipalAccount",
        "aws:PrincipalType",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalServiceName",
        "aws:username",
    )
}
