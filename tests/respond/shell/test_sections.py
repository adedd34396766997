"""A block of ours in a file of others: their bytes stay, whatever they are."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from breakglass.errors import UsageError
from breakglass.respond.shell.sections import Section, removed, written

SECTIONS = [Section("acme-prod-ransomware", ("credential_process = x", "region = eu-west-1")), Section("acme-x", ())]
BLOCK = b"""# breakglass acme begin
[profile acme-prod-ransomware]
credential_process = x
region = eu-west-1
[profile acme-x]
# breakglass acme end
"""

LINES = st.sampled_from(
    [
        b"",
        b"[default]",
        b"region = x",
        b"[profile other]",
        b"# breakglass umbrella begin",
        b"\xff\xfe",
        b"[",
        b"[profile '",
    ]
)
PIECES = st.one_of(st.binary(max_size=12), LINES, st.sampled_from([b"\n", b"\r\n", b"\r", b"\0", b"\x0c"]))
CONTENT = st.lists(PIECES, max_size=12).map(b"".join)


def write(before: bytes, sections: list[Section] | None = None) -> bytes:
    return written(before, "acme", SECTIONS if sections is None else sections, "config")


@example(b"[default]\r\nregion = x")
@example(b"x\r")
@given(CONTENT)
def test_writing_twice_is_writing_once_and_removing_gives_back_what_was(content: bytes) -> None:
    once = write(content)
    assert write(once) == once
    assert removed(once, "acme", "config") == content
    assert removed(write(once, SECTIONS[:1]), "acme", "config") == content


@given(CONTENT.filter(lambda content: not content or content.endswith((b"\n", b"\r"))), CONTENT)
def test_what_others_write_below_stays_as_well(above: bytes, below: bytes) -> None:
    among = write(above) + below
    assert removed(write(among, SECTIONS[:1]), "acme", "config") == above + below


def test_the_block_is_put_at_the_end_and_replaced_where_it_is() -> None:
    assert write(b"") == BLOCK
    assert write(b"[default]\n") == b"[default]\n" + BLOCK
    assert write(b"a\n" + BLOCK + b"b\n", []) == b"a\n# breakglass acme begin\n# breakglass acme end\nb\n"
    assert write(b"a\r\n") == b"a\r\n" + BLOCK.replace(b"\n", b"\r\n")


def test_a_section_no_sdk_would_read_is_nobodys() -> None:
    odd = b"[profile 'acme-x]\n[profile]\n[plugins acme-x]\n"
    assert write(odd) == odd + BLOCK


def test_nothing_of_ours_is_nothing_to_remove() -> None:
    assert removed(b"[default]", "acme", "config") == b"[default]"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a\n# breakglass acme begin\n", 2),
        (b"a\nb\n# breakglass acme end", 3),
        (b"# breakglass acme end\n# breakglass acme begin\n", 1),
        (BLOCK + BLOCK, 1),
        (b"a\r" + BLOCK + b"# breakglass acme end\n", 2),
    ],
)
def test_broken_markers_are_refused_with_their_line(content: bytes, line: int) -> None:
    says = re.escape(f"config:{line}: the markers")
    with pytest.raises(UsageError, match=says) as raised:
        write(content)
    assert "by hand" in raised.value.advice
    with pytest.raises(UsageError, match=says):
        removed(content, "acme", "config")


@pytest.mark.parametrize(
    "header", [b"[profile acme-x]", b"  [ profile  'acme-x' ]", b"\t[profile acme-x] # mine", b'[profile "acme-x"]']
)
def test_a_section_of_ours_outside_the_markers_is_refused_with_its_line(header: bytes) -> None:
    for content in (b"[default]\n" + header + b"\n" + BLOCK, b"[default]\n" + header):
        with pytest.raises(UsageError, match=r"config:2: \[profile acme-x\] is here already"):
            write(content)
