"""What `deploy` and `adopt` have in common."""

from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest


def require_stacks(manifest: Manifest) -> None:
    """Raise UsageError where the manifest has nothing delivered by stacks."""
    if manifest.engine != "stacksets":
        raise UsageError(
            "the manifest has `engine: direct`: no stack delivers anything",
            subject=manifest.name,
            advice="write `engine: stacksets`, and under `stacksets` in which region (`regions: [eu-west-1]`);"
            " or run: breakglass apply",
        )
