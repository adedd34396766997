"""Where a playbook is carried out: the accounts, the teams, and the links that lead there."""

from collections.abc import Iterator

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.manifest.wording import near, suggestion
from breakglass.report.playbooks.where import Link, Place, Where
from breakglass.respond.links import doors, switches
from breakglass.respond.target import Target, targets


def where(manifest: Manifest, playbook: str, account: str | None = None) -> Where:
    """Return every place of a playbook, or the one account, by its name or id.

    Raises UsageError where the account does not have the playbook.
    """
    places = tuple(_places(manifest, playbook))
    units = tuple(each.name for each in manifest.organizational_units if playbook in manifest.playbooks_of(each))
    if account is not None:
        places, units = (_only(places, playbook, account),), ()
    sign_in = tuple(Link(each.region, each.console) for each in doors(manifest))
    return Where(manifest.name, manifest.security_account, naming.role_name(playbook), sign_in, places, units)


def _places(manifest: Manifest, playbook: str) -> Iterator[Place]:
    teams = _teams(manifest, playbook)
    for target in targets(manifest):
        if target.playbook == playbook:
            named = tuple(teams.get(target.account, ()))
            yield Place(target.account, target.account_name, named, _links(manifest, target))


def _teams(manifest: Manifest, playbook: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for team in manifest.teams:
        for account, granted in manifest.grants(team):
            if granted == playbook:
                found.setdefault(account, []).append(team.name)
    return found


def _links(manifest: Manifest, target: Target) -> tuple[Link, ...]:
    return tuple(Link(each.region, each.url) for each in switches(manifest, target))


def _only(places: tuple[Place, ...], playbook: str, account: str) -> Place:
    for place in places:
        if account in (place.account, place.name):
            return place
    names = [place.name for place in places]
    raise UsageError(
        f"{account} does not have the playbook {playbook}{suggestion(near(account, names))}",
        subject=account,
        advice=f"accounts that have it: {', '.join(names[:20]) or 'none'}",
    )
