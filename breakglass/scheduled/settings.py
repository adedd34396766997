"""What the function is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from breakglass.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """Where evidence goes, and whether Security Hub is told."""

    region: str
    bucket: str
    """Empty for the one that is named for the account and the region."""
    key: str
    """The ARN of the key evidence is encrypted with; empty where the bucket says so itself."""
    security_hub: bool

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """Read them. Raises UsageError for a value that means nothing."""
        switch = environment.get("BREAKGLASS_SECURITY_HUB") or "on"
        region = environment.get("AWS_REGION", "")
        if switch not in ("on", "off"):
            raise _meaningless("BREAKGLASS_SECURITY_HUB", "let it be on or off")
        if not region:
            raise _meaningless("AWS_REGION", "set it: AWS Lambda does")
        bucket, key = (environment.get(f"BREAKGLASS_EVIDENCE_{each}", "") for each in ("BUCKET", "KEY"))
        return cls(region, bucket, key, switch == "on")


def _meaningless(name: str, advice: str) -> UsageError:
    return UsageError(f"{name} in the function's environment means nothing", subject=name, advice=advice)
