"""AWS's own descriptions of its APIs say what is wrong with a call, without making one."""

from collections.abc import Mapping

import pytest

from breakglass.aws.api_models import AwsApiModels
from breakglass.documents import Json

MODELS = AwsApiModels()


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "query"),
    [
        ("sts", "GetCallerIdentity", {}, None),
        ("sts", "GetCallerIdentity", {}, "Arn"),
        ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::222222222222:role/x", "RoleSessionName": "ana"}, None),
    ],
)
def test_a_right_call_has_no_problem(
    service: str, operation: str, parameters: Mapping[str, Json], query: str | None
) -> None:
    assert MODELS.problems(service, operation, parameters, query) == ()


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "query", "says"),
    [
        ("stss", "GetCallerIdentity", {}, None, "boto3 knows no service `stss`; did you mean `sts`?"),
        ("sts", "GetIdentity", {}, None, "`sts` has no operation `GetIdentity`"),
        ("sts", "GetCallerIdentity", {"A": "b"}, None, '`GetCallerIdentity`: unknown parameter in input: "A"'),
        (
            "sts",
            "AssumeRole",
            {"RoleArn": 1},
            None,
            '`AssumeRole`: missing required parameter in input: "RoleSessionNa',
        ),
        ("sts", "GetCallerIdentity", {}, "Arn[", "`query` is not JMESPath"),
        ("backup", "GetSupportedResourceTypes", {"A": "b"}, None, "`GetSupportedResourceTypes` takes no parameters"),
    ],
)
def test_a_wrong_call_is_told(
    service: str, operation: str, parameters: Mapping[str, Json], query: str | None, says: str
) -> None:
    assert says in "\n".join(MODELS.problems(service, operation, parameters, query))


def test_everything_is_told_at_once() -> None:
    found = MODELS.problems("sts", "AssumeRole", {"Name": 1}, "[")
    assert len(found) == 4
