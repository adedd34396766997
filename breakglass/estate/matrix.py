"""Who may carry out what, where: the person by account by playbook matrix the manifest means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from breakglass.manifest.model import Manifest


@dataclass(frozen=True, order=True, slots=True)
class Access:
    """One person's way into one account for one playbook."""

    person: str
    account: str
    playbook: str


def intended(manifest: Manifest) -> frozenset[Access]:
    """Return every access the teams of the manifest add up to."""
    return frozenset(_accesses(manifest))


def grants(manifest: Manifest) -> int:
    """Return how many accesses that are, without making a list of them: people in the same teams have the same."""
    by_team = {team.name: frozenset(manifest.grants(team)) for team in manifest.teams}
    sizes = {
        teams: len(frozenset().union(*(by_team[team] for team in teams)))
        for teams in {frozenset(responder.member_of) for responder in manifest.responders}
    }
    return sum(sizes[frozenset(responder.member_of)] for responder in manifest.responders)


def people_in(manifest: Manifest) -> Mapping[str, frozenset[str]]:
    """Return for each account that has a playbook role the people who may get in."""
    teams: dict[str, set[str]] = {account: set() for account in manifest.account_ids if manifest.playbooks_in(account)}
    for team in manifest.teams:
        for account in {account for account, _ in manifest.grants(team)}:
            teams[account].add(team.name)
    people = {
        several: frozenset(each.id for each in manifest.responders if several & set(each.member_of))
        for several in {frozenset(each) for each in teams.values()}
    }
    return {account: people[frozenset(several)] for account, several in teams.items()}


def _accesses(manifest: Manifest) -> Iterator[Access]:
    grants = {team.name: tuple(manifest.grants(team)) for team in manifest.teams}
    for responder in manifest.responders:
        for team in responder.member_of:
            yield from (Access(responder.id, account, playbook) for account, playbook in grants[team])
