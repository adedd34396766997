"""Which management events a trail's event selectors let through.

A trail that was given none records all, read and write; several add up. An advanced selector with a condition that is
not understood here counts as none: it may leave out just what matters.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail.type_defs import (
        AdvancedEventSelectorOutputTypeDef,
        AdvancedFieldSelectorOutputTypeDef,
        EventSelectorOutputTypeDef,
        GetEventSelectorsResponseTypeDef,
    )

_READ, _WRITE = "ReadOnly", "WriteOnly"
_BOTH = frozenset({_READ, _WRITE})


@dataclass(frozen=True, slots=True)
class Recorded:
    """The management events a trail records."""

    read_write_type: str
    """`All`, `ReadOnly` or `WriteOnly`; empty for none."""
    excluded: tuple[str, ...] = ()
    """The services whose events are left out."""

    @property
    def everything(self) -> bool:
        """Whether none is left out."""
        return self == Recorded("All")


_Selected: TypeAlias = tuple[frozenset[str], frozenset[str]]
"""What one selector lets through: kinds of calls, and of these the services left out."""


def recorded(told: GetEventSelectorsResponseTypeDef) -> Recorded:
    """Return what the selectors of a trail let through together."""
    basic, advanced = told.get("EventSelectors", ()), told.get("AdvancedEventSelectors", ())
    selected = [*map(_basic, basic), *map(_advanced, advanced)] if basic or advanced else [(_BOTH, frozenset[str]())]
    kinds = frozenset[str]().union(*(each for each, _ in selected))
    excluded = frozenset[str]().union(*(_excluded(kind, selected) for kind in kinds))
    return Recorded("All" if kinds == _BOTH else "".join(kinds), tuple(sorted(excluded)))


def _excluded(kind: str, selected: Iterable[_Selected]) -> frozenset[str]:
    """Return the services every selector of this kind of call leaves out."""
    return frozenset[str].intersection(*(excluded for kinds, excluded in selected if kind in kinds))


def _basic(selector: EventSelectorOutputTypeDef) -> _Selected:
    if not selector.get("IncludeManagementEvents", True):
        return frozenset(), frozenset()
    kind = selector.get("ReadWriteType", "All")
    kinds = _BOTH if kind == "All" else frozenset({str(kind)})
    return kinds, frozenset(selector.get("ExcludeManagementEventSources", ()))


def _advanced(selector: AdvancedEventSelectorOutputTypeDef) -> _Selected:
    kinds, excluded, managing = _BOTH, frozenset[str](), False
    for field in selector["FieldSelectors"]:
        match _condition(field):
            case ("eventCategory", "Equals", ["Management"]):
                managing = True
            case ("readOnly", "Equals", ["true" | "false" as read]):
                kinds &= {_READ if read == "true" else _WRITE}
            case ("eventSource", "NotEquals", sources):
                excluded |= frozenset(sources)
            case _:
                return frozenset(), frozenset()
    return (kinds if managing else frozenset()), excluded


def _condition(field: AdvancedFieldSelectorOutputTypeDef) -> tuple[str, str, Sequence[str]]:
    """Return field, operator and values; of several operators none is understood."""
    told = cast("Mapping[str, Sequence[str]]", field)
    given = [(operator, values) for operator, values in told.items() if operator != "Field" and values]
    return (field["Field"], *given[0]) if len(given) == 1 else (field["Field"], "", ())
