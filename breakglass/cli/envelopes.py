"""Envelopes as who opens them reads them: the text of the marked places, whatever is drawn around it."""

from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser

from breakglass.secret import Secret


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands in a person's envelopes."""

    account: str
    user: str
    password: Secret
    seed: Secret


def opened(pages: Iterable[str]) -> Opened:
    """Return what is in the envelopes of one person; raises KeyError where one of them is missing."""
    reader = _Reader()
    for page in pages:
        reader.feed(page)
    reader.close()
    texts = reader.texts
    return Opened(texts["account"], texts["user"], Secret(texts["password"]), Secret(texts["seed"]))


class _Reader(HTMLParser):
    """Gathers the text of every element that has an id."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        identifier = dict(attrs).get("id") or ""
        if identifier or self._open:
            self._open.append((tag, identifier))
            self.texts[identifier] = "" if identifier else self.texts.get("", "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            continue

    def handle_data(self, data: str) -> None:
        for _, identifier in self._open:
            if identifier:
                self.texts[identifier] += data
