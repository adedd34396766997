"""What stacks are to deliver, and what became of it, for people and for machines."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.intents import Intent
from breakglass.estate.outcome import Outcome, Waiting
from breakglass.estate.plan import WITHDRAW, Plan
from breakglass.estate.withdrawals import Withdrawal
from breakglass.manifest.model import Manifest
from breakglass.report.deliveries import (
    counted_places,
    delivery_document,
    delivery_label,
    place_document,
    places_label,
)
from breakglass.report.outcome import outcome_document, outcome_text
from breakglass.report.plan import plan_document
from breakglass.resources import GLOBAL, Scope
from breakglass.stacks import Stack

SCHEMA = "breakglass/deploy"
_WIDTH = 96
"""Columns of a line, without its sign and brackets."""

_SIGNS = {"create": ("+", "green"), "update": ("~", "yellow"), "extend": ("~", "yellow")}


def intents_text(intents: Sequence[Intent], manifest: Manifest) -> Iterator[Text]:
    """Yield what is to be done about each delivery; nothing of those that are as they should be."""
    for intent in intents:
        label = delivery_label(intent.delivery)
        if intent.is_due:
            sign, style = _SIGNS[intent.action]
            for line in _work(intent, manifest):
                yield Text(line if line.startswith(" ") else f"{sign} {line}", style=style)
        if intent.unadopted:
            where = places_label(intent.unadopted, manifest)
            yield Text("not in a stack yet: ", style="bold yellow").append(f"{label}: {where}", style="yellow")
            yield Text("  → changes are made there directly; let a stack take it over: breakglass adopt", no_wrap=True)
        if intent.why is not None:
            yield Text("not known: ", style="bold red").append(f"{label}: {intent.why.message}", style="red")
            yield Text(f"  → {intent.why.advice}" if intent.why.advice else "  → nothing is done there", no_wrap=True)


def deliveries_text(intents: Sequence[Intent], leftovers: Sequence[Withdrawal], manifest: Manifest) -> Iterator[Text]:
    """Yield what is to be done about each delivery, and which StackSets go because no delivery has them any more."""
    yield from intents_text(intents, manifest)
    yield from withdrawals_text(leftovers, manifest)


def dry_run_document(
    plan: Plan, intents: Sequence[Intent], leftovers: Sequence[Withdrawal], manifest: Manifest
) -> Json:
    """Return the plan as a JSON document, with what stacks would deliver."""
    return {**plan_document(plan, manifest), "deliveries": _documents(intents, leftovers)}


def deploy_text(
    plan: Plan, intents: Sequence[Intent], outcome: Outcome, left: Plan, manifest: Manifest
) -> Iterator[Text]:
    """Yield what became of the deliveries and of the plan."""
    worked = any(intent.is_due for intent in intents)
    yield from outcome_text(outcome, left, manifest, told=plan.unread, worked=worked)


def deploy_document(
    plan: Plan,
    intents: Sequence[Intent],
    leftovers: Sequence[Withdrawal],
    outcome: Outcome,
    left: Plan,
    manifest: Manifest,
) -> Json:
    """Return as JSON the fate of every delivery and of every change."""
    return {
        **outcome_document(plan, outcome, left, manifest),
        "schema": SCHEMA,
        "delivered": [place_document(scope) for scope in outcome.delivered],
        "waiting": [_waiting_document(each) for each in outcome.waiting],
        "deliveries": _documents(intents, leftovers),
    }


def withdrawals_text(withdrawals: Sequence[Withdrawal], manifest: Manifest) -> Iterator[Text]:
    """Yield which stacks go first."""
    for each in withdrawals:
        where = places_label(each.places, manifest) or "no stack"
        label = f"{delivery_label(each.delivery)}: {where}"
        if each.why is None:
            yield Text(f"- {label}; what it made is not deleted with it", style="red")
        else:
            yield Text("not known: ", style="bold red").append(f"{label}: {each.why.message}", style="red")
            yield Text(f"  → {each.why.advice}" if each.why.advice else "  → nothing is deleted there", no_wrap=True)


def _work(intent: Intent, manifest: Manifest) -> Iterator[str]:
    """Yield what is done: a line for each deed, and one that names the places where it would be too long."""
    if intent.creates or intent.updates:
        verb = "create" if intent.creates else "update"
        deed = ", ".join([f"{verb}, {counted_places(intent.places)}", *_where(intent)])
        yield from _folded(intent, deed, intent.places, manifest)
    else:
        if intent.missing:
            yield from _folded(intent, f"new in {counted_places(intent.missing)}", intent.missing, manifest)
        if intent.lagging:
            deed = f"bring {counted_places(intent.lagging)} up to date"
            yield from _folded(intent, deed, intent.lagging, manifest)


def _where(intent: Intent) -> Iterator[str]:
    """Yield in which region the stacks are, where their places do not tell."""
    delivery = intent.delivery
    if all(scope.region == GLOBAL for scope in delivery.scopes):
        yield f"in {delivery.region}" if isinstance(delivery, Stack) else f"stacks in {', '.join(delivery.regions)}"


def _folded(intent: Intent, deed: str, places: Sequence[Scope], manifest: Manifest) -> Iterator[str]:
    told = f"{delivery_label(intent.delivery)}: {deed}"
    where = places_label(places, manifest)
    if where and len(told) + len(where) < _WIDTH:
        yield f"{told} ({where})"
    else:
        yield told
        yield from [f"    {where}"] * bool(where)


def _waiting_document(waiting: Waiting) -> Json:
    needed = waiting.needed
    return {
        **place_document(waiting.scope),
        "needed": {"type": needed.type, "name": needed.name, **place_document(needed.scope)},
    }


def _documents(intents: Sequence[Intent], leftovers: Sequence[Withdrawal]) -> Sequence[Json]:
    return [*(_intent_document(each) for each in intents), *(_withdrawal_document(each) for each in leftovers)]


def _withdrawal_document(going: Withdrawal) -> Mapping[str, Json]:
    return {
        **delivery_document(going.delivery),
        "action": WITHDRAW if going.why is None else "unknown",
        "places": [place_document(scope) for scope in going.places],
        "unadopted": [],
        "why": None if going.why is None else going.why.message,
        "advice": None if going.why is None else going.why.advice,
    }


def _intent_document(intent: Intent) -> Mapping[str, Json]:
    return {
        **delivery_document(intent.delivery),
        "action": intent.action,
        "places": [place_document(scope) for scope in intent.places],
        "unadopted": [place_document(scope) for scope in intent.unadopted],
        "why": None if intent.why is None else intent.why.message,
        "advice": None if intent.why is None else intent.why.advice,
    }
