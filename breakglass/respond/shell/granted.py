"""What the manifest lets people carry out: each account and each team is looked at once, however many there are."""

from collections.abc import Sequence

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.respond.target import Target, targets


def granted(manifest: Manifest, person: str) -> tuple[Target, ...]:
    """Return what a person may carry out, by their id, in the order of the manifest, each once."""
    teams = {name for each in manifest.responders if each.id == person for name in each.teams}
    grants = (grant for team in manifest.teams if team.name in teams for grant in manifest.grants(team))
    known = {(each.account, each.playbook): each for each in targets(manifest)}
    return tuple(known[grant] for grant in dict.fromkeys(grants))


def users_who_may(manifest: Manifest, target: Target) -> Sequence[str]:
    """Return the names of the users of whoever may carry a target out."""
    wanted = (target.account, target.playbook)
    teams = {team.name for team in manifest.teams if wanted in manifest.grants(team)}
    return [naming.user_name(each.id) for each in manifest.responders if not teams.isdisjoint(each.teams)]
