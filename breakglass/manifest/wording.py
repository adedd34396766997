"""What is wrong, in our own words: nothing a parser or a validator says is ever shown.

Nothing here knows what the file is about; the words for its patterns are handed in.
"""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

import yaml
from pydantic_core import ErrorDetails

from breakglass.manifest.tree import List, Node, Text, shown

_LONGEST = 80
"""Characters of a word that still gets a suggestion: comparing costs the product of both lengths."""

_MISFIT = "the line does not fit the lines above: look at its indentation, quotes and brackets"

_SYNTAX: tuple[tuple[str, bool, str], ...] = (
    ("unexpected end of stream", True, "a quote is opened here and never closed"),
    ("',' or ']'", True, "a list begins here with [ and lacks a comma or its closing ]"),
    ("',' or '}'", True, "a mapping begins here with { and lacks a comma or its closing }"),
    ("find expected ':'", True, "a key must be followed by a colon and a space"),
    ("mapping values", False, "a key stands where none can: mend the indentation, or quote text that holds `: `"),
    (
        "cannot start any token",
        False,
        "a value begins with a tab, @, ` or %: indent with spaces, put text in quotes",
    ),
    ("escape", False, "a backslash in double quotes begins no known escape: use single quotes"),
    ("node content", False, "a value is missing before a comma or bracket"),
    ("expected key", False, _MISFIT),
    ("'-' indicator", False, _MISFIT),
    ("<block end>", False, _MISFIT),
)
"""What the parsers say in part, whether the place to mend is where the thing began, and what we say.

PyYAML's two parsers, libyaml and its own, differ in words.
"""

_EXPECTED: Mapping[str, str] = {
    "bool_parsing": "`true` or `false`",
    "bool_type": "`true` or `false`",
    "string_type": "a text",
    "string_too_short": "at least {min_length} characters long",
    "string_too_long": "at most {max_length} characters long",
    "literal_error": "{expected}",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of ordinary size",
    "int_type": "a whole number",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "tuple_type": "a list",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
    "date_from_datetime_parsing": "a day such as `2027-03-31`",
    "date_parsing": "a day such as `2027-03-31`",
    "dataclass_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
}
"""What each kind of error of the validator means was expected.

https://docs.pydantic.dev/latest/errors/validation_errors/
"""


def syntax(error: Exception) -> tuple[int, str]:
    """Return the line to mend, 0 where none is known, and what is wrong with the YAML there."""
    said = str(getattr(error, "problem", None))
    began, message = next(
        ((began, message) for part, began, message in _SYNTAX if part in said), (False, "the line is not YAML")
    )
    return _line(error, began=began), message


def _line(error: Exception, *, began: bool) -> int:
    if not isinstance(error, yaml.MarkedYAMLError):
        return 0
    mark = (error.context_mark if began else None) or error.problem_mark
    return mark.line + 1 if mark else 0


def expected(error: ErrorDetails, patterns: Mapping[str, str]) -> str:
    """Return what an error of the validator says was expected; `patterns` holds the words for regular expressions."""
    context = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch":
        return patterns[context["pattern"]]
    words = _EXPECTED.get(error["type"], "of the form its reference gives")
    return words.format_map(context).replace("'", "`")


def got(node: Node) -> str:
    """Return in words what a node holds."""
    if isinstance(node, Text):
        return shown(node.text) if node.text else "empty"
    if isinstance(node, List):
        return f"a list of {len(node.items)}" if node.items else "an empty list"
    return "a mapping"


def near(word: str, known: Collection[str]) -> str | None:
    """Return the one of the known words that was probably meant."""
    if len(word) > _LONGEST:
        return None
    return next(iter(get_close_matches(word, sorted(known), n=1)), None)


def suggestion(word: str | None) -> str:
    """Return the tail of a message that suggests a word, empty where there is none."""
    return f"; did you mean `{word}`?" if word else ""
