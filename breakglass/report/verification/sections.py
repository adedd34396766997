"""What the sections of the page of a verification hold: what is alike together, so that thousands still make a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from breakglass import naming
from breakglass.estate.verification import Result, Verification
from breakglass.facts import Unread
from breakglass.findings import Severity
from breakglass.manifest.model import Manifest
from breakglass.report.findings import sentences
from breakglass.report.verification.changes import Changes
from breakglass.report.verification.wording import listed, place

_WHOLE: Final = 25
"""Findings of one kind that are shown whole."""
_NAMED: Final = 500
"""How many more of them are at least named."""
_PLACES: Final = 10


@dataclass(frozen=True, slots=True)
class Item:
    """A finding: its detail in sentences, the account it concerns, and since when it is known."""

    subject: str
    detail: tuple[str, ...]
    advice: str
    place: str
    since: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """Findings of one code and control: the first of them whole, of others the subject."""

    code: str
    control: str
    title: str
    number: int
    items: tuple[Item, ...]
    others: tuple[str, ...]
    left: int

    @property
    def advice(self) -> str:
        """What to do, where it is the same for all that are shown."""
        advised = {each.advice for each in self.items}
        return advised.pop() if len(advised) == 1 and not self.others else ""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What could not be read for one reason, and where."""

    what: str
    message: str
    advice: str
    places: str


def findings(verification: Verification, changes: Changes) -> list[tuple[Severity, list[Kind]]]:
    """Return the findings that count, gravest first, those of one kind together."""
    titles = {each.id: each.title for each in verification.controls}
    told: list[tuple[Severity, list[Kind]]] = []
    for severity, several in groupby(verification.open, key=lambda each: each.finding.severity):
        alike: dict[tuple[str, str], list[Result]] = {}
        for each in several:
            alike.setdefault((each.finding.code, each.control), []).append(each)
        told.append((severity, [_kind(verification, changes, each, titles) for each in alike.values()]))
    return told


def _kind(verification: Verification, changes: Changes, results: Sequence[Result], titles: Mapping[str, str]) -> Kind:
    first = results[0]
    others = results[_WHOLE:]
    return Kind(
        first.finding.code,
        first.control,
        titles.get(first.control, ""),
        len(results),
        tuple(_item(verification, changes, each) for each in results[:_WHOLE]),
        tuple(each.finding.subject for each in others[:_NAMED]),
        len(others[_NAMED:]),
    )


def _item(verification: Verification, changes: Changes, result: Result) -> Item:
    finding, moment = result.finding, verification.moment
    since = changes.since(result, moment)
    return Item(
        finding.subject,
        sentences(finding.detail),
        finding.advice,
        place(verification.manifest, result.account) if result.account else "",
        f"{since:%Y-%m-%d}" if since < moment else "",
        is_new=changes.before is not None and result in changes.new,
    )


def unseen(verification: Verification) -> list[Unseen]:
    """Return what could not be read, places of one reason together."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for each in verification.observation.unread:
        key = (each.what, each.why.message, each.why.advice)
        alike.setdefault(key, []).append(_where(verification.manifest, each))
    return [Unseen(what, message, advice, listed(found, _PLACES)) for (what, message, advice), found in alike.items()]


def _where(manifest: Manifest, unread: Unread) -> str:
    region = unread.scope.region
    whole = place(manifest, unread.scope.account)
    return whole if region == naming.GLOBAL else f"{whole} in {region}"
