"""Accounts, names and text of others, as reports show them."""

from collections.abc import Sequence

from breakglass.legible import legible
from breakglass.manifest.model import Manifest


def place(manifest: Manifest, account: str) -> str:
    """Return what people call an account, and its id."""
    name = manifest.account_name(account)
    return account if name == account else f"{name} ({account})"


def listed(names: Sequence[str], most: int) -> str:
    """Return names in a row, and how many more there are."""
    some = ", ".join(names[:most])
    return some if len(names) <= most else f"{some} and {len(names) - most:,} more"


def shortened(text: str, most: int) -> str:
    """Return text on one line of printable characters, and what is beyond `most` of them cut off."""
    line = legible(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
