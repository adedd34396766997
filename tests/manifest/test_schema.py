import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from breakglass.documents import Json
from breakglass.manifest import schema
from breakglass.manifest.values import WORDS
from tests.manifest.support import ACME, planted

Draft202012Validator = import_module("jsonschema").Draft202012Validator
"""It comes without types, as a dependency of the sandbox."""

DOCS = Path(__file__).parents[2] / "docs" / "reference"


def _objects(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)


def _accepts(text: str) -> bool:
    return bool(Draft202012Validator(schema.json_schema()).is_valid(yaml.safe_load(text)))


def test_the_schema_in_the_documentation_is_this_one() -> None:
    remedy = "run: breakglass init --schema > docs/reference/manifest.schema.json"
    assert (DOCS / "manifest.schema.json").read_text("utf-8") == schema.text(), remedy


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema.json_schema())
    assert schema.json_schema()["$schema"] == schema.DIALECT
    assert schema.json_schema()["title"] == "breakglass manifest"


def test_the_example_as_editors_see_it_is_valid() -> None:
    assert _accepts(ACME)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("engine: direct", "colour: red"),
        ('"222222222222"', "222222222222"),
        ("session_hours: 1", "session_hours: 13"),
        ("accounts: all", "accounts: some"),
        ("version: 1", "version: 2"),
        ("organization: o-acme12345", ""),
    ],
)
def test_what_editors_can_see_is_refused(old: str, new: str) -> None:
    assert not _accepts(planted((old, new)))


def test_every_mapping_is_closed_and_every_key_described() -> None:
    for each in _objects(dict(schema.json_schema())):
        if each.get("type") == "object" and "properties" in each:
            assert each["additionalProperties"] is False
            assert each["description"]
            assert all(inner["description"] for inner in _properties(each))


def _properties(each: dict[str, Json]) -> list[dict[str, Json]]:
    properties = each["properties"]
    assert isinstance(properties, dict)
    return [inner for inner in properties.values() if isinstance(inner, dict)]


def test_every_pattern_has_words() -> None:
    patterns = {
        each["pattern"] for each in _objects(dict(schema.json_schema())) if isinstance(each.get("pattern"), str)
    }
    assert patterns == set(WORDS)
    assert all(re.compile(str(pattern)) for pattern in patterns)
