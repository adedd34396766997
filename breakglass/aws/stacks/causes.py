"""Why CloudFormation did not do something, in its own words, and what to do about it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-troubleshooting.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

from dataclasses import dataclass

from breakglass.aws.stacks.words import told
from breakglass.errors import BreakglassError, DeniedError, RejectedError, UnavailableError

AGAIN = "run `breakglass deploy` again: it continues"

_DELEGATE = (
    "as the management account run: aws organizations register-delegated-administrator --account-id {account} "
    "--service-principal member.org.stacksets.cloudformation.amazonaws.com; or take `stacksets.administrator_account` "
    "out of the manifest"
)


@dataclass(frozen=True, slots=True)
class _Cause:
    """What CloudFormation says, in lower case, and what follows from it."""

    signs: tuple[str, ...]
    advice: str
    kind: type[BreakglassError] = RejectedError


_CAUSES = (
    _Cause(
        ("service control policy", "resource control policy"),
        "a policy of the organization forbids it in account {account}: exempt the role that deploys there in that "
        "policy (see docs/platform-team.md), or take the account or its organizational unit out of the manifest",
        DeniedError,
    ),
    _Cause(
        ("already exists in stack",),
        "another stack holds it: take it out of that stack, keeping it, then run `breakglass adopt`",
    ),
    _Cause(
        ("already exists", "alreadyexists"),
        "see with `breakglass plan` whose it is: what `breakglass apply` made is handed over by `breakglass adopt`, "
        "what is not ours must be renamed or deleted by whoever made it",
    ),
    _Cause(
        ("suspended", "account is closed", "account is not active"),
        "account {account} is suspended or closed: take it out of the manifest, or have AWS Support reopen it",
    ),
    _Cause(
        ("executionrole", "trust relationship", "cannot be assumed", "cannot assume role"),
        "account {account} needs the role StackSets work with there: see that the provisioning role exists, may do "
        "this and trusts the administration role of the account that holds the StackSets",
        DeniedError,
    ),
    _Cause(
        ("must enable organizations access", "trusted access"),
        "as the management account run: aws cloudformation activate-organizations-access, and: aws organizations "
        "enable-aws-service-access --service-principal member.org.stacksets.cloudformation.amazonaws.com",
    ),
    _Cause(("delegated admin",), _DELEGATE),
    _Cause(("stopped the operation",), "see in CloudTrail who called StopStackSetOperation and why, then " + AGAIN),
    _Cause(
        ("failure tolerance",),
        "too many accounts failed before it: mend those, or raise `stacksets.failure_tolerance_percentage`; " + AGAIN,
    ),
    _Cause(
        ("limitexceeded", "limit exceeded", "quota"),
        "raise this quota in Service Quotas, or delete what is no longer needed; " + AGAIN,
    ),
    _Cause(
        ("rate exceeded", "throttl", "serviceunavailable", "internal failure", "internalfailure"),
        AGAIN,
        UnavailableError,
    ),
    _Cause(
        ("access denied", "accessdenied", "not authorized", "unauthorizedtaggingoperation"),
        "see that the role that deploys in account {account} may do this, and that no guardrail forbids it",
        DeniedError,
    ),
    _Cause(
        ("rollback_failed", "delete_failed"),
        "the stack in account {account} is stuck: see its events in the CloudFormation console, mend what they say and "
        "delete the stack keeping its resources; " + AGAIN,
    ),
    _Cause(
        ("account gate",),
        "the function AWSCloudFormationStackSetAccountGate in account {account} says no: see its log",
    ),
)
"""The first that fits: what says more comes before what says less."""

_UNKNOWN = (
    "see the events of the stack in the CloudFormation console of account {account} and mend what they say; " + AGAIN
)


def failure(words: str, account: str, subject: str) -> BreakglassError:
    """Return what CloudFormation says of one account as an error of whoever must act."""
    cause = _cause(words)
    kind, advice = (cause.kind, cause.advice) if cause else (RejectedError, _UNKNOWN)
    return kind(
        f"{subject} in account {account}: {told(words)}", subject=account, advice=advice.format(account=account)
    )


def advised(error: RejectedError, account: str) -> BreakglassError:
    """Return the same refusal with the advice for what it says, if there is one."""
    cause = _cause(error.message)
    if cause is None:
        return error
    return cause.kind(error.message, subject=error.subject, advice=cause.advice.format(account=account))


def _cause(words: str) -> _Cause | None:
    lowered = words.lower()
    return next((each for each in _CAUSES if any(sign in lowered for sign in each.signs)), None)
