"""What is read and never desired: credentials, foreign users, idle versions, what alerts depend on, what is unread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from breakglass import naming
from breakglass.errors import BreakglassError
from breakglass.lock_outs import LockOuts
from breakglass.opinions import Answered
from breakglass.resources import Resource, Scope
from breakglass.surroundings import Surroundings

CredentialType: TypeAlias = Literal[
    "access key", "service-specific credential", "SSH public key", "signing certificate"
]


@dataclass(frozen=True, slots=True)
class Credential:
    """A long-lived credential of an emergency user. None of them is ever meant to exist."""

    scope: Scope
    user: str
    type: CredentialType
    identifier: str
    active: bool


DeviceKind: TypeAlias = Literal["virtual", "passkey", "hardware"]


@dataclass(frozen=True, slots=True)
class MfaDevice:
    """An MFA device somebody has."""

    serial_number: str
    enabled_since: datetime

    @property
    def kind(self) -> DeviceKind:
        """What it is, by its serial number: only those of devices that are none of AWS's own make are no ARN.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_MFADevice.html
        """
        if ":mfa/" in self.serial_number:
            return "virtual"
        return "passkey" if ":u2f/" in self.serial_number else "hardware"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an emergency user can sign in with."""

    scope: Scope
    user: str
    password_since: datetime | None = None
    """When the login profile was made; None where there is none."""
    must_change_password: bool = False
    devices: tuple[MfaDevice, ...] = ()
    last_used: datetime | None = None
    """When somebody last signed in with the password."""

    @property
    def foreign_devices(self) -> tuple[MfaDevice, ...]:
        """The virtual devices that are not called as those of this user are: somebody else may have their seed."""
        path = naming.mfa_arn(self.scope.partition, self.scope.account, "")
        names = ((each, each.serial_number) for each in self.devices if each.kind == "virtual")
        return tuple(
            each
            for each, serial in names
            if not (serial.startswith(path) and naming.is_mfa_device_of(self.user, serial.removeprefix(path)))
        )

    @property
    def own_devices(self) -> tuple[MfaDevice, ...]:
        """The devices that count as theirs: all others."""
        foreign = self.foreign_devices
        return tuple(each for each in self.devices if each not in foreign)

    @property
    def is_complete(self) -> bool:
        """Whether the person can sign in, with MFA of their own, as they are."""
        return self.password_since is not None and not self.must_change_password and bool(self.own_devices)


@dataclass(frozen=True, slots=True)
class UnassignedDevice:
    """A virtual MFA device under our path that nobody has."""

    scope: Scope
    serial_number: str


@dataclass(frozen=True, slots=True)
class ForeignUser:
    """A user of the security account outside the namespace, and the groups it is in."""

    scope: Scope
    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IdleVersion:
    """A version of a managed policy that is not in effect: one call away from being so."""

    policy: Resource
    """The policy as it would be with this version in effect."""
    version: str
    """What IAM calls it, such as `v2`."""

    @property
    def scope(self) -> Scope:
        """The account it is in."""
        return self.policy.scope


@dataclass(frozen=True, slots=True)
class TopicSubscription:
    """Who a topic of ours would tell, and whether it can."""

    scope: Scope
    topic_arn: str
    protocol: str
    endpoint: str
    confirmed: bool
    """Whether the endpoint has agreed: nothing is delivered before it has."""
    confirmation_was_authenticated: bool = False
    """Whether only its owner can end it; if not, whoever holds one of its messages can.

    https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
    """
    filter_policy: str = ""
    """Which messages it is told, as JSON; empty where it is told all."""


@dataclass(frozen=True, slots=True)
class AlarmMuteRule:
    """A rule that mutes alarms of ours, now or at its next time."""

    scope: Scope
    name: str
    status: str
    """`ACTIVE` or `SCHEDULED`."""
    alarm_names: tuple[str, ...]
    """The alarms of ours it mutes."""


@dataclass(frozen=True, slots=True)
class RingingAlarm:
    """An alarm of ours that is in ALARM, and tells nobody of what happens next."""

    scope: Scope
    name: str
    minutes: int
    """For how long, by the clock of whoever asked."""


@dataclass(frozen=True, slots=True)
class UndeliveredEvents:
    """Events in the queue of those that could not be forwarded, about how many."""

    scope: Scope
    number: int


@dataclass(frozen=True, slots=True)
class TrailStatus:
    """A trail as one account sees it: what it records, where it delivers, and whether it does."""

    scope: Scope
    trail_arn: str
    is_organization_trail: bool
    is_multi_region_trail: bool
    include_global_service_events: bool
    log_file_validation_enabled: bool
    is_logging: bool
    read_write_type: str
    """The management events it records: `All`, `ReadOnly` or `WriteOnly`; empty where it records none."""
    exclude_management_event_sources: tuple[str, ...] = ()
    """The services whose management events it leaves out, such as `kms.amazonaws.com`."""
    cloud_watch_logs_log_group_arn: str = ""
    cloud_watch_logs_role_arn: str = ""
    latest_delivery_error: str = ""
    """What S3 answered to the last delivery, such as `NoSuchBucket`; empty where it went well."""
    latest_cloud_watch_logs_delivery_error: str = ""


@dataclass(frozen=True, slots=True)
class LogGroup:
    """A log group that exists in the account of the organization trail's."""

    scope: Scope
    log_group_name: str
    retention_in_days: int | None
    """None where events are kept for ever."""
    kms_key_id: str
    is_masked: bool = False
    """Whether a data protection policy, its own or the account's, hides parts of events from metric filters.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data.html
    """


@dataclass(frozen=True, slots=True)
class EnabledRegions:
    """The regions that can be used in an account, or soon can."""

    scope: Scope
    names: tuple[str, ...]
    """In alphabetical order."""


@dataclass(frozen=True, slots=True)
class MemberAccount:
    """An account as AWS Organizations has it."""

    id: str
    name: str
    state: str
    """`PENDING_ACTIVATION`, `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE` or `CLOSED`.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """

    @property
    def is_active(self) -> bool:
        """Whether anything can be done in it."""
        return self.state == "ACTIVE"

    @property
    def is_closed(self) -> bool:
        """Whether nobody can get into it: it is closed, is being closed, or is suspended.

        https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-closing.html
        """
        return self.state in ("SUSPENDED", "PENDING_CLOSURE", "CLOSED")

    @property
    def is_known(self) -> bool:
        """Whether it is said what it is; a state that nobody knows may mean anything."""
        return self.is_active or self.is_closed or self.state == "PENDING_ACTIVATION"


@dataclass(frozen=True, slots=True)
class AlarmState:
    """The state of an alarm, and since when it has had it, by the clock of CloudWatch."""

    value: str
    """`OK`, `ALARM` or `INSUFFICIENT_DATA`."""
    since: datetime

    @property
    def is_ringing(self) -> bool:
        """Whether it tells nobody of what happens next: an alarm tells when it changes."""
        return self.value == "ALARM"


Fact: TypeAlias = (
    Credential
    | Enrolment
    | UnassignedDevice
    | ForeignUser
    | IdleVersion
    | TopicSubscription
    | AlarmMuteRule
    | RingingAlarm
    | UndeliveredEvents
    | TrailStatus
    | LogGroup
    | EnabledRegions
    | Answered
    | Surroundings
    | LockOuts
)


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in scope that could not be read, and why: never taken for absent."""

    scope: Scope
    what: str
    why: BreakglassError
    types: frozenset[str] = frozenset()
    """The types of resources that are not known because of it."""
    of_unit: bool = False
    """Whether it is the accounts of an organizational unit that are not known."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What to read in one account and region: these types, and whether the facts about them as well."""

    scope: Scope
    types: frozenset[str]
    credentials: bool = False
    """Whether also the credentials of the users in the namespace."""
    enrolment: bool = False
    """Whether also what the users in the namespace can sign in with."""
    chain: bool = False
    """Whether also what the delivery of alerts depends on: subscriptions, mute rules, trails, log groups.

    Of what is not in any region: which regions are enabled.
    """
    regions: tuple[str, ...] = ()
    """Where to look for what an account has in its regions, of types that a survey of the account as a whole names."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one survey found in the namespace: everything there, whoever made it."""

    survey: Survey
    resources: tuple[Resource, ...] = ()
    facts: tuple[Fact, ...] = ()
    unread: tuple[Unread, ...] = ()
