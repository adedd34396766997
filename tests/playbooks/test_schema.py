"""The JSON Schema of playbooks is the one in the documentation, and the reference page says what it says."""

import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from breakglass.manifest.schema import DIALECT
from breakglass.playbooks import schema
from breakglass.playbooks.values import WORDS
from tests.playbooks.support import STEPS, replaced
from tests.reference_pages import Described, rows

Draft202012Validator = import_module("jsonschema").Draft202012Validator
"""It comes without types, as a dependency of the sandbox."""

DOCS = Path(__file__).parents[2] / "docs" / "reference"
PAGE = (DOCS / "playbooks.md").read_text("utf-8")

ROWS = rows(PAGE)


def _accepts(text: str) -> bool:
    return bool(Draft202012Validator(schema.json_schema()).is_valid(yaml.safe_load(text)))


SHORT = {"phases.investigate.": "phase.", "phase.steps[].": "step.", "step.calls[].": "call.", "step.needs[].": "need."}
"""How the page calls what stands deep inside; all phases have one form."""

LIKE_THE_FIRST = ("phases.contain", "phases.eradicate", "phases.recover", "phases.close")


KEYS = Described(schema.json_schema(), lambda prefix: SHORT.get(prefix, prefix), LIKE_THE_FIRST).keys()


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
