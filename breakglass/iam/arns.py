"""ARNs in patterns: six parts, where a wildcard may stand, and what it spans.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias, TypeVar

from breakglass.iam.nouns import Context, Values
from breakglass.iam.patterns import (
    ANY,
    Literal,
    Pattern,
    Resolved,
    Test,
    Variable,
    Wild,
    is_static,
    literal,
    matcher,
    pattern,
    resolve,
    static,
)
from breakglass.iam.truth import MAYBE, NO, YES, Truth, Unsupported

PARTS: Final = 6
ACCOUNT: Final = re.compile("[0-9]{12}")
_SPECIAL: Final = re.compile(r"[*?$]")
WITHOUT_TYPE: Final = frozenset({"s3", "sqs", "sns", "execute-api", "codecommit"})
"""Services whose ARNs name the resource at once, without its type before it.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""


def account_of(arn: str) -> str:
    """Return the account an ARN names, or nothing."""
    parts = arn.split(":", PARTS - 1)
    return parts[4] if len(parts) == PARTS and ACCOUNT.fullmatch(parts[4]) else ""


def resources_test(values: Values, *, inverted: bool, variables: bool, problems: list[str]) -> Test:
    """Return the test for a Resource element, or inverted for a NotResource: whether any of its values matches.

    A value that is no ARN pattern AWS accepts is said in `problems`, and is MAYBE where it would match. A value with a
    variable that has none "will not match any resource": for NotResource that could be read both ways, hence MAYBE.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
    """
    matched = NO if inverted else YES
    if ANY in values:
        return lambda _value, _context: matched
    exact = frozenset(value for value in values if not _SPECIAL.search(value))
    null = MAYBE if inverted else NO
    read = [_pattern(each, null, variables=variables) for each in values if each not in exact]
    problems.extend(problem for _, problem in read if problem)
    tests = [test for test, _ in read]

    def test(value: str, context: Context) -> Truth:
        if value in exact:
            return matched
        best = NO
        for each in tests:
            truth = each(value, context)
            if truth == YES:
                return matched
            best = max(best, truth)
        return YES - best if inverted else best

    return test


@lru_cache(maxsize=8192)
def _pattern(text: str, null: Truth, *, variables: bool) -> tuple[Test, str]:
    """Return the test for one pattern of a Resource element, and what of it is not modelled.

    Whether a wildcard at the end of a part may run on into the next is documented loosely ("can expand to match beyond
    the colon boundaries"): where both readings agree, that is the answer, else MAYBE.
    """
    try:
        tokens = pattern(text, variables=variables)
    except Unsupported as problem:
        return _perhaps, str(problem)
    parts = split(tokens)
    wrong = _wrong(text, parts)
    test = _test(tokens, lambda resolved: _loose(resolved, parts), null)
    if not wrong:
        return test, ""
    return lambda value, context: min(MAYBE, test(value, context)), wrong


def _perhaps(_value: str, _context: Context) -> Truth:
    return MAYBE


def arn_test(text: str, *, variables: bool) -> Test:
    """Return the test for one value of an Arn operator: part by part, each with its own wildcards.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    tokens = pattern(text, variables=variables)
    if is_static(tokens) and len(split(tokens)) < PARTS:
        raise Unsupported(f"not an ARN: {text}")
    return _test(tokens, _strict, NO)


_Judge: TypeAlias = Callable[[str], Truth]


def _test(tokens: Pattern, compiled: Callable[[Resolved], _Judge], null: Truth) -> Test:
    if is_static(tokens):
        fixed = compiled(static(tokens))
        return lambda value, _context: fixed(value)
    known = lru_cache(maxsize=1024)(compiled)

    def test(value: str, context: Context) -> Truth:
        found = resolve(tokens, context)
        if isinstance(found, int):
            return null if found == NO else found
        return known(found)(value)

    return test


def _strict(tokens: Resolved) -> _Judge:
    """Compare part by part."""
    parts = [matcher(part) for part in split(tokens)]
    if len(parts) < PARTS:
        return lambda _value: MAYBE

    def judge(value: str) -> Truth:
        given = value.split(":", PARTS - 1)
        if len(given) < PARTS:
            return NO
        return YES if all(fits(part) for fits, part in zip(parts, given, strict=True)) else NO

    return judge


def _loose(tokens: Resolved, written: Sequence[Pattern]) -> _Judge:
    """Compare the whole, and part by part as well where that could come out otherwise."""
    loose = matcher(tokens)
    if len(written) == PARTS and not any(isinstance(token, Wild) for part in written[:-1] for token in part):
        return lambda value: YES if loose(value) else NO
    strict = _strict(tokens)

    def judge(value: str) -> Truth:
        return (YES if strict(value) == YES else MAYBE) if loose(value) else NO

    return judge


_Token = TypeVar("_Token", bound=Wild | Variable)


def split(tokens: Iterable[Literal | _Token]) -> list[tuple[Literal | _Token, ...]]:
    """Split at the first five colons that are written out; a variable's colons are its own."""
    parts: list[list[Literal | _Token]] = [[]]
    for token in tokens:
        if not isinstance(token, Literal):
            parts[-1].append(token)
            continue
        first, *more = token.text.split(":", PARTS - len(parts))
        parts[-1].append(Literal(first))
        parts.extend([Literal(each)] for each in more)
    return [tuple(token for token in part if not isinstance(token, Literal) or token.text) for part in parts]


def _wrong(text: str, parts: Sequence[Pattern]) -> str:
    """Return what AWS does not accept, or does not document, of a pattern in a Resource element; or nothing."""
    if literal(parts[0]) != "arn" or len(parts) < PARTS:
        return f"not an ARN: {text}"
    if any(isinstance(token, Variable) for part in parts[:-1] for token in part):
        return f"a variable stands before the fifth colon: {text}"
    service = literal(parts[2])
    if service is None:
        return f"a wildcard stands for the service: {text}"
    if service not in WITHOUT_TYPE and _wild_type(parts[-1]):
        return f"a wildcard stands in the resource type: {text}"
    return ""


def _wild_type(tokens: Pattern) -> bool:
    """Tell whether a wildcard stands before the first `/` or `:`; alone, `*` is every resource.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    """
    if tokens == (Wild(ANY),):
        return False
    for token in tokens:
        if not isinstance(token, Literal):
            return True
        if re.search("[/:]", token.text):
            return False
    return False
