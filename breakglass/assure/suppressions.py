"""What the manifest sets aside: shown and not counted, as long as its owner answers for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from breakglass.estate.verification import Result
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Suppression

LONGEST: Final = 366
"""Days ahead that something can be set aside: whoever answers for it looks at it once a year."""


def set_aside(results: Sequence[Result], suppressions: Sequence[Suppression], today: date) -> tuple[Result, ...]:
    """Return the results, those with the suppression that sets them aside.

    It is of their code, of exactly their subject, and of their severity or a higher one. What is not proved is never
    set aside: nobody knows what it would hide.
    """
    valid = {(each.code, each.subject): each for each in suppressions if is_in_force(each, today)}
    return tuple(replace(each, suppression=_of(each.finding, valid)) for each in results)


def _of(finding: Finding, valid: Mapping[tuple[str, str], Suppression]) -> Suppression | None:
    found = valid.get((finding.code, finding.subject))
    return None if found is None or finding.code == "NOT_PROVED" or _exceeds(finding, found) else found


def _exceeds(finding: Finding, suppression: Suppression) -> bool:
    return finding.severity > Severity[suppression.severity.upper()]


def is_in_force(suppression: Suppression, today: date) -> bool:
    """Tell whether a suppression counts on a day, by UTC."""
    return today <= suppression.expires <= today + timedelta(days=LONGEST)


def doubtful(
    suppressions: Sequence[Suppression], results: Sequence[Result], today: date, *, complete: bool
) -> Iterator[tuple[Suppression, Finding]]:
    """Yield a finding for each suppression that does not set all aside: it is over, too long, exceeded, or unused.

    That it is unused is only known where everything was looked at, by every control.
    """
    found: dict[tuple[str, str], Finding] = {}
    for finding in sorted((each.finding for each in results), key=lambda each: each.severity):
        found[finding.code, finding.subject] = finding
    for each in suppressions:
        matter = found.get((each.code, each.subject))
        if each.expires < today:
            yield each, _finding(each, "SUPPRESSION_EXPIRED", _over(each), _RENEW)
        elif not is_in_force(each, today):
            yield each, _finding(each, "SUPPRESSION_TOO_LONG", _far(each), _NEARER)
        elif matter is not None and _exceeds(matter, each):
            yield each, _finding(each, "SUPPRESSION_EXCEEDED", _graver(each, matter), _RENEW)
        elif complete and matter is None:
            yield each, _finding(each, "SUPPRESSION_UNUSED", _idle(each), _TAKE_OUT)


_TAKE_OUT: Final = "take it out of `suppressions` in the manifest"
_NEARER: Final = "write a day within a year into `suppressions` in the manifest"
_RENEW: Final = "let the owner mend the matter, or decide anew; change `suppressions` in the manifest"


def _over(each: Suppression) -> str:
    return f"set aside until {each.expires}, which is over, so that it counts again; {_why(each)}"


def _far(each: Suppression) -> str:
    return f"set aside until {each.expires}, more than {LONGEST} days ahead, which counts for nothing; {_why(each)}"


def _graver(each: Suppression, found: Finding) -> str:
    severity = found.severity.name.lower()
    return f"set aside as {each.severity}, and what is found now is {severity}, so that it counts; {_why(each)}"


def _idle(each: Suppression) -> str:
    return f"set aside until {each.expires}, and there is no such finding; {_why(each)}"


def _why(each: Suppression) -> str:
    return f"{each.owner} answers for it: {each.reason}"


def _finding(each: Suppression, code: str, detail: str, advice: str) -> Finding:
    return Finding(code, Severity.LOW, f"{each.code} {each.subject}", detail, advice)
