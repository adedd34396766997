"""docs/reference/manifest.md says of every key what the model says, and of no other."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from breakglass.documents import Json
from breakglass.manifest import schema

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "manifest.md").read_text("utf-8")

ROWS = {
    key: (type_.strip(), default.strip(), meaning.strip())
    for key, type_, default, meaning in re.findall(
        r"^\| `([\w.\[\]]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|", PAGE, re.MULTILINE
    )
}


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
        yield from _keys(inner, f"{prefix}{name}.")
        yield from _keys(items, f"{prefix}{name}[].") if isinstance(items, Mapping) else ()


def _resolved(node: Mapping[str, Json]) -> Mapping[str, Json]:
    choices = node.get("anyOf", [])
    assert isinstance(choices, list)
    references = [each["$ref"] for each in (node, *choices) if isinstance(each, Mapping) and "$ref" in each]
    reference = str(references[0]) if references else ""
    definitions = schema.json_schema()["$defs"]
    assert isinstance(definitions, Mapping)
    found = definitions[reference.rpartition("/")[2]] if reference else node
    assert isinstance(found, Mapping)
    return found


KEYS = {key: (inner, required) for key, inner, required in _keys(schema.json_schema())}


def test_every_key_is_on_the_page_and_no_other() -> None:
    assert set(ROWS) == set(KEYS)


def test_every_key_has_a_type_and_a_meaning() -> None:
    assert all(type_ and meaning for type_, _, meaning in ROWS.values())


def test_the_page_says_which_keys_must_be_given() -> None:
    assert {key for key, (_, default, _) in ROWS.items() if default == "required"} == {
        key for key, (_, required) in KEYS.items() if required
    }


def test_the_page_says_the_defaults() -> None:
    for key, (inner, required) in KEYS.items():
        if not required:
            default = inner["default"]
            says = {"[]": "none", "None": "none", "True": "`true`", "False": "`false`"}.get(
                str(default), "all defaults" if isinstance(default, dict) else f"`{default}`"
            )
            assert ROWS[key][1] == says, key


def test_the_page_says_what_is_not_acted_on_yet() -> None:
    part = PAGE.partition("\n## Read and checked, not yet acted on\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^- `([\w.]+)`(?: and `([\w.]+)`)?", part, re.MULTILINE)) == {
        ("regions", ""),
    }
