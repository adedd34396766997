"""What it takes to assume a role, and what comes of it: the nouns and the port of the path that must be quick.

They are apart from `cloud.py` and `facts.py`, which every other command needs and this path must not wait for.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from breakglass.errors import BreakglassError
from breakglass.secret import Secret


@dataclass(frozen=True, slots=True)
class Source:
    """The credentials a role is assumed with, as far as they are known without a call."""

    is_temporary: bool
    """Whether they have a session token; without one they are a long-term key."""
    arn: str = ""
    """Of whom they are, where the profile says so."""

    @property
    def mfa(self) -> bool | None:
        """Whether they were given out upon MFA; None where only AWS knows.

        A long-term key never carries the key aws:MultiFactorAuthPresent.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
        """
        return None if self.is_temporary else False


@dataclass(frozen=True, slots=True)
class Assumption:
    """One call of AssumeRole.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """

    role: str
    """The ARN of the role."""
    session_name: str
    seconds: int | None = None
    """How long the session lasts; None for what AWS gives unasked: an hour."""
    tags: tuple[tuple[str, str], ...] = ()
    policy: str = ""
    """A session policy as JSON; empty for none."""
    serial_number: str = ""
    token_code: Secret | None = None

    @property
    def account(self) -> str:
        """The id of the account the role is in."""
        return self.role.split(":")[4]

    @property
    def role_name(self) -> str:
        """The name of the role."""
        return self.role.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class RoleSession:
    """The temporary credentials of an assumed role."""

    access_key: str
    secret_key: Secret
    session_token: Secret
    expires: datetime
    """In UTC."""
    region: str
    """Whose STS gave it out."""
    packed_policy_size: int | None = None
    """How much of the room for session policy and tags is taken, in percent, where AWS says so."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What STS of one region answered to the question who calls, if it did."""

    region: str
    seconds: float
    arn: str = ""
    """Of the caller; empty where STS did not say."""
    skew: float | None = None
    """By how many seconds the clock of AWS is ahead of ours; None where it told no time."""
    failure: BreakglassError | None = None


class Sts(Protocol):
    """STS, region by region. Any thread may call it.

    Methods raise CredentialsError, DeniedError, UnavailableError or RejectedError.
    """

    def source(self) -> Source:
        """Return whose credentials there are; CredentialsError also where they are known to be a role's."""
        ...

    def caller(self, region: str) -> str:
        """Return the ARN of the caller."""
        ...

    def assume(self, region: str, assumption: Assumption) -> RoleSession:
        """Assume a role."""
        ...

    def probe(self, region: str) -> Probe:
        """Ask who calls, and keep what came of it; raises nothing of the above."""
        ...

    def reach(self, region: str) -> Probe:
        """Ask the same without credentials: STS refuses, and tells the time, where it can be reached."""
        ...
