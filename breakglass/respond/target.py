"""Where a responder wants to get in: one playbook in one account, as people write it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import SECURITY, Manifest
from breakglass.manifest.wording import near, suggestion

_FORM = "ACCOUNT/PLAYBOOK"
_SHOWN = 20
"""Accounts told at most."""


@dataclass(frozen=True, order=True, slots=True)
class Target:
    """A playbook in an account, and the name of the role that carries it out there."""

    account: str
    account_name: str
    playbook: str
    role: str

    def __str__(self) -> str:
        return f"{self.account_name}/{self.playbook}"


def targets(manifest: Manifest) -> Iterator[Target]:
    """Yield all there are, accounts and playbooks in the order of the manifest, management and security last."""
    management = manifest.management_account
    places = [(each.id, each.name) for each in manifest.accounts]
    apart = ((management.id, management.name), (manifest.security_account, SECURITY))
    for account, name in (*places, *apart):
        there = frozenset(manifest.playbooks_in(account))
        yield from (
            Target(account, name, each, naming.role_name(each)) for each in manifest.every_playbook if each in there
        )


def resolve(manifest: Manifest, text: str) -> Target:
    """Return what `ACCOUNT/PLAYBOOK` means; the account is named, or given by its id.

    Nothing is asked of AWS, so an account of an organizational unit is given by its id alone, for what some unit has.
    Raises UsageError that tells of all that is wrong with it.
    """
    account, slash, named = text.rpartition("/")
    # On cards and in the console roles have their whole names.
    playbook = named.lower().removeprefix(naming.ROLE_PREFIX.lower())
    every = tuple(targets(manifest))
    if not slash:
        raise UsageError(f"{text!r} is not of the form {_FORM}", subject=text, advice=f"write for example {every[0]}")
    there = [each for each in every if account in (each.account, each.account_name)]
    found = next((each for each in there if each.playbook == playbook), None) or _in_a_unit(manifest, account, playbook)
    if found is None:
        problems = _problems(manifest, account, playbook, every, there)
        raise UsageError("\n".join(problems), subject=text, advice=_advice(manifest, there, every))
    return found


def may_be_in_a_unit(manifest: Manifest, account: str) -> bool:
    """Tell whether an account may be one of an organizational unit, for all the manifest says: only AWS knows."""
    listed = {each.id for each in manifest.accounts}
    apart = {manifest.management_account.id, manifest.security_account}
    is_id = len(account) == 12 and account.isascii() and account.isdecimal()
    return bool(manifest.organizational_units) and is_id and account not in listed | apart


def _in_a_unit(manifest: Manifest, account: str, playbook: str) -> Target | None:
    units = manifest.organizational_units
    if may_be_in_a_unit(manifest, account) and any(playbook in manifest.playbooks_of(each) for each in units):
        return Target(account, account, playbook, naming.role_name(playbook))
    return None


def _problems(
    manifest: Manifest, account: str, playbook: str, every: Sequence[Target], there: Sequence[Target]
) -> Iterator[str]:
    unit = may_be_in_a_unit(manifest, account)
    if not (there or unit):
        yield _unknown("account", account, {each.account_name for each in every})
    if playbook not in manifest.every_playbook:
        yield _unknown("playbook", playbook, manifest.every_playbook)
    elif there:
        yield f"{there[0].account_name} does not have the playbook {playbook}"
    elif unit:
        yield f"account {account} is not listed, and no organizational unit has the playbook {playbook}"


def _unknown(kind: str, word: str, known: Collection[str]) -> str:
    return f"there is no {kind} {word!r}{suggestion(near(word, known))}"


def _advice(manifest: Manifest, there: Sequence[Target], every: Sequence[Target]) -> str:
    if there:
        return f"the playbooks of {there[0].account_name} are {', '.join(each.playbook for each in there)}"
    names = tuple(dict.fromkeys(each.account_name for each in every))
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    units = "; an account of an organizational unit is given by its id" if manifest.organizational_units else ""
    return f"the accounts are {', '.join(names[:_SHOWN])}{rest}{units}"
