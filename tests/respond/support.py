"""STS in memory: what each region answers, and what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from breakglass.assuming import Assumption, Probe, RoleSession, Source
from breakglass.errors import BreakglassError, DeniedError, UnavailableError
from breakglass.secret import Secret

SECURITY = "111111111111"
PROD = "222222222222"
ROLE = f"arn:aws:iam::{PROD}:role/BREAK-GLASS-RANSOMWARE"
USER = "ana-break-glass"
ANA = f"arn:aws:iam::{SECURITY}:user/break-glass/{USER}"
REGIONS = ("eu-west-1", "us-west-2", "ap-southeast-2")
EXPIRES = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)

DEAD = UnavailableError("AWS cannot be reached: ConnectTimeoutError")
DENIED = DeniedError(f"AssumeRole of {ROLE} was denied: User: {ANA} is not authorized to perform: sts:AssumeRole")
WRONG_DEVICE = DeniedError("MultiFactorAuthentication failed, unable to validate MFA code.")


def session(region: str = "eu-west-1", packed: int | None = None) -> RoleSession:
    return RoleSession("ASIAEXAMPLE", Secret("s3cr3t'key"), Secret("t0k3n"), EXPIRES, region, packed)


@dataclass
class MemorySts:
    """Answers as each region is told to; with a code of MFA, what it denied is granted if `mfa_helps`."""

    whose: Source | BreakglassError = field(default_factory=lambda: Source(is_temporary=True, arn=ANA))
    failing: Mapping[str, BreakglassError] = field(default_factory=dict)
    arn: str = ANA
    nameless: Mapping[str, BreakglassError] = field(default_factory=dict)
    """Regions that do not tell who calls."""
    mfa_helps: bool = False
    device: str = ""
    """The end of the serial number a code is accepted for; any will do where it is empty."""
    packed: int | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    assumed: list[Assumption] = field(default_factory=list)

    def source(self) -> Source:
        if isinstance(self.whose, BreakglassError):
            raise self.whose
        return self.whose

    def caller(self, region: str) -> str:
        self.asked.append(("GetCallerIdentity", region))
        failure = self.nameless.get(region) or self.failing.get(region)
        if region in self.nameless or isinstance(failure, UnavailableError):
            assert failure
            raise failure
        return self.arn

    def assume(self, region: str, assumption: Assumption) -> RoleSession:
        self.asked.append(("AssumeRole", region))
        self.assumed.append(assumption)
        failure = self.failing.get(region)
        if assumption.token_code and failure != DEAD and not assumption.serial_number.endswith(self.device):
            raise WRONG_DEVICE
        if failure and not (failure != DEAD and self.mfa_helps and assumption.token_code):
            raise failure
        return session(region, self.packed)

    def probe(self, region: str) -> Probe:
        failure = self.failing.get(region)
        return Probe(region, 0.02, "" if failure else self.arn, None if failure else 0.4, failure)

    def reach(self, region: str) -> Probe:
        return Probe(region, 0.01, skew=0.4)
