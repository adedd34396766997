"""The control of what the organization's control policies leave of emergency access.

Everything is judged once for each distinct set of policies, however many accounts are under it; of people, and of
accounts, those are judged for themselves that the policies can tell apart.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from breakglass import naming
from breakglass.assure.checks.hindrances import Hindrances, Way
from breakglass.assure.evidence import Evidence
from breakglass.estate.access import Access
from breakglass.estate.obstacles.bounded import Hindered, carrying_out, entering, signing_in
from breakglass.estate.obstacles.control_levels import Blame, Bound, ControlLevels, fits
from breakglass.estate.obstacles.steps import likeness
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource

_NOTHING: Final = Bound()
_SIGN_IN: Final = "sign-in"
_MEANT: Final = "or if it is meant, say so under `suppressions` in the manifest"


def control_policies(evidence: Evidence) -> Iterator[Finding]:
    """Tell every control policy that keeps people from signing in, from roles, or from what these are for."""
    manifest, levels, found = evidence.manifest, ControlLevels(evidence.observation.facts), Hindrances()
    home = levels.upon(manifest.security_account)
    if home is not None:
        _People(evidence, levels, home).gather(found)
    _carried_out(evidence, levels, found)
    yield from found.findings()
    yield from _missing(manifest, levels)


def _missing(manifest: Manifest, levels: ControlLevels) -> Iterator[Finding]:
    """Yield a finding for each account that hangs nowhere, where it was read what hangs: nothing is judged of it."""
    for account in manifest.account_ids if levels.is_read else ():
        if not levels.has(account):
            yield Finding(
                "ACCOUNT_NOT_IN_ORGANIZATION",
                Severity.HIGH,
                account,
                f"{manifest.account_name(account)} is nowhere in the organization as it was read, so that it is not"
                " known which policies bind it",
                "verify again, as it may have moved in between; else see whether it left the organization, or whether"
                " its id in the manifest is wrong",
                account,
            )


@dataclass(frozen=True)
class _People:
    """What is upon the account they start from, and upon those they are meant to get into."""

    evidence: Evidence
    levels: ControlLevels
    home: Bound

    def gather(self, found: Hindrances) -> None:
        manifest, users = self.evidence.manifest, {each.name: each for each in self.evidence.users()}
        for row in self.evidence.matrix.rows:
            there = [users[each] for each in row.users if each in users and row.intended]
            for alike in self._alike(there):
                names = [each.name for each in alike]
                for each in signing_in(manifest, alike[0], self.home):
                    _add(manifest, found, each, _SIGN_IN, names, [manifest.security_account], entry=True)
                for role, accounts in row.intended.items():
                    self._enter(found, alike, role, accounts)

    def _enter(self, found: Hindrances, alike: Sequence[Resource], role: str, accounts: Iterable[str]) -> None:
        manifest, names = self.evidence.manifest, [each.name for each in alike]
        for target, same in self._targets(accounts):
            arn = naming.iam_arn(manifest.partition, same[0], f"role/{role}")
            for each in entering(manifest, alike[0], arn, self.home, target):
                _add(manifest, found, each, role, names, same, entry=True)

    def _targets(self, accounts: Iterable[str]) -> Iterator[tuple[Bound, list[str]]]:
        """Yield accounts spoken of that nothing can tell apart, with what is upon them."""
        found: dict[Hashable, tuple[Bound, list[str]]] = {}
        spoken_of = self.evidence.spoken_of
        for account in sorted(each for each in accounts if spoken_of is None or each in spoken_of):
            bound, likeness = self._of(account)
            found.setdefault((bound, likeness), (bound, []))[1].append(account)
        yield from found.values()

    def _of(self, account: str) -> tuple[Bound, Hashable]:
        if account not in self._known:
            upon = None if account == self.evidence.manifest.management_account.id else self.levels.upon(account)
            target = upon or _NOTHING
            self._known[account] = target, (self.home.likeness(account), target.likeness(account))
        return self._known[account]

    @cached_property
    def _known(self) -> dict[str, tuple[Bound, Hashable]]:
        return {}

    def _alike(self, users: Iterable[Resource]) -> Iterator[list[Resource]]:
        """Yield users that no value in any of the policies can tell apart."""
        found: dict[Hashable, list[Resource]] = {}
        for each in users:
            found.setdefault(tuple(fits(value, each) for value in self._values), []).append(each)
        yield from found.values()

    @cached_property
    def _values(self) -> tuple[str, ...]:
        accounts = {account for row in self.evidence.matrix.rows for some in row.intended.values() for account in some}
        bounds = {self.home, *(self._of(each)[0] for each in accounts)}
        return tuple(sorted({value for each in bounds for value in each.values}))


def _carried_out(evidence: Evidence, levels: ControlLevels, found: Hindrances) -> None:
    """Add what keeps sessions of roles from what they are for."""
    access = Access(evidence.roles)
    for (bound, *_), roles in _same(evidence.manifest, access, levels).items():
        where = [each.scope.account for each in roles]
        for each in carrying_out(evidence.manifest, roles[0], access.identity(roles[0]), bound):
            _add(evidence.manifest, found, each, roles[0].name, [roles[0].name], where, entry=False)


def _same(
    manifest: Manifest, access: Access, levels: ControlLevels
) -> dict[tuple[Bound, Hashable, str, str], list[Resource]]:
    """Return roles that nothing can tell apart, by what is upon them: in the management account nothing is."""
    found: dict[tuple[Bound, Hashable, str, str], list[Resource]] = {}
    for role in access.playbook_roles:
        account = role.scope.account
        bound = None if account == manifest.management_account.id else levels.upon(account)
        if bound is not None:
            key = bound, bound.likeness(account), role.name, likeness(access.identity(role), account)
            found.setdefault(key, []).append(role)
    return found


def _add(
    manifest: Manifest,
    found: Hindrances,
    hindered: Hindered,
    role: str,
    whom: Sequence[str],
    where: Sequence[str],
    *,
    entry: bool,
) -> None:
    what = f"{hindered.action} for {role}" if entry and role != _SIGN_IN else hindered.action
    for place in hindered.obstacle.places:
        blame = hindered.bound.blame(place)
        way = _way(manifest, blame, role, certain=hindered.obstacle.certain, entry=entry)
        found.add(way, whom, [what], where, hindered.obstacle.hangs_on)


def _way(manifest: Manifest, blame: Blame, role: str, *, certain: bool, entry: bool) -> Way:
    account, path = (manifest.security_account, f"user{naming.PATH}*") if entry else ("*", f"role/{role}")
    arn, subject = naming.iam_arn(manifest.partition, account, path), f"{blame.name}/{role}"
    management = manifest.management_account.id
    exempt = f"exempt aws:PrincipalArn {arn} there, or detach it, with credentials of the management account"
    if certain:
        severity = Severity.CRITICAL if entry else Severity.HIGH
        return Way("SCP_LOCK_OUT", severity, subject, blame.told, exempt, management)
    advice = f"see that people can meet the condition in an emergency; or {exempt}; {_MEANT}"
    return Way("SCP_CONDITIONAL", Severity.MEDIUM, subject, blame.told, advice, management)
