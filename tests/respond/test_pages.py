"""What holds of every page: it stands by itself, asks for nothing, is well-formed and can be used by everybody."""

import re
from itertools import pairwise

import pytest

from breakglass import data
from breakglass.manifest.model import Manifest
from tests.conftest import manifest
from tests.pages.write import pages
from tests.respond.reading import Page

PAGES = {name: Page(page) for name, page in pages(manifest())}
REQUESTING = {"src", "srcset", "action", "formaction", "poster", "data", "background", "ping", "manifest", "xlink:href"}

every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


@every_page
def test_nothing_is_asked_for(page: Page) -> None:
    for element in page.elements:
        assert not REQUESTING & element.attributes.keys()
        assert element.tag not in {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
        assert not any(name.startswith("on") for name in element.attributes)
    assert not re.search(r"@import|url\(", page.tagged("style")[0].text)
    meta = {each.attributes.get("name", each.attributes.get("http-equiv")): each for each in page.tagged("meta")}
    assert meta["referrer"].attributes["content"] == "no-referrer"
    assert "noindex" in meta["robots"].attributes["content"]
    assert meta["Content-Security-Policy"].attributes["content"].startswith("default-src 'none'")


@every_page
def test_whoever_cannot_see_it_finds_their_way(page: Page) -> None:
    assert page.tagged("html")[0].attributes["lang"] == "en"
    assert page.tagged("title")[0].text
    assert [len(page.tagged(tag)) for tag in ("main", "header", "h1")] == [1, 1, 1]
    levels = [int(each.tag[1]) for each in page.elements if re.fullmatch(r"h\d", each.tag)]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    labels = {each.attributes["aria-labelledby"] for each in page.tagged("section")}
    assert labels <= page.ids().keys()
    assert all(link.text for link in page.links())


@every_page
def test_the_style_needs_no_character_references(page: Page) -> None:
    assert page.tagged("style")[0].text.isascii()


def test_every_kind_of_page_is_looked_at(acme: Manifest) -> None:
    found = dict(pages(acme))
    assert {f"playbook-{name}" for name in data.playbook_names()} <= found.keys()
    assert len(found) == 15 + len(data.playbook_names())
