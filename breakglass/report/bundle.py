"""A deployment package that was made, for people and for machines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.wording import counted

SCHEMA = "breakglass/bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """What is to be known of a deployment package."""

    file: str
    manifest: str
    architecture: str
    python: str
    """The version of Python it is for, such as `3.13`."""
    handler: str
    zipped: int
    """Bytes."""
    unzipped: int
    """Bytes of all its files."""
    sha256: str
    code_sha256: str
    """The digest in base 64, as Lambda tells it."""
    versions: Mapping[str, str]
    """Package -> version."""
    uncompared: int
    """Compiled files of packages, which nothing that is installed here can be held against."""
    receivers: int
    """Addresses that alerts are posted to: whoever knows one may post there."""


def bundle_text(made: Bundled) -> Iterator[Text]:
    """Yield what a deployment package is, to be compared with what Lambda has, and the versions in it."""
    size = f"{made.zipped / 1e6:.1f} MB, {made.unzipped / 1e6:.1f} MB unzipped"
    yield Text(f"{made.file} written: {size}, for Python {made.python} on {made.architecture}", no_wrap=True)
    yield Text(f"  SHA-256     {made.sha256}", no_wrap=True)
    yield Text(f"  CodeSha256  {made.code_sha256}", no_wrap=True)
    yield Text(f"  handler     {made.handler}", no_wrap=True)
    packages = ", ".join(f"{name} {version}" for name, version in made.versions.items())
    yield Text(f"the manifest {made.manifest} and {counted(len(made.versions), 'package')}: {packages}")
    if made.uncompared:
        files = counted(made.uncompared, "compiled file")
        yield Text(f"{files} could not be compared with what is installed here; all others are the same")
    if made.receivers:
        addresses = (
            "the address of 1 receiver" if made.receivers == 1 else f"the addresses of {made.receivers} receivers"
        )
        yield Text(f"the package holds {addresses}: who may read it can post to them; keep the bucket closed")


def bundle_document(made: Bundled) -> Json:
    """Return the same as a JSON document."""
    return {
        "schema": SCHEMA,
        "version": 1,
        "file": made.file,
        "manifest": made.manifest,
        "architecture": made.architecture,
        "python": made.python,
        "handler": made.handler,
        "zipped": made.zipped,
        "unzipped": made.unzipped,
        "sha256": made.sha256,
        "code_sha256": made.code_sha256,
        "versions": dict(made.versions),
        "uncompared": made.uncompared,
        "receivers": made.receivers,
    }
