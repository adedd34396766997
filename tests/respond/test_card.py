"""The card: every link its holder needs, in order, and nobody else's."""

import pytest

from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.respond import card
from breakglass.respond.links import documented_switch, doors, switches
from breakglass.respond.people import people
from breakglass.respond.situations import situations
from breakglass.respond.target import resolve, targets
from tests.conftest import manifest
from tests.pages.write import MADE
from tests.respond.reading import Page

HOSTILE = """<script>'"&amp; Ünïcode 名"""


def of(manifest_: Manifest, person: str = "") -> Page:
    return Page(card.page(manifest_, MADE, *people(manifest_, [person] if person else [])))


def reached(page: Page, manifest_: Manifest) -> set[str]:
    """Return the targets a page has links to."""
    urls = {each.url for each in page.links()}
    return {str(each) for each in targets(manifest_) if documented_switch(manifest_, each) in urls}


@pytest.mark.parametrize(
    ("person", "targets"),
    [
        ("emeka", {"payments/data-breach"}),
        (
            "chidi",
            {
                f"{account}/{playbook}"
                for account in ("prod", "payments", "data", "staging")
                for playbook in ("ransomware", "data-breach", "lost-access")
            },
        ),
    ],
)
def test_a_person_has_links_to_what_their_teams_may_carry_out(acme: Manifest, person: str, targets: set[str]) -> None:
    assert reached(of(acme, person), acme) == targets


def test_the_card_of_all_has_every_target_and_says_which_teams(acme: Manifest) -> None:
    page = of(acme)
    assert reached(page, acme) == reached(of(acme, "ana"), acme)
    assert "management/lost-access" in reached(page, acme)
    assert "BREAK-GLASS-DATA-BREACH , teams incident, payments" in page.words.replace("BREACH,", "BREACH ,")
    assert "Team payments: Emeka Eze (emeka), Fatima Zahra (fatima)" in page.words
    assert "Team payments" not in of(acme, "emeka").words


def test_links_come_in_the_manifests_order_for_every_region(acme: Manifest) -> None:
    urls = [each.url for each in of(acme, "emeka").links()]
    where = resolve(acme, "payments/data-breach")
    sign_in = [each.console for each in doors(acme)] + [each.account for each in doors(acme)]
    wanted = sign_in + [each.url for each in switches(acme, where)] + [documented_switch(acme, where)]
    assert [each for each in urls if each.startswith("https:")] == wanted


def test_links_say_where_they_lead(acme: Manifest) -> None:
    texts = {each.url: each.text for each in of(acme, "ana").links()}
    first, second, _ = switches(acme, resolve(acme, "prod/ransomware"))
    assert texts[first.url] == "Switch to prod / ransomware by eu-west-1"
    assert texts[second.url] == "Switch to prod / ransomware by us-west-2"
    assert len([each for each in texts.values() if each.startswith("Switch")]) == len(
        {each for each in texts.values() if each.startswith("Switch")}
    )


def test_contacts_are_one_touch_away(acme: Manifest) -> None:
    urls = [each.url for each in of(acme).links()]
    assert urls[:4] == ["tel:+15550100", "tel:+15550101", "mailto:custodian@acme.example", "tel:+15550102"]


def test_it_says_what_works_when(acme: Manifest) -> None:
    words = of(acme, "ana").words
    for each in situations(acme):
        assert f"{each.down} Works {each.works} Does not {each.fails} Do {each.do}" in words


def test_it_has_the_command_lines_ready(acme: Manifest) -> None:
    words = of(acme, "emeka").words
    assert "breakglass exec payments/data-breach -- COMMAND" in words
    assert "breakglass doctor" in words
    assert "Account ID 111111111111 IAM user name emeka-break-glass" in words


def test_names_that_a_shell_would_split_are_quoted() -> None:
    odd = manifest(
        accounts=[{"id": "222222222222", "name": "my prod"}],
        teams=[{"name": "incident", "playbooks": ["ransomware"], "accounts": "all"}],
        responders=[{"id": "ana", "name": "Ana", "email": "a@b", "teams": ["incident"]}],
    )
    assert "breakglass exec 'my prod/ransomware' --" in of(odd, "ana").words


def test_a_person_who_may_do_nothing_is_told() -> None:
    nothing = manifest(
        teams=[{"name": "one", "playbooks": ["ransomware"], "accounts": ["management"]}],
        responders=[{"id": "ana", "name": "Ana", "email": "a@b", "teams": ["one"]}],
        contacts=[],
    )
    words = of(nothing, "ana").words
    assert "No team of this person may carry out anything anywhere." in words
    assert "The manifest names no contacts" in words
    assert "breakglass exec" not in words


def test_a_team_without_people_is_of_nobody() -> None:
    teams = [{"name": name, "playbooks": ["ransomware"], "accounts": "all"} for name in ("one", "two")]
    person = {"id": "ana", "name": "Ana", "email": "a@b", "teams": ["one"]}
    assert "Team two: nobody" in of(manifest(teams=teams, responders=[person])).words


def test_hostile_names_are_text() -> None:
    odd = manifest(
        name="acme",
        accounts=[{"id": "222222222222", "name": "<b onclick=\"x('&')\">"}],
        teams=[{"name": "incident", "playbooks": ["ransomware"], "accounts": "all"}],
        responders=[{"id": "ana", "name": HOSTILE, "email": "a@b", "teams": ["incident"]}],
        contacts=[{"name": HOSTILE, "note": HOSTILE, "phone": "+1 555", "email": '"&?subject=<b>@x'}],
    )
    for page in (of(odd), of(odd, "ana")):
        assert not page.tagged("script")
        assert not page.tagged("b")
        assert HOSTILE in page.tagged("main")[0].text
        assert "mailto:%22%26%3Fsubject%3D%3Cb%3E@x" in [each.url for each in page.links()]


def test_nobody_by_that_id_is_told_with_who_was_meant(acme: Manifest) -> None:
    with pytest.raises(UsageError, match="no responder 'anna'; did you mean `ana`"):
        people(acme, ["anna"])


def test_what_is_typed_for_an_account_of_a_unit_is_its_id() -> None:
    """Nothing that works in an emergency looks up what its name means."""
    accounts = [{"id": "700000000001", "name": "app-1"}]
    teams = [{"name": "incident", "playbooks": ["ransomware"], "accounts": "all"}]
    text = card.page(manifest(accounts=accounts, teams=teams), MADE, units={"700000000001"})
    assert "breakglass exec 700000000001/ransomware -- COMMAND" in Page(text).words
    assert "given by its id" not in Page(card.page(manifest(), MADE)).words
