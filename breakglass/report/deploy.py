"""What stacks are to deliver, and what became of it, for people and for machines."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.intents import Intent
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import WITHDRAW, Plan
from breakglass.estate.withdrawals import Withdrawal
from breakglass.estate.wording import counted
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

SCHEMA = "breakglass/deploy"
_SIGNS = {"create": ("+", "green"), "update": ("~", "yellow"), "extend": ("~", "yellow")}


def intents_text(intents: Sequence[Intent], manifest: Manifest) -> Iterator[Text]:
    """Yield what is to be done about each delivery; nothing of those that are as they should be."""
    for intent in intents:
        label = delivery_label(intent.delivery)
        if intent.is_due:
            sign, style = _SIGNS[intent.action]
            yield Text(f"{sign} {label}: {_work(intent, manifest)}", style=style)
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
    stuck = frozenset(each.scope for each in outcome.stopped)
    delivered = [scope for intent in intents for scope in intent.places if scope not in stuck]
    if delivered and not outcome.interrupted:
        yield Text(f"stacks are up to date in {counted(len(delivered), 'place')}", style="bold")
    yield from outcome_text(outcome, left, manifest, told=plan.unread)


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
        "deliveries": _documents(intents, leftovers),
    }


def withdrawals_text(withdrawals: Sequence[Withdrawal], manifest: Manifest) -> Iterator[Text]:
    """Yield which stacks go first."""
    for each in withdrawals:
        where = places_label(each.places, manifest) or "no stack"
        label = f"{delivery_label(each.delivery)}: {where}"
        if each.why is None:
            yield Text(f"- {label}; what it made is kept", style="red")
        else:
            yield Text("not known: ", style="bold red").append(f"{label}: {each.why.message}", style="red")
            yield Text(f"  → {each.why.advice}" if each.why.advice else "  → nothing is deleted there", no_wrap=True)


def _work(intent: Intent, manifest: Manifest) -> str:
    if intent.creates or intent.updates:
        regions = ", ".join(str(region) for region in _regions(intent))
        verb = "create" if intent.creates else "update"
        named = f" ({places_label(intent.places, manifest)})" if intent.places else ""
        return f"{verb}, {counted_places(intent.places)}{named}, stacks in {regions}"
    parts = []
    if intent.missing:
        parts.append(f"new in {counted_places(intent.missing)} ({places_label(intent.missing, manifest)})")
    if intent.lagging:
        parts.append(f"bring {counted_places(intent.lagging)} up to date ({places_label(intent.lagging, manifest)})")
    return ", ".join(parts)


def _regions(intent: Intent) -> Sequence[Json]:
    regions = delivery_document(intent.delivery)["regions"]
    return regions if isinstance(regions, list) else ()


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
