"""Whatever a file holds, reading it gives a manifest or problems in our words: nothing else, and no other words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass.manifest import parse
from breakglass.manifest.tree import plain
from tests.manifest.support import ACME, NAME, problems

_ROOT = parse.parse(ACME.encode()).root
assert _ROOT is not None
EXAMPLE = json.dumps(plain(_ROOT))

FORM = re.compile(rf"{NAME}(:\d+)?( [^\n]+)?: [^\n]+")
FOREIGN = re.compile(r"pydantic|validation|Input should|https?://|of the form its reference gives", re.IGNORECASE)

WORDS = sorted(set(re.findall(r"[\w.@-]+|[^\w\s]|\n *", ACME)))
YAML = [
    "&a",
    "*a",
    "!!int",
    "? ",
    "---\n",
    "%YAML 1.2\n",
    "~",
    "null",
    "\t",
    "\u2028",
    "\x85",
    '"\\ud800"',
    "<<",
    "|\n",
    ">-\n",
]
PIECES = [*WORDS, *YAML]
VALUES = ["", "0", "1" * 12, "cn-north-1", "FILL-IN", "all", "canary", "x" * 100, "\u0661", "\x1b[0m"]

TREES = st.recursive(
    st.sampled_from([*WORDS, *VALUES]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as made:
        yield Path(made)


@pytest.fixture(params=[yaml.SafeLoader, parse._LOADER], ids=["python", "libyaml"], scope="module", autouse=True)
def _parser(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse, "_LOADER", request.param)
        yield


def holds(folder: Path, content: str | bytes) -> None:
    for problem in problems(folder, content):
        assert FORM.fullmatch(problem), problem
        assert not FOREIGN.search(problem), problem


@settings(deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes(folder: Path, content: bytes) -> None:
    holds(folder, content)


@settings(deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_order_of_words(folder: Path, pieces: list[str]) -> None:
    holds(folder, " ".join(pieces))


@settings(deadline=None)
@given(data=st.data())
def test_the_example_with_pieces_exchanged(folder: Path, data: st.DataObject) -> None:
    text = ACME
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + data.draw(st.sampled_from(["", *PIECES])) + text[end:]
    holds(folder, text)


@settings(deadline=None)
@given(data=st.data())
def test_the_example_with_a_branch_exchanged(folder: Path, data: st.DataObject) -> None:
    tree = json.loads(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 3))):
        node = tree
        while isinstance(node, (dict, list)) and node:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = data.draw(st.sampled_from(keys))
            if data.draw(st.booleans()) or not isinstance(node[key], (dict, list)):
                node[key] = data.draw(TREES)
                break
            node = node[key]
    holds(folder, json.dumps(tree, ensure_ascii=False, indent=1))
