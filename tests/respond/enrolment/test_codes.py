"""What a virtual MFA device shows, and passwords that can be typed from paper."""

import string
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakglass.estate.desired import PASSWORD_POLICY
from breakglass.respond.enrolment.codes import codes
from breakglass.respond.enrolment.password import ALPHABETS, LENGTH, bits, new_password
from breakglass.secret import Secret

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))


@given(TIMES)
def test_the_codes_are_what_an_authenticator_showed_last_and_shows_now(now: datetime) -> None:
    device = pyotp.TOTP(SEED)
    last, current = codes(Secret(SEED), now)
    assert last.reveal() == device.at(now - timedelta(seconds=30))
    assert current.reveal() == device.at(now)


@pytest.mark.parametrize(("seconds", "same"), [(0, True), (29.999, True), (30, False)])
def test_a_code_holds_for_thirty_seconds(seconds: float, same: bool) -> None:
    start = datetime(2026, 11, 22, 11, 26, 30, tzinfo=UTC)
    before, after = codes(Secret(SEED), start), codes(Secret(SEED), start + timedelta(seconds=seconds))
    assert (before == after) is same
    assert same or after[0] == before[1]


def test_codes_are_secrets() -> None:
    assert "Secret(…)" in repr(codes(Secret(SEED), datetime(2026, 1, 1, tzinfo=UTC)))


def test_passwords_meet_the_policy_of_the_account_and_the_limits_of_iam() -> None:
    symbols = "!@#$%^&*()_+-=[]{}|'"
    kinds = {
        "RequireLowercaseCharacters": string.ascii_lowercase,
        "RequireUppercaseCharacters": string.ascii_uppercase,
        "RequireNumbers": string.digits,
        "RequireSymbols": symbols,
    }
    for _ in range(200):
        password = new_password().reveal()
        assert int(str(PASSWORD_POLICY["MinimumPasswordLength"])) <= len(password) == LENGTH <= 128
        assert all(not PASSWORD_POLICY[rule] or set(password) & set(kind) for rule, kind in kinds.items())
        assert set(password) <= set(string.ascii_letters + string.digits + symbols)


def test_passwords_are_never_the_same_and_hold_more_than_a_hundred_bits() -> None:
    assert len({new_password().reveal() for _ in range(200)}) == 200
    assert bits() == 126


def test_no_character_looks_like_another() -> None:
    characters = "".join(ALPHABETS)
    assert len(set(characters)) == len(characters)
    for alike in ("0Oo", "1Il|ij!", "2Zz", "5Ss", "8B", "6G", "9gq", "cC", "vV", "uv", "-_", "UV", "VY", "QO", "'`"):
        assert len(set(alike) & set(characters)) <= 1, alike
