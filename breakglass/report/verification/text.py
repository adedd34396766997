"""A verification for people at a terminal: what is wrong first."""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from breakglass.estate.verification import Verification
from breakglass.estate.wording import counted
from breakglass.report.findings import findings_text
from breakglass.report.pages import when
from breakglass.report.register import register_text
from breakglass.report.verification.changes import NO_CHANGES, Changes
from breakglass.report.verification.hindered import hindered
from breakglass.report.verification.outcomes import looked_at, set_aside, tally

_ACCESS: Final = ("matrix", "ways-in")
"""The controls that judge by our own documents."""

USD_PER_CHECK = 0.002
"""What AWS charges for a call that has IAM Access Analyzer judge a policy.

https://aws.amazon.com/iam/access-analyzer/pricing/
"""


def verification_text(verification: Verification, changes: Changes = NO_CHANGES) -> Iterator[Text]:
    """Yield the findings, what is set aside, what changed, what the controls came to, and who is enrolled."""
    yield from findings_text([each.finding for each in verification.open], looked_at(verification))
    for each, why in set_aside(verification):
        answered = f"{why.owner} answers for it until {why.expires}: {why.reason}"
        yield Text(f"set aside: {each.finding.code}  {each.finding.subject}: {answered}", style="dim")
    yield from _changes(changes, verification)
    besides = hindered(verification)
    if besides and any(each.id in _ACCESS for each in verification.controls):
        yield Text(besides, style="bold yellow")
    counts = tally(verification)
    if counts:
        yield Text(f"controls: {', '.join(f'{number} {outcome.value}' for outcome, number in counts.items())}")
    if verification.charged:
        yield Text(charge(verification.charged))
    yield from register_text(verification.register)


def charge(calls: int) -> str:
    """Return what was asked of IAM Access Analyzer, and what it costs."""
    about = calls * USD_PER_CHECK
    cost = "less than 0.01 USD" if about < 0.01 else f"about {about:.2f} USD"
    return f"IAM Access Analyzer was asked {counted(calls, 'time')}: {cost}"


def _changes(changes: Changes, verification: Verification) -> Iterator[Text]:
    if changes.before is None:
        return
    oldest = min((changes.since(each, verification.moment) for each in changes.still), default=None)
    still = f"{len(changes.still)} still open" + (f" (the oldest since {oldest:%Y-%m-%d})" if oldest else "")
    yield Text(f"since {when(changes.before)}: {len(changes.new)} new, {len(changes.gone)} gone, {still}", style="bold")
    for each in changes.new:
        yield Text(f"  new: {each.finding.code}  {each.finding.subject}", style="red")
    for past in changes.gone:
        yield Text(f"  gone: {past.code}  {past.subject}", style="green")
    if changes.unjudged:
        yield Text(f"  {len(changes.unjudged)} were not looked at or not read this time: they may still be there")
