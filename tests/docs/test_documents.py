"""Every command a document shows is run, as its reader would run it, in a folder of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from breakglass.assure.catalogue.frameworks import CIS
from breakglass.assure.controls import CONTROLS, MANUAL
from breakglass.cli.main import COMMANDS
from breakglass.controls import Control
from breakglass.estate.claims.proofs import CLAIMS
from breakglass.trail.catalogue import WELL_ARCHITECTED, catalogue

pytestmark = pytest.mark.uncounted

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://)([^)#]+)(#[^)]*)?\)")
RUN_BY_CI = {"make demo", "make test"}


def commands(document: Path) -> list[str]:
    lines = [line for block in SHOWN.findall(document.read_text("utf-8")) for line in block.splitlines()]
    assert all(line.startswith("$ ") for line in lines)
    return [line[2:] for line in lines]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_shown_work_in_their_order(document: Path, tmp_path: Path) -> None:
    script = "\n".join(["set -e", "trap 'breakglass sandbox down' EXIT", *commands(document)])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # Whether they work is asked here, not what they cover: each of a hundred processes would be measured.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    environment = {**plain, "PATH": path, "XDG_RUNTIME_DIR": str(tmp_path)}
    work = tmp_path / "work"
    work.mkdir()
    ran = subprocess.run(
        ["bash", "-c", script], cwd=work, env=environment, check=False, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_documents_show_commands_at_all() -> None:
    assert sum(len(commands(document)) for document in DOCUMENTS) >= 20


def test_the_readmes_two_commands_are_targets_that_ci_and_people_run() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in RUN_BY_CI:
        assert command in readme
        assert re.search(rf"^{command.removeprefix('make ')}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("document", [*DOCUMENTS, *sorted((ROOT / "docs").glob("*/*.md"))], ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    broken = [
        target for target, _ in LINK.findall(document.read_text("utf-8")) if not (document.parent / target).exists()
    ]
    assert not broken


def test_the_reference_knows_every_command() -> None:
    reference = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"| `{name}" in reference


def test_the_reference_knows_every_control() -> None:
    reference = (ROOT / "docs" / "reference" / "controls.md").read_text("utf-8")
    unlinked = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", reference)
    for control in (*CONTROLS, *MANUAL):
        how = control.answerable or control.means
        row = (f"`{control.id}`", control.title, how, ", ".join(control.sources), _frameworks(control))
        codes = f" {', '.join(control.codes)} |\n" if control.codes else ""
        assert f"\n| {' | '.join(row)} |{codes}" in unlinked
        assert all(f"**{source}**" in reference for source in control.sources)


def _frameworks(control: Control) -> str:
    """Return what a control answers as the page writes it: the ids, and of CIS what they are."""
    named = ("CIS " * (name == CIS) + ", ".join(ids) for name, ids in control.frameworks.items())
    return "; ".join(named) or "none"


def test_the_reference_knows_every_claim_in_its_own_words() -> None:
    reference = (ROOT / "docs" / "reference" / "claims.md").read_text("utf-8")
    for claim in CLAIMS:
        assert f"| `{claim.id}` | {claim.sentence} | {claim.source} |" in reference


def test_the_reference_knows_every_alert_in_its_own_words() -> None:
    reference = (ROOT / "docs" / "reference" / "alerts.md").read_text("utf-8")
    for alert in catalogue().values():
        grave, pages = alert.severity.name.lower(), "yes" if alert.pages else "no"
        row = (f"`{alert.name}`", grave, pages, alert.why, alert.action, f"`{alert.playbook}`")
        assert f"| {' | '.join(row)} |" in reference
        assert f"\n| `{alert.name}` | " in reference.partition("## What fires them")[2]
    assert WELL_ARCHITECTED in reference
