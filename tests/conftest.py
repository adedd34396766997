"""What every layer of tests stands on."""

import os
from collections.abc import Generator, Iterator
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
from tests.leaks import Leaks, listening
from tests.uncounted import Measure, is_uncounted

settings.register_profile(
    "house",
    max_examples=30,
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


@pytest.fixture(scope="session", autouse=True)
def leaks() -> Iterator[Leaks]:
    """Know every secret that is made from now on."""
    with listening(Leaks()) as leaks:
        yield leaks


@pytest.fixture(autouse=True)
def no_secret_gets_out(request: pytest.FixtureRequest, leaks: Leaks) -> Iterator[None]:
    """Fail the test that lets a secret out; one marked `reveals` asks for it on its output."""
    used = {name: request.getfixturevalue(name) for name in request.fixturenames if name in ("tmp_path", "capsys")}
    folder = used.get("tmp_path")
    yield
    if "capsys" in used:
        used["capsys"].readouterr()  # what the test did not look at
    found = leaks.found(folder, may_print=request.node.get_closest_marker("reveals") is not None)
    assert not found, "a secret is where it must not be"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: not is_uncounted(item))


MEASURE = Measure()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, bool | None, bool | None]:
    """Measure no coverage of tests marked `uncounted`, their fixtures included."""
    if is_uncounted(item):
        MEASURE.rest()
    ran = yield
    if not is_uncounted(nextitem):
        MEASURE.resume()
    return ran


def pytest_sessionfinish() -> None:
    MEASURE.save()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that prints a secret past every fixture."""
    report = yield
    listener = getattr(item, "funcargs", {}).get("leaks")
    may_print = item.get_closest_marker("reveals") is not None
    if listener is not None and not may_print and listener.is_secret(report.capstdout + report.capstderr):
        report.outcome, report.longrepr = "failed", "a secret was printed"
    return report


@pytest.fixture(autouse=True)
def every_call_is_declared(watch: Watch) -> Iterator[None]:
    """Fail the test in which the product calls an operation its table does not declare."""
    yield
    undeclared, watch.undeclared = watch.undeclared, []
    assert not undeclared, "declare these in breakglass/aws/operations.py"
