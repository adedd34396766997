"""What the manifest lets people carry out: each account and each team is looked at once, however many there are."""

from collections.abc import Sequence

from breakglass import naming
from breakglass.manifest.model import ALL, Manifest, Team
from breakglass.respond.target import Target, may_be_in_a_unit, targets


def granted(manifest: Manifest, person: str) -> tuple[Target, ...]:
    """Return what a person may carry out, by their id, in the order of the manifest, each once.

    Of somebody in reserve: what they may once they are moved into their teams.
    """
    teams = {name for each in manifest.responders if each.id == person for name in each.teams}
    grants = (grant for team in manifest.teams if team.name in teams for grant in manifest.grants(team))
    known = {(each.account, each.playbook): each for each in targets(manifest)}
    return tuple(known[grant] for grant in dict.fromkeys(grants))


def users_who_may(manifest: Manifest, target: Target) -> Sequence[str]:
    """Return the names of the users of whoever may carry a target out.

    Of an account that the manifest does not list: whoever may in some organizational unit, as it may be in that.
    """
    teams = _teams(manifest, target)
    return [naming.user_name(each.id) for each in manifest.responders if not teams.isdisjoint(each.member_of)]


def users_in_reserve(manifest: Manifest, target: Target) -> Sequence[str]:
    """Return the names of the users in reserve who may carry a target out once they are moved: AWS alone knows that."""
    teams = _teams(manifest, target)
    return [naming.user_name(each.id) for each in manifest.reserve if not teams.isdisjoint(each.teams)]


def _teams(manifest: Manifest, target: Target) -> frozenset[str]:
    may = _may_in_some_unit if may_be_in_a_unit(manifest, target.account) else _may
    return frozenset(team.name for team in manifest.teams if may(manifest, team, target))


def _may(manifest: Manifest, team: Team, target: Target) -> bool:
    return (target.account, target.playbook) in manifest.grants(team)


def _may_in_some_unit(manifest: Manifest, team: Team, target: Target) -> bool:
    named = [each for each in manifest.organizational_units if team.accounts == ALL or each.name in team.accounts]
    return target.playbook in team.playbooks and any(target.playbook in manifest.playbooks_of(each) for each in named)
