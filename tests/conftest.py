"""What every layer of tests stands on."""

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import settings
from pydantic import TypeAdapter

from breakglass.manifest.model import Manifest

settings.register_profile(
    "house",
    deadline=None,  # how long a test takes is no matter of its outcome
    derandomize="CI" in os.environ,  # a build fails for what was changed; people find what is new
)
settings.load_profile("house")

ACME = Path(__file__).parent.parent / "examples" / "acme" / "breakglass.yaml"


def manifest(**changes: object) -> Manifest:
    """Return the acme manifest with these keys changed."""
    raw = {**yaml.safe_load(ACME.read_text("utf-8")), **changes}
    return TypeAdapter(Manifest).validate_python(raw)


@pytest.fixture
def acme() -> Manifest:
    return manifest()
