"""The ports: what the toolkit needs of the outside, one small Protocol for each need.

`aws/` and `sandbox/` are behind them, tests put a dictionary in their place.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from breakglass.documents import Document, Json
from breakglass.errors import DeniedError
from breakglass.facts import AlarmState, Enrolment, MemberAccount, Reading, Survey
from breakglass.opinions import Flaw, Judgement, PolicyKind
from breakglass.resources import Resource, Scope
from breakglass.secret import Secret
from breakglass.stacks import Adoption, Delivered, Delivery, StackSet, Standing
from breakglass.workers import Advance


class Estate(Protocol):
    """The accounts of an organization, one resource at a time. Every method may be called from many threads.

    All raise DeniedError, UnavailableError or RejectedError. Writes are idempotent: after a failure anywhere the
    same write, or an update to the same resource, completes the work.
    """

    def read(self, survey: Survey) -> Reading:
        """Read what one account holds in the namespace; parts that cannot be read are in `unread`."""
        ...

    def create(self, resource: Resource) -> None:
        """Make a resource that does not exist."""
        ...

    def update(self, before: Resource, after: Resource) -> None:
        """Make the resource equal to `after`; no property fixed at creation differs."""
        ...

    def delete(self, resource: Resource) -> None:
        """Delete a resource and all that hangs on it."""
        ...


class Organization(Protocol):
    """AWS Organizations, as far as it says which accounts there are."""

    def members(self, unit: str) -> Sequence[MemberAccount]:
        """Return every account under an organizational unit or the root, whatever its state, in the order of ids.

        Raises DeniedError, UnavailableError or RejectedError; it never returns a part.
        """
        ...


class Stacks(Protocol):
    """CloudFormation, one delivery at a time.

    All raise DeniedError, UnavailableError or RejectedError where nothing can be done of a delivery; what is so in some
    of its places only is in what they return. `advance` hears the account of each place that is done.
    """

    def look(self, delivery: Delivery) -> Standing:
        """Return what there is of it."""
        ...

    def others(self, deliveries: Sequence[Delivery]) -> Sequence[StackSet]:
        """Return the StackSets of this manifest that none of these deliveries is, as they stand in AWS.

        They have the accounts, regions and units of what is there, and no template.
        """
        ...

    def deliver(self, delivery: Delivery, places: Collection[Scope], *, advance: Advance) -> Sequence[Delivered]:
        """Create it, or bring it up to date, and wait until these places have it; no other place is begun with.

        Places that have it already are told as delivered. A re-run continues.
        """
        ...

    def adopt(self, delivery: Delivery, adoptions: Sequence[Adoption], *, advance: Advance) -> Sequence[Delivered]:
        """Let stacks take over what exists, without replacing it. A re-run continues."""
        ...

    def withdraw(self, delivery: Delivery, places: Collection[Scope], *, advance: Advance) -> Sequence[Delivered]:
        """Delete the stacks in these places, and keep all they made; the delivery itself once no place has it.

        Where all of them go, nothing is deployed automatically from then on. What is left nevertheless is told as well.
        """
        ...


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A virtual MFA device as it is made: the one moment in which its seed is known."""

    serial_number: str
    seed: Secret
    """In base 32, as an authenticator takes it."""


class SignIn(Protocol):
    """What the users of the security account sign in with. All raise as `Estate` does."""

    def now(self) -> datetime:
        """Return what AWS says the time is, in UTC: codes of devices are computed from it."""
        ...

    def read(self, user: str) -> Enrolment:
        """Return what a user can sign in with."""
        ...

    def unassigned_devices(self) -> Collection[str]:
        """Return the serial numbers of the virtual devices under our path that nobody has."""
        ...

    def make_device(self, name: str) -> NewDevice:
        """Make a virtual device under our path; RejectedError where there is one of this name."""
        ...

    def enable_device(self, user: str, serial_number: str, codes: tuple[Secret, Secret]) -> bool:
        """Give a user a device, with two consecutive codes of it; False where AWS does not accept the codes."""
        ...

    def remove_device(self, user: str, serial_number: str) -> None:
        """Take a device from a user, if the user has it, and delete it, if it is a virtual one under our path."""
        ...

    def delete_device(self, serial_number: str) -> None:
        """Delete a virtual device that nobody has, if there is one; RejectedError where somebody has it."""
        ...

    def make_password(self, user: str, password: Secret, *, must_change: bool) -> None:
        """Let a user sign in; RejectedError where the user has a password."""
        ...

    def replace_password(self, user: str, password: Secret, *, must_change: bool) -> None:
        """Replace the password of a user who has one."""
        ...

    def remove_password(self, user: str) -> None:
        """Let a user sign in no more; nothing where there is no password."""
        ...


class Clock(Protocol):
    """Time that passes, for what has to wait."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Timer(Clock, Protocol):
    """A clock that also tells what time it is."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        ...


class EventLog(Protocol):
    """The log group the organization trail delivers to."""

    def find(self, pattern: str, since: datetime) -> Iterator[Document]:
        """Yield the records of CloudTrail since a time that a filter pattern matches, oldest first.

        Raises DeniedError, UnavailableError or RejectedError.
        """
        ...


class FilterTest(Protocol):
    """Filter patterns as CloudWatch Logs itself matches them."""

    def matched(self, pattern: str, messages: Collection[str]) -> frozenset[str]:
        """Return which of at most 50 messages a pattern matches.

        Raises DeniedError, UnavailableError or RejectedError.
        """
        ...


class Canary(Protocol):
    """What assumes a role without a person, and what can be heard of it. All raise as `Estate` does."""

    def assume(self, region: str, role: str, session: str) -> DeniedError | None:
        """Assume the role of an ARN as the verification role, through STS in a region; return the denial, if denied.

        Both the verification role's session and the one that comes of it have the name given. A denial of anything
        on the way there is raised.
        """
        ...

    def alarm(self, name: str) -> AlarmState:
        """Return the state of an alarm of the net; RejectedError where there is none."""
        ...

    def heard(self, scope: Scope) -> Collection[str]:
        """Return what the canary's queue in a region of an account has heard in the last hour; nothing is deleted."""
        ...


class Probe(Protocol):
    """What asks for a role from outside the namespace. It may be called from many threads."""

    def ask(self, role: str, session: str) -> DeniedError | None:
        """Ask for the role of an ARN as the verification role, for a session that could do nothing; return the denial.

        Nothing is kept of a session that comes of it. What is no denial of this very call by AWS is raised:
        DeniedError, UnavailableError or RejectedError.
        """
        ...


class PolicyAnalyzer(Protocol):
    """IAM Access Analyzer, as a judge of documents. All raise as `Estate` does, and may be called from many threads.

    `subject` is whose document it is, by ARN. AWS charges for the two checks, not for what finds flaws.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
    """

    def flaws(self, subject: str, policy: Document, kind: PolicyKind) -> Sequence[Flaw]:
        """Return the errors and security warnings of a document."""
        ...

    def grants_no_more(self, subject: str, existing: Document, new: Document) -> Judgement:
        """Check that a trust lets in no more than another."""
        ...

    def grants_none(self, subject: str, policy: Document, actions: Sequence[str]) -> Judgement:
        """Check that a policy allows none of at most 100 actions, upon whatever."""
        ...


class EvidenceStore(Protocol):
    """Where evidence of verification is kept: it can be put there, and not be read, replaced or deleted."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Keep a file. Raises DeniedError, UnavailableError or RejectedError."""
        ...


class FindingsHub(Protocol):
    """What others look at findings in, as findings in the AWS Security Finding Format. All raise as `Estate` does."""

    def known(self, generator: str, fields: Mapping[str, str]) -> Sequence[Document]:
        """Return the active findings whose generator begins so, and whose product fields have these values."""
        ...

    def put(self, findings: Sequence[Document]) -> None:
        """Add findings, or bring those with the same ids up to date, as many as are taken.

        Raises RejectedError, at the end, where some were not.
        """
        ...

    def mark(self, ids: Collection[str], status: str, note: str, by: str) -> None:
        """Set where the work on findings stands (`NEW`, `SUPPRESSED`), and note why and who says so.

        Raises RejectedError, at the end, where some were not found.
        """
        ...


@dataclass(frozen=True, slots=True)
class Point:
    """A number that was counted, under a name and in its dimensions: names and values."""

    name: str
    value: int
    dimensions: Mapping[str, str]


class Meter(Protocol):
    """What alarms look at."""

    def put(self, points: Sequence[Point], moment: datetime) -> None:
        """Tell what was counted at a time, in UTC. Raises DeniedError, UnavailableError or RejectedError."""
        ...


class ApiModels(Protocol):
    """AWS's own descriptions of its APIs: what is called, and what it takes."""

    def problems(
        self, service: str, operation: str, parameters: Mapping[str, Json], query: str | None
    ) -> Sequence[str]:
        """Return in sentences what is wrong with a call and with what is to be shown of its answer, in JMESPath.

        Service and operation are named as boto3 names them.
        """
        ...
