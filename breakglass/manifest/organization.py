"""An organization as `init` finds it: its accounts by names a manifest can use, and guesses it can defend."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from breakglass.manifest.model import ALL, MANAGEMENT
from breakglass.manifest.sheet import BLANK

SECURITY_NAMES = frozenset({"break-glass", "breakglass", "emergency-access", "security", "security-tooling"})
AUDIT_NAMES = frozenset({"audit", "log-archive", "logarchive", "security-audit"})
"""What organizations call such accounts, in lower case and with hyphens.

https://docs.aws.amazon.com/prescriptive-guidance/latest/security-reference-architecture/architecture.html
"""

_NAME_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Organization:
    """What is known of an organization before anything is written about it.

    `accounts` are all active accounts, each as id and name; the security and the audit account are None unless
    someone chose them.
    """

    id: str
    management_account: str
    accounts: tuple[tuple[str, str], ...]
    partition: str = "aws"
    security_account: str | None = None
    audit_account: str | None = None


def guess(organization: Organization, known: Collection[str], other: Collection[str | None]) -> str | None:
    """Return the one account with a well-known name, none of the others, and None where two might be meant."""
    found = [
        account
        for account, name in organization.accounts
        if "-".join(name.lower().replace("_", " ").split()) in known and account not in other
    ]
    return found[0] if len(found) == 1 else None


def names(organization: Organization) -> Mapping[str, str]:
    """Return a name for each account id: its own, where that is one a manifest can use and no other account has it."""
    given: dict[str, str] = {}
    taken = {ALL, BLANK, "security", "audit"}
    own = dict(organization.accounts)
    management = organization.management_account
    for account, name in {management: own.get(management, MANAGEMENT), **own}.items():
        given[account] = _free(name, account, taken)
        taken.add(given[account])
    return given


def _free(name: str, account: str, taken: Collection[str]) -> str:
    usable = "".join(character if " " <= character <= "~" else "?" for character in name)[:_NAME_LENGTH]
    if usable and usable not in taken and not re.fullmatch("[0-9]{12}", usable):
        return usable
    return f"{usable[: _NAME_LENGTH - len(account) - 1].strip() or 'account'} {account}"
