"""The page: all that is done, in its order, with boxes to tick and blanks to fill in."""

import pytest

from breakglass.playbooks.model import Playbook
from breakglass.report.playbooks.commands import commands
from breakglass.report.playbooks.page import page
from tests.report.playbooks.samples import ALL, EVERYTHING, NOWHERE, PLAIN, WHERE, named
from tests.respond.reading import Page

ALONE = Page(page(EVERYTHING))
WITH = Page(page(EVERYTHING, WHERE))


def squeezed(text: str) -> str:
    return " ".join(text.replace("`", "").split())


@pytest.mark.parametrize("playbook", ALL, ids=named)
def test_everything_a_playbook_says_is_on_it(playbook: Playbook) -> None:
    found = Page(page(playbook))
    typed = [squeezed(each.text) for each in found.tagged("code")]
    assert len([each for each in found.tagged("input") if each.attributes["type"] == "checkbox"]) == len(playbook.steps)
    for number, each in enumerate(playbook.steps, 1):
        said = squeezed(found.ids()[f"step-{number}"])
        for line in (each.title, *each.do, *each.evidence, *each.tell, each.why or "", each.undo or ""):
            assert squeezed(line) in said
        assert all(squeezed(line) in typed for line in commands(playbook, each))


def test_it_begins_with_when_to_use_it_and_when_not() -> None:
    assert ALONE.tagged("h1")[0].text == "Every kind <b> of step & every key"
    for heading in ("Use it when", "Use another when", "Made ready before", "Works only while"):
        assert heading in [each.text for each in ALONE.tagged("dt")]
    assert "https://docs.aws.amazon.com/cli/latest/" in [each.url for each in ALONE.links()]


def test_phases_have_goals_and_are_one_touch_away() -> None:
    phases = [name for name, _ in EVERYTHING.every_phase()]
    assert [each.url for each in ALONE.links() if each.url.startswith("#")] == [f"#{name}" for name in phases]
    assert set(phases) <= ALONE.ids().keys()
    for _, phase in EVERYTHING.every_phase():
        assert phase.goal in ALONE.words


def test_blanks_are_marked_in_commands_and_listed_once() -> None:
    marked = [each.text for each in ALONE.tagged("mark")]
    assert {"{{instance_id}}", "{{ from }}", "{{call}}", "{{bucket}}"} <= set(marked)
    assert marked[:4] == [f"{{{{{name}}}}}" for name in EVERYTHING.examples]
    assert len([each for each in ALONE.tagged("td") if each.attributes.get("class") == "blank"]) == 4


def test_what_changes_something_stands_out() -> None:
    changing = [each.text for each in ALONE.tagged("span") if "changes" in each.attributes.get("class", "").split()]
    assert len(changing) == len([each for each in EVERYTHING.steps if each.changes])
    assert "after 1, 5" in ALONE.ids()["step-6"]


def test_nothing_of_it_acts_upon_a_reader() -> None:
    assert not WITH.tagged("script")
    assert not WITH.tagged("b")
    assert "<script>alert(1)</script>" in WITH.words
    policy = next(each for each in WITH.tagged("meta") if "http-equiv" in each.attributes)
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_with_a_manifest_every_account_has_its_links() -> None:
    texts = {each.url: each.text for each in WITH.links()}
    assert texts[WHERE.sign_in[1].url] == "Sign in by us-west-2"
    assert texts[WHERE.places[0].links[0].url] == "Switch to prod <1> | main by eu-west-1"
    assert "prod <1> | main 222222222222 team incident, payments" in WITH.words
    assert "payments 444444444444 no team may" in WITH.words
    assert "In every account of the organizational unit apps. breakglass console ID/everything" in WITH.words
    assert "Get there" not in ALONE.words


def test_a_playbook_that_is_provisioned_nowhere_says_so() -> None:
    assert "The manifest provisions it nowhere." in Page(page(EVERYTHING, NOWHERE)).words


def test_a_playbook_without_parameters_has_no_table() -> None:
    assert "Fill in" not in Page(page(PLAIN)).words
