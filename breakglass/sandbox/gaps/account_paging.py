"""moto pages accounts by the moment they joined, which several share. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
"""

import json

from moto.organizations.exceptions import InvalidInputException
from moto.organizations.responses import OrganizationsResponse

_MOST = 20


class AccountPaging(OrganizationsResponse):
    """The operation that lists the accounts of the organization."""

    def list_accounts(self) -> str:
        """Return one page, at most 20 accounts, in the order they joined; tokens count accounts."""
        size, token = self._get_int_param("MaxResults", _MOST), str(self._get_param("NextToken", "0"))
        if not 1 <= size <= _MOST or not token.isdecimal():
            raise InvalidInputException("You provided an invalid value for MaxResults or NextToken.")
        accounts, start = self.organizations_backend.accounts, int(token)
        page: dict[str, object] = {"Accounts": [each.describe() for each in accounts[start : start + size]]}
        if start + size < len(accounts):
            page["NextToken"] = str(start + size)
        return json.dumps(page)
