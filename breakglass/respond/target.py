"""Where a responder wants to get in: one playbook in one account, as people write it."""

from dataclasses import dataclass

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.estate.desired import playbooks_in
from breakglass.manifest.model import Manifest
from breakglass.manifest.wording import near, suggestion

_FORM = "ACCOUNT/PLAYBOOK"


@dataclass(frozen=True, order=True, slots=True)
class Target:
    """A playbook in an account, and the name of the role that carries it out there."""

    account: str
    account_name: str
    playbook: str
    role: str

    def __str__(self) -> str:
        return f"{self.account_name}/{self.playbook}"


def target(manifest: Manifest, account: str, playbook: str) -> Target:
    """Return a playbook in an account, by its id."""
    return Target(account, manifest.account_name(account), playbook, naming.role_name(playbook))


def resolve(manifest: Manifest, text: str) -> Target:
    """Return what `ACCOUNT/PLAYBOOK` means; the account is named, or given by its id.

    Raises UsageError that tells of all that is wrong with it.
    """
    named, slash, playbook = text.rpartition("/")
    if not slash:
        raise UsageError(
            f"{text!r} is not of the form {_FORM}", subject=text, advice=f"write for example {_example(manifest)}"
        )
    accounts = _accounts(manifest)
    account = named if named in accounts.values() else accounts.get(named, "")
    problems = [] if account else [_unknown("account", named, accounts)]
    if playbook not in manifest.playbooks:
        problems.append(_unknown("playbook", playbook, manifest.playbooks))
    elif account and playbook not in playbooks_in(manifest, account):
        problems.append(f"{manifest.account_name(account)} does not have the playbook {playbook}")
    if problems:
        raise UsageError("\n".join(problems), subject=text, advice=_advice(manifest, account))
    return target(manifest, account, playbook)


def _accounts(manifest: Manifest) -> dict[str, str]:
    """Return the accounts in which anything can be carried out: their ids by what people call them."""
    management = manifest.management_account
    own = {management.name: management.id} if management.playbooks else {}
    return {**own, **{each.name: each.id for each in manifest.accounts}}


def _unknown(kind: str, word: str, known: dict[str, str] | tuple[str, ...]) -> str:
    return f"there is no {kind} {word!r}{suggestion(near(word, tuple(known)))}"


def _advice(manifest: Manifest, account: str) -> str:
    if account:
        has = ", ".join(playbooks_in(manifest, account))
        return f"the playbooks of {manifest.account_name(account)} are {has}"
    return "`breakglass card -o -` lists every account and playbook"


def _example(manifest: Manifest) -> str:
    return str(target(manifest, manifest.accounts[0].id, manifest.playbooks[0]))
