"""People in reserve, and the playbook that moves them: what is refused, each on its line."""

from pathlib import Path

import pytest

from tests.manifest.support import problems
from tests.reserve import KIM, LEADS, written

LISTED = "security_playbooks: [grant-access]\n"


def told(folder: Path, *edits: tuple[str, str]) -> list[str]:
    text = written()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return [each.partition(" ")[2] for each in problems(folder, text)]


def test_somebody_in_reserve_and_a_team_that_moves_them_are_no_problem(tmp_path: Path) -> None:
    assert told(tmp_path) == []


@pytest.mark.parametrize(
    ("edits", "path", "says"),
    [
        ([(", reserve: true", "")], "security_playbooks[0]", "nobody is in reserve"),
        ([(", reserve: true", ", reserve: No")], "security_playbooks[0]", "nobody is in reserve"),
        (
            [(LEADS, ""), (", leads]", "]")],
            "security_playbooks[0]",
            "no team may carry it out: make one of `playbooks: [grant-access]` and `accounts: [security]`",
        ),
        ([("accounts: [security]", "accounts: all")], "teams[3].playbooks[0]", "name 'security' under"),
        ([("accounts: [security]", "accounts: [prod]")], "teams[3].playbooks[0]", "name 'security' under"),
        (
            [(LISTED, ""), (LEADS, ""), (", leads]", "]")],
            "responders[6].reserve",
            "nobody could ever move the person into a team",
        ),
        ([("teams: [incident, payments]", "teams: [incident, leads]")], "responders[6].teams[1]", "move others"),
        ([(LISTED, LISTED.replace("grant", "grand"))], "security_playbooks[0]", "did you mean `grant-access`?"),
        ([(LISTED, LISTED.replace("]", ", ransomware]"))], "security_playbooks[1]", "only `grant-access` is carried"),
        ([(LISTED, LISTED.replace("]", ", grant-access]"))], "security_playbooks[1]", "is given twice"),
        ([("[ransomware, data-breach, lost-access]\nsec", "[ransomware, data-breach, lost-access, grant-access]\nsec")],
         "playbooks[3]", "list it under `security_playbooks`"),
        ([("playbooks: [data-breach], accounts: [payments]", "playbooks: [data-breach], accounts: [security]")],
         "teams[1].accounts[0]", "'security' lists none of the team's playbooks"),
        ([("name: payments}\n", "name: payments, playbooks: [grant-access]}\n")],
         "accounts[1].playbooks[0]", "is not listed under `playbooks`"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_where_it_is(tmp_path: Path, edits: list[tuple[str, str]], path: str, says: str) -> None:
    (only,) = [each for each in told(tmp_path, *edits) if "payments'" not in each]
    assert only.startswith(f"{path}: ")
    assert says in only


def test_without_the_playbook_no_team_has_a_right_in_the_security_account(tmp_path: Path) -> None:
    found = told(tmp_path, (LISTED, ""), (KIM, ""))
    assert [each.partition(":")[0] for each in found] == ["teams[3].playbooks[0]"]


def test_what_cannot_be_read_is_told_and_nothing_is_concluded_from_it(tmp_path: Path) -> None:
    nested = told(tmp_path, (LISTED, "security_playbooks: [[grant-access]]\n"))
    assert {each.partition(":")[0] for each in nested} == {"security_playbooks[0]"}
    (mark,) = told(tmp_path, ("reserve: true", "reserve: perhaps"), (LISTED, ""), (LEADS, ""), (", leads]", "]"))
    assert mark.startswith("responders[6].reserve: ")
    broken = told(
        tmp_path, ("  - {id: kim, ", "  - {id: [kim], "), (LEADS, LEADS.replace("name: leads", "name: [leads]"))
    )
    assert not [each for each in broken if "nobody is in reserve" in each or "no team may" in each]
