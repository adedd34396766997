"""Checks of what surrounds emergency access in an account: keys of root, contacts, and what remediates by itself."""

from collections.abc import Iterator
from typing import Final

from breakglass import naming
from breakglass.assure.evidence import Evidence
from breakglass.assure.subjects import located
from breakglass.findings import Finding, Severity
from breakglass.surroundings import AutomaticRemediation, RootUser, SecurityContact

_OF_IDLE_CREDENTIALS: Final = "IAM_USER_UNUSED_CREDENTIALS_CHECK"
"""https://docs.aws.amazon.com/config/latest/developerguide/iam-user-unused-credentials-check.html"""

_AGAINST_USERS: Final = ("revokeunusediamusercredentials", "deleteiamuser")
"""In lower case, what the names of documents hold that take passwords from users or delete them.

https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-revoke-iam-user.html
https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-delete-iam-user.html
"""

_HARMLESS: Final = "AWS-PublishSNSNotification"
"""The document that only tells somebody; nobody but AWS can make one of that name.

https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-publishsnsnotification.html
"""


def root_keys(evidence: Evidence) -> Iterator[Finding]:
    """Tell every account whose root user has access keys."""
    for fact in evidence.observation.facts:
        if isinstance(fact, RootUser) and fact.has_access_keys:
            yield Finding(
                "ROOT_ACCESS_KEY",
                Severity.CRITICAL,
                fact.scope.account,
                "the root user has access keys: whoever holds one may do anything there, without MFA",
                _without_keys(evidence, fact.scope.account),
            )


def contacts(evidence: Evidence) -> Iterator[Finding]:
    """Tell every account in which AWS knows nobody to tell of security matters."""
    for fact in evidence.observation.facts:
        if isinstance(fact, SecurityContact) and not fact.is_there:
            yield _unknown(fact.scope.account, management=fact.scope.account == evidence.manifest.management_account.id)


def generic_remediation(evidence: Evidence) -> Iterator[Finding]:
    """Tell every remediation that would by itself take emergency users away for lying idle, as they are meant to."""
    for fact in evidence.observation.facts:
        if isinstance(fact, AutomaticRemediation) and _is_against_users(fact):
            yield _remediating(fact)


def _without_keys(evidence: Evidence, account: str) -> str:
    """Return who deletes the keys, and how.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user_delete-key.html
    """
    by_hand = (
        "sign in as the root user and delete them under Security credentials; find out in CloudTrail who made them"
    )
    if account == evidence.manifest.management_account.id:
        return by_hand
    policy = f"arn:{evidence.manifest.partition}:iam::aws:policy/root-task/IAMDeleteRootUserCredentials"
    return (
        f"with credentials of the management account run: aws sts assume-root --target-principal {account}"
        f" --task-policy-arn arn={policy} --region {evidence.manifest.regions[0]}, and with what that returns"
        " aws iam list-access-keys and aws iam delete-access-key; where root access is not centralized,"
        f" {by_hand}"
    )


def _unknown(account: str, *, management: bool) -> Finding:
    """Return the finding; nobody names the management account to itself.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-alternate.html
    """
    target = "" if management else f" --account-id {account}"
    return Finding(
        "CONTACT_MISSING",
        Severity.MEDIUM,
        account,
        "there is no alternate contact for security: what AWS sees there, it tells the root user's mailbox alone",
        "with credentials of the management account run: aws account put-alternate-contact --alternate-contact-type"
        f" SECURITY{target} --name NAME --title TITLE --email-address ADDRESS --phone-number NUMBER",
    )


def _is_against_users(fact: AutomaticRemediation) -> bool:
    if fact.target_id == _HARMLESS:
        return False
    target = fact.target_id.lower()
    return fact.source_identifier == _OF_IDLE_CREDENTIALS or any(each in target for each in _AGAINST_USERS)


def _remediating(fact: AutomaticRemediation) -> Finding:
    scope = fact.scope
    return Finding(
        "REMEDIATION_DELETES_USERS",
        Severity.HIGH,
        located(fact.rule_name, scope),
        f"the rule {fact.rule_name} starts {fact.target_id} by itself: users under"
        f" {naming.PATH} lie idle until they are needed, and may then have no password, or be gone",
        f"in {scope.account} run: aws configservice delete-remediation-configuration --config-rule-name"
        f" {fact.rule_name} --region {scope.region}; where it is wanted for other users, let a person start it",
    )
