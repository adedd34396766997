"""A string for every combination in which patterns can match: what proofs over all strings are made of.

Two strings that match the same of some patterns cannot be told apart by them, so one witness stands for all. The
patterns run side by side as one automaton, whose reachable states are walked breadth first: the first string that
reaches a combination is a shortest one.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters, digits

from breakglass.iam.patterns import ANY, ONE, Literal, Resolved, Wild

MOST_STATES = 20_000
"""States walked at most: with more, nothing is said."""

_LEGIBLE = ascii_letters + digits + "-_.@=,+"


class TooMany(Exception):  # noqa: N818 - not an error: a proof that is not made
    """There are more combinations than are looked at; the message says of what."""


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern, and whether upper and lower case are the same to it."""

    tokens: Resolved
    ignore_case: bool = False


def glob(text: str, *, ignore_case: bool = False) -> Glob:
    """Return a pattern without variables."""
    parts = re.split(r"([*?])", text)
    return Glob(tuple(Wild(each) if each in (ANY, ONE) else Literal(each) for each in parts if each), ignore_case)


def witnesses(globs: Iterable[Glob], within: Glob, avoid: str = "", alphabet: str = "") -> tuple[str, ...]:
    """Return one string that `within` matches for each combination of the others.

    None has a character of `avoid`, and where an alphabet is given, none has a character beside it. Raises TooMany.
    """
    if all(isinstance(token, Literal) for token in within.tokens) and not within.ignore_case:
        return ("".join(token.text for token in within.tokens if isinstance(token, Literal)),)
    return _walked((within, *dict.fromkeys(globs)), avoid, alphabet)


@lru_cache(maxsize=4096)
def _walked(globs: tuple[Glob, ...], avoid: str, alphabet: str) -> tuple[str, ...]:
    """Return the witnesses of the first pattern; the questions of a proof ask for the same ones again and again."""
    automaton = _Automaton(globs, avoid, alphabet)
    found: dict[int, str] = {}
    for state, text in automaton.walk():
        matched = state & automaton.accepting
        if matched & automaton.within:
            found.setdefault(matched, text)
    return tuple(found.values())


class _Automaton:
    """All patterns at once: a state is the set of positions reached, one bit each, for all patterns together.

    `accepting` are the positions where a pattern ends, `within` is that of the first.
    """

    def __init__(self, globs: Sequence[Glob], avoid: str, alphabet: str) -> None:
        self._one = self._star = self._start = 0
        self.accepting = self.within = 0
        self._by_character: dict[str, int] = {}
        place = 0
        for each in globs:
            place = self._add(each, place)
        self._start = self._closed(self._start)
        self._moves = self._alphabet(avoid, alphabet)

    def walk(self) -> Iterator[tuple[int, str]]:
        """Yield every state that can be reached, with a shortest string that reaches it."""
        seen = {self._start}
        front = [(self._start, "")]
        while front:
            following: list[tuple[int, str]] = []
            for state, text in front:
                yield state, text
                for character, mask in self._moves.items():
                    reached = self._closed(((state & mask) << 1) | (state & self._star))
                    if reached and reached not in seen:
                        seen.add(reached)
                        following.append((reached, text + character))
            if len(seen) > MOST_STATES:
                raise TooMany(f"more than {MOST_STATES} states of patterns")
            front = following

    def _add(self, pattern: Glob, place: int) -> int:
        """Lay a pattern down from a position on, and return the first position after it."""
        self._start |= 1 << place
        for token in _single(pattern.tokens):
            bit = 1 << place
            if isinstance(token, Literal):
                spellings = {token.text.lower(), token.text.upper()} if pattern.ignore_case else {token.text}
                for character in spellings:
                    self._by_character[character] = self._by_character.get(character, 0) | bit
            elif token.sign == ONE:
                self._one |= bit
            else:
                self._star |= bit
            place += 1
        self.accepting |= 1 << place
        self.within = self.within or 1 << place
        return place + 1

    def _closed(self, state: int) -> int:
        """A star may also match nothing."""
        return state | ((state & self._star) << 1)

    def _alphabet(self, avoid: str, alphabet: str) -> Mapping[str, int]:
        """Return one character of those that all patterns treat alike, with the positions it moves on from."""
        named = {each: mask for each, mask in sorted(self._by_character.items()) if each not in avoid}
        if alphabet:
            named = {each: mask for each, mask in named.items() if each in alphabet}
        fresh = _fresh({*self._by_character, *avoid}, alphabet)
        moves = {mask | self._one: each for each, mask in named.items()}
        return {**({fresh: self._one} if fresh else {}), **{each: mask for mask, each in moves.items()}}


def _single(tokens: Resolved) -> Iterator[Literal | Wild]:
    """Yield tokens of one character each; of stars in a row the first."""
    starred = False
    for token in tokens:
        if isinstance(token, Literal):
            yield from (Literal(each) for each in token.text)
            starred = False
        elif token.sign == ONE or not starred:
            yield token
            starred = token.sign == ANY


def _fresh(taken: Collection[str], alphabet: str) -> str:
    """Return a character no pattern names; nothing where the alphabet has no other."""
    if alphabet:
        return next((each for each in alphabet if each not in taken), "")
    legible = next((each for each in _LEGIBLE if each not in taken), "")
    return legible or next(chr(each) for each in range(0xC0, 0x10000) if chr(each) not in taken)
