"""What each control came to, and what all of them come to, in words."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from breakglass.controls import Control
from breakglass.estate.verification import Result, Verification
from breakglass.estate.wording import counted
from breakglass.findings import Severity
from breakglass.manifest.model import Suppression

NOT_PROVED: Final = "NOT_PROVED"
"""The code of what could not be judged: no control is met where it stands."""


_BLANK: Final = "NOTHING_APPLIED"
"""The code that stands for all that is missing where nothing was ever made."""


class Outcome(StrEnum):
    """What a control came to, gravest first."""

    NOT_MET = "not met"
    NOT_PROVED = "not proved"
    """Something that it needs could not be read or judged."""
    NOT_LOOKED_AT = "not looked at"
    """Something that it needs lies in accounts that were not chosen, so that nothing is known."""
    SET_ASIDE = "set aside"
    """All that is wrong is set aside in the manifest."""
    MET = "met"


@dataclass(frozen=True, slots=True)
class Assessed:
    """A control, what it came to, and what it found."""

    control: Control
    outcome: Outcome
    results: tuple[Result, ...]


def assessed(verification: Verification) -> tuple[Assessed, ...]:
    """Return what each control that was run came to, in their order.

    Where anything at all was not read, a control that found nothing is not proved: it may have found nothing there.
    Where only some accounts were chosen, one that concludes from others as well was not looked at.
    """
    found: dict[str, list[Result]] = {}
    for each in verification.results:
        found.setdefault(each.control, []).append(each)
    return tuple(
        Assessed(control, _outcome(verification, control, found.get(control.id, ())), tuple(found.get(control.id, ())))
        for control in verification.controls
    )


def _outcome(verification: Verification, control: Control, results: Sequence[Result]) -> Outcome:
    codes = {each.finding.code for each in results if each.suppression is None}
    if codes - {NOT_PROVED}:
        return Outcome.NOT_MET
    if codes or verification.observation.unread or any(each.finding.code == _BLANK for each in verification.open):
        return Outcome.NOT_PROVED
    if not verification.has_looked(control):
        return Outcome.NOT_LOOKED_AT
    return Outcome.SET_ASIDE if results else Outcome.MET


def tally(verification: Verification) -> Mapping[Outcome, int]:
    """Return how many controls came to what, gravest first, without what none came to."""
    counts = Counter(each.outcome for each in assessed(verification))
    return {outcome: counts[outcome] for outcome in Outcome if counts[outcome]}


def set_aside(verification: Verification) -> list[tuple[Result, Suppression]]:
    """Return what the manifest sets aside, each with who answers for it."""
    found = ((each, each.suppression) for each in verification.suppressed)
    return [(each, why) for each, why in found if why is not None]


def by_severity(results: Sequence[Result]) -> Mapping[Severity, int]:
    """Return how many findings there are, gravest first, without severities of which there are none."""
    counts = Counter(each.finding.severity for each in results)
    return {severity: counts[severity] for severity in reversed(Severity) if counts[severity]}


def looked_at(verification: Verification) -> str:
    """Return what was looked at, such as `32 controls over 8 accounts`."""
    looked = sum(map(verification.has_looked, verification.controls))
    controls, accounts = counted(looked, "control"), counted(len(verification.accounts), "account")
    return f"{controls} over {accounts}"


def verdict(verification: Verification) -> str:
    """Return what the verification came to, in one sentence."""
    return f"{_judgement(verification)}: {', '.join(_reasons(verification))}, in {looked_at(verification)}."


def _judgement(verification: Verification) -> str:
    if any(each.finding.code != NOT_PROVED for each in verification.open):
        return "Access is not as intended"
    if verification.open or verification.observation.unread:
        return "It is not proved that access is as intended"
    if not all(map(verification.has_looked, verification.controls)):
        return "Access is as intended as far as was looked"
    return "Access is exactly as intended" if not verification.suppressed else "Access is as intended"


def _reasons(verification: Verification) -> Iterator[str]:
    counts = by_severity(verification.open)
    told = [f"{number} {severity.name.lower()}" for severity, number in counts.items()]
    yield f"{_listed(told)} finding{'s' * (len(verification.open) > 1)}" if told else "no finding"
    if verification.observation.unread:
        yield f"{counted(len(verification.observation.unread), 'thing')} not read"
    if verification.suppressed:
        yield f"{len(verification.suppressed)} set aside"
    unlooked = sum(not verification.has_looked(each) for each in verification.controls)
    if unlooked:
        yield f"{counted(unlooked, 'control')} not looked at"


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
