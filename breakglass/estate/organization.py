"""The manifest with the accounts of its organizational units, as AWS Organizations has them at this moment.

No key of the manifest says which unit an account came from: `Resolved.units` does, for whoever deploys to units.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final, TypeAlias

from breakglass import resources
from breakglass.cloud import Organization
from breakglass.errors import BreakglassError, CredentialsError, ManifestError, RejectedError
from breakglass.facts import MemberAccount, Unread
from breakglass.manifest.model import ALL, Account, Manifest, OrganizationalUnit, Team, is_account_name
from breakglass.workers import parallel

UNKNOWN: Final = frozenset({resources.USER, resources.GROUP, resources.MANAGED_POLICY})
"""What nothing can be said of in the security account while accounts are unknown: who may get in where."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A manifest whose accounts are all listed, and what became of its organizational units."""

    manifest: Manifest
    """With every active account of the units under `accounts`, and their names in place of the unit's in teams."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Account id -> id of the unit of the manifest it is here because of."""
    apart: Mapping[str, str] = field(default_factory=dict)
    """Account id -> the same, of accounts in a unit that the manifest lists as well: it says what they have."""
    unread: tuple[Unread, ...] = ()
    """The units whose accounts are not known, and why: unresolved is not empty."""
    inactive: tuple[MemberAccount, ...] = ()
    """The accounts of the units that are left alone: suspended, closed, or not yet active."""


_Found: TypeAlias = tuple[OrganizationalUnit, Sequence[MemberAccount]]
"""A unit, and the accounts under it."""


def resolve(manifest: Manifest, organization: Organization) -> Resolved:
    """Look the units of a manifest up; one without units asks nothing.

    Accounts listed in the manifest stay as they are listed; of two units with the same account the first counts. The
    management account is passed over, as StackSets do:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs.html

    Raises ManifestError where an account cannot be in the units it is in, CredentialsError where nothing can be asked.
    """
    if not manifest.organizational_units:
        return Resolved(manifest)
    answers = parallel(lambda unit: _ask(manifest, organization, unit), manifest.organizational_units)
    found = [each for each in answers if not isinstance(each, Unread)]
    _require_sense(manifest, found)
    return _resolved(manifest, found, tuple(each for each in answers if isinstance(each, Unread)))


def is_unresolved(unread: Unread) -> bool:
    """Tell whether what could not be read are the accounts of a unit."""
    return unread.types == UNKNOWN


def _ask(manifest: Manifest, organization: Organization, unit: OrganizationalUnit) -> _Found | Unread:
    try:
        return unit, _known(organization.members(unit.id))
    except CredentialsError:
        raise
    except BreakglassError as error:
        what = f"the accounts of the organizational unit {unit.name} ({unit.id})"
        return Unread(manifest.scope(manifest.security_account), what, error, UNKNOWN)


def _known(members: Sequence[MemberAccount]) -> Sequence[MemberAccount]:
    """Return accounts whose state is one of AWS's; whoever has no state, or a new one, is not taken for closed."""
    for each in (each for each in members if not each.is_known):
        raise RejectedError(
            f"the state of account {each.id} is {each.state or 'empty'}, which means nothing here",
            subject=each.id,
            advice="see what AWS Organizations says of it; a newer breakglass may know the state",
        )
    return members


def _resolved(manifest: Manifest, found: Sequence[_Found], unread: tuple[Unread, ...]) -> Resolved:
    unit_of = {account.id: unit for unit, members in reversed(found) for account in members}
    unit_of.pop(manifest.management_account.id, None)
    listed = {account.id for account in manifest.accounts}
    members = {each.id: each for _, several in found for each in several}
    joining = [members[account] for account in sorted(unit_of.keys() - listed)]
    active = [each for each in joining if each.is_active]
    names = _names(manifest, active)
    accounts = [Account(id=each.id, name=names[each.id], playbooks=unit_of[each.id].playbooks) for each in active]
    return Resolved(
        _complete(manifest, accounts, _by_unit(manifest, found, names)),
        units={each.id: unit_of[each.id].id for each in active},
        apart={account: unit_of[account].id for account in sorted(listed & unit_of.keys())},
        unread=unread,
        inactive=tuple(each for each in joining if not each.is_active),
    )


def _complete(manifest: Manifest, accounts: Sequence[Account], units: Mapping[str, tuple[str, ...]]) -> Manifest:
    return replace(
        manifest,
        accounts=(*manifest.accounts, *accounts),
        teams=tuple(_spelled_out(team, units) for team in manifest.teams),
    )


def _names(manifest: Manifest, active: Sequence[MemberAccount]) -> Mapping[str, str]:
    """Return what each account is called: what its owner calls it, or its id where that could mean another."""
    taken = {ALL, "security", "audit", "trail", manifest.management_account.name}
    taken |= {each.name for each in manifest.accounts} | {each.name for each in manifest.organizational_units}
    own = {(manifest.audit_account, "audit"), (manifest.trail.account, "trail")}
    how_many = Counter(each.name for each in active)
    free = {
        each.id
        for each in active
        if how_many[each.name] == 1 and (each.name not in taken or (each.id, each.name) in own)
    }
    return {each.id: each.name if each.id in free and is_account_name(each.name) else each.id for each in active}


def _by_unit(manifest: Manifest, found: Sequence[_Found], names: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the accounts in each unit, those that the manifest lists among them."""
    called = {**{each.id: each.name for each in manifest.accounts}, **names}
    return {unit.name: tuple(called[each.id] for each in members if each.id in called) for unit, members in found}


def _spelled_out(team: Team, units: Mapping[str, tuple[str, ...]]) -> Team:
    """Return a team with the accounts of the units it names; the name of one without accounts stays, and means none."""
    if team.accounts == ALL or units.keys().isdisjoint(team.accounts):
        return team
    named = chain.from_iterable(units.get(each) or (each,) for each in team.accounts)
    return replace(team, accounts=tuple(dict.fromkeys(named)))


def _require_sense(manifest: Manifest, found: Sequence[_Found]) -> None:
    problems = (*_tier_0(manifest, found), *_torn(manifest, found))
    if problems:
        error = ManifestError(problems, subject=manifest.name)
        error.advice = "mend the manifest, or move the account in AWS Organizations; nothing was changed"
        raise error


def _tier_0(manifest: Manifest, found: Sequence[_Found]) -> Iterator[str]:
    for unit, members in found:
        if any(each.id == manifest.security_account for each in members):
            yield (
                f"organizational_units: {unit.name} ({unit.id}) holds the security account {manifest.security_account},"
                " in which no playbook is carried out: give it an organizational unit of its own that is not listed"
            )


def _torn(manifest: Manifest, found: Sequence[_Found]) -> Iterator[str]:
    """An account in two units of different playbooks would have those of whichever comes first in the file."""
    listed = {manifest.management_account.id, manifest.security_account, *(each.id for each in manifest.accounts)}
    first: dict[str, OrganizationalUnit] = {}
    for unit, members in found:
        for account in members:
            earlier = first.setdefault(account.id, unit)
            differ = set(manifest.playbooks_of(earlier)) != set(manifest.playbooks_of(unit))
            if differ and account.is_active and account.id not in listed:
                yield (
                    f"organizational_units: account {account.id} is in {earlier.name} ({earlier.id}) and in {unit.name}"
                    f" ({unit.id}), which have different playbooks: list it under `accounts`, or give both the same"
                )
