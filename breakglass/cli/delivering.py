"""What `deploy`, `adopt` and `destroy` have in common."""

from breakglass.cli import wiring
from breakglass.cli.told import ToldStacks
from breakglass.cloud import Stacks
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.report.terminal import shows_progress, tell


def require_stacks(manifest: Manifest) -> None:
    """Raise UsageError where the manifest has nothing delivered by stacks."""
    if manifest.engine != "stacksets":
        raise UsageError(
            "the manifest has `engine: direct`: no stack delivers anything",
            subject=manifest.name,
            advice="write `engine: stacksets`, and under `stacksets` in which region (`regions: [eu-west-1]`);"
            " or run: breakglass apply",
        )


def stacks_of(manifest: Manifest, profile: str | None) -> Stacks:
    """Return the organization's stacks; without a terminal, which shows progress, they say what they do."""
    stacks = wiring.stacks(manifest, profile)
    return stacks if shows_progress() else ToldStacks(stacks, tell)
