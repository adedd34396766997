"""What a record says, whatever shape it has: fields may be missing, null, nested, or of another kind."""

from collections.abc import Mapping

from breakglass.trail.compiled import Event


def text(event: Event, *path: str) -> str:
    """Return the text at the end of a path; empty where there is none."""
    node: object = event
    for step in path:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node if isinstance(node, str) else ""
