from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass.manifest.read import read
from breakglass.manifest.starter import Organization, starter
from tests.manifest.support import NAME, problems

ACME = Organization(
    id="o-exampleorgid",
    management_account="999999999999",
    accounts=(
        ("999999999999", "Acme"),
        ("111111111111", "Break Glass"),
        ("333333333333", "log_archive"),
        ("222222222222", "prod"),
    ),
)

FILLED = {
    'trail: {account: "FILL-IN", region: "FILL-IN", log_': 'trail: {account: "333333333333", region: us-east-1, log_',
    'group: "FILL-IN"': "group: trail",
    'email: ["FILL-IN", "FILL-IN"]': "email: [oncall@acme.example, security@acme.example]",
}
PERSON = '{id: "FILL-IN", name: "FILL-IN", email: "FILL-IN", teams'


def filled(text: str) -> str:
    """Return the manifest with what only its owner knows filled in."""
    for blank, value in FILLED.items():
        assert blank in text
        text = text.replace(blank, value)
    assert text.count(PERSON) == 2
    for person in ("ana", "bo"):
        text = text.replace(PERSON, f"{{id: {person}, name: {person}, email: {person}@acme.example, teams", 1)
    return text


def blanks(folder: Path, organization: Organization) -> set[str]:
    """Return the paths that reading refuses, all of them because they are blank."""
    found = problems(folder, starter(organization))
    assert all("still FILL-IN" in problem for problem in found), found
    return {problem.split(" ")[1].rstrip(":") for problem in found}


PEOPLE = {
    *("trail.account", "trail.region", "trail.log_group"),
    *(f"responders[{n}].{key}" for n in (0, 1) for key in ("id", "name", "email")),
    *("alerts.email[0]", "alerts.email[1]"),
}


def test_without_an_organization_it_is_an_example_that_passes(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(starter(None), "utf-8")
    manifest = read(tmp_path / NAME)
    assert len(manifest.responders) >= manifest.limits.minimum_ways_in
    assert len(manifest.alerts.email) >= manifest.alerts.minimum_receivers


def test_it_explains_itself() -> None:
    for text in (starter(None), starter(ACME)):
        assert text.count("#") > 8
        assert "docs/reference/manifest.md" in text


def test_what_only_the_owner_knows_is_refused_until_filled_in(tmp_path: Path) -> None:
    assert blanks(tmp_path, ACME) == PEOPLE


def test_once_filled_in_it_reads(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(filled(starter(ACME)), "utf-8")
    manifest = read(tmp_path / NAME)
    assert manifest.organization == "o-exampleorgid"
    assert (manifest.management_account.id, manifest.management_account.name) == ("999999999999", "Acme")
    assert (manifest.security_account, manifest.audit_account) == ("111111111111", "333333333333")
    assert [(account.id, account.name) for account in manifest.accounts] == [("222222222222", "prod")]
    assert [list(manifest.grants(team)) for team in manifest.teams][1] == [("999999999999", "lost-access")]


def test_a_guess_says_that_it_is_one_and_a_choice_does_not() -> None:
    assert starter(ACME).count("found by its name") == 2
    chosen = replace(ACME, security_account="111111111111", audit_account="333333333333")
    assert "found by its name" not in starter(chosen)


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (("Security", "Break-Glass", "prod"), {"security_account", "audit_account"}),
        (("Security", "Audit", "Log Archive"), {"audit_account"}),
        (("Security", "Audit", "prod"), set()),
        (("prod", "Audit", "dev"), {"security_account"}),
        (("production security", "auditing", "dev"), {"security_account", "audit_account"}),
    ],
)
def test_two_that_might_be_meant_are_no_guess(names: tuple[str, ...], missing: set[str], tmp_path: Path) -> None:
    accounts = tuple((str(number) * 12, name) for number, name in enumerate(names, start=1))
    assert blanks(tmp_path, replace(ACME, accounts=accounts)) == PEOPLE | missing


def test_the_management_account_is_never_guessed(tmp_path: Path) -> None:
    accounts = (("999999999999", "security"), ("333333333333", "audit"), ("222222222222", "prod"))
    assert blanks(tmp_path, replace(ACME, accounts=accounts)) == PEOPLE | {"security_account"}


def test_a_choice_is_not_guessed_again(tmp_path: Path) -> None:
    accounts = (("333333333333", "audit"), ("222222222222", "prod"))
    organization = replace(ACME, accounts=accounts, security_account="333333333333")
    assert blanks(tmp_path, organization) == PEOPLE | {"audit_account"}
    accounts = (("333333333333", "security"), ("222222222222", "prod"))
    organization = replace(ACME, accounts=accounts, audit_account="333333333333")
    assert blanks(tmp_path, organization) == PEOPLE | {"security_account"}


def test_an_organization_without_workloads_leaves_the_accounts_blank(tmp_path: Path) -> None:
    expected = PEOPLE | {"accounts[0].id", "accounts[0].name"}
    assert blanks(tmp_path, replace(ACME, accounts=ACME.accounts[:3])) == expected


def test_accounts_of_one_name_and_of_names_that_mean_something_else_keep_their_ids(tmp_path: Path) -> None:
    accounts = tuple(
        (f"{number:012}", name) for number, name in enumerate(("prod", "prod", "all", "FILL-IN", ""), start=1)
    )
    organization = replace(ACME, accounts=(*ACME.accounts[:3], *accounts))
    (tmp_path / NAME).write_text(filled(starter(organization)), "utf-8")
    assert [account.name for account in read(tmp_path / NAME).accounts] == [
        *("prod", "prod 000000000002", "all 000000000003", "FILL-IN 000000000004", "account 000000000005"),
    ]


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_regions_are_of_the_partition(partition: str, tmp_path: Path) -> None:
    found = problems(tmp_path, starter(replace(ACME, partition=partition)))
    assert all("still FILL-IN" in problem for problem in found), found


def test_a_partition_unknown_to_us_leaves_its_regions_blank(tmp_path: Path) -> None:
    found = problems(tmp_path, starter(replace(ACME, partition="aws-iso")))
    assert any(" partition: is 'aws-iso'" in problem for problem in found)
    assert any(" alerts.second_region: is still FILL-IN" in problem for problem in found)


@settings(deadline=None)
@given(names=st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_no_name_can_write_anything_but_a_name(names: list[str]) -> None:
    accounts = tuple((f"{number:012}", name) for number, name in enumerate(names, start=1))
    organization = replace(
        ACME,
        accounts=(("999999999999", names[0]), *accounts),
        security_account="111111111111",
        audit_account="333333333333",
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_text(filled(starter(organization)), "utf-8")
        manifest = read(path)
    assert [account.id for account in manifest.accounts] == [account for account, _ in accounts]
    assert manifest.security_account == "111111111111"
