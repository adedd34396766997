"""What the manifest sets aside: shown and not counted, as long as its owner answers for it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from breakglass.estate.verification import Result
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Suppression

LONGEST: Final = 366
"""Days ahead that something can be set aside: whoever answers for it looks at it once a year."""


def set_aside(results: Sequence[Result], suppressions: Sequence[Suppression], today: date) -> tuple[Result, ...]:
    """Return the results, those with the suppression that sets them aside: of their code, and of exactly their subject.

    What is not proved is never set aside: nobody knows what it would hide.
    """
    valid = {(each.code, each.subject): each for each in suppressions if is_in_force(each, today)}
    return tuple(
        replace(each, suppression=None if finding.code == "NOT_PROVED" else valid.get((finding.code, finding.subject)))
        for each in results
        for finding in (each.finding,)
    )


def is_in_force(suppression: Suppression, today: date) -> bool:
    """Tell whether a suppression counts on a day, by UTC."""
    return today <= suppression.expires <= today + timedelta(days=LONGEST)


def doubtful(
    suppressions: Sequence[Suppression], results: Sequence[Result], today: date, *, complete: bool
) -> Iterator[tuple[Suppression, Finding]]:
    """Yield a finding for each suppression that sets nothing aside: it is over, too long, or has nothing to.

    That it has nothing to is only known where everything was looked at, by every control.
    """
    used = {(each.finding.code, each.finding.subject) for each in results}
    for each in suppressions:
        if each.expires < today:
            yield each, _finding(each, "SUPPRESSION_EXPIRED", _over(each), _RENEW)
        elif not is_in_force(each, today):
            yield each, _finding(each, "SUPPRESSION_TOO_LONG", _far(each), _NEARER)
        elif complete and (each.code, each.subject) not in used:
            yield each, _finding(each, "SUPPRESSION_UNUSED", _idle(each), _TAKE_OUT)


_TAKE_OUT: Final = "take it out of `suppressions` in the manifest"
_NEARER: Final = "write a day within a year into `suppressions` in the manifest"
_RENEW: Final = "let the owner mend the matter, or decide anew until when; change `suppressions` in the manifest"


def _over(each: Suppression) -> str:
    return f"set aside until {each.expires}, which is over, so that it counts again; {_why(each)}"


def _far(each: Suppression) -> str:
    return f"set aside until {each.expires}, more than {LONGEST} days ahead, which counts for nothing; {_why(each)}"


def _idle(each: Suppression) -> str:
    return f"set aside until {each.expires}, and there is no such finding; {_why(each)}"


def _why(each: Suppression) -> str:
    return f"{each.owner} answers for it: {each.reason}"


def _finding(each: Suppression, code: str, detail: str, advice: str) -> Finding:
    return Finding(code, Severity.LOW, f"{each.code} {each.subject}", detail, advice)
