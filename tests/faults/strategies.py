"""Days on which things change and go wrong."""

from dataclasses import replace

from hypothesis import strategies as st

from breakglass.estate.surveys import scopes
from breakglass.manifest.model import Manifest, Responder, Team
from breakglass.resources import Scope
from tests.faults.unreliable import LAG, Misfortune, Trouble
from tests.laws.strategies import manifests

FAILURES = (Trouble.DENIED, Trouble.THROTTLED, Trouble.LOST, Trouble.HALF)
INTERRUPTS = (Trouble.INTERRUPT, Trouble.INTERRUPT_AFTER)
CALLS = 16
"""More than are made to most places: a look, the writes, and the looks that read them back."""
CORE = Team(name="core", playbooks=("ransomware",), accounts="all")


def with_core(manifest: Manifest) -> Manifest:
    """Return the manifest with a team of two that may get in everywhere: with it, all else may change at will."""
    people = {each.id: each for each in manifest.responders}
    for name in ("ana", "bo"):
        teams = (*people[name].teams, CORE.name) if name in people else (CORE.name,)
        people[name] = Responder(id=name, name=name, email=f"{name}@acme.example", teams=teams)
    return replace(
        manifest,
        playbooks=tuple(dict.fromkeys((*CORE.playbooks, *manifest.playbooks))),
        teams=(*manifest.teams, CORE),
        responders=tuple(people.values()),
    )


@st.composite
def changes(draw: st.DrawFn) -> tuple[Manifest | None, Manifest]:
    """What is and what shall be: from nothing, from one manifest to any other, and mostly with a core that stays."""
    before, after = draw(manifests()), draw(manifests())
    match draw(st.sampled_from(["core", "nothing", "any", "core"])):
        case "nothing":
            return None, after
        case "core":
            return with_core(before), with_core(after)
    return before, after


def misfortunes(
    manifest: Manifest, *kinds: Trouble, most: int = 6, lagging: bool = False
) -> st.SearchStrategy[Misfortune]:
    """Return days on which any calls to any account or region meet troubles of these kinds."""
    calls = st.tuples(st.sampled_from([*scopes(manifest)]), st.integers(0, 6) | st.integers(0, CALLS))
    none: st.SearchStrategy[dict[tuple[Scope, int], Trouble]] = st.just({})
    troubles = st.dictionaries(calls, st.sampled_from(kinds), min_size=1, max_size=most) if kinds else none
    lags = st.lists(st.integers(0, LAG), min_size=1, max_size=5) if lagging else st.just([0])
    return st.builds(Misfortune, troubles, lags)
