"""What every layer of tests stands on."""

from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from breakglass.manifest.model import Manifest

ACME = Path(__file__).parent.parent / "examples" / "acme" / "breakglass.yaml"


def manifest(**changes: object) -> Manifest:
    """Return the acme manifest with these keys changed."""
    raw = {**yaml.safe_load(ACME.read_text("utf-8")), **changes}
    return TypeAdapter(Manifest).validate_python(raw)


@pytest.fixture
def acme() -> Manifest:
    return manifest()
