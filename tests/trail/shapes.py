"""The table: every documented shape of record, and exactly the alerts it fires."""

from typing import NamedTuple

from tests.trail.events import (
    ANA,
    ANA_ARN,
    BY_CONSOLE,
    CONSOLE,
    PROD,
    ROLE,
    ROLE_ARN,
    ROOT,
    SECURITY,
    SESSION_ARN,
    TRAIL,
    Record,
    admin,
    aged,
    assumed,
    bare_session,
    call,
    denied,
    foreign,
    login,
    plain_user,
    session,
    sign_in,
    switched,
    user,
)


class Shape(NamedTuple):
    """A record, and the names of the alerts it fires, in the order of the catalogue."""

    record: Record
    fires: str = ""


OWN_ROLE = f"arn:aws:iam::{SECURITY}:role/{ROLE}"
CANARY = f"arn:aws:iam::{SECURITY}:role/BREAK-GLASS-CANARY"
VERIFIER = f"arn:aws:iam::{PROD}:role/break-glass/BreakGlassVerifier"
VERIFICATION = session("BreakGlassVerification", "nightly", TRAIL, "/break-glass/")
PROBE = session("BreakGlassVerification", "probe-20261120T030200Z-0a1b2c3d", TRAIL, "/break-glass/")
SCHEDULED = "break-glass-verification"
PROBED = f"User: {PROBE['arn']} is not authorized to perform: sts:AssumeRole on resource: {ROLE_ARN}"
REFUSED = f"User: {ANA_ARN} is not authorized to perform: sts:AssumeRole on resource: {ROLE_ARN}"
CHAINED = f"User: {SESSION_ARN} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::{PROD}:role/Ops"
GLOBAL: Record = {
    "awsRegion": "us-east-1",
    "additionalEventData": {"RequestDetails": {"endpointType": "global", "awsServingRegion": "eu-west-1"}},
    "tlsDetails": {"clientProvidedHostHeader": "sts.amazonaws.com"},
}
REGIONAL: Record = {
    "additionalEventData": {"RequestDetails": {"endpointType": "regional", "awsServingRegion": "eu-west-1"}}
}
LONG_LIVED = user(sessionContext=None, accessKeyId="AKIAEXAMPLE")
FEDERATED = {
    "type": "FederatedUser",
    "principalId": f"{SECURITY}:anything",
    "arn": f"arn:aws:sts::{SECURITY}:federated-user/anything",
    "accountId": SECURITY,
    "sessionContext": {
        "sessionIssuer": {"type": "IAMUser", "arn": ANA_ARN, "accountId": SECURITY, "userName": ANA},
        "attributes": {"mfaAuthenticated": "false"},
    },
}
UNKNOWN_NAME = {
    "type": "IAMUser",
    "principalId": "",
    "accountId": SECURITY,
    "accessKeyId": "",
    "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
}
ABROAD = f"arn:aws:iam::{PROD}:role/Ops"
EMPTY_ISSUER = user(sessionContext={"sessionIssuer": {}, "webIdFederationData": {}, "attributes": {}})
BROKER = session("AWSReservedSSO_Ops_0123456789abcdef", ANA, PROD)
"""Somebody whose Identity Center name looks like a user of ours."""


def iam(name: str, parameters: object = None, who: Record | None = None, **more: object) -> Record:
    return call("iam", name, who or admin(), parameters, **more)


ASSUMPTIONS = {
    "API, the caller's account": Shape(assumed(user()), "RoleAssumed UserActivity"),
    "API, the role's account": Shape(assumed(foreign(), recipientAccountId=PROD), "RoleAssumed"),
    "API, global endpoint": Shape(assumed(user(), **GLOBAL), "RoleAssumed UserActivity"),
    "API, regional endpoint": Shape(assumed(user(), **REGIONAL), "RoleAssumed UserActivity"),
    "API, MFA given in the call with a long-lived key": Shape(
        assumed(
            LONG_LIVED, requestParameters={"roleArn": ROLE_ARN, "serialNumber": f"arn:aws:iam::{SECURITY}:mfa/{ANA}"}
        ),
        "RoleAssumed UserActivity",
    ),
    "API, version 1.05": Shape(aged(assumed(user())), "RoleAssumed UserActivity"),
    "API, an empty session issuer": Shape(assumed(EMPTY_ISSUER), "RoleAssumed UserActivity"),
    "API, a role of the user's own account": Shape(assumed(user(), OWN_ROLE), "RoleAssumed UserActivity"),
    "console switch, the caller's account": Shape(assumed(BY_CONSOLE, **CONSOLE), "RoleAssumed UserActivity"),
    "console switch, the role's account": Shape(assumed(foreign(), recipientAccountId=PROD, **CONSOLE), "RoleAssumed"),
    "console switch, a role of the user's own account": Shape(
        assumed(BY_CONSOLE, OWN_ROLE, **CONSOLE), "RoleAssumed UserActivity"
    ),
    "console switch, the role typed in another case": Shape(
        assumed(foreign(), recipientAccountId=PROD, **CONSOLE)
        | {"requestParameters": {"roleArn": ROLE_ARN.replace(ROLE, ROLE.lower()), "roleSessionName": ANA}},
        "RoleAssumed",
    ),
    "somebody else's assumption": Shape(assumed(admin()), "RoleAssumed"),
    "the canary": Shape(assumed(VERIFICATION, CANARY), "RoleAssumed"),
    "chained from a session of ours": Shape(assumed(session()), "RoleAssumed RoleActivity TokenRequested"),
    "chained out of a session of ours": Shape(assumed(session(), ABROAD), "RoleActivity TokenRequested"),
    "chained out of a session of ours, the security account": Shape(
        assumed(session(account=SECURITY), ABROAD), "RoleActivity TokenRequested"
    ),
    "a user of ours assumes another role": Shape(assumed(user(), ABROAD), "UserActivity"),
    "the role typed in another case, in the user's own account": Shape(
        assumed({"type": "AWSAccount", "accountId": PROD}, OWN_ROLE, recipientAccountId=SECURITY, **CONSOLE)
        | {"requestParameters": {"roleArn": OWN_ROLE.replace(ROLE, ROLE.lower()), "roleSessionName": ANA}},
        "RoleAssumed",
    ),
    "with SAML": Shape(
        assumed({"type": "SAMLUser", "principalId": "x:ben", "userName": "ben", "identityProvider": "x"})
        | {"eventName": "AssumeRoleWithSAML"},
        "RoleAssumed",
    ),
    "with web identity": Shape(
        assumed({"type": "WebIdentityUser", "principalId": "x", "userName": "repo:x", "identityProvider": "x"})
        | {"eventName": "AssumeRoleWithWebIdentity"},
        "RoleAssumed",
    ),
    "another partition": Shape(assumed(foreign(), ROLE_ARN.replace("arn:aws:", "arn:aws-us-gov:")), "RoleAssumed"),
    "denied, the caller's account": Shape(
        denied("sts", "AssumeRole", user(), REFUSED), "AssumptionDenied UserActivity"
    ),
    "denied, and no message": Shape(
        call("sts", "AssumeRole", user(), errorCode="AccessDenied"), "AssumptionDenied UserActivity"
    ),
    "denied, of somebody else": Shape(
        denied("sts", "AssumeRole", admin(), REFUSED.replace(ANA_ARN, "arn:aws:iam::1:role/x")), "AssumptionDenied"
    ),
    "denied, with parameters": Shape(
        call("sts", "AssumeRole", admin(), {"roleArn": ROLE_ARN}, errorCode="ValidationError"), "AssumptionDenied"
    ),
    "denied, a user of ours and a foreign role": Shape(
        denied("sts", "AssumeRole", user(), f"{ANA_ARN} is not authorized on arn:aws:iam::1:role/x"),
        "AssumptionDenied UserActivity",
    ),
    "denied, from a session of ours to a foreign role": Shape(
        denied("sts", "AssumeRole", session(), CHAINED), "RoleActivity TokenRequested"
    ),
    "a probe, denied": Shape(denied("sts", "AssumeRole", PROBE, PROBED), "ProbeDenied"),
    "a probe on schedule, denied": Shape(
        denied("sts", "AssumeRole", session("BreakGlassVerification", SCHEDULED, TRAIL, "/break-glass/"), PROBED),
        "ProbeDenied",
    ),
    "denied, a function of the same name elsewhere": Shape(
        denied("sts", "AssumeRole", session("BreakGlassVerification", SCHEDULED, PROD), PROBED), "AssumptionDenied"
    ),
    "denied, a function of a shorter name": Shape(
        denied(
            "sts", "AssumeRole", session("BreakGlassVerification", f"{SCHEDULED}-2", TRAIL, "/break-glass/"), PROBED
        ),
        "AssumptionDenied",
    ),
    "a probe that got in": Shape(assumed(PROBE), "RoleAssumed"),
    "a probe, not denied and not let in": Shape(
        call("sts", "AssumeRole", PROBE, {"roleArn": ROLE_ARN}, errorCode="ValidationError", errorMessage=PROBED),
        "AssumptionDenied",
    ),
    "a probe of a role that is not ours": Shape(denied("sts", "AssumeRole", PROBE, PROBED.replace(ROLE, "Ops"))),
    "verification, denied under another name": Shape(
        denied("sts", "AssumeRole", VERIFICATION, PROBED), "AssumptionDenied"
    ),
    "the canary, denied": Shape(
        denied("sts", "AssumeRole", session("BreakGlassVerification", "canary-1", TRAIL, "/break-glass/"), PROBED),
        "AssumptionDenied",
    ),
    "denied, a role of the same name elsewhere": Shape(
        denied("sts", "AssumeRole", session("BreakGlassVerification", "probe-1", PROD), PROBED), "AssumptionDenied"
    ),
    "denied, a role that ends like it": Shape(
        denied("sts", "AssumeRole", session("NotBreakGlassVerification", "probe-1", PROD, "/break-glass/"), PROBED),
        "AssumptionDenied",
    ),
    "denied, a session named like a probe": Shape(
        denied("sts", "AssumeRole", session("Ops", "probe-1", PROD), PROBED), "AssumptionDenied"
    ),
    "denied, a user of ours who is called like a probe": Shape(
        denied("sts", "AssumeRole", user("probe-break-glass"), PROBED), "AssumptionDenied UserActivity"
    ),
    "denied, a probe whose record has no ARN": Shape(
        denied("sts", "AssumeRole", {key: PROBE[key] for key in PROBE if key != "arn"}, PROBED), "AssumptionDenied"
    ),
    "verification, every night": Shape(assumed(VERIFICATION, VERIFIER)),
    "the verifier at work": Shape(iam("ListRoles", {}, session("BreakGlassVerifier", "nightly"))),
}

SIGN_INS = {
    "switch from a user of ours": Shape(switched(bare_session(), ANA_ARN), "RoleSwitched RoleActivity"),
    "switch from a user of ours to a foreign role": Shape(switched(bare_session("Ops"), ANA_ARN), "RoleSwitched"),
    "switch from elsewhere": Shape(
        switched(bare_session(), f"arn:aws:iam::{SECURITY}:user/ben"), "RoleSwitched RoleActivity"
    ),
    "switch from a session of ours": Shape(switched(bare_session("Ops"), SESSION_ARN), "RoleSwitched"),
    "switch of somebody else": Shape(switched(bare_session("Ops", "ben"), f"arn:aws:iam::{SECURITY}:user/ben")),
    "switch from a session with a name like ours": Shape(switched(bare_session("Ops"), BROKER["arn"])),
    "sign-in": Shape(login(plain_user()), "UserActivity SignIn"),
    "sign-in, version 1.05": Shape(aged(login(plain_user())), "UserActivity SignIn"),
    "sign-in, without the ARN": Shape(login(plain_user(arn=None)), "UserActivity SignIn"),
    "sign-in, without the name": Shape(login(plain_user(userName=None)), "UserActivity SignIn"),
    "sign-in without MFA": Shape(login(plain_user(), mfa="No"), "UserActivity SignIn SignInWithoutMfa"),
    "sign-in that does not say": Shape(login(plain_user(), mfa=None), "UserActivity SignIn SignInWithoutMfa"),
    "sign-in, YES": Shape(login(plain_user(), mfa="YES"), "UserActivity SignIn"),
    "sign-in failed": Shape(
        login(plain_user(arn=None), success=False, mfa="No", errorMessage="Failed authentication"),
        "UserActivity SignInFailed",
    ),
    "sign-in denied by a policy": Shape(
        login(
            plain_user(),
            success=False,
            mfa="No",
            errorCode="AccessDenied",
            errorMessage="Authorization denied because of a resource-based policy",
        ),
        "UserActivity SignInFailed",
    ),
    "MFA asked for": Shape(sign_in("CheckMfa", plain_user(arn=None), {"CheckMfa": "Success"}), "UserActivity"),
    "sign-in under a name that does not exist": Shape(login(UNKNOWN_NAME, success=False, mfa="No")),
    "sign-in of somebody else": Shape(login(plain_user("ben", path="/"), mfa="No")),
    "sign-in of Identity Center": Shape(login(BROKER, mfa="No")),
    "sign-in with SAML": Shape(
        login({"type": "SAMLUser", "principalId": "x", "userName": ANA, "identityProvider": "x"}, mfa="No")
    ),
    "aws login in the browser": Shape(
        call("signin", "AuthorizeOAuth2Access", plain_user(), {"scope": "openid"}), "UserActivity CliSignIn"
    ),
    "aws login, the token": Shape(
        call("signin", "CreateOAuth2Token", plain_user(userName=None), {"client_id": "arn:aws:signin:::devtools/x"}),
        "UserActivity CliSignIn",
    ),
    "aws login in a session of ours": Shape(call("signin", "CreateOAuth2Token", session()), "RoleActivity CliSignIn"),
    "aws login, as MCP servers do": Shape(
        call("signin", "CreateOAuth2TokenWithIAM", plain_user()), "UserActivity CliSignIn"
    ),
    "aws login of somebody else": Shape(call("signin", "CreateOAuth2Token", BROKER)),
    "root signs in": Shape(login(ROOT, mfa="YES", awsRegion="us-east-1"), "RootUsed"),
    "root signs in, Yes": Shape(login(ROOT, mfa="Yes"), "RootUsed"),
    "root tries to sign in": Shape(login(ROOT, success=False, mfa="No"), "RootUsed"),
    "root recovers the password": Shape(
        sign_in("PasswordRecoveryRequested", ROOT, {"PasswordRecoveryRequested": "Success"}), "RootUsed"
    ),
    "root sets a password": Shape(sign_in("PasswordUpdated", ROOT, {"PasswordUpdated": "Success"}), "RootUsed"),
    "root in the console": Shape(
        iam("CreateUser", {"userName": "x"}, ROOT | {"invokedBy": "signin.amazonaws.com"}), "RootUsed"
    ),
    "root by the API": Shape(call("s3", "DeleteBucketPolicy", ROOT, {"bucketName": "x"}), "RootUsed"),
    "root, of no event type": Shape(call("s3", "ListBuckets", ROOT, eventType=...), "RootUsed"),
    "root, a service event": Shape(call("kms", "RotateKey", ROOT, eventType="AwsServiceEvent")),
    "AssumeRoot": Shape(
        call(
            "sts",
            "AssumeRoot",
            admin(),
            {
                "targetPrincipal": PROD,
                "taskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"},
            },
        ),
        "RootUsed",
    ),
    **{
        name: Shape(call("signin", name, admin(), {}), "SignInPolicyChanged")
        for name in (
            "PutConsoleAuthorizationConfiguration",
            "DeleteConsoleAuthorizationConfiguration",
            "PutResourcePermissionStatement",
            "DeleteResourcePermissionStatement",
        )
    },
    "a sign-in policy is read": Shape(call("signin", "GetConsoleAuthorizationConfiguration", admin(), {})),
}

ACTIVITY = {
    "a session of ours acts": Shape(call("ec2", "DescribeInstances", session()), "RoleActivity"),
    "a session of ours, denied": Shape(denied("ec2", "RunInstances", session(), "no"), "RoleActivity"),
    "a session of ours, through a service": Shape(
        call("kms", "Decrypt", session() | {"arn": None, "invokedBy": "backup.amazonaws.com"}), "RoleActivity"
    ),
    "a user of ours in the console": Shape(denied("ce", "GetCostAndUsage", user(), "no"), "UserActivity"),
    "a federated user of ours": Shape(call("s3", "ListBuckets", FEDERATED), "UserActivity"),
    "GetWebIdentityToken": Shape(
        call("sts", "GetWebIdentityToken", user(), {"audience": ["x"]}), "UserActivity TokenRequested"
    ),
    **{
        f"{name} in a session of ours, {account}": Shape(
            call(service, name, session(account=account), {}), "RoleActivity TokenRequested"
        )
        for service, name in (("sts", "GetWebIdentityToken"), ("signin", "GetSigninToken"))
        for account in (SECURITY, PROD)
    },
    "GetSigninToken of somebody else": Shape(call("signin", "GetSigninToken", BROKER, None)),
    "GetSessionToken": Shape(
        call("sts", "GetSessionToken", LONG_LIVED, {}, readOnly=False), "UserActivity TokenRequested"
    ),
    "GetFederationToken": Shape(
        call("sts", "GetFederationToken", LONG_LIVED, {"name": "anything"}), "UserActivity TokenRequested"
    ),
    "GetFederationToken, denied": Shape(
        denied("sts", "GetFederationToken", user(), "no"), "UserActivity TokenRequested"
    ),
    "a user of ours delegates": Shape(
        iam("AcceptDelegationRequest", {"delegationRequestId": "x"}, user()), "UserActivity TokenRequested"
    ),
    "a session of ours delegates": Shape(
        iam("SendDelegationToken", {"delegationRequestId": "x"}, session()), "RoleActivity TokenRequested"
    ),
    "somebody else delegates": Shape(iam("AcceptDelegationRequest", {"delegationRequestId": "x"})),
    "GetSessionToken of somebody else": Shape(call("sts", "GetSessionToken", user("ben", "/"), {})),
}

MADE: dict[str, Record] = {
    "CreateAccessKey": {},
    "UpdateAccessKey": {"accessKeyId": "AKIAEXAMPLE", "status": "Active"},
    "CreateServiceSpecificCredential": {"serviceName": "codecommit.amazonaws.com"},
    "ResetServiceSpecificCredential": {"serviceSpecificCredentialId": "ACCAEXAMPLE"},
    "UpdateServiceSpecificCredential": {"serviceSpecificCredentialId": "ACCAEXAMPLE", "status": "Active"},
    "UploadSSHPublicKey": {"sSHPublicKeyBody": "ssh-rsa x"},
    "UpdateSSHPublicKey": {"sSHPublicKeyId": "APKAEXAMPLE", "status": "Active"},
    "UploadSigningCertificate": {"certificateBody": "x"},
    "UpdateSigningCertificate": {"certificateId": "x", "status": "Active"},
    "CreateLoginProfile": {"passwordResetRequired": False},
    "UpdateLoginProfile": {},
    "EnableMFADevice": {"serialNumber": f"arn:aws:iam::{SECURITY}:mfa/{ANA}"},
    "DeactivateMFADevice": {"serialNumber": f"arn:aws:iam::{SECURITY}:mfa/{ANA}"},
    "ResyncMFADevice": {"serialNumber": f"arn:aws:iam::{SECURITY}:mfa/{ANA}"},
}
CREDENTIALS = {
    name: Shape(iam(name, {"userName": ANA, **more}), "UserChanged CredentialCreated") for name, more in MADE.items()
} | {
    "CreateAccessKey for oneself": Shape(iam("CreateAccessKey", None, user()), "UserActivity CredentialCreated"),
    "CreateAccessKey for oneself, denied": Shape(
        denied("iam", "CreateAccessKey", user(), "no"), "UserActivity CredentialCreated"
    ),
    "ChangePassword": Shape(iam("ChangePassword", None, user()), "UserActivity CredentialCreated"),
    "CreateAccessKey, version 1.05": Shape(
        aged(iam("CreateAccessKey", {"userName": ANA})), "UserChanged CredentialCreated"
    ),
    "CreateAccessKey, the name in another case": Shape(
        iam("CreateAccessKey", {"userName": ANA.upper()}), "UserChanged CredentialCreated"
    ),
    "DeleteAccessKey": Shape(iam("DeleteAccessKey", {"userName": ANA, "accessKeyId": "x"}), "UserChanged"),
    "CreateAccessKey of somebody else": Shape(iam("CreateAccessKey", {"userName": "ben"})),
    "CreateAccessKey of somebody else for oneself": Shape(iam("CreateAccessKey", None, user("ben", "/"))),
}

CHANGES = {
    "CreateUser": Shape(iam("CreateUser", {"userName": ANA, "path": "/break-glass/"}), "UserChanged"),
    "UpdateUser": Shape(iam("UpdateUser", {"userName": "ben", "newUserName": "ben-break-glass"}), "UserChanged"),
    "PutUserPolicy": Shape(iam("PutUserPolicy", {"userName": ANA, "policyName": "x"}), "UserChanged"),
    "DeleteUserPermissionsBoundary": Shape(iam("DeleteUserPermissionsBoundary", {"userName": ANA}), "UserChanged"),
    "AddUserToGroup": Shape(
        iam("AddUserToGroup", {"userName": ANA, "groupName": "break-glass-incident"}), "UserChanged PolicyChanged"
    ),
    "AddUserToGroup, a stranger": Shape(
        iam("AddUserToGroup", {"userName": "ben", "groupName": "Break-Glass-incident"}), "PolicyChanged"
    ),
    "CreateUser, version 1.05": Shape(aged(iam("CreateUser", {"userName": ANA})), "UserChanged"),
    "GetUser": Shape(iam("GetUser", {"userName": ANA})),
    "GetUser, version 1.05": Shape(aged(iam("GetUser", {"userName": ANA}))),
    "ListAccessKeys": Shape(iam("ListAccessKeys", {"userName": ANA})),
    "UpdateAssumeRolePolicy": Shape(iam("UpdateAssumeRolePolicy", {"roleName": ROLE}), "RoleChanged"),
    "UpdateAssumeRolePolicy, the name in another case": Shape(
        iam("UpdateAssumeRolePolicy", {"roleName": ROLE.lower()}), "RoleChanged"
    ),
    "DeleteRole of the verifier": Shape(iam("DeleteRole", {"roleName": "BreakGlassVerifier"}), "RoleChanged"),
    "AttachRolePolicy": Shape(
        iam("AttachRolePolicy", {"roleName": ROLE, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        "RoleChanged",
    ),
    "AttachRolePolicy of ours to another role": Shape(
        iam("AttachRolePolicy", {"roleName": "Ops", "policyArn": f"arn:aws:iam::{PROD}:policy/{ROLE}"}), "PolicyChanged"
    ),
    "GetRole": Shape(iam("GetRole", {"roleName": ROLE})),
    "CreatePolicyVersion": Shape(
        iam("CreatePolicyVersion", {"policyArn": f"arn:aws:iam::{SECURITY}:policy/break-glass/BreakGlassBoundary"}),
        "PolicyChanged",
    ),
    "CreatePolicy": Shape(iam("CreatePolicy", {"policyName": "BreakGlassBoundary"}), "PolicyChanged"),
    "PutRolePolicy": Shape(iam("PutRolePolicy", {"roleName": ROLE, "policyName": ROLE}), "RoleChanged PolicyChanged"),
    "DetachGroupPolicy": Shape(
        iam("DetachGroupPolicy", {"groupName": "break-glass-incident", "policyArn": "x"}), "PolicyChanged"
    ),
    "UpdateGroup": Shape(iam("UpdateGroup", {"groupName": "x", "newGroupName": "break-glass-x"}), "PolicyChanged"),
    "GetPolicy": Shape(iam("GetPolicy", {"policyArn": f"arn:aws:iam::{PROD}:policy/{ROLE}"})),
    "CreatePolicy of the organization": Shape(
        call("organizations", "CreatePolicy", admin(), {"name": "BreakGlassNamespace"}), "PolicyChanged"
    ),
    "UpdatePolicy of the organization": Shape(
        call(
            "organizations",
            "UpdatePolicy",
            admin(),
            {"policyId": "p-1", "content": "{}"},
            responseElements={"policy": {"policySummary": {"name": "BreakGlassRoles", "id": "p-1"}}},
        ),
        "PolicyChanged",
    ),
    "UpdatePolicy of another": Shape(call("organizations", "UpdatePolicy", admin(), {"name": "DenyRegions"})),
}

TOPIC = f"arn:aws:sns:eu-west-1:{TRAIL}:break-glass-alerts"
BUCKET = f"break-glass-trail-{SECURITY}-us-west-2"
ALARMS = ["other", "another", "BreakGlass-RoleAssumed"]
TAMPERING = {
    "DeleteAlarms": ("monitoring", {"alarmNames": ALARMS}),
    "DisableAlarmActions": ("monitoring", {"alarmNames": ALARMS[-1:]}),
    "PutMetricAlarm": ("monitoring", {"alarmName": "BreakGlass-RoleAssumed", "threshold": 1000}),
    "PutCompositeAlarm": ("monitoring", {"alarmName": "BreakGlass-x", "alarmRule": "FALSE"}),
    "SetAlarmState": ("monitoring", {"alarmName": "BreakGlass-RoleAssumed", "stateValue": "OK"}),
    "PutAlarmMuteRule": ("monitoring", {"name": "quiet", "rule": {}, "muteTargets": {"alarmNames": ALARMS}}),
    "PutMetricFilter": ("logs", {"logGroupName": "x", "filterName": "BreakGlass-RoleAssumed"}),
    "DeleteMetricFilter": ("logs", {"logGroupName": "x", "filterName": "BreakGlass-RoleAssumed"}),
    "DeleteLogGroup": ("logs", {"logGroupName": "organization-trail"}),
    "DeleteLogStream": ("logs", {"logGroupName": "aws-controltower/CloudTrailLogs", "logStreamName": "x"}),
    "PutDataProtectionPolicy": ("logs", {"logGroupIdentifier": "organization-trail", "policyDocument": "{}"}),
    "PutAccountPolicy": ("logs", {"policyName": "mask", "policyType": "DATA_PROTECTION_POLICY"}),
    "PutLogGroupDeletionProtection": (
        "logs",
        {"logGroupIdentifier": "organization-trail", "deletionProtectionEnabled": False},
    ),
    "AssociateKmsKey": ("logs", {"logGroupName": "organization-trail", "kmsKeyId": "x"}),
    "PutRetentionPolicy": ("logs", {"logGroupName": "organization-trail", "retentionInDays": 1}),
    "StopLogging": ("cloudtrail", {"name": "organization-trail"}),
    "DeleteTrail": ("cloudtrail", {"name": f"arn:aws:cloudtrail:eu-west-1:{TRAIL}:trail/x"}),
    "UpdateTrail": ("cloudtrail", {"name": "x", "cloudWatchLogsLogGroupArn": ""}),
    "PutEventSelectors": ("cloudtrail", {"trailName": "x"}),
    "PutEventConfiguration": ("cloudtrail", {"trailName": "x"}),
    "DeregisterOrganizationDelegatedAdmin": ("cloudtrail", {"delegatedAdminAccountId": TRAIL}),
    "DisableAWSServiceAccess": ("organizations", {"servicePrincipal": "cloudtrail.amazonaws.com"}),
    "EnableRegion": ("account", {"regionName": "af-south-1"}),
    "DeleteTopic": ("sns", {"topicArn": TOPIC}),
    "PutDataProtectionPolicy of a topic": ("sns", {"resourceArn": TOPIC, "dataProtectionPolicy": "{}"}),
    "SetTopicAttributes": ("sns", {"topicArn": TOPIC, "attributeName": "Policy"}),
    "Unsubscribe": ("sns", {"subscriptionArn": f"{TOPIC}:0e6ab6ab-0000-4000-8000-000000000001"}),
    "SetSubscriptionAttributes": ("sns", {"subscriptionArn": f"{TOPIC}:0e6ab6ab", "attributeName": "FilterPolicy"}),
    "DisableRule": ("events", {"name": "BreakGlass-Uses"}),
    "PutRule": ("events", {"name": "BreakGlass-Uses", "state": "ENABLED"}),
    "RemoveTargets": ("events", {"rule": "BreakGlass-Uses", "ids": ["bus"]}),
    "DeleteEventBus": ("events", {"name": "break-glass"}),
    "RemovePermission": ("events", {"eventBusName": "break-glass", "removeAllPermissions": True}),
}
ALERTING = {
    name: Shape(call(service, name.partition(" ")[0], admin(), parameters), "AlertingTampered")
    for name, (service, parameters) in TAMPERING.items()
} | {
    **{
        name: Shape(call("s3", name, admin(), {"bucketName": BUCKET}), "AlertingTampered")
        for name in ("DeleteBucketPolicy", "PutBucketPolicy", "PutBucketLifecycle")
    },
    "GetBucketPolicy": Shape(call("s3", "GetBucketPolicy", admin(), {"bucketName": BUCKET})),
    "a log file is delivered": Shape(call("s3", "PutObject", admin(), {"bucketName": BUCKET, "key": "x"})),
    "DisableAWSServiceAccess of another": Shape(
        call("organizations", "DisableAWSServiceAccess", admin(), {"servicePrincipal": "sso.amazonaws.com"})
    ),
    "AssociateKmsKey of others": Shape(call("logs", "AssociateKmsKey", admin(), {"logGroupName": "/aws/lambda/x"})),
    "PutDataProtectionPolicy of others": Shape(
        call("logs", "PutDataProtectionPolicy", admin(), {"logGroupIdentifier": "/aws/lambda/x"})
    ),
    "PutAlarmMuteRule for no alarm": Shape(
        call("monitoring", "PutAlarmMuteRule", admin(), {"name": "quiet", "rule": {}})
    ),
    "DeleteAlarms, version 1.05": Shape(
        aged(call("monitoring", "DeleteAlarms", admin(), {"alarmNames": ALARMS})), "AlertingTampered"
    ),
    "DeleteAlarms of verification": Shape(
        call("monitoring", "DeleteAlarms", admin(), {"alarmNames": ["x", "BreakGlassVerification-Silence"]}),
        "AlertingTampered",
    ),
    "PutAlarmMuteRule for verification": Shape(
        call(
            "monitoring",
            "PutAlarmMuteRule",
            admin(),
            {"name": "x", "muteTargets": {"alarmNames": ["BreakGlassVerification-NotStarted"]}},
        ),
        "AlertingTampered",
    ),
    "DescribeAlarms": Shape(call("monitoring", "DescribeAlarms", admin(), {"alarmNames": ALARMS})),
    "ListTargetsByRule": Shape(call("events", "ListTargetsByRule", admin(), {"rule": "BreakGlass-Uses"})),
    "GetTopicAttributes": Shape(call("sns", "GetTopicAttributes", admin(), {"topicArn": TOPIC})),
    "DeleteAlarms of others": Shape(call("monitoring", "DeleteAlarms", admin(), {"alarmNames": ["a", "b"]})),
    "PutAlarmMuteRule for others": Shape(
        call("monitoring", "PutAlarmMuteRule", admin(), {"name": "x", "muteTargets": {"alarmNames": ["a"]}})
    ),
    "DeleteLogGroup of others": Shape(call("logs", "DeleteLogGroup", admin(), {"logGroupName": "/aws/lambda/x"})),
    "CreateLogStream": Shape(call("logs", "CreateLogStream", admin(), {"logGroupName": "organization-trail"})),
    "StartLogging": Shape(call("cloudtrail", "StartLogging", admin(), {"name": "x"})),
    "DeleteTopic of others": Shape(
        call("sns", "DeleteTopic", admin(), {"topicArn": TOPIC.replace("break-glass", "x")})
    ),
}

ORDINARY = {
    "a similar role is assumed": Shape(assumed(admin(), f"arn:aws:iam::{PROD}:role/my-break-glass-notes")),
    "a role that ends like ours is assumed": Shape(assumed(admin(), f"arn:aws:iam::{PROD}:role/NOT-BREAK-GLASS-X")),
    "a similar role acts": Shape(call("s3", "ListBuckets", session("NOT-BREAK-GLASS-X"))),
    "a session with the name of a role of ours acts": Shape(call("s3", "ListBuckets", session("Ops", ROLE))),
    "a session with the name of a user of ours acts": Shape(call("s3", "ListBuckets", BROKER)),
    "a similar user acts": Shape(call("s3", "ListBuckets", user("break-glass-fan", "/"))),
    "a similar user signs in": Shape(login(plain_user("break-glass-fan", path="/"))),
    "a similar user gets a key": Shape(iam("CreateAccessKey", {"userName": "break-glass-fan"})),
    "a similar role is changed": Shape(iam("PutRolePolicy", {"roleName": "my-break-glass-notes", "policyName": "x"})),
    "a similar group is changed": Shape(iam("UpdateGroup", {"groupName": "no-break-glass-x"})),
    "a bucket has a name like ours": Shape(call("s3", "DeleteBucket", admin(), {"bucketName": "x-break-glass"})),
    "a service assumes a role": Shape(
        call(
            "sts",
            "AssumeRole",
            {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"},
            {"roleArn": f"arn:aws:iam::{PROD}:role/app"},
            sharedEventID="x",
        )
    ),
    "a service event": Shape(
        call("kms", "RotateKey", {"accountId": PROD, "invokedBy": "AWS Internal"}, eventType="AwsServiceEvent")
    ),
    "an identity without a type": Shape(call("cognito-idp", "Login_GET", {"accountId": PROD})),
    "an identity of another kind": Shape(
        call("sso", "Authenticate", {"type": "IdentityCenterUser", "accountId": PROD})
    ),
    "no identity": Shape(call("kms", "RotateKey", {}, userIdentity=None)),
}

SHAPES = ASSUMPTIONS | SIGN_INS | ACTIVITY | CREDENTIALS | CHANGES | ALERTING | ORDINARY
