"""Numbers, dates, booleans, bytes and addresses as condition operators compare them.

A value of the policy that does not parse is Unsupported, one of the request is MAYBE: AWS does not say what it makes
of either. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

from breakglass.iam.nouns import Context
from breakglass.iam.patterns import Test
from breakglass.iam.truth import MAYBE, NO, YES, Truth, Unsupported

Reader: TypeAlias = Callable[[str], Decimal | None]

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,100}(\.[0-9]{1,100})?", re.ASCII)
_EPOCH: Final = re.compile(r"[0-9]{5,11}(\.[0-9]{1,9})?", re.ASCII)
_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?",
    re.ASCII,
)


def number(text: str) -> Decimal | None:
    """Read an integer or a decimal."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=4096)
def date(text: str) -> Decimal | None:
    """Read a date as W3C's profile of ISO 8601 writes it, or seconds since 1970; in seconds since 1970.

    A bare year is not told from seconds and therefore not read. https://www.w3.org/TR/NOTE-datetime
    """
    if _EPOCH.fullmatch(text):
        return Decimal(text)
    found = _DATE.fullmatch(text)
    if not found or not found[2]:
        return None
    zone = found[8] or "Z"
    moment = f"{found[1]}-{found[2]}-{found[3] or '01'}T{found[4] or '00'}:{found[5] or '00'}:{found[6] or '00'}"
    try:
        parsed = datetime.fromisoformat(moment + ("+00:00" if zone == "Z" else zone))
    except ValueError:
        return None
    seconds = parsed - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(seconds.days * 86400 + seconds.seconds) + Decimal(f"0{found[7] or '.0'}")


NUMBER: Final[Reader] = number
DATE: Final[Reader] = date


def ordered(read: Reader, signs: tuple[int, ...], text: str, _variables: bool) -> Test:  # noqa: FBT001 - as all families
    """Return the test whether a value stands to one of the policy as the signs say: -1 below, 0 equal, 1 above."""
    bound = read(text)
    if bound is None:
        raise Unsupported(f"not a value to compare with: {text}")

    def test(value: str, _context: Context) -> Truth:
        found = read(value)
        if found is None:
            return MAYBE
        return YES if (found > bound) - (found < bound) in signs else NO

    return test


def boolean(text: str, _variables: bool) -> Test:  # noqa: FBT001 - as all families
    """Return the test for `true` or `false`, in any case."""
    wanted = text.lower()
    if wanted not in ("true", "false"):
        raise Unsupported(f"neither true nor false: {text}")

    def test(value: str, _context: Context) -> Truth:
        found = value.lower()
        if found == wanted:
            return YES
        return NO if found in ("true", "false") else MAYBE

    return test


def binary(text: str, _variables: bool) -> Test:  # noqa: FBT001 - as all families
    """Return the test for bytes: both sides are base64."""
    wanted = _decoded(text)
    if wanted is None:
        raise Unsupported(f"not base64: {text}")

    def test(value: str, _context: Context) -> Truth:
        found = _decoded(value)
        if found is None:
            return MAYBE
        return YES if found == wanted else NO

    return test


def address(text: str, _variables: bool) -> Test:  # noqa: FBT001 - as all families
    """Return the test for an address in a range; an IPv4 address alone is a range of one."""
    network = _network(text)
    if network is None:
        raise Unsupported(f"not an address range: {text}")

    def test(value: str, _context: Context) -> Truth:
        found = _address(value)
        if found is None:
            return MAYBE
        return YES if found.version == network.version and found in network else NO

    return test


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Read a range; an IPv6 address without a prefix length is not read, since AWS documents only "/32" for it."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return network if network.version == 4 or ("/" in text and "%" not in text) else None


@lru_cache(maxsize=4096)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
