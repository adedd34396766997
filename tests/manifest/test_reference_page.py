"""docs/reference/manifest.md says of every key what the model says, and of no other."""

import re
from pathlib import Path

from breakglass.manifest import schema
from tests.reference_pages import Described, rows

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "manifest.md").read_text("utf-8")

ROWS = rows(PAGE)
KEYS = Described(schema.json_schema()).keys()


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
