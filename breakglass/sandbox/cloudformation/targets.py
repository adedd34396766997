"""Where an operation goes: the accounts it names, or those of organizational units, filtered.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html
"""

from collections.abc import Collection, Iterator, Mapping

from breakglass.sandbox.answers import ApiError
from breakglass.sandbox.cloudformation.template import invalid
from breakglass.sandbox.judgement.ask import listed
from breakglass.sandbox.judgement.held import Held

_TARGETS = "DeploymentTargets"
_FILTERS = frozenset({"DIFFERENCE", "INTERSECTION", "NONE", "UNION"})


def texts(parameters: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return a list of texts."""
    return tuple(each.get("", "") for each in listed(parameters, name))


def chosen(held: Held, parameters: Mapping[str, str], known: Collection[str], *, creates: bool) -> Mapping[str, str]:
    """Return the accounts of the organization that a service-managed operation goes to, each with its unit.

    `known` are the accounts that have instances. The management account is never among them. Raises ApiError.
    """
    units, accounts = texts(parameters, f"{_TARGETS}.OrganizationalUnitIds"), texts(parameters, f"{_TARGETS}.Accounts")
    filtered = parameters.get(f"{_TARGETS}.AccountFilterType", "" if accounts and units else "NONE")
    _check(held, units, accounts, filtered, creates=creates)
    below = {account: unit for unit in units for account in _below(held, unit)}
    if not units:
        return {each: "" for each in accounts if each in known}
    if filtered == "INTERSECTION":
        return {account: unit for account, unit in below.items() if account in accounts}
    if filtered == "DIFFERENCE":
        return {account: unit for account, unit in below.items() if account not in accounts}
    more = {each: "" for each in accounts if each in known} if filtered == "UNION" else {}
    return {**more, **below}


def _check(held: Held, units: Collection[str], accounts: Collection[str], filtered: str, *, creates: bool) -> None:
    if creates and not units:
        raise invalid("OrganizationalUnitIds are required")
    if not units and not accounts:
        raise invalid("DeploymentTargets must name OrganizationalUnitIds or Accounts")
    if filtered not in _FILTERS or (creates and filtered == "UNION"):
        raise invalid(
            f"AccountFilterType '{filtered}' is not valid for this operation with OrganizationalUnitIds and Accounts"
        )
    missing = sorted(set(units) - {each.id for each in held.organizations.ou})
    if missing:
        raise ApiError("ValidationError", f"Organizational unit {missing[0]} does not exist in the organization")


def _below(held: Held, unit: str) -> Iterator[str]:
    """Yield the accounts of a unit, and of those below it."""
    for account in held.organizations.accounts:
        if account.id != held.management and is_below(held, account.id, unit):
            yield account.id


def is_below(held: Held, account: str, unit: str) -> bool:
    """Tell whether an account is in a unit, or in one below it."""
    return f"/{unit}/" in held.path(account)


def suspended(held: Held, account: str) -> bool:
    """Tell whether an account is in the organization and not active."""
    return any(each.id == account and each.state != "ACTIVE" for each in held.organizations.accounts)
