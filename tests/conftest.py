"""What every layer of tests stands on."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore
import botocore.session
import pytest
import yaml
from hypothesis import settings
from pydantic import TypeAdapter

from breakglass.manifest.model import Manifest
from tests.declared import Watch

settings.register_profile(
    "house",
    max_examples=50,
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


@pytest.fixture(scope="session", autouse=True)
def watch() -> Iterator[Watch]:
    """Hear every call the product makes from now on."""
    watch = Watch()
    botocore.register_initializer(watch.attend)
    yield watch
    botocore.unregister_initializer(watch.attend)


@pytest.fixture(scope="session", autouse=True)
def one_loader() -> Iterator[None]:
    """Read botocore's descriptions of services once a process: every session would read them anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


@pytest.fixture(autouse=True)
def every_call_is_declared(watch: Watch) -> Iterator[None]:
    """Fail the test in which the product calls an operation its table does not declare."""
    yield
    undeclared, watch.undeclared = watch.undeclared, []
    assert not undeclared, "declare these in breakglass/aws/operations.py"
