from pathlib import Path

import pytest
import yaml

from breakglass import naming
from breakglass.errors import ManifestError
from breakglass.manifest import parse
from breakglass.manifest.read import MOST, read
from tests.manifest.support import ACME, NAME, line_of, planted, problems

EXAMPLE = Path(__file__).parents[2] / "examples" / "acme" / NAME


def test_the_example_reads() -> None:
    manifest = read(EXAMPLE)
    assert manifest.version == 1
    assert [account.name for account in manifest.accounts] == ["prod", "payments", "data", "staging"]
    assert manifest.limits.session_hours == 1


def test_three_mistakes_give_three_problems(tmp_path: Path) -> None:
    text = planted(
        ('"555555555555"', '"5555"'), ("[data-breach]", "[data-breech]"), ("teams: [payments]", "teams: [pay]")
    )
    found = problems(tmp_path, text)
    assert [problem.split(" ")[0] for problem in found] == [
        f"{NAME}:{line_of(text, part)}" for part in ('"5555"', "data-breech", "[pay]")
    ]


def test_mistakes_of_every_kind_are_told_at_once_and_by_line(tmp_path: Path) -> None:
    text = planted(
        ("name: acme", "name:"),
        ("[eu-west-1, us-west-2,", "[eu-west-1, us-west-2, us-west-2,"),
        ("engine: direct", "engine: direct\nengine: warp"),
        ("name: prod}", "nmae: prod}"),
        ("name: payments, playbooks", "name: pay_ments, playbooks"),
        ("session_hours: 1", "session_hours: &a 1"),
    )
    found = problems(tmp_path, text)
    assert [problem.split(" ")[1] for problem in found] == [
        "name:",
        "regions[2]:",
        "engine:",
        "accounts[0].nmae:",
        "teams[1].name:",
        "responders[4].teams[0]:",
        "responders[5].teams[0]:",
        "limits.session_hours:",
    ]


def test_the_file_is_named_as_the_caller_named_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(NAME).write_text(planted(("engine: direct", "engine: warp")), "utf-8")
    with pytest.raises(ManifestError) as caught:
        read(Path(NAME))
    assert caught.value.problems[0].startswith(f"{NAME}:14 engine: ")
    assert caught.value.subject == NAME
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("quotes", ["", '"', "'"])
def test_an_account_id_is_the_digits_written(quotes: str, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(planted(('"222222222222"', f"{quotes}011111111111{quotes}")), "utf-8")
    assert read(path).accounts[0].id == "011111111111"


def test_words_that_yaml_takes_for_truth_stay_words(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(planted(("name: prod}", "name: no}"), ("name: Bo Lindqvist", "name: 0o7")), "utf-8")
    manifest = read(path)
    assert (manifest.accounts[0].name, manifest.responders[1].name) == ("no", "0o7")


def test_block_style_and_windows_lines_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / NAME
    block = planted(('- {id: "222222222222", name: prod}', "-\n    id: '222222222222'\n    name: >-\n      prod"))
    path.write_bytes(b"\xef\xbb\xbf" + block.replace("\n", "\r\n").encode())
    assert read(path) == read(EXAMPLE)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "NAME:1: the file is empty"),
        (b"# nothing\n", "NAME:1: the file is empty"),
        (b"---\n", "NAME:2: the file is empty"),
        (b"hello", "NAME:1: is 'hello': must be a mapping"),
        (b"- a\n- b\n", "NAME:1: is a list of 2: must be a mapping"),
        (b"version: 1\nname: \xff\n", "NAME:2: the file is not text in UTF-8"),
        ("version: 1".encode("utf-16"), "NAME:1: the file is not text in UTF-8"),
        (b"#" * 10_000_000, "NAME: the file is larger than 2 MB"),
        (b"[" * 1_000_000, "is nested deeper than 32 levels"),
        (b"\n".join(b" " * level + b"a:" for level in range(1000)), "NAME:32 a.a.a"),
        (b"%YAML 3.0\n---\na: b\n", "is not YAML"),
    ],
)
def test_a_file_that_is_no_manifest_says_so(content: bytes, says: str, tmp_path: Path) -> None:
    found = problems(tmp_path, content)
    assert len(found) == 1
    assert says.replace("NAME", NAME) in found[0]


def test_an_alias_bomb_is_refused_where_it_begins(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    found = problems(tmp_path, bomb)
    assert any(problem.startswith(f"{NAME}:1 a0: sets the anchor 'a0'") for problem in found)
    assert any(problem.startswith(f"{NAME}:60 a59[1]: refers to the anchor 'a58'") for problem in found)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        read(tmp_path / NAME)
    assert "no such file" in caught.value.message
    assert "breakglass init" in caught.value.advice


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read: is a directory"):
        read(tmp_path)


def test_a_path_through_a_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(ACME, "utf-8")
    with pytest.raises(ManifestError, match="cannot be read: not a directory"):
        read(tmp_path / NAME / NAME)


def test_a_file_one_may_not_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ManifestError, match="cannot be read: permission denied"):
        read(tmp_path / NAME)


def test_five_thousand_accounts_read(tmp_path: Path) -> None:
    rows = "".join(f'  - {{id: "{700000000000 + number}", name: account-{number}}}\n' for number in range(5000))
    path = tmp_path / NAME
    path.write_text(planted(("accounts:\n", f"accounts:\n{rows}")), "utf-8")
    assert len(read(path).accounts) == 5004


def test_thousands_of_unknown_names_are_all_told(tmp_path: Path) -> None:
    names = ", ".join(f"account-{number}" for number in range(3000))
    found = problems(tmp_path, planted(("accounts: [payments]", f"accounts: [{names}]")))
    assert len(found) == 3000


def _numbered(count: int, row: str) -> str:
    return "".join(f"  - {{{row.replace('#', str(number))}}}\n" for number in range(count))


TEAM = "name: team-#, playbooks: [ransomware], accounts: all"
PERSON = "id: p#, name: P, email: p@acme.example, teams: [incident]"


def test_iam_has_three_hundred_groups(tmp_path: Path) -> None:
    assert problems(tmp_path, planted(("teams:\n", f"teams:\n{_numbered(297, TEAM)}"))) == ()
    found = problems(tmp_path, planted(("teams:\n", f"teams:\n{_numbered(298, TEAM)}")))
    assert found == (f"{NAME}:24 teams: is a list of 301: must be a list of at most 300",)


def test_iam_has_five_thousand_users(tmp_path: Path) -> None:
    assert problems(tmp_path, planted(("responders:\n", f"responders:\n{_numbered(4994, PERSON)}"))) == ()
    found = problems(tmp_path, planted(("responders:\n", f"responders:\n{_numbered(4995, PERSON)}")))
    assert [problem.partition(": ")[2] for problem in found] == ["is a list of 5001: must be a list of at most 5000"]


def test_iam_puts_a_user_in_ten_groups(tmp_path: Path) -> None:
    teams = planted(("teams:\n", f"teams:\n{_numbered(9, TEAM)}"))
    nine = ", ".join(f"team-{number}" for number in range(9))
    assert problems(tmp_path, teams.replace("teams: [payments]", f"teams: [payments, {nine}]", 1)) == ()
    found = problems(tmp_path, teams.replace("teams: [payments]", f"teams: [payments, incident, {nine}]", 1))
    assert [problem.partition(": ")[2] for problem in found] == ["is a list of 11: must be a list of at most 10"]


def test_the_longest_names_fit_into_iam() -> None:
    """Roles and users have 64 characters, groups and policies 128."""
    longest = "a" * 40
    assert len(naming.role_name(longest)) <= 64
    assert len(naming.group_name(longest)) <= 128
    assert len(naming.team_policy_name(longest, 10)) <= 128
    assert len(naming.user_name("a" * 52)) == 64


def test_both_parsers_of_yaml_refuse_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    escapes = ('"\\ud800"', '"\\UFFFFFFFF"', '"\\ud800": x')
    texts = [planted(("name: acme", f"name: {escape}")) for escape in escapes]
    texts += [
        planted(("name: acme", broken)) for broken in ("name: [a", "name: {a", "na", ' "', "\tname: a", "name: ]")
    ]
    found = [problems(tmp_path, text) for text in texts]
    monkeypatch.setattr(parse, "_LOADER", yaml.SafeLoader)
    assert problems(tmp_path, ACME) == ()
    assert all(found)
    assert all(problems(tmp_path, text) for text in texts)


def test_a_flood_of_problems_is_cut_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "breakglass.yaml"
    path.write_text("".join(f"key{number}: x\n" for number in range(12_000)), "utf-8")
    with pytest.raises(ManifestError) as caught:
        read(path)
    assert len(caught.value.problems) == MOST + 1
    assert "problems more" in caught.value.problems[-1]
