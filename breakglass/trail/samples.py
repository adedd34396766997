"""Records of CloudTrail to try patterns on: for each alert some that fire it, and some that look as if they should.

They are as AWS documents records to be, cut down to what tells one from another; the accounts are nobody's.
"""

from dataclasses import dataclass
from typing import Final

from breakglass.documents import Document, Json

_HOME: Final = "111111111111"
_AWAY: Final = "222222222222"
_ANA: Final = "ana-break-glass"
_ANA_ARN: Final = f"arn:aws:iam::{_HOME}:user/break-glass/{_ANA}"
_ROLE: Final = "BREAK-GLASS-RANSOMWARE"
_ROLE_ARN: Final = f"arn:aws:iam::{_AWAY}:role/{_ROLE}"

_USER: Final[Document] = {"type": "IAMUser", "arn": _ANA_ARN, "accountId": _HOME, "userName": _ANA}
_STRANGER: Final[Document] = {"type": "AWSAccount", "principalId": "AIDAEXAMPLEANA", "accountId": _HOME}
_ROOT: Final[Document] = {"type": "Root", "arn": f"arn:aws:iam::{_AWAY}:root", "accountId": _AWAY}


@dataclass(frozen=True, slots=True)
class Sample:
    """A record, and the names of the alerts that it fires."""

    record: Document
    fires: frozenset[str]

    @property
    def name(self) -> str:
        """What it is about: its event id."""
        return str(self.record["eventID"])


def _session(role: str, name: str = _ANA, path: str = "/") -> Document:
    issuer = {"type": "Role", "userName": role, "arn": f"arn:aws:iam::{_AWAY}:role{path}{role}"}
    return {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{_AWAY}:assumed-role/{role}/{name}",
        "accountId": _AWAY,
        "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "true"}},
    }


_PROBE: Final = _session("BreakGlassVerification", "probe-20261120T030200Z-0a1b2c3d", "/break-glass/")
_ADMIN: Final = _session("Admin", "ben")


def _sample(name: str, call: str, who: Document, fires: str = "", **more: Json) -> Sample:
    """Return a sample of a call such as `sts:AssumeRole`."""
    service, _, event = call.partition(":")
    record: dict[str, Json] = {
        "eventVersion": "1.11",
        "eventID": name,
        "eventTime": "2026-11-20T03:02:00Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": event,
        "eventType": "AwsConsoleSignIn" if service == "signin" else "AwsApiCall",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.7",
        "userIdentity": who,
        "readOnly": event.startswith(("AssumeRole", "Describe", "Get", "List")),
        "requestParameters": None,
        "responseElements": None,
        **more,
    }
    return Sample(record, frozenset(fires.split()))


def _assumed(name: str, who: Document, fires: str = "", role: str = _ROLE, **more: Json) -> Sample:
    session = f"arn:aws:sts::{_AWAY}:assumed-role/{role}/{_ANA}"
    asked: Json = {"roleArn": f"arn:aws:iam::{_AWAY}:role/{role}", "roleSessionName": _ANA}
    answer: Json = {"assumedRoleUser": {"arn": session}}
    return _sample(name, "sts:AssumeRole", who, fires, requestParameters=asked, responseElements=answer, **more)


def _login(name: str, who: Document, fires: str = "", *, result: str = "Success", mfa: str = "Yes") -> Sample:
    answer: Json = {"ConsoleLogin": result}
    return _sample(
        name, "signin:ConsoleLogin", who, fires, responseElements=answer, additionalEventData={"MFAUsed": mfa}
    )


_INTERNAL: Final = "AWS Internal"

SAMPLES: Final = (
    _assumed("assumed-by-api", _USER, "RoleAssumed UserActivity"),
    _assumed("assumed-as-its-account-logs-it", _STRANGER, "RoleAssumed"),
    _assumed(
        "switched-in-the-console",
        {**_USER, "invokedBy": _INTERNAL},
        "RoleAssumed UserActivity",
        sourceIPAddress=_INTERNAL,
    ),
    _assumed("another-role-assumed", _ADMIN, role="NOT-BREAK-GLASS-X"),
    _sample(
        "denied-without-parameters",
        "sts:AssumeRole",
        _ADMIN,
        "AssumptionDenied",
        errorCode="AccessDenied",
        errorMessage=f"User: x is not authorized to perform: sts:AssumeRole on resource: {_ROLE_ARN}",
    ),
    _sample(
        "denied-a-probe",
        "sts:AssumeRole",
        _PROBE,
        "ProbeDenied",
        errorCode="AccessDenied",
        errorMessage=f"User: x is not authorized to perform: sts:AssumeRole on resource: {_ROLE_ARN}",
    ),
    _sample("denied-a-user", "sts:AssumeRole", _USER, "AssumptionDenied UserActivity", errorCode="AccessDenied"),
    _sample("denied-somebody-else", "sts:AssumeRole", _ADMIN, errorCode="AccessDenied", errorMessage="no"),
    _sample(
        "switched-as-sign-in-logs-it",
        "signin:SwitchRole",
        {"type": "AssumedRole", "arn": f"arn:aws:sts::{_AWAY}:assumed-role/{_ROLE}/{_ANA}"},
        "RoleSwitched RoleActivity",
        additionalEventData={"SwitchFrom": _ANA_ARN},
    ),
    _sample(
        "switched-elsewhere", "signin:SwitchRole", _ADMIN, additionalEventData={"SwitchFrom": "arn:aws:x:user/ben"}
    ),
    _sample("done-in-a-session", "s3:ListBuckets", _session(_ROLE), "RoleActivity"),
    _sample("done-in-a-session-named-like-ours", "s3:ListBuckets", _session("Ops", _ROLE)),
    _sample("done-by-a-user", "s3:ListBuckets", _USER, "UserActivity"),
    _login("signed-in", _USER, "UserActivity SignIn"),
    _login("signed-in-without-mfa", _USER, "UserActivity SignIn SignInWithoutMfa", mfa="No"),
    _login("sign-in-failed", _USER, "UserActivity SignInFailed", result="Failure", mfa="No"),
    _login("signed-in-by-federation", _ADMIN, mfa="No"),
    _sample("aws-login", "signin:CreateOAuth2Token", _USER, "UserActivity CliSignIn"),
    _sample("token-requested", "sts:GetSessionToken", _USER, "UserActivity TokenRequested"),
    _sample("user-tagged", "iam:TagUser", _ADMIN, "UserChanged", requestParameters={"userName": _ANA}),
    _sample("user-read", "iam:GetUser", _ADMIN, requestParameters={"userName": _ANA}),
    _sample("role-tagged", "iam:TagRole", _ADMIN, "RoleChanged", requestParameters={"roleName": _ROLE}),
    _sample(
        "policy-deleted",
        "iam:DeletePolicy",
        _ADMIN,
        "PolicyChanged",
        requestParameters={"policyArn": f"arn:aws:iam::{_AWAY}:policy/break-glass/{_ROLE}"},
    ),
    _sample(
        "key-made", "iam:CreateAccessKey", _ADMIN, "UserChanged CredentialCreated", requestParameters={"userName": _ANA}
    ),
    _sample("own-key-made", "iam:CreateAccessKey", _USER, "UserActivity CredentialCreated"),
    _sample("other-key-made", "iam:CreateAccessKey", _ADMIN, requestParameters={"userName": "ben"}),
    _sample(
        "alarms-deleted",
        "monitoring:DeleteAlarms",
        _ADMIN,
        "AlertingTampered",
        requestParameters={"alarmNames": ["other", "BreakGlass-RoleAssumed"]},
    ),
    _sample("trail-stopped", "cloudtrail:StopLogging", _ADMIN, "AlertingTampered", requestParameters={"name": "x"}),
    _sample("other-alarms-deleted", "monitoring:DeleteAlarms", _ADMIN, requestParameters={"alarmNames": ["other"]}),
    _sample("root-acted", "s3:ListBuckets", _ROOT, "RootUsed"),
    _sample("root-served", "kms:RotateKey", _ROOT, eventType="AwsServiceEvent"),
    _sample("sign-in-policy-changed", "signin:PutConsoleAuthorizationConfiguration", _ADMIN, "SignInPolicyChanged"),
)
"""No more than CloudWatch Logs takes in one test: 50."""
