"""CloudTrail records in the shapes AWS documents, whole, with the account numbers of the example manifest."""

from copy import deepcopy
from typing import Any

Record = dict[str, Any]

SECURITY, PROD, TRAIL = "111111111111", "222222222222", "333333333333"
ANA = "ana-break-glass"
ANA_ARN = f"arn:aws:iam::{SECURITY}:user/break-glass/{ANA}"
ROLE = "BREAK-GLASS-RANSOMWARE"
ROLE_ARN = f"arn:aws:iam::{PROD}:role/{ROLE}"
SESSION_ARN = f"arn:aws:sts::{PROD}:assumed-role/{ROLE}/{ANA}"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"


def user(name: str = ANA, path: str = "/break-glass/", account: str = SECURITY, **more: object) -> Record:
    """An IAM user with a console or GetSessionToken session; `sessionContext=None` leaves that out."""
    context = {"attributes": {"mfaAuthenticated": "true", "creationDate": "2026-11-20T03:00:00Z"}}
    identity = {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLEANA",
        "arn": f"arn:aws:iam::{account}:user{path}{name}",
        "accountId": account,
        "accessKeyId": "ASIAEXAMPLE",
        "userName": name,
        "sessionContext": context,
        **more,
    }
    return {key: value for key, value in identity.items() if value is not None}


def session(role: str = ROLE, name: str = ANA, account: str = PROD, path: str = "/") -> Record:
    """A session of a role, as it acts."""
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{name}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
        "accountId": account,
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLE",
                "arn": f"arn:aws:iam::{account}:role{path}{role}",
                "accountId": account,
                "userName": role,
            },
            "webIdFederationData": {},
            "attributes": {"mfaAuthenticated": "true", "creationDate": "2026-11-20T03:01:00Z"},
        },
    }


def bare_session(role: str = ROLE, name: str = ANA, account: str = PROD) -> Record:
    """A session of a role as sign-in records have it: without session context and issuer."""
    found = session(role, name, account)
    return {key: found[key] for key in ("type", "principalId", "arn", "accountId")}


def admin() -> Record:
    """Somebody of Identity Center who is none of ours."""
    return session("AWSReservedSSO_Admin_0123456789abcdef", "ben@acme.example", SECURITY, "/aws-reserved/sso/")


ROOT: Record = {
    "type": "Root",
    "principalId": PROD,
    "arn": f"arn:aws:iam::{PROD}:root",
    "accountId": PROD,
    "accessKeyId": "",
}


def call(service: str, name: str, who: Record, parameters: object = None, **more: object) -> Record:
    """A call of an API as of today; `=None` among `more` is null, `=...` leaves a field out."""
    read = name.startswith(("Get", "List", "Describe", "AssumeRole"))
    record = {
        "eventVersion": "1.11",
        "userIdentity": deepcopy(who),
        "eventTime": "2026-11-20T03:02:00Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1" if service == "iam" else "eu-west-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.32.0",
        "requestParameters": parameters,
        "responseElements": None,
        "requestID": "44d6d7ce-0000-4000-8000-000000000001",
        "eventID": "f79cc63f-0000-4000-8000-000000000001",
        "readOnly": read,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": who.get("accountId", SECURITY),
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "clientProvidedHostHeader": f"{service}.eu-west-1.amazonaws.com"},
        **more,
    }
    return {key: value for key, value in record.items() if value is not ...}


def denied(service: str, name: str, who: Record, message: str, **more: object) -> Record:
    """A call that was denied: null for what was asked."""
    return call(service, name, who, errorCode="AccessDenied", errorMessage=message, **more)


def assumed(who: Record, role_arn: str = ROLE_ARN, **more: object) -> Record:
    """A permitted assumption, as the account of `who` logs it."""
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    parameters = {"roleArn": role_arn, "roleSessionName": ANA, "durationSeconds": 3600}
    answer = {
        "credentials": {"accessKeyId": "ASIAEXAMPLE", "expiration": "Nov 20, 2026, 4:02:00 AM", "sessionToken": "x"},
        "assumedRoleUser": {
            "assumedRoleId": f"AROAEXAMPLE:{ANA}",
            "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{ANA}",
        },
    }
    resources = [
        {"accountId": account, "type": "AWS::STS::AssumedRole", "ARN": answer["assumedRoleUser"]["arn"]},
        {"accountId": account, "type": "AWS::IAM::Role", "ARN": role_arn},
    ]
    shared = {"sharedEventID": "19ee34b2-0000-4000-8000-000000000001", "resources": resources}
    return call("sts", "AssumeRole", who, parameters, **{"responseElements": answer, **shared, **more})


def foreign(account: str = SECURITY) -> Record:
    """The caller as the account of the role logs him: neither ARN nor name."""
    return {"type": "AWSAccount", "principalId": "AIDAEXAMPLEANA", "accountId": account}


CONSOLE = {"sourceIPAddress": "AWS Internal", "userAgent": "AWS Internal"}
BY_CONSOLE = user(invokedBy="AWS Internal")


def sign_in(name: str, who: Record, answer: object, data: object = None, **more: object) -> Record:
    """An event of AWS Sign-In."""
    usual = {"userAgent": BROWSER, "eventType": "AwsConsoleSignIn", "readOnly": False, "requestID": ...}
    return call("signin", name, who, **{"responseElements": answer, "additionalEventData": data, **usual, **more})


def login(who: Record, *, success: bool = True, mfa: str | None = "Yes", **more: object) -> Record:
    """A console sign-in; `mfa=None` leaves the field out."""
    data = {"LoginTo": "https://console.aws.amazon.com/console/home", "MobileVersion": "No"}
    if mfa is not None:
        data["MFAUsed"] = mfa
    return sign_in("ConsoleLogin", who, {"ConsoleLogin": "Success" if success else "Failure"}, data, **more)


def switched(who: Record, source: str, **more: object) -> Record:
    """A console switch, as the account of the role logs it."""
    data = {"SwitchFrom": source, "RedirectTo": "https://eu-west-1.console.aws.amazon.com/console/home"}
    return sign_in("SwitchRole", who, {"SwitchRole": "Success"}, data, **more)


def plain_user(name: str = ANA, path: str = "/break-glass/", **more: object) -> Record:
    """A user as sign-in records have it: without session context and access key."""
    return user(name, path, SECURITY, **{"sessionContext": None, "accessKeyId": None, **more})


def aged(record: Record) -> Record:
    """The same record in version 1.05, which does not say readOnly, managementEvent and eventCategory."""
    missing = ("readOnly", "managementEvent", "eventCategory", "tlsDetails")
    return {"eventVersion": "1.05", **{key: record[key] for key in record if key not in (*missing, "eventVersion")}}
