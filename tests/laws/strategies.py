"""Random manifests and random misfortune."""

import random
from dataclasses import replace

from hypothesis import strategies as st

from breakglass.errors import BreakglassError, DeniedError, RejectedError, UnavailableError
from breakglass.facts import Survey
from breakglass.manifest.model import Account, Manifest, Responder, Team
from breakglass.resources import Key
from tests.conftest import manifest
from tests.memory import Fault

PLAYBOOKS = ("ransomware", "data-breach", "lost-access")
PEOPLE = ("ana", "bo", "chidi", "dana")
BASE = manifest()
ACCOUNTS = {"prod": "222222222222", "payments": "444444444444", "data": "555555555555"}


@st.composite
def teams(draw: st.DrawFn, accounts: tuple[str, ...], playbooks: tuple[str, ...]) -> tuple[Team, ...]:
    names = draw(st.lists(st.sampled_from(["red", "blue", "green"]), min_size=1, max_size=3, unique=True))
    some_accounts = st.lists(st.sampled_from(accounts), min_size=1, unique=True).map(tuple)
    some_playbooks = st.lists(st.sampled_from(playbooks), min_size=1, unique=True).map(tuple)
    everywhere = draw(st.booleans())
    return tuple(
        Team(name=name, playbooks=draw(some_playbooks), accounts="all" if everywhere else draw(some_accounts))
        for name in names
    )


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """Manifests of one organization that differ in all a platform team may change from day to day."""
    accounts = tuple(draw(st.lists(st.sampled_from(sorted(ACCOUNTS)), min_size=1, unique=True)))
    playbooks = tuple(draw(st.lists(st.sampled_from(PLAYBOOKS), min_size=1, unique=True)))
    some_teams = draw(teams(accounts, playbooks))
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True))
    in_teams = st.lists(st.sampled_from([team.name for team in some_teams]), min_size=1, unique=True).map(tuple)
    return replace(
        BASE,
        alerts=replace(BASE.alerts, regions=("us-east-1", BASE.alerts.second_region)),
        accounts=tuple(Account(id=ACCOUNTS[name], name=name) for name in accounts),
        playbooks=playbooks,
        teams=some_teams,
        responders=tuple(
            Responder(id=person, name=person, email=f"{person}@acme.example", teams=draw(in_teams)) for person in people
        ),
        limits=replace(BASE.limits, session_hours=draw(st.sampled_from([1, 2]))),
    )


def misfortune(seed: int, share: float) -> Fault:
    """Return a fault that strikes that share of the calls, each time in another way."""
    chance = random.Random(seed)  # noqa: S311 - no secret is made here
    kinds: tuple[type[BreakglassError], ...] = (DeniedError, UnavailableError, RejectedError)

    def strike(verb: str, _what: Key | Survey) -> BreakglassError | None:
        return chance.choice(kinds)(f"no {verb} today") if chance.random() < share else None

    return strike
