"""Every name, path, tag key and ARN of the toolkit, in one place.

Users and the resources that serve them live under one path, playbook roles have none: AWS console links to a
role count path and name together (64 characters).
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
"""

PATH = "/break-glass/"
USER_SUFFIX = "-break-glass"
ROLE_PREFIX = "BREAK-GLASS-"
GROUP_PREFIX = "break-glass-"

TOOLKIT_PREFIX = "BreakGlass"
"""What the names of the toolkit's own roles and policies begin with."""

BOUNDARY = "BreakGlassBoundary"
SELF_SERVICE = "BreakGlassSelfService"
VERIFIER = "BreakGlassVerifier"
VERIFICATION = "BreakGlassVerification"
NAMESPACE_GUARDRAIL = "BreakGlassNamespace"
ROLES_GUARDRAIL = "BreakGlassRoles"

ALERT_PREFIX = "BreakGlass-"
"""What the names of alarms, metric filters, metrics and rules begin with."""

METRIC_NAMESPACE = "BreakGlass"

CHANNEL_PREFIX = "break-glass"
"""What the names of the topics and event buses that carry alerts begin with."""

OWNER_TAG = "break-glass:manifest"
"""The tag whose value is the name of the manifest that owns a user or a role."""

PROVISIONING_ROLE = "OrganizationAccountAccessRole"
"""The role AWS Organizations puts into accounts it creates.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
"""

STACKSETS_ROLE = "stacksets-exec-*"
"""The roles CloudFormation StackSets puts into the accounts of an organization that trusts it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html
"""

ORGANIZATION_ROOT = "${OrganizationRoot}"
"""The root of the organization, whose id (`r-…`) AWS draws: a target of policies, and a parameter of templates."""

SESSION_TAGS = ("break-glass-reason", "break-glass-ticket")
"""The only session tags a trust policy of ours lets through."""


def user_name(person: str) -> str:
    """Return the name of a person's emergency user."""
    return person + USER_SUFFIX


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


def boundary_arn(partition: str, security: str) -> str:
    """Return the ARN of the one permissions boundary of every user."""
    return iam_arn(partition, security, f"policy{PATH}{BOUNDARY}")


def is_ours_by_name(kind: str, name: str, path: str) -> bool:
    """Tell whether a user, group, policy or role lies in the break-glass namespace, whoever made it.

    `kind` is `user`, `group`, `policy` or `role`; names count without regard to case, as IAM keeps them unique. Empty
    is a service control policy, which has its exact name or is none of ours.
    """
    if not kind:
        return name in (NAMESPACE_GUARDRAIL, ROLES_GUARDRAIL)
    if path.startswith(PATH):
        return True
    lowered = name.lower()
    if kind == "user":
        return lowered.endswith(USER_SUFFIX)
    return lowered.startswith(ROLE_PREFIX.lower())
