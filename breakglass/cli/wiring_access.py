"""The composition root of the path that must be quick: STS behind its port, and nothing else of AWS."""

from breakglass.assuming import Sts
from breakglass.aws.assume import AwsSts


def sts(profile: str | None) -> Sts:
    """Return STS with the credentials of a profile, or of the default chain."""
    return AwsSts(profile)
