"""A playbook as Markdown shows what it says, and nothing of it becomes markup."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from breakglass.playbooks.model import Playbook
from breakglass.report.playbooks.commands import commands
from breakglass.report.playbooks.markdown import escaped, markdown
from tests.report.playbooks.samples import ALL, EVERYTHING, NOWHERE, WHERE, named, step
from tests.respond.reading import Page


def shown(text: str) -> Page:
    html = MarkdownIt("commonmark").enable("table").render(text)
    return Page(f"<body>{html.replace('<br />', ' ').replace('<hr />', ' ')}</body>")


@pytest.mark.parametrize("playbook", ALL, ids=named)
def test_everything_a_playbook_says_is_in_it(playbook: Playbook) -> None:
    page = shown(markdown(playbook))
    blocks = [each.text for each in page.tagged("code")]
    for each in playbook.steps:
        assert each.title in page.words
        typed = "\n".join(commands(playbook, each))
        assert not typed or f"{typed}\n" in blocks
        for line in (*each.evidence, *each.tell, *each.do, each.undo or "", each.why or ""):
            assert " ".join(line.replace("`", "").split()) in page.words


def test_nothing_of_it_becomes_markup() -> None:
    page = shown(markdown(EVERYTHING, WHERE))
    assert page.tagged("h1")[0].text == "Every kind <b> of step & every key"
    assert not page.tagged("script")
    assert not page.tagged("b")
    assert not page.tagged("em")
    assert "<script>alert(1)</script> is what somebody" in page.words
    assert "with *stars*, under_scores, a | bar, 5 $ and 6 $." in page.words
    assert "aws help" in [each.text for each in page.tagged("code")]
    assert "https://docs.aws.amazon.com/cli/latest/" in [each.url for each in page.links()]


def test_code_with_fences_of_its_own_stays_one_block() -> None:
    blocks = [each.text for each in shown(markdown(EVERYTHING)).tagged("pre")]
    assert "\n".join(step("on-the-host").commands) + "\n" in blocks


@pytest.mark.parametrize(
    "text", ["a*b_c", "<b>", "`half", "[x](y)", "~~x~~", "| a", "# no", "\\", "$x$", "a `b` c", "`b` c", "x&amp;y"]
)
def test_prose_is_shown_as_it_is(text: str) -> None:
    page = shown(f"{escaped(text)}\n")
    assert page.words == text.replace("`b`", "b")
    assert {each.tag for each in page.elements} <= {"body", "p", "code"}


def test_parameters_are_tables_to_fill_in() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| \|$", markdown(EVERYTHING), re.MULTILINE)
    assert rows == list(EVERYTHING.examples)


def test_with_a_manifest_it_has_the_links() -> None:
    page = shown(markdown(EVERYTHING, WHERE))
    urls = [each.url for each in page.links()]
    for link in (*WHERE.sign_in, *(link for place in WHERE.places for link in place.links)):
        assert link.url in urls
    assert "prod <1> | main 222222222222 (incident, payments): eu-west-1, us-west-2" in page.words
    assert "payments 444444444444 (no team may)" in page.words
    assert "and in every account of the organizational unit apps" in page.words
    assert "nowhere: the manifest acme does not provision it" in shown(markdown(EVERYTHING, NOWHERE)).words
    assert "Get there" not in markdown(EVERYTHING)


def test_a_bar_in_code_ends_no_cell_and_lets_no_markup_out() -> None:
    first, *others = EVERYTHING.parameters
    odd = replace(first, what="Such as `a|<img src=x>|b`.", example="c|d")
    text = markdown(replace(EVERYTHING, parameters=(odd, *others)))
    assert not shown(text).tagged("img")
    assert "Such as a|<img src=x>|b." in shown(text).words
