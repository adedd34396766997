"""The matrix as people take it in: every cell as it is, in as few rows and columns as tell them apart."""

from dataclasses import replace

from breakglass import naming, resources
from breakglass.estate.desired import desired
from breakglass.facts import Unread
from breakglass.iam.nouns import Answer, Decision
from breakglass.report.verification.grid import Grid, State, grid
from breakglass.report.verification.tables import tables
from breakglass.resources import Key, Scope
from tests.conftest import manifest
from tests.report.verification import samples
from tests.report.verification.samples import DENIED, PAYMENTS, PROD

RANSOMWARE = "BREAK-GLASS-RANSOMWARE"
SECURITY = "111111111111"


def state(of: Grid, person: str, account: str, role: str) -> State:
    (column,) = (number for number, users in enumerate(of.people) if naming.user_name(person) in users)
    (row,) = (cells for where, cells in zip(of.places, of.cells, strict=True)
              if account in where.accounts and role in where.roles)  # fmt: skip
    return row[column]


def test_what_is_alike_is_one_row_and_one_column() -> None:
    found = grid(samples.clean())
    assert [len(users) for users in found.people] == [2, 2, 2]
    places = {(each.accounts, each.roles) for each in found.places}
    data_breach = naming.role_name("data-breach")
    assert ((PAYMENTS,), (data_breach,)) in places
    assert len(places) == 4
    assert not any(each.is_wrong for row in found.cells for each in row)


def test_every_cell_is_what_the_matrix_says() -> None:
    of = samples.telling()
    found = grid(of)
    assert state(found, "ana", PROD, RANSOMWARE) is State.MISSING
    assert state(found, "emeka", "999999999999", "BREAK-GLASS-LOST-ACCESS") is State.UNINTENDED
    assert state(found, "ana", "555555555555", RANSOMWARE) is State.UNKNOWN  # nobody could read whether it is there
    assert state(found, "ana", PAYMENTS, "BREAK-GLASS-OLD") is State.NEITHER
    read = {State.MAY: (True, True), State.NEITHER: (False, False), State.UNINTENDED: (True, False)}
    for where, row in zip(found.places, found.cells, strict=True):
        for users, cell in zip(found.people, row, strict=True):
            for user, account, role in ((u, a, r) for u in users for a in where.accounts for r in where.roles):
                known = of.matrix.cell(user, account, role)
                assert (known.may, known.intended) == read.get(cell, (False, True))


def test_what_is_wrong_comes_first() -> None:
    found = grid(samples.telling())
    assert found.places[0].accounts == (PROD,)
    wrong = [any(each.is_wrong for each in row) for row in found.cells]
    assert wrong == sorted(wrong, reverse=True)


def test_of_accounts_nobody_looked_at_nothing_is_shown() -> None:
    found = grid(replace(samples.telling(), accounts=(PAYMENTS,)))
    assert {account for each in found.places for account in each.accounts} == {PAYMENTS}


def test_where_users_could_not_be_read_nobody_is_called_shut_out() -> None:
    of = manifest()
    read = {key: each for key, each in desired(of).items() if key.type != resources.USER}
    unread = Unread(Scope(SECURITY), "users", DENIED, frozenset({resources.USER}))
    found = {cell for row in grid(samples.verification(of, read, unread=[unread])).cells for cell in row}
    assert found == {State.UNKNOWN, State.NEITHER}


def test_where_no_user_is_there_everybody_is_shut_out() -> None:
    of = manifest()
    read = {key: each for key, each in desired(of).items() if key.type != resources.USER}
    found = {cell for row in grid(samples.verification(of, read)).cells for cell in row}
    assert found == {State.MISSING, State.NEITHER}


def test_what_nobody_can_decide_is_not_known() -> None:
    of = samples.clean()
    row = of.matrix.rows[0]
    doubt = Answer(Decision.UNSUPPORTED)
    entries = tuple(replace(each, others=doubt, special={}) for each in row.entries)
    doubted = replace(of.matrix, rows=(replace(row, entries=entries), *of.matrix.rows[1:]))
    assert state(grid(replace(of, matrix=doubted)), "ana", PROD, RANSOMWARE) is State.UNKNOWN


def test_hundreds_of_accounts_make_a_table_one_can_read() -> None:
    shown = tables(samples.large(240))
    (table,) = shown.tables
    assert table.people[0].short == "8 people in incident"
    assert len(table.lines) < 30
    assert table.lines[3].accounts.endswith("more")
    assert (shown.people_left, shown.places_left) == (0, 0)


def test_what_is_too_much_for_a_page_is_counted() -> None:
    accounts = [{"id": f"{700_000_000_000 + each}", "name": f"w{each}"} for each in range(70)]
    teams = [
        {"name": f"t{each}", "playbooks": ["ransomware"], "accounts": [account["name"]]}
        for each, account in enumerate(accounts)
    ]
    people = [
        {"id": f"p{each}", "name": "P", "email": "p@acme.example", "teams": [f"t{each}"]} for each in range(70)
    ]  # fmt: skip
    shown = tables(samples.verification(manifest(accounts=accounts, teams=teams, responders=people)))
    assert [len(each.people) for each in shown.tables] == [10] * 6
    assert all(len(each.lines) == 60 for each in shown.tables)
    assert shown.people_left == 10
    assert shown.places_left > 70


def test_where_there_is_no_role_there_is_no_table() -> None:
    assert not tables(replace(samples.clean(), accounts=("333333333333",))).tables


def test_a_place_that_nobody_may_get_into_is_said_to_be_shut() -> None:
    (table,) = tables(samples.telling()).tables
    assert [each.playbooks for each in table.lines if each.is_shut] == ["old"]


def test_a_stray_user_is_in_no_team() -> None:
    of = manifest()
    read = dict(desired(of))
    ana = read[Key(Scope(SECURITY), resources.USER, "ana-break-glass")]
    stray = replace(ana, properties={**ana.properties, "UserName": "eve-break-glass"})
    read[Key(Scope(SECURITY), resources.USER, "eve-break-glass")] = stray
    (table,) = tables(samples.verification(of, read)).tables
    assert {"eve": "in no team"}.items() <= {each.short: each.besides for each in table.people}.items()
