"""What the manifest lets a person carry out."""

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.respond.target import Target


def granted(manifest: Manifest, person: str) -> tuple[Target, ...]:
    """Return what a person may carry out, by their id, in the order of the manifest, each once."""
    teams = {name for each in manifest.responders if each.id == person for name in each.teams}
    grants = (grant for team in manifest.teams if team.name in teams for grant in manifest.grants(team))
    return tuple(_target(manifest, account, playbook) for account, playbook in dict.fromkeys(grants))


def _target(manifest: Manifest, account: str, playbook: str) -> Target:
    return Target(account, manifest.account_name(account), playbook, naming.role_name(playbook))
