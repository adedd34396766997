"""A page as a browser has it: what its elements hold, and every attribute there is."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "link", "input", "path"}
"""Elements without an end; `path` ends itself in the drawings."""
BLOCKS = {"dt", "dd", "li", "p", "h1", "h2", "h3"}
"""Elements that begin a line: no word runs into them."""


@dataclass(frozen=True)
class Link:
    url: str
    text: str


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """Fails where elements are not closed in their order, or where an id occurs twice."""

    source: str
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()
        assert not self.open
        ids = [each.attributes["id"] for each in self.elements if "id" in each.attributes]
        assert len(ids) == len(set(ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag in BLOCKS:
            self.handle_data(" ")
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def ids(self) -> dict[str, str]:
        return {each.attributes["id"]: each.text for each in self.elements if "id" in each.attributes}

    def links(self) -> list[Link]:
        return [Link(each.attributes["href"], " ".join(each.text.split())) for each in self.tagged("a")]

    def tagged(self, tag: str) -> list[Element]:
        return [each for each in self.elements if each.tag == tag]

    @property
    def words(self) -> str:
        """The text of the whole page, each run of white space one space."""
        return " ".join(self.tagged("body")[0].text.split())
