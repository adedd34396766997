"""The decision record justifies every line of every policy: each statement, with exactly its actions."""

import re
from pathlib import Path

import pytest

from breakglass import data
from breakglass.authorization.reading import statements, strings

RECORD = Path(__file__).parents[2] / "docs" / "adr" / "0002-playbook-policies.md"
SHELLS = "Shells and secrets"
HOSTS = "Shared by ransomware and data-breach"
DENIED = "Denied, whatever else a role holds"
SECTIONS = {
    "compromised-credentials": ("compromised-credentials", DENIED),
    "data-breach": ("data-breach", HOSTS, SHELLS, DENIED),
    "denial-of-service": ("denial-of-service", DENIED),
    "federation-misconfigured": ("federation-misconfigured", DENIED),
    "grant-access": ("grant-access",),
    "identity-provider": ("identity-provider", DENIED),
    "lost-access": ("lost-access", SHELLS, DENIED),
    "open-security-group": ("open-security-group", DENIED),
    "ransomware": ("ransomware", HOSTS, SHELLS, DENIED),
    "root-account": ("root-account", DENIED),
}
CELLS = 4


def rows(section: str) -> dict[str, list[str]]:
    """Return the table rows of a section by what their first cell names."""
    text = RECORD.read_text("utf-8").partition(f"\n### {section}\n")[2]
    lines = text.partition("\n### ")[0].partition("\n## ")[0].splitlines()
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line.startswith("| `")]
    return {each[0].strip("`"): each[1:] for each in cells}


def justified(playbook: str) -> dict[str, list[str]]:
    return {sid: cells for section in SECTIONS[playbook] for sid, cells in rows(section).items()}


@pytest.mark.parametrize("playbook", [*SECTIONS])
def test_every_statement_is_justified_with_exactly_its_actions(playbook: str) -> None:
    document = data.playbook_policy(playbook)
    every = [each for effect in ("Allow", "Deny") for each in statements(document, effect)]
    expected = {str(each["Sid"]): set(strings(each, "Action") + strings(each, "NotAction")) for each in every}
    written = {sid: set(re.findall(r"`([^`]+)`", cells[0])) for sid, cells in justified(playbook).items()}
    assert written == expected


def test_every_shipped_policy_is_in_the_record() -> None:
    assert tuple(SECTIONS) == data.playbook_names()


@pytest.mark.parametrize("section", [*SECTIONS, HOSTS, SHELLS, DENIED])
def test_every_row_gives_a_step_and_a_reason(section: str) -> None:
    table = rows(section)
    assert table
    assert all(len(cells) == CELLS - 1 and all(cells) for cells in table.values())
