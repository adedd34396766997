"""The offline emergency card: how one person, or everybody, gets in where. It holds no secret."""

import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from breakglass import naming
from breakglass.manifest.model import Manifest, Responder
from breakglass.report.pages import when
from breakglass.respond.links import Switch, documented_switch, doors, switches
from breakglass.respond.pages import calls, render
from breakglass.respond.situations import situations
from breakglass.respond.target import Target, targets


@dataclass(frozen=True, slots=True)
class Way:
    """One playbook in one account: the links that lead there, and who may follow them."""

    target: Target
    teams: tuple[str, ...]
    first: Switch
    others: tuple[Switch, ...]
    documented: str


@dataclass(frozen=True, slots=True)
class Place:
    """An account, and what may be carried out in it."""

    name: str
    account: str
    ways: tuple[Way, ...]


def page(manifest: Manifest, made: datetime, person: Responder | None = None, *, units: Collection[str] = ()) -> str:
    """Return the card of a person, or of all: self-contained HTML in UTF-8, to print or to keep on a phone.

    That of somebody in reserve has what opens once they are moved into their teams, and says so.
    `units` are the accounts of organizational units: in a shell they are given by their ids, as nothing is asked there.
    """
    places = tuple(_places(manifest, person))
    return render(
        "card.html",
        manifest=manifest,
        person=person,
        user=naming.user_name(person.id) if person else f"ID{naming.USER_SUFFIX}",
        members={team.name: _members(manifest, team.name) for team in manifest.teams},
        made=when(made),
        doors=doors(manifest),
        places=places,
        playbooks=tuple(each for each in manifest.every_playbook if _is_among(each, places)),
        calls=tuple(calls(manifest)),
        situations=tuple(situations(manifest)),
        example=next((_typed(way.target, units) for place in places for way in place.ways), ""),
        has_units=bool(units),
    )


def _typed(target: Target, units: Collection[str]) -> str:
    """Return a target as it is typed in a shell."""
    return shlex.quote(f"{target.account}/{target.playbook}" if target.account in units else str(target))


def _places(manifest: Manifest, person: Responder | None) -> Iterator[Place]:
    ways = _ways(manifest, person)
    for (account, name), several in groupby(ways, key=lambda way: (way.target.account, way.target.account_name)):
        yield Place(name, account, tuple(several))


def _ways(manifest: Manifest, person: Responder | None) -> Iterator[Way]:
    """Yield what the teams of a person, or all teams, may carry out, in the order of targets."""
    teams: dict[tuple[str, str], list[str]] = {}
    for team in manifest.teams:
        if person is None or team.name in person.teams:
            for grant in manifest.grants(team):
                teams.setdefault(grant, []).append(team.name)
    for each in targets(manifest):
        if named := teams.get((each.account, each.playbook)):
            yield _way(manifest, each, tuple(named))


def _way(manifest: Manifest, where: Target, teams: tuple[str, ...]) -> Way:
    first, *others = switches(manifest, where)
    return Way(where, teams, first, tuple(others), documented_switch(manifest, where))


def _members(manifest: Manifest, team: str) -> tuple[Responder, ...]:
    return tuple(each for each in manifest.responders if team in each.member_of)


def _is_among(playbook: str, places: tuple[Place, ...]) -> bool:
    return any(way.target.playbook == playbook for place in places for way in place.ways)
