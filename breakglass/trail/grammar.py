"""How a filter pattern is read; what AWS does not document is refused, at its place.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

import re
from typing import Final, NoReturn

from breakglass.trail.expression import (
    EQUAL,
    UNEQUAL,
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Is,
    Selector,
    Step,
    Test,
    Text,
    Wildcard,
)
from breakglass.trail.regex import regex
from breakglass.trail.tokens import STEP, Kind, Token, refuse, tokens, where

MAX_CHARACTERS: Final = 1024
MAX_REGEXES: Final = 2
MAX_WILDCARDS: Final = 3

_STEPS: Final = re.compile(STEP)
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_ESCAPED: Final = re.compile(r'\\(["\\])')


def expression(text: str) -> Expression:
    """Return what a pattern says.

    Raises PatternError where it is not written as AWS documents, or exceeds a limit: 1,024 characters, two regular
    expressions, one wildcard in a selector and three in the pattern.
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
    """
    if len(text) > MAX_CHARACTERS:
        refuse(text, MAX_CHARACTERS, f"it has {len(text):,} characters, and AWS takes {MAX_CHARACTERS:,}")
    if not (text.startswith("{") and text.endswith("}") and len(text) > 1):
        refuse(text, 0, "a pattern for JSON events stands between { and }, with nothing before and nothing after")
    return _Reader(text).expression()


class _Reader:
    """One pattern on its way from tokens to an expression."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._next = 0
        self._wildcards = 0
        self._open: list[list[list[Expression]]] = [[[]]]
        """The groups not closed yet, the innermost last: of each its alternatives, of each of these its parts."""

    def expression(self) -> Expression:
        """Return the whole; nesting is kept in a list, since 1,024 parentheses would be too deep for recursion."""
        regexes = [token.place for token in self._tokens if token.kind is Kind.REGEX]
        if len(regexes) > MAX_REGEXES:
            refuse(self._text, regexes[MAX_REGEXES], f"AWS takes {MAX_REGEXES} regular expressions in a pattern")
        while True:
            while self._taken(Kind.OPEN):
                self._open.append([[]])
            self._open[-1][-1].append(self._test())
            while len(self._open) > 1 and self._taken(Kind.CLOSE):
                closed = _either(self._open.pop())
                self._open[-1][-1].append(closed)
            if self._taken(Kind.OR):
                self._open[-1].append([])
            elif not self._taken(Kind.AND):
                break
        if self._token.kind is not Kind.END or len(self._open) > 1:
            self._refuse("expected &&, || or, where a parenthesis is open, the one that closes it")
        return _either(self._open[0])

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _taken(self, kind: Kind) -> bool:
        """Go on to the next token if this one is of a kind."""
        if self._token.kind is not kind:
            return False
        self._next += 1
        return True

    def _refuse(self, why: str) -> NoReturn:
        refuse(self._text, self._token.place, why)

    def _test(self) -> Test:
        selector = self._selector()
        token = self._token
        if self._taken(Kind.CONDITION):
            return Test(selector, Is(" ".join(token.text.split())))
        if not self._taken(Kind.OPERATOR):
            self._refuse("expected =, !=, <, <=, >, >=, IS TRUE, IS FALSE, IS NULL or NOT EXISTS after a selector")
        return Test(selector, Comparison(token.text, self._operand(ordered=token.text not in (EQUAL, UNEQUAL))))

    def _selector(self) -> Selector:
        token = self._token
        if not self._taken(Kind.SELECTOR):
            self._refuse("expected a selector such as $.eventName or $.['event name'], or a parenthesis")
        selector = Selector(tuple(_step(step) for step in _STEPS.findall(token.text)))
        self._wildcards += selector.wildcards
        if selector.wildcards > 1 or self._wildcards > MAX_WILDCARDS:
            refuse(self._text, token.place, f"AWS takes one wildcard in a selector and {MAX_WILDCARDS} in a pattern")
        return selector

    def _operand(self, *, ordered: bool) -> Text | float | re.Pattern[str]:
        operand = self._value()
        if ordered and not isinstance(operand, int | float):
            self._refuse("<, <=, > and >= compare with a number")
        self._next += 1
        return operand

    def _value(self) -> Text | float | re.Pattern[str]:
        token = self._token
        if token.kind is Kind.QUOTED:
            return Text(_ESCAPED.sub(r"\1", token.text[1:-1]), quoted=True)
        if token.kind is Kind.REGEX:
            return regex(token.text[1:-1], where(self._text, token.place))
        if token.kind is not Kind.WORD:
            self._refuse("expected a value: a number, a string or an expression between percent signs")
        if _NUMBER.fullmatch(token.text):
            return int(token.text) if _WHOLE.fullmatch(token.text) else float(token.text)
        if "+" in token.text:
            self._refuse("a string with a + stands between double quotes")
        return Text(token.text, quoted=False)


def _either(alternatives: list[list[Expression]]) -> Expression:
    parts = tuple(each[0] if len(each) == 1 else AllOf(tuple(each)) for each in alternatives)
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def _step(text: str) -> Step:
    if text == Wildcard.FIELD.value:
        return Wildcard.FIELD
    if text == Wildcard.ELEMENT.value:
        return Wildcard.ELEMENT
    if text.startswith(".['"):
        return text[3:-2]
    return text[1:] if text.startswith(".") else int(text[1:-1])
