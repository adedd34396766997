"""Values of AWS's answers in the form resources have them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from breakglass.documents import Json

_RESERVED = "aws:"


def document(text: str) -> Json:
    """Return a document as a mapping, or the text as it is where it is not JSON."""
    try:
        parsed: Json = json.loads(text)
    except ValueError:
        return text
    return parsed


def optional_document(text: str) -> Json:
    """Return a document, or nothing where there is none."""
    return document(text) if text else None


def tags(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return tags by key, without those of AWS's own: nobody else can write or remove them.

    CloudFormation, for one, puts three on whatever its stacks make.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
    """
    return {key: value for key, value in pairs if not key.startswith(_RESERVED)}


def given(properties: Mapping[str, Json]) -> dict[str, Json]:
    """Return what is set: AWS tells of some settings that are not set by an empty value, of others by none."""
    return {name: value for name, value in properties.items() if value not in (None, "", (), [], {})}
