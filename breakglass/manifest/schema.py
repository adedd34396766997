"""The manifest's JSON Schema, for editors that complete and check YAML while it is written."""

import json
from collections.abc import Mapping
from typing import Final

from pydantic import TypeAdapter

from breakglass.documents import Json
from breakglass.manifest.model import Manifest

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Mapping[str, Json]:
    """Return the schema, in draft 2020-12. Editors see typed YAML: an account id must be in quotes to be a string."""
    return described(Manifest, "breakglass manifest")


def described(model: type, title: str) -> Mapping[str, Json]:
    """Return the schema of what a file may hold, under a title."""
    return {"$schema": DIALECT, **_untitled(TypeAdapter(model).json_schema()), "title": title}


def text() -> str:
    """Return the schema as docs/reference/manifest.schema.json holds it."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _untitled(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out the titles pydantic derives from names: editors would show them instead of the descriptions."""
    return {
        key: {name: _clean(inner) for name, inner in value.items()}
        if key in ("properties", "$defs") and isinstance(value, Mapping)
        else _clean(value)
        for key, value in schema.items()
        if key != "title"
    }


def _clean(value: Json) -> Json:
    if isinstance(value, Mapping):
        return _untitled(value)
    return [_clean(each) for each in value] if isinstance(value, list) else value
