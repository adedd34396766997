"""Where a responder wants to get in: one playbook in one account, as people write it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
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
    """Yield all there are, accounts and playbooks in the manifest's order, the management account last."""
    management = manifest.management_account
    own = [each for each in manifest.playbooks if each in management.playbooks]
    places = [(each.id, each.name, manifest.playbooks) for each in manifest.accounts]
    for account, name, playbooks in (*places, (management.id, management.name, own)):
        yield from (Target(account, name, each, naming.role_name(each)) for each in playbooks)


def resolve(manifest: Manifest, text: str) -> Target:
    """Return what `ACCOUNT/PLAYBOOK` means; the account is named, or given by its id.

    Raises UsageError that tells of all that is wrong with it.
    """
    account, slash, named = text.rpartition("/")
    # On cards and in the console roles have their whole names.
    playbook = named.lower().removeprefix(naming.ROLE_PREFIX.lower())
    every = tuple(targets(manifest))
    if not slash:
        raise UsageError(f"{text!r} is not of the form {_FORM}", subject=text, advice=f"write for example {every[0]}")
    there = [each for each in every if account in (each.account, each.account_name)]
    found = next((each for each in there if each.playbook == playbook), None)
    if found is None:
        problems = _problems(manifest, account, playbook, every, there)
        raise UsageError("\n".join(problems), subject=text, advice=_advice(there, every))
    return found


def _problems(
    manifest: Manifest, account: str, playbook: str, every: Sequence[Target], there: Sequence[Target]
) -> Iterator[str]:
    if not there:
        yield _unknown("account", account, {each.account_name for each in every})
    if playbook not in manifest.playbooks:
        yield _unknown("playbook", playbook, manifest.playbooks)
    elif there:
        yield f"{there[0].account_name} does not have the playbook {playbook}"


def _unknown(kind: str, word: str, known: Collection[str]) -> str:
    return f"there is no {kind} {word!r}{suggestion(near(word, known))}"


def _advice(there: Sequence[Target], every: Sequence[Target]) -> str:
    if there:
        return f"the playbooks of {there[0].account_name} are {', '.join(each.playbook for each in there)}"
    names = tuple(dict.fromkeys(each.account_name for each in every))
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"the accounts are {', '.join(names[:_SHOWN])}{rest}"
