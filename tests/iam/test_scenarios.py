"""Scenarios as JSON: what is wrong with one is said of it by its id, and the others are decided."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pytest

from breakglass.documents import Json
from breakglass.errors import UsageError
from breakglass.iam.scenarios import load, simulate
from tests.iam.support import SESSION, TARGET, USER, A, B, Object, allow, document, request

GOOD = request(identity_policies=[document(allow())])


@pytest.mark.parametrize(
    "change",
    [
        {"principal": None},
        {"principal": "nobody"},
        {"action": "GetObject"},
        {"action": "s3:*"},
        {"resource": "bucket"},
        {"resource": ""},
        {"resource_account": "12"},
        {"resource_account": 111111111111},
        {"resource": TARGET, "resource_account": B},
        {"permission_boundary": None},
        {"context": []},
        {"context": {"a": {}}},
        {"context": {"a": [None]}},
        {"context": {"a": "1", "A": "1"}},
        {"context": {"aws:PrincipalArn": SESSION}},
        {"context": {"aws:username": "carl"}},
        {"principal": SESSION, "context": {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/x/Other"}},
        {"principal": SESSION, "context": {"aws:PrincipalArn": [f"arn:aws:iam::{A}:role/Ops"] * 2}},
        {"identity_policies": document()},
        {"identity_policies": ["x"]},
        {"identity_policies": [{"Statement": ["x"]}]},
        {"resource_policy": []},
        {"permissions_boundary": "x"},
        {"service_control_policies": [document()]},
        {"resource_control_policies": {}},
    ],
)
def test_a_bad_scenario_is_told_by_its_id_and_stops_no_other(change: Object) -> None:
    results = simulate([{**GOOD, "id": "a"}, {**GOOD, "id": "b", **change}, {**GOOD, "id": "c"}])
    assert [each["id"] for each in results] == ["a", "b", "c"]
    assert [set(each) for each in results] == [
        {"id", "decision", "because"},
        {"id", "error"},
        {"id", "decision", "because"},
    ]


def test_a_scenario_without_an_id_has_its_position() -> None:
    assert [each["id"] for each in simulate([GOOD, "x", {**GOOD, "id": 7}, {**GOOD, "id": [1]}])] == [0, 1, 7, 3]


@pytest.mark.parametrize(
    "change",
    [
        {"context": {"aws:MultiFactorAuthAge": 5, "aws:SecureTransport": True, "aws:CalledVia": ["a", "b"]}},
        {"resource_policy": None, "permissions_boundary": None, "session_policies": None, "context": None},
        {"resource_account": None},
        {"principal": SESSION, "context": {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/some/path/Ops"}},
        {"principal": USER, "context": {"aws:username": "ana-break-glass"}},
    ],
)
def test_what_is_well_formed_is_decided(change: Object) -> None:
    assert simulate([{**GOOD, **change}])[0]["decision"] == "allowed"


def test_a_result_says_what_is_missing_and_why_it_is_unsupported() -> None:
    odd = document(allow(Condition={"Foo": {"a": "b"}}))
    silent, unsupported = simulate([request(), request(identity_policies=[odd])])
    assert silent["missing"]
    assert "Foo" in json.dumps(unsupported["because"])


def test_an_array_one_object_and_lines_are_read() -> None:
    text = json.dumps(GOOD)
    assert load(f"[{text}, {text}]") == (GOOD, GOOD)
    assert load(text) == (GOOD,)
    assert load(f"{text}\n\n{text}\n") == (GOOD, GOOD)
    assert load("[]") == ()


def test_a_line_that_is_no_json_is_told_and_stops_no_other() -> None:
    results = simulate(load(f"{json.dumps(GOOD)}\n{{nonsense\n{json.dumps(GOOD)}"))
    assert ["error" in each for each in results] == [False, True, False]


@pytest.mark.parametrize("text", ["", "nonsense", "1 2", "[" * 100_000, '{"a"'])
def test_text_that_is_no_json_is_an_error(text: str) -> None:
    with pytest.raises(UsageError):
        load(text)


def test_a_key_given_twice_is_an_error_at_any_depth_since_readers_differ_about_it() -> None:
    twice = '{"id": "b", "identity_policies": [{"Statement": [{"Effect": "Deny", "Effect": "Allow"}]}]}'
    for text in (f"[{json.dumps(GOOD)}, {twice}]", f"{json.dumps(GOOD)}\n{twice}"):
        results = simulate(load(text))
        assert ["error" in each for each in results] == [False, True]
    assert "twice" in str(simulate(load(twice))[0]["error"])


class Foreign(Mapping[str, Json]):
    """A mapping that is no dict."""

    def __init__(self, inner: Object) -> None:
        self.inner = inner

    def __getitem__(self, key: str) -> Json:
        return self.inner[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.inner)

    def __len__(self) -> int:
        return len(self.inner)


def test_documents_may_be_any_mapping() -> None:
    for held in (Foreign(document(allow())), MappingProxyType(document(allow()))):
        assert simulate([request(identity_policies=[held])])[0]["decision"] == "allowed"


def test_a_change_in_place_is_seen() -> None:
    held = document(allow())
    whole = request(identity_policies=[held])
    assert simulate([whole])[0]["decision"] == "allowed"
    held["Statement"] = []
    assert simulate([whole])[0]["decision"] == "implicit_deny"
