"""A plan for people and for machines."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from rich.text import Text

from breakglass import resources
from breakglass.documents import Json
from breakglass.estate.organization import is_unresolved
from breakglass.estate.plan import Change, Plan, Refusal, Verb
from breakglass.estate.wording import GRANT, counted, describe, describe_difference
from breakglass.facts import Unread
from breakglass.manifest.model import Manifest
from breakglass.resources import GLOBAL, Resource, Scope, items

SCHEMA = "breakglass/plan"
_SIGNS = {Verb.CREATE: ("+", "green"), Verb.UPDATE: ("~", "yellow"), Verb.DELETE: ("-", "red")}
_NAMED = 4
"""Accounts named in a heading before the rest is counted."""

_Lines: TypeAlias = tuple[tuple[str, str], ...]


def plan_text(plan: Plan, manifest: Manifest, *, nothing: str = "no changes") -> Iterator[Text]:
    """Yield the plan, accounts with the same changes together; `nothing` says that it has none."""
    if not plan.changes:
        yield Text(f"{nothing} in what could be read" if plan.unread else nothing, style="bold green")
    yield from _left_alone_text(plan.left_alone, manifest)
    yield from _units_text(plan, manifest)
    for accounts, lines in _grouped(plan.changes).items():
        yield Text(_heading(accounts, manifest), style="bold")
        yield from (Text("  ").append(text, style=style) for text, style in lines)
        yield Text()
    yield from unread_text(plan.unread, manifest)
    yield from _stopped_text(plan.stopped, manifest)
    yield from _refusals_text(plan.refusals, manifest)
    if plan.changes:
        yield Text(summary(plan.changes), style="bold")
    if plan.changes or plan.deliveries:
        yield Text(f"digest {plan.digest}", no_wrap=True)


def plan_document(plan: Plan, manifest: Manifest) -> Mapping[str, Json]:
    """Return the plan as a JSON document."""
    counts = _counts(plan.changes)
    return {
        "schema": SCHEMA,
        "version": 1,
        "manifest": manifest.name,
        "digest": plan.digest,
        "summary": {verb.value: counts[verb] for verb in Verb},
        "changes": [change_document(change) for change in plan.changes],
        "refusals": [
            {"rule": each.rule, "subject": each.subject, "why": each.why, "advice": _how_to_pass(each)}
            for each in plan.refusals
        ],
        "stopped": [
            {"rule": each.rule, "subject": each.subject, "why": each.why, "advice": each.advice}
            for each in plan.stopped
        ],
        "left_alone": [change_document(change) for change in plan.left_alone],
        "new_accounts": list(plan.new_accounts),
        "inactive_accounts": [{"id": each.id, "name": each.name, "state": each.state} for each in plan.inactive],
        "unread": [unread_document(each) for each in plan.unread],
    }


def change_document(change: Change) -> Json:
    """Return one change as JSON: what a created resource will be, where an updated one differs."""
    resource = change.resource
    return {
        "verb": change.verb.value,
        "type": resource.type,
        "account": resource.scope.account,
        "region": resource.scope.region,
        "name": resource.name,
        "arn": resource.arn,
        "properties": dict(resource.properties) if change.verb is Verb.CREATE else None,
        "differences": [{"path": each.path, "before": each.before, "after": each.after} for each in change.differences],
    }


def unread_document(unread: Unread) -> Json:
    """Return as JSON what could not be read, and why."""
    return {
        "account": unread.scope.account,
        "region": unread.scope.region,
        "what": unread.what,
        "why": unread.why.message,
        "advice": unread.why.advice,
    }


def unread_text(unread: Sequence[Unread], manifest: Manifest) -> Iterator[Text]:
    """Yield what could not be read, and why."""
    for each in unread:
        unknown = is_unresolved(each)
        what = each.what if unknown else f"{scope_label(each.scope, manifest)}, {each.what}"
        label = "not known: " if unknown else "not read: "
        yield Text(label, style="bold red").append(f"{what}: {each.why.message}", style="red")
        if each.why.advice:
            yield Text(f"  → {each.why.advice}", no_wrap=True)


def summary(changes: Sequence[Change]) -> str:
    """Return how many changes of each kind there are, in how many accounts."""
    counts = _counts(changes)
    parts = [f"{counts[verb]} to {verb}" for verb in Verb]
    accounts = len({change.key.scope.account for change in changes})
    return f"{', '.join(parts)} in {counted(accounts, 'account')}"


def account_label(account: str, manifest: Manifest) -> str:
    """Return an account's name and id."""
    name = manifest.account_name(account)
    return account if name == account else f"{name} ({account})"


def scope_label(scope: Scope, manifest: Manifest) -> str:
    """Return an account's name and id, and the region where one is meant."""
    account = account_label(scope.account, manifest)
    return account if scope.region == GLOBAL else f"{account} {scope.region}"


def _counts(changes: Sequence[Change]) -> Counter[Verb]:
    return Counter(change.verb for change in changes)


def _grouped(changes: Sequence[Change]) -> Mapping[tuple[Scope, ...], _Lines]:
    """Return the lines of each scope, scopes with the same lines under one heading."""
    by_scope: dict[Scope, list[tuple[str, str]]] = {}
    for change in changes:
        by_scope.setdefault(change.key.scope, []).extend(_lines(change))
    scopes: dict[_Lines, list[Scope]] = {}
    for scope, lines in by_scope.items():
        scopes.setdefault(tuple(lines), []).append(scope)
    return {tuple(alike): lines for lines, alike in scopes.items()}


def _lines(change: Change) -> Iterator[tuple[str, str]]:
    sign, style = _SIGNS[change.verb]
    detail = _detail(change.resource) if change.verb is Verb.CREATE else ""
    yield f"{sign} {describe(change.resource)}{detail}", style
    yield from ((f"    {describe_difference(each)}", "") for each in change.differences)
    if change.ends_grant:
        yield f"    {GRANT}", ""


def _detail(resource: Resource) -> str:
    """Return what a reader wants to know of something new."""
    if resource.type == resources.USER:
        return f"  in {', '.join(str(each) for each in items(resource.properties['Groups'])) or 'reserve'}"
    if resource.type == resources.ROLE:
        return f"  sessions of {int(str(resource.properties['MaxSessionDuration'])) // 3600} h"
    return ""


def _heading(scopes: Sequence[Scope], manifest: Manifest) -> str:
    named = [scope_label(scope, manifest) for scope in scopes[:_NAMED]]
    rest = len(scopes) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "")


def _left_alone_text(changes: Sequence[Change], manifest: Manifest) -> Iterator[Text]:
    for change in changes:
        where = scope_label(change.key.scope, manifest)
        what = f"{change.verb} {describe(change.resource)} in {where}"
        yield Text("left alone: ", style="bold yellow").append(what, style="yellow")


def _units_text(plan: Plan, manifest: Manifest) -> Iterator[Text]:
    """Yield what became of the accounts of organizational units."""
    if plan.new_accounts:
        told = _heading([manifest.scope(account) for account in plan.new_accounts], manifest)
        yield Text("new in its organizational unit: ", style="bold green").append(told, style="green")
    for each in plan.inactive:
        told = f"{each.name} ({each.id}) is {each.state}"
        yield Text("left alone: ", style="bold yellow").append(told, style="yellow")


def _stopped_text(stopped: Sequence[Refusal], manifest: Manifest) -> Iterator[Text]:
    """Yield where nothing is changed while the rest of the plan is carried out."""
    for each in stopped:
        where = "" if each.key is None else f"{scope_label(each.key.scope, manifest)}: "
        yield Text(f"stopped ({each.rule}): ", style="bold red").append(
            f"{where}{each.subject}: {each.why}", style="red"
        )
        yield Text(f"  → {each.advice}; the rest is carried out", no_wrap=True)


def _refusals_text(refusals: Sequence[Refusal], manifest: Manifest) -> Iterator[Text]:
    for each in refusals:
        told = f"{account_label(each.subject, manifest)}: {each.why}"
        yield Text(f"refused ({each.rule}): ", style="bold red").append(told, style="red")
        yield Text(f"  → {_how_to_pass(each)}", no_wrap=True)


def _how_to_pass(refusal: Refusal) -> str:
    return f"{refusal.advice}; if the plan is meant as it is: --allow {refusal.rule}"
