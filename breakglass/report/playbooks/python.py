"""JSON values as Python, for the cells of a notebook: what a responder fills in becomes a variable."""

import json
import keyword
from collections.abc import Collection, Mapping
from typing import Final

from pydantic import JsonValue

from breakglass.playbooks.rules import PLACEHOLDER

_WIDE: Final = 88
_CONSTANTS: Final = {None: "None", True: "True", False: "False"}


def variables(names: Collection[str], taken: Collection[str]) -> Mapping[str, str]:
    """Return the variable of each name: the name itself, unless Python or the notebook has it already."""
    found: dict[str, str] = {}
    for name in names:
        variable = name
        while keyword.iskeyword(variable) or variable in taken or (variable != name and variable in names):
            variable += "_"
        found[name] = variable
    return found


def expression(value: JsonValue, named: Mapping[str, str], indent: int = 0) -> str:
    """Return a value as a Python expression; lists and mappings that are long stand on lines of their own."""
    match value:
        case str():
            return _text(value, named)
        case list():
            return _bracketed("[", [expression(each, named, indent + 4) for each in value], "]", indent)
        case dict():
            items = [f"{quoted(key)}: {expression(each, named, indent + 4)}" for key, each in value.items()]
            return _bracketed("{", items, "}", indent)
        case None | bool():
            return _CONSTANTS[value]
        case _:
            return repr(value)


def _bracketed(opening: str, items: list[str], closing: str, indent: int) -> str:
    one = f"{opening}{', '.join(items)}{closing}"
    if len(one) + indent <= _WIDE and "\n" not in one:
        return one
    inner, outer = " " * (indent + 4), " " * indent
    return "\n".join([opening, *(f"{inner}{each}," for each in items), f"{outer}{closing}"])


def _text(text: str, named: Mapping[str, str]) -> str:
    """Return a text as a literal, as a variable where it is one, or as an f-string where it holds some."""
    if not PLACEHOLDER.search(text):
        return quoted(text)
    if whole := PLACEHOLDER.fullmatch(text):
        return named[whole[1]]
    parts, end = [], 0
    for each in PLACEHOLDER.finditer(text):
        parts += [_braced(text[end : each.start()]), f"{{{named[each[1]]}}}"]
        end = each.end()
    return f'f"{"".join(parts)}{_braced(text[end:])}"'


def quoted(text: str) -> str:
    """Return a text as a literal that holds it as it is, `{{name}}` too."""
    return json.dumps(text, ensure_ascii=False)


def _braced(text: str) -> str:
    return quoted(text)[1:-1].replace("{", "{{").replace("}", "}}")
