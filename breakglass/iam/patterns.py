"""Wildcards and policy variables: what a pattern of a policy document matches.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from breakglass.iam.nouns import UNKNOWN, Context
from breakglass.iam.truth import MAYBE, NO, YES, Truth, Unsupported

ANY: Final = "*"
ONE: Final = "?"
_WILD: Final = re.compile(r"[*?]")
_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_REFERENCE: Final = re.compile(r"([^\s',{}$*?](?:[^',{}$*?]*[^\s',{}$*?])?)(?:, *'([^']*)')?")
_LITERALS: Final = frozenset({"*", "?", "$"})

Test: TypeAlias = Callable[[str, Context], Truth]
"""Whether a value of the request matches, under the context that variables are taken from."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that stand for themselves, wildcards included."""

    text: str


@dataclass(frozen=True, slots=True)
class Wild:
    """`*`, any characters or none, or `?`, exactly one."""

    sign: str


@dataclass(frozen=True, slots=True)
class Variable:
    """The one value of a context key, in lower case; or a default where the request has none."""

    key: str
    default: str | None


_STAR: Final = Wild(ANY)
Token: TypeAlias = Literal | Wild | Variable
Pattern: TypeAlias = tuple[Token, ...]
Resolved: TypeAlias = tuple[Literal | Wild, ...]
Matcher: TypeAlias = Callable[[str], bool]


def pattern(text: str, *, variables: bool, wildcards: bool = True) -> Pattern:
    """Return the tokens of a pattern; without variables (before 2012-10-17) `${x}` is what it looks like.

    Raises Unsupported for a variable that is not written as documented.
    """
    if not variables:
        return tuple(_plain(text, wildcards=wildcards))
    tokens: list[Token] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        tokens += _plain(text[end : found.start()], wildcards=wildcards)
        tokens.append(_variable(found.group(1)))
        end = found.end()
    rest = text[end:]
    if "${" in rest:
        raise Unsupported(f"a policy variable is not closed: {text}")
    return (*tokens, *_plain(rest, wildcards=wildcards))


def is_static(tokens: Pattern) -> bool:
    """Tell whether a pattern means the same in every request."""
    return not any(isinstance(token, Variable) for token in tokens)


def literal(tokens: Pattern) -> str | None:
    """Return the one string that a pattern matches, or None where it matches more than one or has variables."""
    if any(not isinstance(token, Literal) for token in tokens):
        return None
    return "".join(token.text for token in tokens if isinstance(token, Literal))


def resolve(tokens: Pattern, context: Context) -> Resolved | Truth:
    """Return the pattern with its variables' values, or the Truth that holds whatever it is compared with.

    NO where a variable has no value: nothing is equal to, or like, null. MAYBE where its value cannot be told: several
    values, or wildcards in the value, of which AWS does not say how they are read.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
    """
    resolved: list[Literal | Wild] = []
    unknown = False
    for token in tokens:
        if not isinstance(token, Variable):
            resolved.append(token)
            continue
        values = context.get(token.key)
        if not values:
            if token.default is None:
                return NO
            resolved.append(Literal(token.default))
        elif values is UNKNOWN or len(values) > 1 or _WILD.search(values[0]):
            unknown = True
        else:
            resolved.append(Literal(values[0]))
    return MAYBE if unknown else tuple(resolved)


def like(text: str, *, variables: bool, ignore_case: bool = False) -> Test:
    """Return the test for a pattern with wildcards, over the whole string."""
    tokens = pattern(text.lower() if ignore_case else text, variables=variables)
    if is_static(tokens):
        whole = matcher(static(tokens))
        return lambda value, _context: YES if whole(value) else NO

    def test(value: str, context: Context) -> Truth:
        found = resolve(tokens, context)
        if isinstance(found, int):
            return found
        return YES if matcher(found)(value) else NO

    return test


def equal(text: str, *, variables: bool, ignore_case: bool = False) -> Test:
    """Return the test for a string, in which wildcards stand for themselves."""
    tokens = pattern(text, variables=variables, wildcards=False)
    if is_static(tokens):
        fixed = _spelled(tokens, ignore_case=ignore_case)
        if ignore_case:
            return lambda value, _context: YES if value.lower() == fixed else NO
        return lambda value, _context: YES if value == fixed else NO

    def test(value: str, context: Context) -> Truth:
        found = resolve(tokens, context)
        if isinstance(found, int):
            return found
        wanted = _spelled(found, ignore_case=ignore_case)
        return YES if (value.lower() if ignore_case else value) == wanted else NO

    return test


def static(tokens: Pattern) -> Resolved:
    """Return the tokens of a pattern without variables."""
    return tuple(token for token in tokens if not isinstance(token, Variable))


@lru_cache(maxsize=8192)
def matcher(tokens: Resolved) -> Matcher:
    """Return whether a whole string fits, in a time that grows with its length alone, however many stars there are.

    Each `*` takes as little as it can and never gives back, which is right for all pieces but the last, and the last
    must end the string. Without `?` that is done by searching for the pieces, and no expression need be compiled.
    """
    pieces: list[list[Literal | Wild]] = [[]]
    for token in tokens:
        if token == _STAR:
            pieces.append([])
        else:
            pieces[-1].append(token)
    first, *middle, last = pieces if len(pieces) > 1 else [pieces[0], []]
    if any(isinstance(token, Wild) for piece in pieces for token in piece):
        inner = [f"(?>.*?{_expression(piece)})" for piece in middle if piece]
        between = ["", *inner, ".*"] if len(pieces) > 1 else []
        whole = re.compile("".join([_expression(first), *between, _expression(last)]), re.DOTALL).fullmatch
        return lambda value: whole(value) is not None
    if len(pieces) == 1:
        only = _spelled(tokens)
        return lambda value: value == only
    return _search(_spelled(first), [_spelled(piece) for piece in middle if piece], _spelled(last))


def _search(first: str, middle: Sequence[str], last: str) -> Matcher:
    least = len(first) + len(last)
    if not middle and not last:
        return lambda value: value.startswith(first)

    def matches(value: str) -> bool:
        if len(value) < least or not (value.startswith(first) and value.endswith(last)):
            return False
        place, end = len(first), len(value) - len(last)
        for piece in middle:
            place = value.find(piece, place, end)
            if place < 0:
                return False
            place += len(piece)
        return True

    return matches


def _expression(tokens: Sequence[Literal | Wild]) -> str:
    return "".join(re.escape(token.text) if isinstance(token, Literal) else "." for token in tokens)


def _spelled(tokens: Iterable[Token], *, ignore_case: bool = False) -> str:
    text = "".join(token.text for token in tokens if isinstance(token, Literal))
    return text.lower() if ignore_case else text


def _plain(text: str, *, wildcards: bool) -> list[Token]:
    if not text:
        return []
    if not wildcards:
        return [Literal(text)]
    return [Wild(part) if part in (ANY, ONE) else Literal(part) for part in re.split(r"([*?])", text) if part]


def _variable(inner: str) -> Token:
    if inner in _LITERALS:
        return Literal(inner)
    found = _REFERENCE.fullmatch(inner)
    if not found:
        raise Unsupported(f"a policy variable is not written as documented: ${{{inner}}}")
    key, default = found.groups()
    return Variable(key.lower(), default)
