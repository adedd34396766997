"""Scenarios: requests with the policies that bear on them, as JSON, and what is decided of each."""

import json
import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, cast

from breakglass.documents import Document, Json
from breakglass.errors import UsageError
from breakglass.iam import policies
from breakglass.iam.arns import ACCOUNT, account_of
from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import Answer, Request
from breakglass.iam.parse import scalar
from breakglass.iam.policies import Policies
from breakglass.iam.policy import Policy, policy
from breakglass.iam.principals import Kind, requester

_KINDS: Final = (
    policies.IDENTITY,
    policies.RESOURCE,
    policies.BOUNDARY,
    policies.SESSION,
    policies.SCP,
    policies.RCP,
)
_FIELDS: Final = frozenset(
    {
        *_KINDS,
        "id",
        "principal",
        "action",
        "resource",
        "resource_account",
        "context",
    }
)
_ADVICE: Final = "mend the scenario; its form is in docs/reference/engine.md"


class _Repeated(dict[str, Json]):
    """An object of which one key is given twice: what it says depends on who reads it."""


def load(text: str) -> tuple[Json, ...]:
    """Return the scenarios of a JSON array, of one object, or of JSON lines; a line that is no JSON is its own problem.

    Raises UsageError for text that is neither.
    """
    repeated: list[Json] = []

    def read(part: str) -> Json:
        repeated.clear()
        found: Json = json.loads(part, object_pairs_hook=partial(_object, repeated))
        if not repeated:
            return found
        return [_Repeated() if _repeats(each) else each for each in found] if isinstance(found, list) else _Repeated()

    try:
        whole = read(text)
    except (ValueError, RecursionError) as error:
        return _lines(text, read, error)
    return tuple(whole) if isinstance(whole, list) else (whole,)


def simulate(scenarios: Iterable[Json]) -> list[dict[str, Json]]:
    """Return for each scenario `id`, `decision` and `because`, or `id` and `error`; one never stops the others."""
    return [_result(position, scenario) for position, scenario in enumerate(scenarios)]


def decide(scenario: Json) -> Answer:
    """Decide one scenario. Raises UsageError for one that is not well-formed."""
    return evaluate(*parsed(scenario))


def parsed(scenario: Json) -> tuple[Request, Policies]:
    """Return the request of a scenario and its policies. Raises UsageError for one that is not well-formed."""
    if not isinstance(scenario, Mapping):
        raise UsageError("a scenario is a JSON object", advice=_ADVICE)
    if isinstance(scenario, _Repeated):
        raise UsageError("an object of the scenario has a key twice", advice=_ADVICE)
    unknown = scenario.keys() - _FIELDS
    if unknown:
        raise UsageError(f"unknown field: {', '.join(sorted(map(str, unknown)))}", advice=_ADVICE)
    request = Request(
        _string(scenario, "principal"),
        _string(scenario, "action"),
        _string(scenario, "resource"),
        _account(scenario),
        _context(scenario.get("context")),
    )
    _consistent(request)
    return request, _bearing([scenario.get(field) for field in _KINDS])


def _bearing(given: list[Json]) -> Policies:
    """Return the policies of a scenario, read once for each distinct set of documents."""
    try:
        key = marshal.dumps(cast("list[Any]", given), 0)
    except ValueError:  # a Mapping that is no dict
        return _read(given)
    found = _SETS.get(key)
    if found is None:
        if len(_SETS) >= _KEPT:
            _SETS.clear()
        found = _SETS[key] = _read(given)
    return found


_KEPT: Final = 1024
_SETS: Final[dict[bytes, Policies]] = {}


def _read(given: list[Json]) -> Policies:
    identity, resource, boundary, session, service_control, resource_control = given
    return Policies(
        _policies(identity, policies.IDENTITY),
        None if resource is None else policy(_document(resource, policies.RESOURCE)),
        None if boundary is None else policy(_document(boundary, policies.BOUNDARY)),
        _policies(session, policies.SESSION),
        _levels(service_control, policies.SCP),
        _levels(resource_control, policies.RCP),
    )


def _result(position: int, scenario: Json) -> dict[str, Json]:
    identifier = scenario.get("id") if isinstance(scenario, Mapping) else None
    if not isinstance(identifier, str | int):
        identifier = position
    try:
        answer = decide(scenario)
    except UsageError as error:
        return {"id": identifier, "error": error.message}
    return {"id": identifier, **result(answer)}


def result(answer: Answer) -> dict[str, Json]:
    """Return an answer as JSON: `missing` only for an implicit deny, `why` only where something is not modelled."""
    because: list[Json] = [
        {"policy": each.policy, "statement": each.statement, "effect": each.effect}
        | ({"why": each.why} if each.why else {})
        for each in answer.because
    ]
    found: dict[str, Json] = {"decision": answer.decision.value, "because": because}
    return {**found, "missing": answer.missing} if answer.missing else found


def _lines(text: str, read: Callable[[str], Json], error: Exception) -> tuple[Json, ...]:
    found: list[Json] = []
    for line in filter(str.strip, text.splitlines()):
        try:
            found.append(read(line))
        except (ValueError, RecursionError):
            found.append(None)
    if not any(isinstance(each, Mapping) for each in found):
        raise UsageError(f"neither a JSON array nor JSON lines: {error}", advice=_ADVICE)
    return tuple(found)


def _object(repeated: list[Json], pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    repeated.append(None)
    return _Repeated(plain)


def _repeats(value: Json) -> bool:
    if isinstance(value, _Repeated):
        return True
    return any(
        map(_repeats, value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ())
    )


def _string(scenario: Mapping[str, Json], field: str) -> str:
    value = scenario.get(field)
    if not isinstance(value, str) or not value:
        raise UsageError(f"{field} is not a string", advice=_ADVICE)
    if field == "action" and (":" not in value or "*" in value or "?" in value):
        raise UsageError(f"not one action: {value}", advice=_ADVICE)
    if field == "resource" and value != "*" and not value.startswith("arn:"):
        raise UsageError(f"neither an ARN nor *: {value}", advice=_ADVICE)
    return value


def _account(scenario: Mapping[str, Json]) -> str:
    value = scenario.get("resource_account") or ""
    if not isinstance(value, str) or (value and not ACCOUNT.fullmatch(value)):
        raise UsageError(f"resource_account is not an account: {value}", advice=_ADVICE)
    return value


def _context(value: Json) -> dict[str, Sequence[str]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise UsageError("context is not an object", advice=_ADVICE)
    context: dict[str, Sequence[str]] = {}
    for key, given in value.items():
        lowered = key.lower()
        if lowered in context:
            raise UsageError(f"context has a key twice: {key}", advice=_ADVICE)
        context[lowered] = (given,) if isinstance(given, str) else _texts(key, given)
    return context


def _texts(key: str, given: Json) -> tuple[str, ...]:
    listed = given if isinstance(given, list | tuple) else [given]
    found = tuple([text for each in listed if (text := scalar(each)) is not None])
    if len(found) != len(listed):
        raise UsageError(f"context has a value that is no string: {key}", advice=_ADVICE)
    return found


def _consistent(request: Request) -> None:
    """Refuse what cannot be: of a session alone the role's path is the caller's to say."""
    named = account_of(request.resource)
    if named and request.resource_account and named != request.resource_account:
        raise UsageError(f"the resource lies in {named}, not in {request.resource_account}", advice=_ADVICE)
    who = requester(request.principal)
    for key, values in who.derived:
        given = request.context.get(key)
        if given is None or given == values:
            continue
        if key == "aws:principalarn" and who.kind is Kind.ROLE and _is_role(given, who.account, who.name, who.session):
            continue
        raise UsageError(f"context contradicts the principal: {key}", advice=_ADVICE)


def _is_role(given: str | Sequence[str], account: str, name: str, session: str) -> bool:
    """Tell whether the values are the ARN of a session's role, under whatever path."""
    return bool(session) and len(given) == 1 and f"::{account}:role/" in given[0] and given[0].endswith(f"/{name}")


def _policies(value: Json, field: str) -> tuple[Policy, ...]:
    return tuple([policy(_document(each, field)) for each in _list(value, field)])


def _levels(value: Json, field: str) -> tuple[tuple[Policy, ...], ...]:
    return tuple([_policies(level, field) for level in _list(value, field)])


def _document(value: Json, field: str) -> Document:
    if not isinstance(value, Mapping):
        raise UsageError(f"{field} holds something that is no policy document", advice=_ADVICE)
    return value


def _list(value: Json, field: str) -> Sequence[Json]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise UsageError(f"{field} is not a list", advice=_ADVICE)
    return value
