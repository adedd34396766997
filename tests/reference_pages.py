"""Reads a reference page and the JSON Schema it is about, key by key."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from breakglass.documents import Json

Key = tuple[str, Mapping[str, Json], bool]
"""A key as the page writes it, what the schema says of it, and whether it must be given."""


def rows(page: str) -> dict[str, tuple[str, str, str]]:
    """Return type, default and meaning of every key a page has a row for."""
    found = re.findall(r"^\| `([\w.\[\]]+)` \|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|(?:[^|\n]*\|)?$", page, re.MULTILINE)
    return {key: (type_.strip(), default.strip(), meaning.strip()) for key, type_, default, meaning in found}


@dataclass(frozen=True)
class Described:
    """A schema; `short` says how the page writes what leads to a key, and `closed` the keys it does not look into."""

    schema: Mapping[str, Json]
    short: Callable[[str], str] = str
    closed: Collection[str] = ()

    def keys(self) -> dict[str, tuple[Mapping[str, Json], bool]]:
        """Return what the schema says of every key, and whether it must be given."""
        return {key: (inner, required) for key, inner, required in self._keys(self.schema)}

    def _keys(self, node: Mapping[str, Json], prefix: str = "") -> Iterator[Key]:
        node = self._resolved(node)
        properties, required = node.get("properties", {}), node.get("required", [])
        assert isinstance(properties, Mapping)
        assert isinstance(required, list)
        for name, inner in properties.items():
            assert isinstance(inner, Mapping)
            yield prefix + name, inner, name in required
            items = inner.get("items")
            if prefix + name not in self.closed:
                yield from self._keys(inner, self.short(f"{prefix}{name}."))
            yield from self._keys(items, self.short(f"{prefix}{name}[].")) if isinstance(items, Mapping) else ()

    def _resolved(self, node: Mapping[str, Json]) -> Mapping[str, Json]:
        choices = node.get("anyOf", [])
        assert isinstance(choices, list)
        references = [each["$ref"] for each in (node, *choices) if isinstance(each, Mapping) and "$ref" in each]
        definitions = self.schema["$defs"]
        assert isinstance(definitions, Mapping)
        found = definitions[str(references[0]).rpartition("/")[2]] if references else node
        assert isinstance(found, Mapping)
        return found
