"""Every name, path, tag key and ARN of the toolkit, in one place.

Users and the resources that serve them live under one path, playbook roles have none: AWS console links to a
role count path and name together (64 characters).
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
"""

import re
from collections.abc import Mapping
from typing import Final

PATH = "/break-glass/"
USER_SUFFIX = "-break-glass"
ROLE_PREFIX = "BREAK-GLASS-"
GROUP_PREFIX = "break-glass-"

PROBE = "probe"
"""What the names of the sessions begin with under which the verification role asks for roles it must not get."""

TOOLKIT_PREFIX = "BreakGlass"
"""What the names of the toolkit's own roles and policies begin with."""

BOUNDARY = "BreakGlassBoundary"
SELF_SERVICE = "BreakGlassSelfService"
VERIFIER = "BreakGlassVerifier"
VERIFICATION = "BreakGlassVerification"
NAMESPACE_GUARDRAIL = "BreakGlassNamespace"
ROLES_GUARDRAIL = "BreakGlassRoles"
EVENTS_ROLE = "BreakGlassEvents"
CANARY = "canary"
"""The playbook that has no rights: whoever assumes its role proves that a use is noticed."""
CANARY_DENIED = "canary-denied"
"""The playbook that does not exist: whoever is denied its role proves that an attempt is noticed."""

GRANT_ACCESS = "grant-access"
"""The playbook that changes who is in which team: it is carried out in the security account alone."""

ALERTS = "break-glass-alerts"
"""The topic people are told through, and its key."""
ALERTS_KEY = f"alias/{ALERTS}"
EVENT_BUS = "break-glass"
UNDELIVERED = "break-glass-undelivered"
"""The queue of events that could not be forwarded."""
CANARY_QUEUE = "break-glass-canary"
"""The queue that hears what people hear."""
TRAIL = "break-glass"
"""The security account's own trail."""
ALERT_PREFIX = "BreakGlass-"
"""What the names of rules, metric filters and alarms begin with."""
USE_RULE = f"{ALERT_PREFIX}Use"
CHANGE_RULE = f"{ALERT_PREFIX}NamespaceChanged"
TAMPER_RULE = f"{ALERT_PREFIX}AlertingTampered"
PAGE_RULE = f"{ALERT_PREFIX}Page"
METRIC_NAMESPACE = "BreakGlass"
VERIFICATION_METRICS = "BreakGlassVerification"
"""The namespace of what scheduled verification counts of itself; the guardrail of all accounts holds the other one."""
SCHEDULED = "break-glass-verification"
"""The function that verifies on schedule, and what the names of its schedule, state machine and topic begin with."""
SCHEDULE_ROLES = "BreakGlassSchedule"
"""What the names of the roles begin with that start it. They have no path: a template makes them, not the manifest."""
VERIFICATION_ALARMS = f"{VERIFICATION_METRICS}-"
"""What the names of its alarms begin with."""
UNVERIFIED = f"{SCHEDULED}-undelivered"
"""The queue of runs that never came to be."""
EVIDENCE = "verification"
"""What the keys of evidence begin with."""
CHANNEL_PREFIX = "break-glass"
"""What the names of topics, queues, buses, keys and trails that carry alerts begin with."""

OWNER_TAG = "break-glass:manifest"
"""The tag whose value is the name of the manifest that owns a user or a role."""

PROVISIONING_ROLE = "OrganizationAccountAccessRole"
"""The role AWS Organizations puts into accounts it creates.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
"""

GLOBAL = "global"
"""The region of what an account has but once."""

GLOBAL_REGIONS: Mapping[str, str] = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""The region of a partition in which IAM answers, and in which CloudTrail logs what it was asked.

https://docs.aws.amazon.com/general/latest/gr/iam-service.html
"""

STACKSETS_ROLE = "stacksets-exec-*"
"""The roles CloudFormation StackSets puts into the accounts of an organization that trusts it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html
"""

STACKSETS_ADMINISTRATION = "AWSCloudFormationStackSetAdministrationRole"
"""What AWS calls the role self-managed StackSets start from, unless told otherwise.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

EVENTS_SERVICE = "events.amazonaws.com"
"""EventBridge, as roles are passed to it."""

STACK_PREFIX = "break-glass-"
"""How the names of our stacks and StackSets begin; then comes the manifest's name."""

ORGANIZATION_ROOT = "${OrganizationRoot}"
"""The root of the organization, whose id (`r-…`) AWS draws: a target of policies, and a parameter of templates."""

SESSION_TAGS = ("break-glass-reason", "break-glass-ticket")
"""The only session tags a trust policy of ours lets through."""


_WEB: Final = re.compile(r"(https?://)(?:[^/?#]*@)?([\w.:-]*)(.*)", re.IGNORECASE | re.DOTALL)


def shown(name: str) -> str:
    """Return a name as it is told to people: of an address of the web the scheme and the host.

    Whoever knows the whole address of a pager can post to it; reports are kept in places where others read them.
    """
    found = _WEB.fullmatch(name)
    if not found or found[3] in ("", "/"):
        return name
    return f"{found[1]}{found[2]}/…" if found[2] else f"{found[1]}…"


def user_name(person: str) -> str:
    """Return the name of a person's emergency user."""
    return person + USER_SUFFIX


def mfa_device_name(user: str, number: int = 1) -> str:
    """Return the name of a user's virtual MFA device, counted from 1."""
    return user if number == 1 else f"{user}-{number}"


def enrolment_mark(user: str) -> str:
    """Return the name of the virtual MFA device that nobody gets: it marks that somebody enrolls the user."""
    return f"{user}-enrolling"


def is_mfa_device_of(user: str, name: str) -> bool:
    """Tell whether a virtual MFA device is called as those of a user are."""
    number = name.removeprefix(f"{user}-")
    return name == user or (number.isdecimal() and name == mfa_device_name(user, int(number)))


def mfa_arn(partition: str, account: str, name: str) -> str:
    """Return the ARN of a virtual MFA device, which is its serial number."""
    return iam_arn(partition, account, f"mfa{PATH}{name}")


def sessions_policy_name(user: str) -> str:
    """Return the name of the inline policy on a role that ends a user's sessions of it."""
    return f"{TOOLKIT_PREFIX}End-{user}"


def group_name(team: str) -> str:
    """Return the name of a team's group."""
    return GROUP_PREFIX + team


def team_policy_name(team: str, number: int) -> str:
    """Return the name of a team's managed policy, counted from 1."""
    return f"{GROUP_PREFIX}{team}-{number}"


def role_name(playbook: str) -> str:
    """Return the name of a playbook's role, and of the managed policy that holds its rights."""
    return ROLE_PREFIX + playbook.upper()


def alert_name(alert: str) -> str:
    """Return the name of an alert's alarm, metric filter and metric."""
    return ALERT_PREFIX + alert


def iam_arn(partition: str, account: str, resource: str) -> str:
    """Return the ARN of an IAM resource such as `role/NAME` or `user/break-glass/NAME`."""
    return f"arn:{partition}:iam::{account}:{resource}"


def root_arn(partition: str, account: str) -> str:
    """Return the principal that stands for every principal of an account its own policies allow."""
    return iam_arn(partition, account, "root")


def verification_arn(partition: str, audit: str) -> str:
    """Return the ARN of the role that verifies."""
    return iam_arn(partition, audit, f"role{PATH}{VERIFICATION}")


def granter_arn(partition: str, security: str) -> str:
    """Return the ARN of the role that moves people in reserve into teams and out of them."""
    return iam_arn(partition, security, f"role/{role_name(GRANT_ACCESS)}")


def is_playbook_role(name: str) -> bool:
    """Tell by its name whether a role is a playbook's; the canary's is none."""
    return name.startswith(ROLE_PREFIX) and name != role_name(CANARY)


def boundary_arn(partition: str, security: str) -> str:
    """Return the ARN of the one permissions boundary of every user."""
    return iam_arn(partition, security, f"policy{PATH}{BOUNDARY}")


def trail_bucket(security: str, region: str) -> str:
    """Return the name of the bucket that holds the log files of the security account's own trail."""
    return f"{CHANNEL_PREFIX}-trail-{security}-{region}"


def evidence_bucket(audit: str, region: str) -> str:
    """Return the name of the bucket that holds the evidence of scheduled verification."""
    return f"{CHANNEL_PREFIX}-evidence-{audit}-{region}"


def evidence_prefix(manifest: str) -> str:
    """Return what the keys of the evidence about a manifest begin with, in the bucket of its audit account."""
    return f"{EVIDENCE}/{manifest}/"


def is_alerting(name: str) -> bool:
    """Tell whether something outside IAM has a name of ours."""
    plain = name.removeprefix("alias/")
    return plain == CHANNEL_PREFIX or plain.startswith((ALERT_PREFIX, f"{CHANNEL_PREFIX}-"))


def is_ours_by_name(kind: str, name: str, path: str) -> bool:
    """Tell whether a user, group, policy or role lies in the break-glass namespace, whoever made it.

    `kind` is `user`, `group`, `policy` or `role`; names count without regard to case, as IAM keeps them unique. Empty
    is a service control policy or a key, which has its exact name or is none of ours. Anything else is of another
    service, where case counts.
    """
    if not kind:
        return name in (NAMESPACE_GUARDRAIL, ROLES_GUARDRAIL, ALERTS)
    if ":" in kind:
        return is_alerting(name)
    if path.startswith(PATH):
        return True
    lowered = name.lower()
    if kind == "user":
        return lowered.endswith(USER_SUFFIX)
    return lowered.startswith(ROLE_PREFIX.lower())
