"""Documents into statements: canonical, and with every part that is not modelled said, never dropped.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from breakglass.documents import Document, Json
from breakglass.errors import UsageError
from breakglass.iam.conditions import FOR_ALL, FOR_ANY, NULL, OPERATORS
from breakglass.iam.nouns import Condition, Principals, Statement, Values
from breakglass.iam.principals import KINDS
from breakglass.iam.truth import Unsupported

CURRENT: Final = "2012-10-17"
VERSIONS: Final = ("2008-10-17", CURRENT)
_DOCUMENT: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
    }
)
_IF_EXISTS: Final = "IfExists"
_ANYTHING: Final = ("*",)
_UNREADABLE: Final = Principals((("", ""),))


class _Problems(list[str]):
    """What is not modelled, gathered while the rest is read."""


def version(document: Document) -> str:
    """Return the language version; without one AWS takes the older.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    """
    found = document.get("Version", VERSIONS[0])
    return found if isinstance(found, str) else ""


def problems(document: Document) -> tuple[str, ...]:
    """Return what is not modelled of a document as a whole: nothing it says can be relied on."""
    found = [f"unknown element: {key}" for key in document if key not in _DOCUMENT]
    if version(document) not in VERSIONS:
        found.append(f"unknown Version: {document.get('Version')}")
    if not isinstance(document.get("Statement"), Mapping | list | tuple):
        found.append("no Statement")
    return tuple(found)


def statements(document: Document) -> tuple[Statement, ...]:
    """Return the statements of a document, in their order. Raises UsageError for one that is no object."""
    return tuple(_statement(index, each) for index, each in enumerate(_listed(document.get("Statement"))))


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else [] if value is None else [value]


def _statement(index: int, written: Json) -> Statement:
    if not isinstance(written, Mapping):
        raise UsageError(f"statement {index} is not an object", advice="mend the document")
    found = _Problems(f"unknown element: {key}" for key in written if key not in _STATEMENT)
    effect = written.get("Effect")
    if effect not in ("Allow", "Deny"):
        found.append(f"unknown Effect: {effect}")
    actions, not_actions = _either(written, "Action", found)
    resources, not_resources = _either(written, "Resource", found)
    principals, not_principals = _principals(written, found)
    if actions is None:
        found.append("no Action")
        actions = _ANYTHING
    sid = written.get("Sid", "")
    if not isinstance(sid, str):
        found.append("Sid is not a string")
    return Statement(
        index=index,
        sid=sid if isinstance(sid, str) else "",
        effect=effect if isinstance(effect, str) else "",
        actions=tuple(sorted({action.lower() for action in actions})),
        not_actions=not_actions,
        resources=resources,
        not_resources=not_resources,
        principals=principals,
        not_principals=not_principals,
        conditions=tuple(sorted(_conditions(written.get("Condition", {}), found), key=_order)),
        problems=tuple(found),
    )


def _either(written: Document, name: str, found: _Problems) -> tuple[Values | None, bool]:
    """Read an element or its negation; AWS refuses both together. What cannot be read may be about anything."""
    negated = f"Not{name}" in written
    if name in written and negated:
        found.append(f"both {name} and Not{name}")
        return _ANYTHING, False
    element = f"Not{name}" if negated else name
    if element not in written:
        return None, False
    strings = _strings(written[element], element, found)
    return (strings, negated) if strings else (_ANYTHING, False)


def _strings(value: Json, element: str, found: _Problems) -> Values:
    """Return the strings, or none at all where one of them is none."""
    strings = [each for each in _listed(value) if isinstance(each, str) and each]
    if not strings or len(strings) != len(_listed(value)):
        found.append(f"{element} is not a string or a list of strings")
        return ()
    return tuple(sorted(set(strings)))


def _principals(written: Document, found: _Problems) -> tuple[Principals | None, bool]:
    negated = "NotPrincipal" in written
    if "Principal" in written and negated:
        found.append("both Principal and NotPrincipal")
        return _UNREADABLE, False
    element = "NotPrincipal" if negated else "Principal"
    if element not in written:
        return None, False
    if negated and written.get("Effect") == "Allow":
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        found.append("NotPrincipal with Allow")
    return _entries(written[element], element, found), negated


def _entries(value: Json, element: str, found: _Problems) -> Principals:
    if value == "*":
        return Principals((("AWS", "*"),))
    if not isinstance(value, Mapping) or not value:
        found.append(f"{element} is neither * nor an object")
        return _UNREADABLE
    entries = {(kind, each) for kind, inner in value.items() for each in _strings(inner, element, found)}
    found.extend(f"unknown kind of principal: {kind}" for kind in value if kind not in KINDS)
    return Principals(tuple(sorted(entries))) if entries else _UNREADABLE


def _conditions(value: Json, found: _Problems) -> Iterator[Condition]:
    if not isinstance(value, Mapping):
        found.append("Condition is not an object")
        return
    seen: set[tuple[str, str]] = set()
    for operator, keys in value.items():
        if not isinstance(keys, Mapping) or not keys:
            found.append(f"Condition {operator} is not an object of keys")
            continue
        for key, values in keys.items():
            if (operator, key.lower()) in seen:
                found.append(f"Condition {operator} has {key} twice")
            seen.add((operator, key.lower()))
            yield _condition(operator, key.lower(), _scalars(values, operator, found))


def _scalars(value: Json, operator: str, found: _Problems) -> Values:
    listed = _listed(value)
    texts = [scalar(each) for each in listed]
    if not texts or None in texts:
        found.append(f"Condition {operator} has no value, or one that is no string")
    return tuple(sorted({each for each in texts if each is not None}))


def scalar(value: Json) -> str | None:
    """Return a value of a condition or of a context as AWS spells it, or None for what is no scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return value if isinstance(value, str) else None


def _condition(written: str, key: str, values: Values) -> Condition:
    try:
        set_operator, operator, if_exists = _operator(written)
    except Unsupported as problem:
        return Condition("", written, if_exists=False, key=key, values=values, problem=str(problem))
    if operator == NULL:
        values = tuple(value.lower() for value in values)
    return Condition(set_operator, operator, if_exists, key, values)


def _operator(written: str) -> tuple[str, str, bool]:
    before, colon, rest = written.rpartition(":")
    if_exists = rest.endswith(_IF_EXISTS)
    name = rest.removesuffix(_IF_EXISTS)
    if name not in OPERATORS or (colon and before not in (FOR_ALL, FOR_ANY)):
        raise Unsupported(f"unknown condition operator: {written}")
    if name == NULL and (if_exists or colon):
        raise Unsupported(f"Null takes no part before or after it: {written}")
    return before, name, if_exists


def _order(condition: Condition) -> tuple[str, str, str, bool]:
    return condition.key, condition.operator, condition.set_operator, condition.if_exists
