"""A secret on paper: in pieces that add up to it, and with words for what is easily mistaken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakglass.respond.legibility import groups, legend


@given(st.text())
def test_pieces_add_up_to_the_secret(secret: str) -> None:
    assert "".join(groups(secret)) == secret
    assert all(len(each) <= 4 for each in groups(secret))


@pytest.mark.parametrize(
    ("character", "says"),
    [
        ("0", "digit zero"),
        ("O", "capital letter O"),
        ("l", "small letter L"),
        ("I", "capital letter I"),
        ("|", "vertical bar"),
        ("-", "hyphen"),
        ("_", "underscore"),
        ("`", "grave accent"),
        ("\x07", "control character"),
    ],
)
def test_what_is_easily_mistaken_is_put_into_words(character: str, says: str) -> None:
    (found,) = legend(f"kmkm{character}")
    assert (found.group, found.place, found.character, found.says) == (2, "1st", character, says)


def test_what_is_plain_is_not() -> None:
    assert not list(legend("abcdefhkmtwxACDEFHKM347"))
