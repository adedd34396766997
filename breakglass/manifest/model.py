"""The manifest as a value: frozen, checked in shape when made, references checked when read from a file.

Descriptions here are what the JSON Schema and docs/reference/manifest.md say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field, JsonValue
from pydantic.dataclasses import dataclass
from pydantic.json_schema import SkipJsonSchema

from breakglass import naming
from breakglass.manifest.values import (
    AccountId,
    AccountName,
    BucketName,
    Day,
    Email,
    FindingCode,
    Folder,
    Gravity,
    HttpsUrl,
    LogGroup,
    Name,
    Note,
    OrganizationId,
    Partition,
    PersonId,
    PersonName,
    Phone,
    QueueArn,
    Region,
    RoleName,
    UnitId,
    Version,
)
from breakglass.resources import GLOBAL, Scope

STRICT = ConfigDict(extra="forbid")

Rights: TypeAlias = Mapping[str, JsonValue]
"""The policy of a playbook, in which placeholders stand for what the account and the manifest say."""

ALL = "all"
"""Every account under `accounts` and in the organizational units, in a team."""

MANAGEMENT = "management"
"""What the management account is called unless the manifest says otherwise."""

SECURITY = "security"
"""What the security account is called, always."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Account:
    """An account in which playbooks are carried out."""

    id: Annotated[AccountId, Field(description="The account id: twelve digits, in quotes.")]
    name: Annotated[AccountName, Field(description="What people call the account; teams refer to it.")]
    playbooks: Annotated[
        tuple[Name, ...] | None, Field(min_length=1, description="The playbooks carried out there, if not all.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class OrganizationalUnit:
    """Accounts in which playbooks are carried out, as AWS Organizations has them under one unit when it is asked."""

    id: Annotated[UnitId, Field(description="The id of the unit; units below it count.")]
    name: Annotated[AccountName, Field(description="What people call all its accounts; teams refer to it.")]
    playbooks: Annotated[
        tuple[Name, ...] | None, Field(min_length=1, description="The playbooks carried out there, if not all.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ManagementAccount:
    """The organization's management account, with a short list of playbooks of its own."""

    id: Annotated[AccountId, Field(description="The account id: twelve digits, in quotes.")]
    name: Annotated[AccountName, Field(description="What people call it; teams refer to it.")] = MANAGEMENT
    playbooks: Annotated[tuple[Name, ...], Field(description="The playbooks for what can only be mended there.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Trail:
    """Where the organization trail delivers its events."""

    account: Annotated[AccountId, Field(description="The account that holds the log group.")]
    region: Annotated[Region, Field(description="The trail's home region.")]
    log_group: Annotated[LogGroup, Field(description="The CloudWatch Logs group the trail delivers to.")]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Team:
    """People who may carry out the same playbooks in the same accounts."""

    name: Annotated[Name, Field(description="Lower case letters, digits and hyphens.")]
    playbooks: Annotated[tuple[Name, ...], Field(min_length=1, description="What the team may carry out.")]
    accounts: Annotated[
        Literal["all"] | Annotated[tuple[str, ...], Field(min_length=1)],
        Field(
            description="Names of accounts and of organizational units; `all` is every account under `accounts` and in"
            " these units, never the management or the security account."
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Responder:
    """A named person with an emergency user of their own."""

    id: Annotated[PersonId, Field(description="The person's id; the user is named `<id>-break-glass`.")]
    name: Annotated[PersonName, Field(description="The person's name.")]
    email: Annotated[Email, Field(description="Where the person is reached.")]
    teams: Annotated[
        tuple[Name, ...], Field(min_length=1, max_length=10, description="One to ten teams: a quota of IAM.")
    ]
    reserve: Annotated[
        bool, Field(description="Whether the person is in no team until `grant-access` moves them into one of these.")
    ] = False

    @property
    def member_of(self) -> tuple[str, ...]:
        """The teams the person is in: none, while in reserve."""
        return () if self.reserve else self.teams


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Alerts:
    """Who is told of every use, and where from."""

    email: Annotated[tuple[Email, ...], Field(description="Addresses that receive every alert.")] = ()
    sqs: Annotated[tuple[QueueArn, ...], Field(description="Queues that receive every alert.")] = ()
    https: Annotated[tuple[HttpsUrl, ...], Field(description="Addresses that every alert is posted to.")] = ()
    minimum_receivers: Annotated[int, Field(ge=1, description="Fewer confirmed receivers are a finding.")] = 2
    second_region: Annotated[Region, Field(description="The region the fast channel gathers in.")]
    regions: Annotated[
        tuple[Region, ...], Field(min_length=1, description="Every region enabled in the security account.")
    ]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Contact:
    """Whom a responder calls."""

    name: Annotated[PersonName, Field(description="Who it is, such as `Incident manager on duty`.")]
    phone: Annotated[Phone | None, Field(description="The number, as one dials it.")] = None
    email: Annotated[Email | None, Field(description="The address, if there is one.")] = None
    note: Annotated[Note | None, Field(description="What to call them for.")] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class StackSets:
    """How CloudFormation StackSets deliver to target accounts.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
    """

    permission_model: Annotated[
        Literal["service-managed", "self-managed"], Field(description="Whose roles StackSets work with.")
    ] = "service-managed"
    administrator_account: Annotated[
        AccountId | None,
        Field(description="Where the StackSets are: the management account, unless it has a delegated administrator."),
    ] = None
    administration_role: Annotated[
        RoleName, Field(description="Self-managed: the role there that assumes the provisioning role elsewhere.")
    ] = naming.STACKSETS_ADMINISTRATION
    regions: Annotated[
        tuple[Region, ...], Field(min_length=1, description="The one region the stacks with IAM roles are in.")
    ]
    failure_tolerance_percentage: Annotated[
        int, Field(ge=0, le=100, description="In how many of a region's accounts it may fail before it stops.")
    ] = 100
    max_concurrent_percentage: Annotated[
        int, Field(ge=1, le=100, description="In how many of a region's accounts at once.")
    ] = 100
    region_concurrency: Annotated[
        Literal["parallel", "sequential"], Field(description="Whether regions wait for each other.")
    ] = "parallel"
    shared_accounts: Annotated[
        Literal["direct", "stacks"],
        Field(description="How the management, security, audit and trail account are provisioned."),
    ] = "direct"
    template_bucket: Annotated[
        BucketName | None, Field(description="Where templates go that are too large to be sent.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Limits:
    """Bounds that hold everywhere."""

    session_hours: Annotated[int, Field(ge=1, le=12, description="How long a session of a role lasts, in hours.")] = 1
    minimum_ways_in: Annotated[
        int, Field(ge=1, le=100, description="How many people must be able to get into every account.")
    ] = 2
    minimum_devices: Annotated[
        int, Field(ge=1, le=8, description="How many MFA devices everybody must have: eight is a quota of IAM.")
    ] = 1
    proof_days: Annotated[
        int, Field(ge=1, le=3650, description="After how many days without a sign-in somebody is to prove theirs.")
    ] = 180


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Verification:
    """How far verification looks."""

    access_analyzer: Annotated[
        bool,
        Field(description="Whether IAM Access Analyzer judges each distinct policy: AWS charges for it."),
    ] = True
    resource_policies: Annotated[
        bool, Field(description="Whether the policies of keys and buckets are read where playbooks are carried out.")
    ] = True


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Suppression:
    """A finding of verification that somebody answers for: it is shown, and does not count."""

    code: Annotated[FindingCode, Field(description="The finding's code.")]
    subject: Annotated[Note, Field(description="The finding's subject, exactly as verification shows it.")]
    severity: Annotated[Gravity, Field(description="How grave the finding may be at most; what is graver counts.")]
    owner: Annotated[PersonName, Field(description="Who answers for it.")]
    reason: Annotated[Note, Field(description="Why it is as it is.")]
    expires: Annotated[Day, Field(description="The last day it is set aside on, in UTC.")]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Manifest:
    """Who may do what, where, in an emergency.

    It has no slots: what is looked up for each of thousands of accounts is gathered once and kept.
    """

    version: Annotated[Version, Field(description="The version of this format: 1.")]
    name: Annotated[Name, Field(description="The name of this manifest: the owner tag of all it makes.")]
    partition: Annotated[Partition, Field(description="The AWS partition.")] = "aws"
    organization: Annotated[OrganizationId, Field(description="The id of the organization.")]
    management_account: Annotated[ManagementAccount, Field(description="The organization's management account.")]
    security_account: Annotated[
        AccountId, Field(description="The member account, without workloads, that holds the emergency users.")
    ]
    audit_account: Annotated[AccountId, Field(description="The account that verifies, and keeps the evidence.")]
    trail: Annotated[Trail, Field(description="The organization trail's log group.")]
    regions: Annotated[
        tuple[Region, ...], Field(min_length=1, description="Sign-in and STS regions, tried in this order.")
    ]
    engine: Annotated[Literal["direct", "stacksets"], Field(description="Who writes in target accounts.")] = "direct"
    stacksets: Annotated[StackSets | None, Field(description="How StackSets deliver, with `engine: stacksets`.")] = None
    provisioning_role: Annotated[RoleName, Field(description="The role assumed in each account to provision it.")] = (
        naming.PROVISIONING_ROLE
    )
    playbooks: Annotated[tuple[Name, ...], Field(min_length=1, description="The playbooks provisioned.")]
    playbook_folders: Annotated[
        tuple[Folder, ...],
        Field(max_length=20, description="Folders beside the manifest that hold playbooks of your own."),
    ] = ()
    security_playbooks: Annotated[
        tuple[Name, ...], Field(description="The playbooks carried out in the security account, and nowhere else.")
    ] = ()
    accounts: Annotated[tuple[Account, ...], Field(description="Where playbooks are carried out.")] = ()
    organizational_units: Annotated[
        tuple[OrganizationalUnit, ...],
        Field(description="Where they are carried out as well: every account in these units, looked up when needed."),
    ] = ()
    teams: Annotated[
        tuple[Team, ...], Field(min_length=1, max_length=300, description="Who may carry out what, where.")
    ]
    responders: Annotated[
        tuple[Responder, ...], Field(min_length=1, max_length=5000, description="The people with emergency users.")
    ]
    alerts: Annotated[Alerts, Field(description="Who is told of every use.")]
    aws_login: Annotated[
        bool, Field(description="Whether emergency users may take their session to a shell with `aws login`.")
    ] = True
    contacts: Annotated[
        tuple[Contact, ...], Field(max_length=20, description="Whom to call: printed on every emergency card.")
    ] = ()
    limits: Annotated[Limits, Field(description="How long sessions last, and how many people must get in.")] = Limits()
    verification: Annotated[Verification, Field(description="How far `verify` looks.")] = Verification()
    suppressions: Annotated[
        tuple[Suppression, ...], Field(max_length=200, description="Findings that somebody answers for.")
    ] = ()
    own_policies: SkipJsonSchema[Mapping[str, Rights]] = field(default_factory=dict, hash=False)
    """The policies of the playbooks that do not ship, by name: filled in by whoever reads the manifest."""

    def scope(self, account: str, region: str = GLOBAL) -> Scope:
        """Return the scope of an account's IAM, or of one of its regions."""
        return Scope(account, region, self.partition)

    @property
    def writer(self) -> str:
        """The command that makes all of the manifest real: `apply` or `deploy`."""
        return "deploy" if self.engine == "stacksets" else "apply"

    @property
    def is_service_managed(self) -> bool:
        """Whether StackSets deliver, with the roles that AWS Organizations gives them."""
        settings = self.stacksets if self.engine == "stacksets" else None
        return settings is not None and settings.permission_model == "service-managed"

    @property
    def account_ids(self) -> tuple[str, ...]:
        """Every account the manifest speaks of, each once: management, security, audit, trail, then the others."""
        fixed = (self.management_account.id, self.security_account, self.audit_account, self.trail.account)
        return tuple(dict.fromkeys((*fixed, *(account.id for account in self.accounts))))

    @property
    def every_playbook(self) -> tuple[str, ...]:
        """Every playbook that has a role anywhere, those of the security account last."""
        return (*self.playbooks, *self.security_playbooks)

    @property
    def reserve(self) -> tuple[Responder, ...]:
        """The people in reserve."""
        return tuple(each for each in self.responders if each.reserve)

    @property
    def granting(self) -> bool:
        """Whether people in reserve can be moved into teams."""
        return naming.GRANT_ACCESS in self.security_playbooks

    def account_name(self, account: str) -> str:
        """Return what people call an account."""
        return self._names.get(account, account)

    def playbooks_in(self, account: str) -> tuple[str, ...]:
        """Return the playbooks that have a role in an account, in the manifest's order."""
        return self._playbooks.get(account, ())

    def playbooks_of(self, unit: OrganizationalUnit) -> tuple[str, ...]:
        """Return the playbooks that have a role in the accounts of an organizational unit."""
        return self.playbooks if unit.playbooks is None else unit.playbooks

    def grants(self, team: Team) -> Iterator[tuple[str, str]]:
        """Yield every (account id, playbook) a team may carry out."""
        for account in self._accounts_of(team):
            there = self._playbooks[account]
            yield from ((account, each) for each in team.playbooks if each in there)

    def _accounts_of(self, team: Team) -> Iterator[str]:
        if team.accounts == ALL:
            yield from (account.id for account in self.accounts)
            return
        chosen = frozenset(team.accounts)
        yield from (account.id for account in self.accounts if account.name in chosen)
        if self.management_account.name in chosen:
            yield self.management_account.id
        if SECURITY in chosen:
            yield self.security_account

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {
            self.trail.account: "trail",
            self.audit_account: "audit",
            self.security_account: SECURITY,
            self.management_account.id: self.management_account.name,
            **{each.id: each.name for each in self.accounts},
        }

    @cached_property
    def _playbooks(self) -> Mapping[str, tuple[str, ...]]:
        chosen = {each.playbooks for each in self.accounts if each.playbooks is not None}
        ordered = {some: tuple(each for each in self.playbooks if each in some) for some in chosen}
        return {
            **{
                each.id: self.playbooks if each.playbooks is None else ordered[each.playbooks] for each in self.accounts
            },
            self.management_account.id: self.management_account.playbooks,
            self.security_account: self.security_playbooks,
        }
