"""How deliveries and places are called, in text and as JSON."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.errors import BreakglassError
from breakglass.estate.wording import counted
from breakglass.manifest.model import Manifest
from breakglass.report.plan import scope_label
from breakglass.resources import GLOBAL, Scope
from breakglass.stacks import Delivery, Stack

_NAMED = 4
"""Places named before the rest is counted."""


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
    """Return the names of some places, and how many more there are."""
    named = ", ".join(scope_label(scope, manifest) for scope in places[:_NAMED])
    rest = len(places) - _NAMED
    return f"{named} and {rest} more" if rest > 0 else named


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
    """Yield what did not succeed where, places with the same reason together."""
    alike: dict[tuple[str, str], list[Scope]] = {}
    for scope, why in failed:
        alike.setdefault((why.message, why.advice), []).append(scope)
    for (message, advice), scopes in alike.items():
        where = places_label(scopes, manifest)
        yield Text("failed: ", style="bold red").append(f"{where}: {message}", style="red")
        if advice:
            yield Text(f"  → {advice}", no_wrap=True)
