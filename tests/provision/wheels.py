"""The wheels bundles are made of in tests: fetched before, since no test asks an index."""

import sys
from pathlib import Path

from breakglass.provision.bundle.target import Target

HERE = Target("x86_64", f"{sys.version_info.major}.{sys.version_info.minor}")
"""What tests run a bundle with."""
TARGETS = (Target("arm64"), Target("x86_64"), HERE)


def folder() -> Path:
    """Return the folder `make wheels` fills."""
    found = Path(sys.prefix) / "wheels"
    assert any(found.glob("*.whl")), f"there are no wheels in {found}: fetch them with `make wheels`"
    return found
