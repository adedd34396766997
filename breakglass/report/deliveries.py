"""How deliveries and places are called, in text and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, takewhile

from rich.text import Text

from breakglass.documents import Json
from breakglass.errors import BreakglassError
from breakglass.estate.wording import counted
from breakglass.manifest.model import Manifest
from breakglass.report.plan import account_label, scope_label
from breakglass.resources import GLOBAL, Scope
from breakglass.stacks import Delivery, Stack

_WIDTH = 80
"""Columns of the names of places, before the rest is counted."""

_ANY = "ACCOUNT"
"""What stands for the id of each of several accounts."""

_REGIONS = 3
"""Regions of an account named before the rest is counted."""


def delivery_label(delivery: Delivery) -> str:
    """Return what kind of delivery it is, and its name."""
    return f"{'stack' if isinstance(delivery, Stack) else 'StackSet'} {delivery.name}"


def delivery_document(delivery: Delivery) -> Mapping[str, Json]:
    """Return as JSON which delivery is meant."""
    if isinstance(delivery, Stack):
        return {"name": delivery.name, "kind": "stack", "regions": [delivery.region], "units": []}
    return {
        "name": delivery.name,
        "kind": "stackset",
        "regions": list(delivery.regions),
        "units": list(delivery.units),
    }


def places_label(places: Sequence[Scope], manifest: Manifest) -> str:
    """Return the names of as many accounts as fit on a line, and how many more there are; regions of one together."""
    accounts: dict[str, list[Scope]] = {}
    for scope in places:
        accounts.setdefault(scope.account, []).append(scope)
    return _fitting([_account(scopes, manifest) for scopes in accounts.values()])


def _account(scopes: Sequence[Scope], manifest: Manifest) -> str:
    if len(scopes) == 1:
        return scope_label(scopes[0], manifest)
    regions = [scope.region for scope in scopes]
    rest = f" and {counted(len(regions) - _REGIONS, 'more region')}" if len(regions) > _REGIONS else ""
    return f"{account_label(scopes[0].account, manifest)} {', '.join(regions[:_REGIONS])}{rest}"


def _fitting(names: Sequence[str]) -> str:
    """Return as many of these as fit, at least one, and how many more there are."""
    fit = takewhile(lambda width: width < _WIDTH, accumulate(len(name) + 2 for name in names))
    shown = max(1, sum(1 for _ in fit))
    rest = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"{', '.join(names[:shown])}{rest}"


def counted_places(places: Sequence[Scope]) -> str:
    """Return how many accounts there are, or regions of one."""
    return counted(len(places), "account" if all(scope.region == GLOBAL for scope in places) else "region")


def place_document(scope: Scope) -> Mapping[str, Json]:
    """Return a place as JSON."""
    return {"account": scope.account, "region": scope.region}


def failure_document(scope: Scope, why: BreakglassError) -> Json:
    """Return as JSON what did not succeed in one place, and why."""
    return {**place_document(scope), "why": why.message, "advice": why.advice}


def failures_text(failed: Sequence[tuple[Scope, BreakglassError]], manifest: Manifest) -> Iterator[Text]:
    """Yield what did not succeed where, places with the same reason together but for the account's id."""
    alike: dict[tuple[str, str], list[Scope]] = {}
    for scope, why in failed:
        said = why.message.replace(scope.account, _ANY), why.advice.replace(scope.account, _ANY)
        alike.setdefault(said, []).append(scope)
    for said, scopes in alike.items():
        accounts = {scope.account for scope in scopes}
        named = accounts.pop() if len(accounts) == 1 else _ANY
        message, advice = (each.replace(_ANY, named) for each in said)
        where = places_label(scopes, manifest)
        yield Text("failed: ", style="bold red").append(f"{where}: {message}", style="red")
        if advice:
            yield Text(f"  → {advice}", no_wrap=True)
