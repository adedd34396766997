"""Values at and around which the operators for truth, numbers, dates, addresses and bytes change their answer."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from ipaddress import ip_network
from string import ascii_uppercase

from breakglass.iam.truth import Unsupported


def breakpoints(operator: str, values: Iterable[str]) -> Iterator[str]:
    """Yield values that the operator, over these values of a policy, tells apart.

    Raises Unsupported for values the operator cannot take.
    """
    if operator == "Bool":
        yield from ("true", "false")
    elif operator == "IpAddress":
        yield from _addresses(values)
    elif operator.startswith("Numeric"):
        yield from _between(sorted(_numbers(values)))
    elif operator.startswith("Date"):
        yield from _dates(values)
    elif operator == "BinaryEquals":
        yield from values
        yield next(each for each in _BYTES if each not in frozenset(values))


_BYTES = tuple(f"AAA{letter}" for letter in ascii_uppercase)


def _numbers(values: Iterable[str]) -> Iterator[Decimal]:
    for each in values:
        try:
            yield Decimal(each)
        except InvalidOperation as error:
            raise Unsupported(f"not a number: {each}") from error


def _between(numbers: list[Decimal]) -> Iterator[str]:
    """Yield each number, one before the first, one after the last, and one between neighbours."""
    for each in [*numbers[:1], *numbers[-1:]]:
        yield from (f"{each - 1:f}", f"{each + 1:f}")
    for one, other in zip(numbers, [*numbers[1:], *numbers[-1:]], strict=True):
        yield from (f"{one:f}", f"{(one + other) / 2:f}")


def _dates(values: Iterable[str]) -> Iterator[str]:
    moments = sorted({_moment(each) for each in values})
    for each in moments:
        for offset in (-1, 0, 1):
            yield (each + timedelta(seconds=offset)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    try:
        if text.isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        raise Unsupported(f"not a date: {text}") from error
    if found.microsecond:
        raise Unsupported(f"a date with a part of a second: {text}")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _addresses(values: Iterable[str]) -> Iterator[str]:
    """Yield the edges of each network, from both sides, and an address of each family."""
    yield from ("192.0.2.1", "2001:db8::1")
    for each in values:
        try:
            network = ip_network(each, strict=False)
        except ValueError as error:
            raise Unsupported(f"not an address: {each}") from error
        first, last = network.network_address, network.broadcast_address
        yield from (str(first), str(last))
        yield from (str(first - 1),) if int(first) else ()
        yield from (str(last + 1),) if int(last) + 1 < 2**network.max_prefixlen else ()
