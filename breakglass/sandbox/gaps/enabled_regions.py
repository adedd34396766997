"""moto knows no regions of an account. Seen in 5.2.5.

What takes AWS minutes or hours takes no time here: a region is enabled as soon as it is asked for. That a region is not
enabled keeps nobody from using it.
https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
https://docs.aws.amazon.com/accounts/latest/reference/API_EnableRegion.html
"""

from collections.abc import Iterable

from moto.account.models import AccountBackend, account_backends
from moto.account.responses import AccountResponse
from moto.core.base_backend import AccountSpecificBackend
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult

_ATTRIBUTE = "regions"
_MOST = 50


class _InvalidError(ServiceException):
    code = "ValidationException"


def enable(backend: AccountBackend, regions: Iterable[str], status: str = "ENABLED_BY_DEFAULT") -> None:
    """Enable regions of an account; the others that AWS has are disabled."""
    _regions(backend).update(dict.fromkeys(regions, status))


class EnabledRegions(AccountResponse):
    """The operations on the regions of the caller's account."""

    def list_regions(self) -> ActionResult:
        """Return one page, at most 50 regions, in alphabetical order; tokens count regions."""
        size, token = self._get_param("MaxResults", _MOST), str(self._get_param("NextToken", "0"))
        if not 1 <= size <= _MOST or not token.isdecimal():
            raise _InvalidError("The request holds an invalid value for MaxResults or NextToken.")
        wanted, start = self._get_param("RegionOptStatusContains"), int(token)
        found = [
            {"RegionName": name, "RegionOptStatus": status}
            for name, status in sorted(_regions(self._backend).items())
            if not wanted or status in wanted
        ]
        more = {"NextToken": str(start + size)} if start + size < len(found) else {}
        return ActionResult({"Regions": found[start : start + size], **more})

    def enable_region(self) -> EmptyResult:
        """Enable a region; one that is enabled already stays as it is."""
        name, held = str(self._get_param("RegionName")), _regions(self._backend)
        if name not in held:
            raise _InvalidError(f"There is no region {name}.")
        if held[name] == "DISABLED":
            enable(self._backend, (name,), "ENABLED")
        return EmptyResult()

    @property
    def _backend(self) -> AccountBackend:
        return account_backends[self.current_account][self.partition]


def _regions(backend: AccountBackend) -> dict[str, str]:
    """Return every region of the partition with its status; the dictionary is the account's own."""
    known = AccountSpecificBackend.get_session().get_available_regions("ec2", backend.partition)
    held: dict[str, str] = vars(backend).setdefault(_ATTRIBUTE, dict.fromkeys(known, "DISABLED"))
    return held
