"""Prose taken apart: what stands in backticks, addresses, and the rest."""

import re
from collections.abc import Iterator
from typing import Final, Literal

Kind = Literal["code", "link", "text"]

_SPAN: Final = re.compile(r"`([^`\n]+)`|(https://[^\s<>`]*[^\s<>`.,;:)])")


def spans(prose: str) -> Iterator[tuple[Kind, str]]:
    """Yield the parts of a text in their order, each with what it is; code without its backticks."""
    end = 0
    for found in _SPAN.finditer(prose):
        if found.start() > end:
            yield "text", prose[end : found.start()]
        code, link = found.groups()
        yield ("code", code) if code else ("link", link)
        end = found.end()
    if end < len(prose):
        yield "text", prose[end:]
