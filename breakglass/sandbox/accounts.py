"""The accounts of the organization, as whoever administers it opens, moves, suspends and closes them."""

from collections.abc import Callable

from breakglass.manifest.model import Manifest
from breakglass.sandbox import organization
from breakglass.sandbox.emulator import Emulator


class Accounts:
    """The accounts of a sandbox that runs, as they come and go in its organizational units; something may `follow`."""

    def __init__(self, emulator: Emulator, manifest: Manifest, follow: Callable[[str], None]) -> None:
        self._follow = follow
        self._emulator = emulator
        self._manifest = manifest

    def open(self, unit: str, account: str, name: str) -> None:
        """Make an account under a unit, by the ids of both, with its provisioning role."""
        with self._emulator.opened() as held:
            organization.open_account(held.organizations, self._manifest, unit, account, name)
        self._follow(account)

    def join(self, account: str, name: str) -> None:
        """Let the organization have an account under its root, with nothing in it, not even a provisioning role."""
        with self._emulator.opened() as held:
            organization.join(held.organizations, self._manifest, account, name)

    def move(self, account: str, unit: str) -> None:
        """Put an account under another unit, or under the root by its id."""
        with self._emulator.opened() as held:
            held.organizations.get_account_by_id(account).parent_id = unit
        self._follow(account)

    def suspend(self, account: str) -> None:
        """Suspend an account, as AWS does."""
        self._become(account, "SUSPENDED")

    def close(self, account: str) -> None:
        """Close an account for good.

        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html
        """
        self._become(account, "CLOSED")

    def _become(self, account: str, state: str) -> None:
        with self._emulator.opened() as held:
            held.organizations.get_account_by_id(account).state = state
