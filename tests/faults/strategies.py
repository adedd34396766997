"""Days on which things change and go wrong."""

from dataclasses import replace

from hypothesis import strategies as st

from breakglass.manifest.model import Manifest
from tests.faults.unreliable import LAG, Misfortune, Trouble
from tests.laws.strategies import manifests

FAILURES = (Trouble.DENIED, Trouble.THROTTLED, Trouble.LOST, Trouble.HALF)
INTERRUPTS = (Trouble.INTERRUPT, Trouble.INTERRUPT_AFTER)
CALLS = 20
"""More than are made to most accounts: a look, the writes, and the looks that read them back."""


@st.composite
def changes(draw: st.DrawFn) -> tuple[Manifest, Manifest]:
    """Two manifests, the second of which mostly keeps the people of the first: else guards refuse the change."""
    before, after = draw(manifests()), draw(manifests())
    teams = [team.name for team in after.teams]
    in_teams = st.lists(st.sampled_from(teams), min_size=1, unique=True).map(tuple)
    people = {each.id: each for each in after.responders}
    for each in before.responders:
        if draw(st.integers(0, 5)):
            people[each.id] = replace(each, teams=draw(st.just(tuple(teams)) | in_teams))
    return before, replace(after, responders=tuple(people.values()))


def misfortunes(
    before: Manifest, after: Manifest, *kinds: Trouble, lagging: bool = False
) -> st.SearchStrategy[Misfortune]:
    """Return days on which any calls to any accounts meet troubles of these kinds."""
    accounts = sorted({*before.account_ids, *after.account_ids})
    calls = st.tuples(st.sampled_from(accounts), st.integers(0, CALLS))
    none: st.SearchStrategy[dict[tuple[str, int], Trouble]] = st.just({})
    troubles = st.dictionaries(calls, st.sampled_from(kinds), min_size=1, max_size=6) if kinds else none
    lags = st.lists(st.integers(0, LAG), min_size=1, max_size=5) if lagging else st.just([0])
    return st.builds(Misfortune, troubles, lags)
