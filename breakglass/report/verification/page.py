"""A verification as a page: one file, which an auditor keeps, somebody reads on a phone, and prints."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from breakglass.controls import Control, Means
from breakglass.estate.enrolment import Standing
from breakglass.estate.verification import Verification
from breakglass.legible import legible
from breakglass.report.controls import framework_ids
from breakglass.report.findings import sentences
from breakglass.report.pages import environment, when
from breakglass.report.verification.changes import NO_CHANGES, Changes
from breakglass.report.verification.hindered import hindered
from breakglass.report.verification.outcomes import Outcome, assessed, by_severity, set_aside, tally, verdict
from breakglass.report.verification.sections import findings, unseen
from breakglass.report.verification.tables import tables
from breakglass.report.verification.text import charge
from breakglass.report.verification.wording import place

_SPACE = re.compile(r"\s")
_SHOWN: Final = 200
"""People of the register who are shown one by one; of more, only those who are not enrolled."""


def verification_page(verification: Verification, changes: Changes = NO_CHANGES, manual: Sequence[Control] = ()) -> str:
    """Return a verification as self-contained HTML in UTF-8; `manual` are the controls that people answer for.

    Names and documents read from AWS may hold anything: they are escaped, and nothing in them acts upon a reader.
    """
    waiting = [each for each in verification.register if each.standing is not Standing.ENROLLED]
    return (
        _environment()
        .get_template("verification.html")
        .render(
            verification=verification,
            manifest=verification.manifest,
            verdict=verdict(verification),
            made=when(verification.moment),
            counts=by_severity(verification.open),
            tables=tables(verification),
            findings=findings(verification, changes),
            changes=changes,
            changed={"new": [each.finding for each in changes.new], "gone": changes.gone, "unjudged": changes.unjudged},
            since=None if changes.before is None else when(changes.before),
            suppressed=[(*each, place(verification.manifest, each[0].account)) for each in set_aside(verification)],
            assessed=sorted(assessed(verification), key=lambda each: [*Outcome].index(each.outcome)),
            outcomes=tally(verification),
            frameworks=framework_ids,
            sentences=sentences,
            signs=_SIGNS,
            means=_MEANS,
            standings=_STANDINGS,
            manual=manual,
            unread=unseen(verification),
            waiting=len(waiting),
            register=verification.register if len(verification.register) <= _SHOWN else waiting[:_SHOWN],
            hindered=hindered(verification),
            charge=charge(verification.charged) if verification.charged else "",
        )
    )


_SIGNS: Final = {
    Outcome.MET: "\N{CHECK MARK}",
    Outcome.NOT_MET: "\N{BALLOT X}",
    Outcome.NOT_PROVED: "?",
    Outcome.NOT_LOOKED_AT: "?",
    Outcome.SET_ASIDE: "\N{EN DASH}",
}
"""What stands beside the words, so that one finds them with a glance."""


_MEANS: Final = {
    Means.PROVE: "proved over all requests",
    Means.OBSERVE: "observed",
    Means.PROBE: "probed",
    Means.ASK: "asked of AWS",
    Means.MANUAL: "by people",
}

_STANDINGS: Final = {
    Standing.ENROLLED: "met",
    Standing.PENDING: "not-proved",
    Standing.NOT_ENROLLED: "not-met",
    Standing.UNKNOWN: "not-proved",
    Standing.NO_USER: "not-met",
}
"""As which outcome it looks."""


def _shown(value: object) -> object:
    """Return a value as it is put on the page: text of others is on one line, of characters that can be seen."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return legible(_SPACE.sub(" ", value))
    return value


@cache
def _environment() -> Environment:
    return environment("breakglass.report.verification", _shown)
