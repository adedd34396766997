"""Which management events a trail records, by the selectors the API documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from breakglass.aws.alerting.selectors import Recorded, recorded

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail.type_defs import GetEventSelectorsResponseTypeDef

MANAGEMENT: dict[str, object] = {"Field": "eventCategory", "Equals": ["Management"]}
KMS = "kms.amazonaws.com"
RDS = "rdsdata.amazonaws.com"


def basic(kind: str = "All", *excluded: str, management: bool = True) -> dict[str, object]:
    settings = {"ReadWriteType": kind, "IncludeManagementEvents": management, "DataResources": []}
    return {**settings, "ExcludeManagementEventSources": list(excluded)}


def advanced(*fields: dict[str, object]) -> dict[str, object]:
    return {"FieldSelectors": [MANAGEMENT, *fields]}


def of(*selectors: dict[str, object], name: str = "EventSelectors") -> Recorded:
    return recorded(cast("GetEventSelectorsResponseTypeDef", {name: list(selectors)}))


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ([], Recorded("All")),
        ([{}], Recorded("All")),
        ([basic()], Recorded("All")),
        ([basic("ReadOnly")], Recorded("ReadOnly")),
        ([basic("WriteOnly")], Recorded("WriteOnly")),
        ([basic("ReadOnly"), basic("WriteOnly")], Recorded("All")),
        ([basic(management=False)], Recorded("")),
        ([basic("All", KMS)], Recorded("All", (KMS,))),
        ([basic("ReadOnly", KMS), basic("WriteOnly", RDS)], Recorded("All", (KMS, RDS))),
        ([basic("All", KMS), basic("All", RDS)], Recorded("All")),
    ],
)
def test_basic_selectors(selectors: list[dict[str, object]], expected: Recorded) -> None:
    assert of(*selectors) == expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (advanced(), Recorded("All")),
        (advanced({"Field": "readOnly", "Equals": ["false"]}), Recorded("WriteOnly")),
        (advanced({"Field": "readOnly", "Equals": ["true"]}), Recorded("ReadOnly")),
        (advanced({"Field": "eventSource", "NotEquals": [KMS, RDS]}), Recorded("All", (KMS, RDS))),
        (advanced({"Field": "eventSource", "Equals": ["s3.amazonaws.com"]}), Recorded("")),
        (advanced({"Field": "eventName", "NotEquals": ["AssumeRole"]}), Recorded("")),
        (advanced({"Field": "eventSource", "NotEquals": [KMS], "StartsWith": ["s"]}), Recorded("")),
        ({"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}, Recorded("")),
        ({"FieldSelectors": [{"Field": "readOnly", "Equals": ["true"]}]}, Recorded("")),
    ],
)
def test_advanced_selectors_count_only_where_they_are_understood(
    selector: dict[str, object], expected: Recorded
) -> None:
    assert of(selector, name="AdvancedEventSelectors") == expected


def test_several_advanced_selectors_add_up() -> None:
    halves = [advanced({"Field": "readOnly", "Equals": [each]}) for each in ("true", "false")]
    assert of(*halves, name="AdvancedEventSelectors").everything
