"""The JSON Schema of playbooks is the one in the documentation, and the reference page says what it says."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from breakglass.documents import Json
from breakglass.manifest.schema import DIALECT
from breakglass.playbooks import schema
from breakglass.playbooks.values import WORDS
from tests.playbooks.support import STEPS, replaced

Draft202012Validator = import_module("jsonschema").Draft202012Validator
"""It comes without types, as a dependency of the sandbox."""

DOCS = Path(__file__).parents[2] / "docs" / "reference"
PAGE = (DOCS / "playbooks.md").read_text("utf-8")

ROWS = {
    key: (type_.strip(), default.strip(), meaning.strip())
    for key, type_, default, meaning in re.findall(
        r"^\| `([\w.\[\]]+)` \|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|$", PAGE, re.MULTILINE
    )
}


def _accepts(text: str) -> bool:
    return bool(Draft202012Validator(schema.json_schema()).is_valid(yaml.safe_load(text)))


SHORT = {"phases.investigate.": "phase.", "phase.steps[].": "step.", "step.calls[].": "call.", "step.needs[].": "need."}
"""How the page calls what stands deep inside; all phases have one form."""

LIKE_THE_FIRST = ("phases.contain", "phases.eradicate", "phases.recover", "phases.close")


def _keys(node: Mapping[str, Json], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Json], bool]]:
    """Yield every key as the page writes it, what the schema says of it, and whether it must be given."""
    node = _resolved(node)
    properties, required = node.get("properties", {}), node.get("required", [])
    assert isinstance(properties, Mapping)
    assert isinstance(required, list)
    for name, inner in properties.items():
        assert isinstance(inner, Mapping)
        yield prefix + name, inner, name in required
        items = inner.get("items")
        if prefix + name not in LIKE_THE_FIRST:
            yield from _keys(inner, _short(f"{prefix}{name}."))
        yield from _keys(items, _short(f"{prefix}{name}[].")) if isinstance(items, Mapping) else ()


def _short(prefix: str) -> str:
    return SHORT.get(prefix, prefix)


def _resolved(node: Mapping[str, Json]) -> Mapping[str, Json]:
    choices = node.get("anyOf", [])
    assert isinstance(choices, list)
    references = [each["$ref"] for each in (node, *choices) if isinstance(each, Mapping) and "$ref" in each]
    definitions = schema.json_schema()["$defs"]
    assert isinstance(definitions, Mapping)
    found = definitions[str(references[0]).rpartition("/")[2]] if references else node
    assert isinstance(found, Mapping)
    return found


KEYS = {key: (inner, required) for key, inner, required in _keys(schema.json_schema())}


def test_the_schema_in_the_documentation_is_this_one() -> None:
    remedy = "run: breakglass playbook check --schema > docs/reference/playbook.schema.json"
    assert (DOCS / "playbook.schema.json").read_text("utf-8") == schema.text(), remedy


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema.json_schema())
    assert schema.json_schema()["$schema"] == DIALECT
    assert schema.json_schema()["title"] == "breakglass playbook"


def test_a_playbook_as_editors_see_it_is_valid() -> None:
    assert _accepts(STEPS)
    assert _accepts((Path(__file__).parent / "every-kind.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("scenario:", "scenery:"),
        ("kind: api", "kind: wish"),
        ("version: 1", "version: 2"),
        ("id: see-host", "id: See Host"),
        ('"ec2:StopInstances"', '"StopInstances"'),
        ("  investigate:", "  wonder:"),
    ],
)
def test_what_editors_can_see_is_refused(old: str, new: str) -> None:
    assert not _accepts(replaced(STEPS, old, new))


def test_every_pattern_has_words() -> None:
    assert set(re.findall(r'"pattern": "(.*)"', schema.text())) <= {each.replace("\\", "\\\\") for each in WORDS}


def test_every_key_is_on_the_page_and_no_other() -> None:
    assert set(ROWS) == set(KEYS)


def test_the_page_says_what_the_schema_says_of_every_key() -> None:
    for key, (inner, _) in KEYS.items():
        assert ROWS[key][2].startswith(str(inner["description"])), key
        assert ROWS[key][0], key


def test_the_page_says_which_keys_must_be_given() -> None:
    assert {key for key, (_, default, _) in ROWS.items() if default == "required"} == {
        key for key, (_, required) in KEYS.items() if required
    }
