"""Calls and sign-ins as CloudTrail writes them."""

from __future__ import annotations

import json

import pytest

from breakglass.errors import DeniedError, UsageError
from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.faults import DEAD, Fault
from breakglass.sandbox.server import Sandbox
from tests.conftest import manifest
from tests.sandbox.authenticator import give
from tests.sandbox.support import (
    EVERYTHING,
    MANAGEMENT,
    PROD,
    REGION,
    SECURITY,
    Clients,
    Keys,
    client,
    identity_policy,
    refused,
    role_arn,
    trust_policy,
)

ADMINISTRATOR = f"arn:aws:iam::{MANAGEMENT}:user/administrator"


def told(sandbox: Sandbox, name: str) -> list[Event]:
    """The events of one name, in order."""
    return [each for each in sandbox.events if each["eventName"] == name]


def one(sandbox: Sandbox, name: str) -> Event:
    (event,) = told(sandbox, name)
    return event


def within(event: Event, *path: str) -> object:
    node: object = event
    for step in path:
        assert isinstance(node, dict)
        node = node[step]
    return node


def test_a_call_of_a_user_with_a_key(aws: Clients, sandbox: Sandbox) -> None:
    aws.iam().create_user(UserName="ana", Path="/x/", Tags=[{"Key": "team", "Value": "a.b"}])
    event = one(sandbox, "CreateUser")
    identity = event["userIdentity"]
    assert isinstance(identity, dict)
    assert {name: identity[name] for name in ("type", "arn", "accountId", "userName")} == {
        "type": "IAMUser",
        "arn": ADMINISTRATOR,
        "accountId": MANAGEMENT,
        "userName": "administrator",
    }
    assert "sessionContext" not in identity
    assert event["requestParameters"] == {"userName": "ana", "path": "/x/", "tags": [{"key": "team", "value": "a.b"}]}
    assert (event["eventSource"], event["awsRegion"], event["readOnly"]) == ("iam.amazonaws.com", "us-east-1", False)
    assert (event["eventType"], event["managementEvent"], event["recipientAccountId"]) == (
        "AwsApiCall",
        True,
        MANAGEMENT,
    )
    assert "Boto3" in str(event["userAgent"])
    assert not {"errorCode", "sharedEventID", "resources"} & event.keys()


def test_times_are_the_sandbox_s(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.clock.advance(86400)
    aws.iam().list_users()
    assert str(one(sandbox, "ListUsers")["eventTime"]) <= sandbox.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert str(one(sandbox, "ListUsers")["eventTime"])[:10] == sandbox.clock.now().strftime("%Y-%m-%d")
    assert one(sandbox, "ListUsers")["requestParameters"] is None


def test_an_assumption_across_accounts_is_told_in_both(aws: Clients, sandbox: Sandbox) -> None:
    aws.sts().assume_role(RoleArn=role_arn(PROD), RoleSessionName="tests", DurationSeconds=900)
    caller, target = told(sandbox, "AssumeRole")
    assert (caller["recipientAccountId"], target["recipientAccountId"]) == (MANAGEMENT, PROD)
    assert caller["sharedEventID"] == target["sharedEventID"]
    assert caller["eventID"] != target["eventID"]
    assert within(caller, "userIdentity", "userName") == "administrator"
    identity = target["userIdentity"]
    assert isinstance(identity, dict)
    assert (identity["type"], identity["accountId"], set(identity)) == (
        "AWSAccount",
        MANAGEMENT,
        {"type", "principalId", "accountId"},
    )
    for each in (caller, target):
        assert each["readOnly"] is True
        assert each["requestParameters"] == {
            "roleArn": role_arn(PROD),
            "roleSessionName": "tests",
            "durationSeconds": 900,
        }
        assert each["resources"] == [{"accountId": PROD, "type": "AWS::IAM::Role", "ARN": role_arn(PROD)}]
        assert str(within(each, "responseElements", "credentials", "accessKeyId")).startswith("ASIA")
        assert "sessionToken" not in json.dumps(each)


def test_an_assumption_in_one_account_is_told_once(aws: Clients, sandbox: Sandbox) -> None:
    aws.iam().create_role(RoleName="r", AssumeRolePolicyDocument=trust_policy({"AWS": ADMINISTRATOR}))
    aws.sts().assume_role(RoleArn=role_arn(MANAGEMENT, "r"), RoleSessionName="tests")
    assert "sharedEventID" not in one(sandbox, "AssumeRole")


def test_a_denied_assumption_is_told_in_the_caller_s_account_without_parameters(aws: Clients, sandbox: Sandbox) -> None:
    nobody = aws.user(SECURITY, "nobody")
    sandbox.events.clear()
    with refused("AccessDenied"):
        aws.assume(nobody, role_arn(PROD))
    event = one(sandbox, "AssumeRole")
    assert (event["recipientAccountId"], event["errorCode"]) == (SECURITY, "AccessDenied")
    assert (event["requestParameters"], event["responseElements"]) == (None, None)
    assert role_arn(PROD) in str(event["errorMessage"])
    assert "resources" not in event


def test_a_call_in_a_session_of_a_role(aws: Clients, sandbox: Sandbox) -> None:
    aws.member(PROD).list_users()
    identity = one(sandbox, "ListUsers")["userIdentity"]
    assert isinstance(identity, dict)
    assert identity["type"] == "AssumedRole"
    assert identity["arn"] == f"arn:aws:sts::{PROD}:assumed-role/OrganizationAccountAccessRole/tests"
    assert "userName" not in identity
    issuer = within(identity, "sessionContext", "sessionIssuer")
    assert isinstance(issuer, dict)
    assert (issuer["type"], issuer["arn"], issuer["userName"]) == (
        "Role",
        role_arn(PROD),
        "OrganizationAccountAccessRole",
    )
    assert str(identity["principalId"]) == f"{issuer['principalId']}:tests"
    assert within(identity, "sessionContext", "attributes", "mfaAuthenticated") == "false"


def test_a_source_identity_is_told(aws: Clients, sandbox: Sandbox) -> None:
    trust = json.loads(trust_policy({"AWS": ADMINISTRATOR}))
    trust["Statement"][0]["Action"] = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    aws.iam().create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))
    keys = aws.assume(aws.administrator, role_arn(MANAGEMENT, "r"), SourceIdentity="ana")
    aws.sts(keys).get_caller_identity()
    event = one(sandbox, "GetCallerIdentity")
    assert within(event, "userIdentity", "sessionContext", "sourceIdentity") == "ana"


def test_an_error_is_told_with_what_was_asked(aws: Clients, sandbox: Sandbox) -> None:
    with refused("NoSuchEntity"):
        aws.iam().get_user(UserName="bo")
    event = one(sandbox, "GetUser")
    assert (event["errorCode"], event["requestParameters"]) == ("NoSuchEntityException", {"userName": "bo"})
    assert "bo" in str(event["errorMessage"])
    logs = client("logs", sandbox.url, REGION, aws.administrator)
    with refused("ResourceNotFoundException"):
        logs.delete_log_group(logGroupName="absent")  # type: ignore[attr-defined]  # any client
    assert one(sandbox, "DeleteLogGroup")["errorCode"] == "ResourceNotFoundException"


def test_who_names_no_user_means_the_caller_and_cloudtrail_does_not_say_so(aws: Clients, sandbox: Sandbox) -> None:
    aws.iam().create_access_key()
    event = one(sandbox, "CreateAccessKey")
    assert event["requestParameters"] is None
    assert within(event, "responseElements", "accessKey", "userName") == "administrator"
    assert "secret" not in json.dumps(event).lower()


def test_secrets_are_left_out(aws: Clients, sandbox: Sandbox) -> None:
    iam = aws.iam()
    iam.create_user(UserName="ana")
    iam.create_login_profile(UserName="ana", Password="correct-Horse-1", PasswordResetRequired=False)
    device = give(iam, sandbox.clock, "ana")
    everything = json.dumps(list(sandbox.events))
    assert one(sandbox, "CreateLoginProfile")["requestParameters"] == {
        "userName": "ana",
        "passwordResetRequired": "false",
    }
    assert "correct-Horse-1" not in everything
    assert not [code for code in device.pair.values() if code in everything]
    assert device.seed not in everything


def test_the_json_services_and_s3_are_told_as_well(aws: Clients, sandbox: Sandbox) -> None:
    queues = client("sqs", sandbox.url, REGION, aws.administrator)
    url = queues.create_queue(QueueName="q", Attributes={"DelaySeconds": "0"})["QueueUrl"]  # type: ignore[attr-defined]
    queues.send_message(QueueUrl=url, MessageBody="x")  # type: ignore[attr-defined]  # any client
    client("s3", sandbox.url, REGION, aws.administrator).list_buckets()  # type: ignore[attr-defined]  # as above
    sns = client("sns", sandbox.url, REGION, aws.administrator)
    sns.create_topic(Name="t", Attributes={"DisplayName": "T"})  # type: ignore[attr-defined]  # as above
    assert one(sandbox, "CreateQueue")["requestParameters"] == {"queueName": "q", "attributes": {"DelaySeconds": "0"}}
    assert one(sandbox, "CreateTopic")["requestParameters"] == {"name": "t", "attributes": {"DisplayName": "T"}}
    sent = one(sandbox, "SendMessage")
    assert (sent["managementEvent"], sent["eventCategory"]) == (False, "Data")
    with refused("NoSuchBucket"):
        client("s3", sandbox.url, REGION, aws.administrator).delete_bucket(Bucket="absent-one")  # type: ignore[attr-defined]
    assert one(sandbox, "DeleteBucket")["requestParameters"] == {"bucketName": "absent-one"}
    assert one(sandbox, "ListBuckets")["eventSource"] == "s3.amazonaws.com"


def test_what_nobody_signed_for_or_answered_is_no_event(aws: Clients, sandbox: Sandbox) -> None:
    with refused("InvalidClientTokenId"):
        aws.iam(Keys("AKIAIOSFODNN7EXAMPLE", "x")).list_users()
    sandbox.faults.plant(Fault(DEAD))
    with pytest.raises(Exception, match="Connection was closed"):
        aws.iam().list_users()
    assert not tuple(sandbox.events)


@pytest.mark.parametrize("mfa", [True, False])
def test_a_sign_in(aws: Clients, sandbox: Sandbox, mfa: bool) -> None:
    aws.user(SECURITY, "ana", EVERYTHING)
    session = sandbox.console_sign_in(SECURITY, "ana", mfa=mfa, region="us-west-2")
    event = one(sandbox, "ConsoleLogin")
    assert (event["eventType"], event["eventSource"]) == ("AwsConsoleSignIn", "signin.amazonaws.com")
    assert (event["awsRegion"], event["recipientAccountId"]) == ("us-west-2", SECURITY)
    assert within(event, "userIdentity", "userName") == "ana"
    assert "sessionContext" not in json.dumps(event)
    assert within(event, "additionalEventData", "MFAUsed") == ("Yes" if mfa else "No")
    assert event["responseElements"] == {"ConsoleLogin": "Success"}
    aws.sts(Keys(session.access_key, session.secret, session.token)).get_caller_identity()
    called = one(sandbox, "GetCallerIdentity")
    context = within(called, "userIdentity", "sessionContext")
    assert isinstance(context, dict)
    assert (context["sessionIssuer"], within(context, "attributes", "mfaAuthenticated")) == ({}, str(mfa).lower())


def test_sign_ins_that_fail(aws: Clients, sandbox: Sandbox) -> None:
    aws.user(SECURITY, "ana")
    sandbox.events.clear()
    sandbox.console_sign_in_failed(SECURITY, "ana")
    sandbox.console_sign_in_failed(SECURITY, "a password, perhaps")
    sandbox.console_sign_in_failed(SECURITY, "root", region="us-west-2")
    known, unknown, root = told(sandbox, "ConsoleLogin")
    assert within(known, "userIdentity", "userName") == "ana"
    assert "arn" not in within(known, "userIdentity")  # type: ignore[operator]  # an object
    assert within(unknown, "userIdentity", "userName") == "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert within(root, "userIdentity", "type") == "Root"
    assert root["awsRegion"] == "us-east-1"
    assert {str(each["responseElements"]) for each in (known, unknown, root)} == {"{'ConsoleLogin': 'Failure'}"}


def test_root_signs_in_and_may_do_nothing_here(aws: Clients, sandbox: Sandbox) -> None:
    session = sandbox.console_sign_in(PROD, "root", mfa=True)
    assert within(one(sandbox, "ConsoleLogin"), "userIdentity", "type") == "Root"
    with refused("InvalidClientTokenId"):
        aws.iam(Keys(session.access_key, session.secret, session.token)).list_users()


def test_nobody_signs_in_who_is_not_there(sandbox: Sandbox) -> None:
    with pytest.raises(UsageError, match="no user ana"):
        sandbox.console_sign_in(SECURITY, "ana", mfa=True)
    assert not tuple(sandbox.events)


def test_a_switch_in_the_console_is_told_three_times(aws: Clients, sandbox: Sandbox) -> None:
    may = identity_policy(Action="sts:AssumeRole")
    aws.user(SECURITY, "ana", may)
    aws.member(PROD).create_role(
        RoleName="BREAK-GLASS-X", AssumeRolePolicyDocument=trust_policy({"AWS": f"arn:aws:iam::{SECURITY}:root"})
    )
    session = sandbox.console_sign_in(SECURITY, "ana", mfa=True)
    sandbox.events.clear()
    sandbox.switch_role(session, role_arn(PROD, "BREAK-GLASS-X"), region="us-west-2")
    caller, target = told(sandbox, "AssumeRole")
    switch = one(sandbox, "SwitchRole")
    assert within(caller, "userIdentity", "invokedBy") == "AWS Internal"
    assert within(caller, "userIdentity", "sessionContext", "attributes", "mfaAuthenticated") == "true"
    assert (caller["sourceIPAddress"], caller["userAgent"]) == ("AWS Internal", "AWS Internal")
    assert "invokedBy" not in json.dumps(target)
    assert target["sharedEventID"] == caller["sharedEventID"]
    assert within(caller, "requestParameters", "roleSessionName") == "ana"
    assert (switch["recipientAccountId"], switch["awsRegion"]) == (PROD, "us-west-2")
    assert switch["additionalEventData"] == {"SwitchFrom": f"arn:aws:iam::{SECURITY}:user/ana"}
    assert within(switch, "userIdentity", "arn") == f"arn:aws:sts::{PROD}:assumed-role/BREAK-GLASS-X/ana"
    assert switch["responseElements"] == {"SwitchRole": "Success"}


def test_a_switch_that_is_denied_is_told_once(aws: Clients, sandbox: Sandbox) -> None:
    aws.user(SECURITY, "ana")
    session = sandbox.console_sign_in(SECURITY, "ana", mfa=True)
    sandbox.events.clear()
    with pytest.raises(DeniedError):
        sandbox.switch_role(session, role_arn(PROD))
    assert one(sandbox, "AssumeRole")["errorCode"] == "AccessDenied"
    assert not told(sandbox, "SwitchRole")


def test_without_an_organization_nothing_is_logged_and_all_goes_on(aws: Clients, sandbox: Sandbox) -> None:
    aws.organizations().remove_account_from_organization(AccountId=PROD)
    aws.iam().list_users()
    assert told(sandbox, "ListUsers")


def test_one_that_does_not_run_has_no_console() -> None:
    stopped = Sandbox(manifest())
    with pytest.raises(UsageError, match="does not run"):
        stopped.console_sign_in(SECURITY, "ana", mfa=True)
    assert stopped.confirm_subscriptions("a@b.example") == 0
