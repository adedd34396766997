"""Where to, and as what: `ACCOUNT/PLAYBOOK` as people write it, found in the manifest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.manifest.wording import near, suggestion


@dataclass(frozen=True, slots=True)
class Target:
    """A playbook in an account."""

    account: str
    """Its id."""
    account_name: str
    playbook: str
    role: str
    """The ARN of the playbook's role there."""

    def __str__(self) -> str:
        return f"{self.account_name}/{self.playbook}"


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
        names = ", ".join(dict.fromkeys((*manifest.playbooks, *manifest.management_account.playbooks)))
        advice = f"accounts: {', '.join(accounts)}; playbooks: {names}"
        raise UsageError("\n".join(problems), subject=text, advice=advice)
    return target(manifest, identifier, playbook)


def target(manifest: Manifest, account: str, playbook: str) -> Target:
    """Return a playbook in an account, by the account's id."""
    role = naming.iam_arn(manifest.partition, account, f"role/{naming.role_name(playbook)}")
    return Target(account, manifest.account_name(account), playbook, role)


def granted(manifest: Manifest, person: str) -> tuple[Target, ...]:
    """Return what a person may carry out, in the order of the manifest, each once."""
    teams = {name for each in manifest.responders if each.id == person for name in each.teams}
    grants = (grant for team in manifest.teams if team.name in teams for grant in manifest.grants(team))
    return tuple(target(manifest, account, playbook) for account, playbook in dict.fromkeys(grants))


def _accounts(manifest: Manifest) -> Mapping[str, str]:
    management = manifest.management_account
    return {management.name: management.id, **{each.name: each.id for each in manifest.accounts}}


def _problems(manifest: Manifest, identifier: str, account: str, playbook: str) -> Iterator[str]:
    management = manifest.management_account
    if not identifier:
        yield f"the manifest has no account `{account}`{suggestion(near(account, list(_accounts(manifest))))}"
    known = management.playbooks if identifier == management.id else manifest.playbooks
    if playbook not in known:
        where = f"account {manifest.account_name(identifier)}" if identifier else "the manifest"
        yield f"{where} has no playbook `{playbook}`{suggestion(near(playbook, known))}"
