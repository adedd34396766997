"""The alerts about changes to emergency access itself, to who may sign in, and about root."""

from typing import Final

from breakglass import naming
from breakglass.findings import Severity
from breakglass.trail.alert import Alert
from breakglass.trail.terms import (
    IAM,
    OUR_USER,
    SIGN_IN,
    TOOLKIT_NAME,
    TOOLKIT_POLICY,
    USER_NAME,
    WRITES,
    equal,
    every,
    fits,
    pattern,
    query,
    some,
)

_WRITE_QUERY: Final = 'eventSource = "iam.amazonaws.com" and eventName not like /^(Get|List)/'

USER_CHANGED: Final = Alert(
    "UserChanged",
    Severity.HIGH,
    pattern(
        IAM,
        WRITES,
        some(fits("requestParameters.userName", USER_NAME), fits("requestParameters.newUserName", USER_NAME)),
    ),
    "An emergency user was made, changed, deleted, or put into or out of a team.",
    "`breakglass verify` says what is other than the manifest. If no apply, enrolment, offboarding or announced"
    " grant did it, undo it.",
    "compromised-credentials",
    query(f"{_WRITE_QUERY} and @message like /(?i){naming.USER_SUFFIX}/"),
)

ROLE_CHANGED: Final = Alert(
    "RoleChanged",
    Severity.HIGH,
    pattern(IAM, WRITES, fits("requestParameters.roleName", TOOLKIT_NAME)),
    "An emergency role was made, changed or deleted: its trust, its rights or its boundary.",
    "`breakglass verify` says what is other than the manifest. If no apply did it, undo it and see who got in.",
    "compromised-credentials",
    query(f"{_WRITE_QUERY} and requestParameters.roleName like /(?i)^break-?glass/"),
)

_GROUPS, _ROLES, _TOOLKIT = (f"{each}*" for each in (naming.GROUP_PREFIX, naming.ROLE_PREFIX, naming.TOOLKIT_PREFIX))
"""Policies are named as the role or the team they are for."""

POLICY_CHANGED: Final = Alert(
    "PolicyChanged",
    Severity.HIGH,
    # What a service control policy is called stands in the answer; detaching and deleting give its id alone.
    pattern(
        some(
            every(
                IAM,
                WRITES,
                some(
                    fits("requestParameters.policyArn", TOOLKIT_POLICY),
                    fits("requestParameters.groupName", TOOLKIT_NAME),
                    equal("requestParameters.newGroupName", _GROUPS),
                    equal("requestParameters.policyName", _GROUPS, _ROLES, _TOOLKIT),
                ),
            ),
            every(
                equal("eventSource", "organizations.amazonaws.com"),
                some(
                    equal("requestParameters.name", _TOOLKIT),
                    equal("responseElements.policy.policySummary.name", _TOOLKIT),
                ),
            ),
        )
    ),
    "A policy or a team's group of the toolkit was made, changed, attached, detached or deleted.",
    "`breakglass verify` says what is other than the manifest. If no apply did it, undo it and see who got in.",
    "compromised-credentials",
    query(
        'eventSource in ["iam.amazonaws.com", "organizations.amazonaws.com"] and eventName not like'
        " /^(Get|List|Describe)/ and @message like /(?i)break-?glass/"
    ),
)

_CREDENTIALS: Final = (
    "CreateAccessKey",
    "UpdateAccessKey",
    "CreateServiceSpecificCredential",
    "ResetServiceSpecificCredential",
    "UpdateServiceSpecificCredential",
    "UploadSSHPublicKey",
    "UpdateSSHPublicKey",
    "UploadSigningCertificate",
    "UpdateSigningCertificate",
    "CreateLoginProfile",
    "UpdateLoginProfile",
    "ChangePassword",
    "EnableMFADevice",
    "DeactivateMFADevice",
    "ResyncMFADevice",
)
"""The calls of IAM that make, set, activate or reset a credential of a user, or touch its MFA device.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

CREDENTIAL_CREATED: Final = Alert(
    "CredentialCreated",
    Severity.CRITICAL,
    # A user who acts on himself need not name himself: IAM takes the user from the credentials.
    # https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
    pattern(IAM, equal("eventName", *_CREDENTIALS), some(fits("requestParameters.userName", USER_NAME), OUR_USER)),
    "A credential of an emergency user was made, set, activated or reset, or an MFA device put in or taken out, or it"
    " was tried.",
    "enrolment and a changed password do this too: ask. Anything else: delete the credential, renew the envelope.",
    "compromised-credentials",
    query(
        f"{_WRITE_QUERY} and eventName like /Key|Credential|Certificate|Profile|Password|MFA/"
        f" and @message like /(?i){naming.USER_SUFFIX}/"
    ),
)

ROOT_USED: Final = Alert(
    "RootUsed",
    Severity.CRITICAL,
    # No word about userIdentity.invokedBy: what root does in the console can carry signin.amazonaws.com there.
    pattern(
        some(
            every(
                equal("userIdentity.type", "Root"),
                some('$.eventType != "AwsServiceEvent"', "$.eventType NOT EXISTS"),
            ),
            every(equal("eventSource", "sts.amazonaws.com"), equal("eventName", "AssumeRoot")),
        )
    ),
    "Root of an account signs in, tries to, or acts; or somebody has drawn a session of root (AssumeRoot).",
    "two people know of every use of root beforehand. If they do not, take the account for lost and act.",
    "root-account",
    query('userIdentity.type = "Root" and eventType != "AwsServiceEvent" or eventName = "AssumeRoot"'),
)

SIGN_IN_POLICY_CHANGED: Final = Alert(
    "SignInPolicyChanged",
    Severity.HIGH,
    # https://docs.aws.amazon.com/signin/latest/userguide/console-access-control.html
    pattern(
        SIGN_IN,
        equal(
            "eventName",
            "PutConsoleAuthorizationConfiguration",
            "DeleteConsoleAuthorizationConfiguration",
            "PutResourcePermissionStatement",
            "DeleteResourcePermissionStatement",
        ),
    ),
    "Who may sign in to the console of an account was changed: it can lock out everybody, emergency users too.",
    "see that emergency users and roles are excluded. `aws signin delete-console-authorization-configuration` undoes"
    " it, with credentials that do not come from the console.",
    "lost-access",
    query('eventSource = "signin.amazonaws.com" and eventName like /ConsoleAuthorization|ResourcePermission/'),
)

CHANGES: Final = (USER_CHANGED, ROLE_CHANGED, POLICY_CHANGED, CREDENTIAL_CREATED, ROOT_USED, SIGN_IN_POLICY_CHANGED)
