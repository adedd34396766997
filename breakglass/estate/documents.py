"""The policy documents of the toolkit, each statement with its reason.

Every document depends on the partition and on the security or audit account alone, never on the account it is put
into: that is what lets one template serve every account.
"""

from collections.abc import Collection, Mapping, Sequence

from breakglass import naming
from breakglass.documents import Document, Json
from breakglass.estate.reads import READS

_ASSUME = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
"""What `aws sts assume-role` asks for: source identity and tags are allowed on both sides, required on none.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""

_OWN_SIGN_IN = ["iam:ChangePassword", "iam:GetAccountPasswordPolicy", "iam:GetUser"]
_AWS_LOGIN = ["signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"]
_CONSOLE = ["signin:Authenticate", *_AWS_LOGIN]
"""Console authorization evaluates these at sign-in: a Deny of them locks people out.

https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html
"""

_JUDGED = (
    "Confidence",
    "Criticality",
    "RelatedFindings",
    "Severity.Label",
    "Severity.Normalized",
    "Severity.Product",
    "Types",
    "UserDefinedFields",
    "VerificationState",
)
"""What can be updated of a finding besides its workflow and its note, as Security Hub names it in conditions.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html
"""


def boundary(partition: str, security: str) -> Document:
    """Return the one permissions boundary of every user: the outer limit, whatever else is attached.

    The limit is in Denies, since a boundary's implicit deny does not bind resource policies of the same account.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    roles = naming.iam_arn(partition, "*", f"role/{naming.ROLE_PREFIX}*")
    canary = naming.iam_arn(partition, "*", f"role/{naming.role_name(naming.CANARY)}")
    return document(
        *_own_sign_in(partition, security),
        _aws_login(partition),
        _allow("Roles", _ASSUME, roles),
        # Also what a resource policy of the security account would grant.
        {"Sid": "OnlyRoles", "Effect": "Deny", "Action": _ASSUME, "NotResource": roles},
        # The canary proves that a use is noticed without a person: a person must not be able to pass for it.
        {"Sid": "NotCanary", "Effect": "Deny", "Action": "sts:AssumeRole", "Resource": canary},
        {"Sid": "NothingElse", "Effect": "Deny", "NotAction": [*_ASSUME, *_OWN_SIGN_IN, *_CONSOLE], "Resource": "*"},
        # BoolIfExists: long-term credentials carry no MFA key at all, and must be stopped too.
        {
            "Sid": "NoMfa",
            "Effect": "Deny",
            "NotAction": [*_OWN_SIGN_IN, *_CONSOLE],
            "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        },
    )


def self_service(partition: str, security: str, *, aws_login: bool) -> Document:
    """Return what every person may do with their own user: see it, change its password, take its session to a shell.

    The last is what `aws login` asks for; it is switched by this Allow, never by a Deny, which would lock people out.
    """
    login = (_aws_login(partition),) if aws_login else ()
    return document(*_own_sign_in(partition, security), *login)


def assume(resources: Sequence[str], condition: Json = None) -> Document:
    """Return the right to assume these roles, under a condition where the ARNs name no account."""
    statement = _allow("Assume", _ASSUME, list(resources))
    return document({**statement, "Condition": condition} if condition else statement)


def assume_in(accounts: Mapping[Sequence[str], Sequence[str]]) -> Document:
    """Return the right to assume roles in any of some accounts: the ARNs of the roles -> the ids of their accounts."""
    statements = [
        {
            **_allow("Assume" if number == 1 else f"Assume{number}", _ASSUME, list(roles)),
            "Condition": {"StringEquals": {"aws:ResourceAccount": list(ids)}},
        }
        for number, (roles, ids) in enumerate(accounts.items(), start=1)
    ]
    return document(*statements)


def playbook_trust(partition: str, security: str, organization: str) -> Document:
    """Return the trust of every playbook role: the namespace of the security account, with MFA, under one's own name.

    People are not listed: who exists in the namespace is decided in the security account, so that a joiner or a
    leaver changes that account only. The session's name ties every event of it to a person; the console sends the
    user name as well. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    And the account must be in the organization: outside it no guardrail would hold the namespace.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    root = {"AWS": naming.root_arn(partition, security)}
    namespace = {
        "aws:PrincipalArn": naming.iam_arn(partition, security, f"user{naming.PATH}*{naming.USER_SUFFIX}"),
    }
    return document(
        {
            "Sid": "Namespace",
            "Effect": "Allow",
            "Principal": root,
            "Action": "sts:AssumeRole",
            "Condition": {
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "ArnLike": namespace,
                "StringEquals": {"aws:PrincipalOrgID": organization, "sts:RoleSessionName": "${aws:username}"},
            },
        },
        # No MFA key here: it would bind a second time what Namespace already binds, as all three actions must pass.
        # The tags are bounded, and never transitive, so that none can be used against attribute-based access control.
        {
            "Sid": "Labels",
            "Effect": "Allow",
            "Principal": root,
            "Action": ["sts:SetSourceIdentity", "sts:TagSession"],
            "Condition": {
                "ArnLike": namespace,
                "ForAllValues:StringEquals": {"aws:TagKeys": list(naming.SESSION_TAGS)},
                "Null": {"sts:TransitiveTagKeys": "true"},
                "StringEqualsIfExists": {"sts:SourceIdentity": "${aws:username}"},
            },
        },
    )


def verifier_trust(partition: str, audit: str) -> Document:
    """Return the trust of the read-only role in every account: exactly the verification role of the audit account."""
    principal = naming.verification_arn(partition, audit)
    return document({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"})


def verifier_rights(types: Collection[str]) -> Document:
    """Return what verification reads in an account that has resources of these types, whatever their names.

    Most of these actions cannot be narrowed to a resource and still list all there is; none reads data.
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    return document(_allow("Read", sorted({action for type_ in types for action in READS[type_]}), "*"))


def verification_trust(partition: str, audit: str, provisioning_role: str) -> Document:
    """Return the trust of the verification role: the function that runs it on schedule, and whoever provisions it.

    The second is how a person runs it: who provisions the account could rewrite this anyway. Any function that has the
    role could be called so, hence its name; versions and aliases follow the name in the ARN.
    https://docs.aws.amazon.com/lambda/latest/dg/permissions-managed-policies.html
    """
    function: Document = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:{partition}:lambda:*:{audit}:function:{naming.SCHEDULED}*"},
            "StringEquals": {"aws:SourceAccount": audit},
        },
    }
    provisioner = naming.iam_arn(partition, audit, f"role/{provisioning_role}")
    return document(function, {"Effect": "Allow", "Principal": {"AWS": provisioner}, "Action": "sts:AssumeRole"})


def verification_rights(partition: str, organization: str, security: str, audit: str, manifest: str) -> Document:
    """Return the verification role's rights: to become the verifier in accounts of the organization, or the canary.

    And to ask for every emergency role under the name of a probe, so that it is the role's trust that AWS denies by:
    both sides must allow it, and who is not even allowed to ask learns nothing of the other.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    And to say what came of it: see `reporting`.
    """
    verifiers = naming.iam_arn(partition, "*", f"role{naming.PATH}{naming.VERIFIER}")
    condition = {"StringEquals": {"aws:ResourceOrgID": organization}}
    probed = naming.iam_arn(partition, "*", f"role/{naming.ROLE_PREFIX}*")
    named = {"StringLike": {"sts:RoleSessionName": f"{naming.PROBE}-*"}}
    canary = naming.iam_arn(partition, security, f"role/{naming.role_name(naming.CANARY)}")
    return document(
        {**_allow("Verify", ["sts:AssumeRole"], verifiers), "Condition": condition},
        _allow("Canary", ["sts:AssumeRole"], canary),
        {**_allow("Probe", ["sts:AssumeRole"], probed), "Condition": {**condition, **named}},
        *reporting(partition, audit, manifest),
    )


def reporting(partition: str, audit: str, manifest: str) -> tuple[Document, ...]:
    """Return what it takes to say what came of a verification, in whichever region of the audit account it runs.

    Evidence is put and never read: an object that is encrypted takes a data key, and only one that comes in parts takes
    its decryption as well. The name of a bucket may be anybody's in the world, so its account is named.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html
    Of findings it changes where the work on them stands, and the note: not how grave or how true people find them.
    https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html
    """

    def own(service: str, resource: str) -> str:
        return f"arn:{partition}:{service}:*:{audit}:{resource}"

    here = {"aws:ResourceAccount": audit}
    kept = f"arn:{partition}:s3:::{naming.evidence_bucket(audit, '*')}/{naming.evidence_prefix(manifest)}*"
    return (
        {**_allow("Evidence", ["s3:PutObject"], kept), "Condition": {"StringEquals": here}},
        {
            **_allow("EvidenceKey", ["kms:GenerateDataKey"], own("kms", "key/*")),
            "Condition": {"StringLike": {"kms:ViaService": "s3.*"}},
        },
        _allow("Import", ["securityhub:BatchImportFindings"], own("securityhub", f"product/{audit}/default")),
        _allow("Findings", ["securityhub:GetFindings"], own("securityhub", "hub/default")),
        {
            **_allow("Workflow", ["securityhub:BatchUpdateFindings"], own("securityhub", "hub/default")),
            "Condition": {"Null": {f"securityhub:ASFFSyntaxPath/{each}": "true" for each in _JUDGED}},
        },
        {
            **_allow("Metrics", ["cloudwatch:PutMetricData"], "*"),
            "Condition": {"StringEquals": {"cloudwatch:namespace": naming.VERIFICATION_METRICS}},
        },
        _allow(
            "Log",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            own("logs", f"log-group:/aws/lambda/{naming.SCHEDULED}:log-stream:*"),
        ),
        _allow("Undelivered", ["sqs:SendMessage"], own("sqs", naming.UNVERIFIED)),
    )


def _own_sign_in(partition: str, security: str) -> tuple[Document, ...]:
    own = naming.iam_arn(partition, security, f"user{naming.PATH}${{aws:username}}")
    return (
        _allow("Self", ["iam:ChangePassword", "iam:GetUser"], own),
        # The console shows the rules while a password is changed; the action takes no resource.
        _allow("PasswordRules", ["iam:GetAccountPasswordPolicy"], "*"),
    )


def _aws_login(partition: str) -> Document:
    """Return the right to what a browser's session gives to the shell beside it.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/SignInLocalDevelopmentAccess.html
    """
    return _allow("AwsLogin", _AWS_LOGIN, f"arn:{partition}:signin:*:*:oauth2/public-client/*")


def _allow(sid: str, actions: Sequence[str], resource: Json) -> dict[str, Json]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}


def document(*statements: Document) -> Document:
    """Return the document of these statements."""
    return {"Version": "2012-10-17", "Statement": statements}
