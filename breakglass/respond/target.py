"""Where to, and as what: `ACCOUNT/PLAYBOOK` as people write it, found in the manifest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.manifest.wording import near, suggestion

_SHOWN = 12
"""Names told at most."""


@dataclass(frozen=True, slots=True)
class Target:
    """A playbook in an account."""

    account: str
    """Its id."""
    account_name: str
    playbook: str
    role: str
    """The ARN of the playbook's role there."""


def resolve(manifest: Manifest, text: str) -> Target:
    """Return what `ACCOUNT/PLAYBOOK` means, the account by name or id.

    Raises UsageError with all that is wrong with it.
    """
    account, slash, playbook = text.rpartition("/")
    if not (account and slash and playbook):
        advice = f"write ACCOUNT/PLAYBOOK, such as {manifest.accounts[0].name}/{manifest.playbooks[0]}"
        raise UsageError(f"`{text}` is no account and playbook", subject=text, advice=advice)
    accounts = _accounts(manifest)
    identifier = accounts.get(account, account if account in accounts.values() else "")
    if problems := list(_problems(manifest, identifier, account, playbook)):
        playbooks = dict.fromkeys((*manifest.playbooks, *manifest.management_account.playbooks))
        advice = f"accounts: {_some([*accounts])}; playbooks: {_some([*playbooks])}"
        raise UsageError("\n".join(problems), subject=text, advice=advice)
    role = naming.iam_arn(manifest.partition, identifier, f"role/{naming.role_name(playbook)}")
    return Target(identifier, manifest.account_name(identifier), playbook, role)


def _accounts(manifest: Manifest) -> Mapping[str, str]:
    management = manifest.management_account
    return {management.name: management.id, **{each.name: each.id for each in manifest.accounts}}


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _problems(manifest: Manifest, identifier: str, account: str, playbook: str) -> Iterator[str]:
    management = manifest.management_account
    if not identifier:
        yield f"the manifest has no account `{account}`{suggestion(near(account, list(_accounts(manifest))))}"
    known = management.playbooks if identifier == management.id else manifest.playbooks
    if playbook not in known:
        where = f"account {manifest.account_name(identifier)}" if identifier else "the manifest"
        yield f"{where} has no playbook `{playbook}`{suggestion(near(playbook, known))}"
