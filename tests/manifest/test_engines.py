"""StackSets, organizational units and playbooks of one account: each contradiction gives one problem, on its line."""

from pathlib import Path

import pytest

from tests.manifest.support import Mistake, assert_told, planted, problems

ENGINE = "engine: direct"
STACKSETS = "engine: stacksets\nstacksets: {regions: [eu-west-1]}"
UNIT = "ou-acme-workload"
UNITS = f"organizational_units:\n  - {{id: {UNIT}, name: workload, playbooks: [ransomware]}}\n\nteams:"
PROD = '{id: "222222222222", name: prod}'
PAYMENTS = "{name: payments, playbooks: [data-breach], accounts: [payments]}"


def stacksets(keys: str) -> str:
    return f"engine: stacksets\nstacksets: {{{keys}}}"


def units(*rows: str) -> str:
    return "\n  - ".join(("organizational_units:", *rows)) + "\n\nteams:"


MISTAKES = (
    Mistake("stacksets-unsaid", ENGINE, "engine: stacksets", "engine", ("the key `stacksets`", "`regions`")),
    Mistake(
        "second-region",
        ENGINE,
        stacksets("regions: [eu-west-1, us-east-1]"),
        "stacksets.regions",
        ("2 regions", "once in an account", "keep one"),
        at="stacksets: {",
    ),
    Mistake(
        "region-of-another-partition",
        ENGINE,
        stacksets("regions: [cn-north-1]"),
        "stacksets.regions[0]",
        ("'cn-north-1'", "neither in `regions` nor in `alerts.regions`"),
        at="stacksets: {",
    ),
    Mistake(
        "misspelt-region",
        ENGINE,
        stacksets("regions: [eu-wst-1]"),
        "stacksets.regions[0]",
        ("'eu-wst-1'", "did you mean `eu-west-1`"),
        at="stacksets: {",
    ),
    Mistake(
        "delegated-to-security",
        ENGINE,
        stacksets('regions: [eu-west-1], administrator_account: "111111111111"'),
        "stacksets.administrator_account",
        ("security account", "another member account"),
        at="stacksets: {",
    ),
    Mistake(
        "idle-role",
        ENGINE,
        stacksets("regions: [eu-west-1], administration_role: Admin"),
        "stacksets.administration_role",
        ("`permission_model: self-managed`",),
        at="stacksets: {",
    ),
    Mistake(
        "administration-role-in-namespace",
        ENGINE,
        stacksets("regions: [eu-west-1], permission_model: self-managed, administration_role: BREAK-GLASS-X"),
        "stacksets.administration_role",
        ("namespace",),
        at="stacksets: {",
    ),
    Mistake(
        "root",
        "teams:",
        units("{id: r-acme, name: everything}"),
        "organizational_units[0].id",
        ("the root", "list the units below it"),
        at="  - {id: r-acme",
    ),
    Mistake(
        "unit-twice",
        "teams:",
        units(f"{{id: {UNIT}, name: workload}}", f"{{id: {UNIT}, name: other}}"),
        "organizational_units[1].id",
        ("given twice",),
        at=f"  - {{id: {UNIT}, name: other}}",
    ),
    Mistake(
        "unit-name-twice",
        "teams:",
        units(f"{{id: {UNIT}, name: workload}}", "{id: ou-acme-sandbox0, name: workload}"),
        "organizational_units[1].name",
        ("given twice",),
        at="  - {id: ou-acme-sandbox0",
    ),
    *(
        Mistake(
            f"unit-named-{name}",
            "teams:",
            units(f"{{id: {UNIT}, name: {name}}}"),
            "organizational_units[0].name",
            (says,),
            at=f"  - {{id: {UNIT}",
        )
        for name, says in (
            ("all", "all accounts"),
            ("security", "the security account"),
            ("audit", "the audit account"),
            ("management", "the management account"),
            ("prod", "the account on line"),
            ('"222222222222"', "looks like the id"),
        )
    ),
    Mistake(
        "unit-of-unlisted-playbook",
        "teams:",
        units(f"{{id: {UNIT}, name: workload, playbooks: [ransomwar]}}"),
        "organizational_units[0].playbooks[0]",
        ("'ransomwar'", "not listed", "`ransomware`"),
        at=f"  - {{id: {UNIT}",
    ),
    Mistake(
        "account-of-unlisted-playbook",
        PROD,
        PROD.replace("prod}", "prod, playbooks: [ransomwar]}"),
        "accounts[0].playbooks[0]",
        ("not listed",),
    ),
    Mistake(
        "account-with-a-playbook-twice",
        PROD,
        PROD.replace("prod}", "prod, playbooks: [ransomware, ransomware]}"),
        "accounts[0].playbooks[1]",
        ("given twice",),
    ),
    Mistake(
        "account-of-no-playbook",
        PROD,
        PROD.replace("prod}", "prod, playbooks: []}"),
        "accounts[0].playbooks",
        ("at least 1",),
    ),
    Mistake(
        "team-shut-out-of-an-account",
        '{id: "444444444444", name: payments}',
        '{id: "444444444444", name: payments, playbooks: [ransomware]}',
        "teams[1].accounts[0]",
        ("'payments'", "no right there", "`accounts[1].playbooks`"),
        at=f"  - {PAYMENTS}",
    ),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_a_mistake_gives_one_problem_on_its_line(mistake: Mistake, tmp_path: Path) -> None:
    assert_told(mistake, tmp_path)


def says(folder: Path, *mistakes: tuple[str, str]) -> list[str]:
    return [problem.partition(" ")[2] for problem in problems(folder, planted(*mistakes))]


@pytest.mark.parametrize(
    "right",
    [
        STACKSETS,
        STACKSETS.replace("engine: stacksets", "engine: direct"),  # on the way from one to the other
        stacksets('regions: [us-east-1], administrator_account: "333333333333"'),
        stacksets("regions: [us-east-1], permission_model: self-managed, administration_role: Admin"),
        stacksets('regions: [us-east-1], permission_model: self-managed, administrator_account: "111111111111"'),
    ],
)
def test_what_can_be_is_let_pass(right: str, tmp_path: Path) -> None:
    assert says(tmp_path, (ENGINE, right), ("teams:", UNITS)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "engine: stackset\nstacksets: {regions: [eu-west-1]}",
        "engine: stacksets\nstackset: {regions: [eu-west-1]}",
        stacksets("regions: [eu-west-1], permission_model: both, administration_role: Admin"),
        stacksets("regions: {a: b}"),
    ],
)
def test_a_misspelt_word_is_told_of_once(wrong: str, tmp_path: Path) -> None:
    assert len(says(tmp_path, (ENGINE, wrong))) == 1


def test_a_team_may_name_a_unit(tmp_path: Path) -> None:
    team = PAYMENTS.replace("[data-breach]", "[ransomware]").replace("accounts: [payments]", "accounts: [workload]")
    assert says(tmp_path, ("teams:", UNITS), (PAYMENTS, team)) == []
    (found,) = says(tmp_path, ("teams:", UNITS), (PAYMENTS, team.replace("[ransomware]", "[data-breach]")))
    assert "`organizational_units[0].playbooks`" in found
    (found,) = says(tmp_path, ("teams:", UNITS), (PAYMENTS, team.replace("workload", "worklod")))
    assert "no unit under `organizational_units`; did you mean `workload`?" in found


def test_units_of_a_wrong_shape_hide_no_other_problem_and_make_none(tmp_path: Path) -> None:
    team = PAYMENTS.replace("accounts: [payments]", "accounts: [workload]")
    assert len(says(tmp_path, ("teams:", UNITS.replace("name:", "nome:")), (PAYMENTS, team))) == 1


def _without_accounts(tmp_path: Path, accounts: str, *others: tuple[str, str]) -> list[str]:
    text = planted((PAYMENTS, PAYMENTS.replace("accounts: [payments]", "accounts: all")), *others)
    head, _, rest = text.partition("accounts:\n")
    return [
        each.partition(" ")[2] for each in problems(tmp_path, f"{head}{accounts}\nteams:{rest.partition('teams:')[2]}")
    ]


@pytest.mark.parametrize("accounts", ["", "accounts: []", "accounts: []\norganizational_units: []"])
def test_there_must_be_an_account_or_a_unit(accounts: str, tmp_path: Path) -> None:
    (found,) = _without_accounts(tmp_path, accounts)
    assert "no account is listed" in found


def test_units_are_enough(tmp_path: Path) -> None:
    unit = f"organizational_units:\n  - {{id: {UNIT}, name: workload}}\n"
    assert _without_accounts(tmp_path, unit) == []


def test_a_file_that_is_no_mapping_is_told_of_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "- version: 1\n")) == 1
