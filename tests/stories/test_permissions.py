"""Least privilege, end to end: what `permissions` prints allows every call the sandbox saw, command by command."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import boto3
import pytest
from botocore.client import BaseClient

from breakglass import naming
from breakglass.aws import own_endpoint
from breakglass.aws.sessions import Sessions
from breakglass.documents import Document
from breakglass.estate.guards import GUARDS
from breakglass.manifest.model import Manifest
from breakglass.resources import GLOBAL, items
from breakglass.sandbox.clock import SandboxClock
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Run
from tests.conftest import ACME
from tests.enrolled import enroll_everybody
from tests.judge import Asked, Call, allowed, asked, values
from tests.sandbox.authenticator import give
from tests.stories.conftest import MANAGEMENT, PROD, ROLE, SECURITY, USER, elsewhere, iam, unguarded

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_sns import SNSClient

pytestmark = pytest.mark.uncounted

ANYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
FOREIGN = "HelpfulDefaults"
TRAIL = AUDIT = "333333333333"
VERIFICATION = f"arn:aws:iam::{AUDIT}:role/break-glass/BreakGlassVerification"
HOME, SECOND = "eu-west-1", "us-west-2"
ALLOW = [word for guard in GUARDS for word in ("--allow", guard)]
CONFIRM = ["--confirm", "o-acme12345"]


@dataclass
class Story:
    """Runs commands and remembers what each of them asked of AWS."""

    cli: Run
    sandbox: Sandbox
    manifest: Manifest
    readers: dict[str, IAMClient] = field(default_factory=dict)
    heard: list[Call] = field(default_factory=list)
    asked: dict[str, list[tuple[str, Asked]]] = field(default_factory=dict)

    def run(self, command: str, *options: str, path: Path = ACME) -> int:
        """Run a command, and see that what was heard is what the sandbox saw."""
        self.readers = self.readers or {account: iam(account) for account in self.manifest.account_ids}
        arns = {account: _arns(reader) for account, reader in self.readers.items()}
        self.sandbox.calls.clear()
        self.heard.clear()
        ran = self.cli(command, *options, path=path)
        seen = Counter((call.account, call.action) for call in self.sandbox.calls)
        entered = {account for account, action in seen if action == "sts:AssumeRole"} - {MANAGEMENT}
        self.heard += [*(self._assumed(account) for account in sorted(entered)), *self._became()]
        told = Counter((call.account, call.action) for call in self.heard if call.service != "sts")
        assert told == {key: count for key, count in seen.items() if not key[1].startswith("sts:")}, ran.err
        for call in self.heard:
            known = arns[call.account] | _made(self.heard, call.account)
            questions = [(call.account, each) for each in asked(call, known, self.manifest.organization)]
            self.asked.setdefault(command, []).extend(questions)
        return ran.code

    def listen(self, client: BaseClient, account: str, region: str) -> None:
        """Hear what a client is asked to do from now on; of every client once."""

        if "_make_api_call" in vars(client):
            return
        plain, named = client._make_api_call, client.meta.service_model.service_name  # type: ignore[attr-defined]
        service = "access-analyzer" if named == "accessanalyzer" else named

        def hear(name: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 - botocore's signature
            self.heard.append(Call(account, service, name, dict(params), region))
            return plain(name, params)

        vars(client)["_make_api_call"] = hear

    def _became(self) -> list[Call]:
        """Return how the provisioning role of the audit account became the verification role, if it did."""
        beside = f"arn:aws:sts::{AUDIT}:assumed-role/{self.manifest.provisioning_role}/"
        calls = (each for each in self.sandbox.calls if each.action == "sts:AssumeRole")
        there = any(each.principal.startswith(beside) for each in calls)
        return [Call(AUDIT, "sts", "AssumeRole", {"RoleArn": VERIFICATION})] if there else []

    def _assumed(self, account: str) -> Call:
        role = f"arn:aws:iam::{account}:role/{self.manifest.provisioning_role}"
        return Call(MANAGEMENT, "sts", "AssumeRole", {"RoleArn": role})


@pytest.fixture
def story(cli: Run, sandbox: Sandbox, acme: Manifest, monkeypatch: pytest.MonkeyPatch) -> Story:
    told = Story(cli, sandbox, acme)
    client = Sessions.client

    def heard(sessions: Sessions, service: Literal["sns"], account: str, region: str = GLOBAL) -> SNSClient:
        found = client(sessions, service, account, region)
        told.listen(found, account, region)
        return found

    monkeypatch.setattr(Sessions, "client", heard)
    return told


@pytest.mark.usefixtures("impatient")
def test_what_permissions_prints_allows_every_call_of_every_command(story: Story, cli: Run, tmp_path: Path) -> None:
    tell(story, changed(tmp_path))
    printed = cli("permissions", "--format", "json").document["policies"]
    for command, questions in story.asked.items():
        for account, question in questions:
            assert allowed(documents(printed, account, command), question), (command, account, question)
    for command in ("plan", "verify"):
        for account in story.manifest.account_ids:
            used = {question.action for where, question in story.asked[command] if where == account}
            assert _granted(documents(printed, account, command)) == used

    bare = [_without(document, "iam:CreateRole") for document in documents(printed, PROD, "apply")]
    refused = [each for account, each in story.asked["apply"] if account == PROD and not allowed(bare, each)]
    assert {each.action for each in refused} == {"iam:CreateRole"}
    assert {each.resource for each in refused} > {f"arn:aws:iam::{PROD}:role/{ROLE}"}


def tell(story: Story, other: Path) -> None:
    """Let every command run, over an organization that others have changed in many ways."""
    assert story.run("plan") == 1
    assert story.run("apply", "--yes") == 0
    enroll_everybody(story.sandbox, story.manifest)
    assert story.run("verify") == 0
    break_off()
    for options in ([], ["--second-device"], ["--renew", "--yes"]):
        assert story.run("enroll", "ana", *options, "-o", str(other.parent / "envelopes")) == 0
    with unguarded(boto3.client("organizations")):
        tamper()
    tamper_with_alerting()
    surround(story.manifest)
    assert story.run("plan", *ALLOW, path=other) == 1
    assert story.run("verify") == 1
    assert story.run("apply", "--yes", *ALLOW, path=other) == 0
    assert story.run("offboard", "chidi", "--yes", path=other) == 0
    with unguarded(boto3.client("organizations")):
        tamper_before_the_end()
    assert story.run("destroy", *CONFIRM) == 0


def break_off() -> None:
    """Leave it to enrolment to make a user again, and a device that was left behind."""
    security = iam(SECURITY)
    security.delete_login_profile(UserName=USER)
    for device in security.list_mfa_devices(UserName=USER)["MFADevices"]:
        security.deactivate_mfa_device(UserName=USER, SerialNumber=device["SerialNumber"])
        security.delete_virtual_mfa_device(SerialNumber=device["SerialNumber"])
    for group in security.list_groups_for_user(UserName=USER)["Groups"]:
        security.remove_user_from_group(UserName=USER, GroupName=group["GroupName"])
    security.delete_user(UserName=USER)
    security.create_virtual_mfa_device(Path="/break-glass/", VirtualMFADeviceName=USER)


def documents(printed: Sequence[Mapping[str, Any]], account: str, command: str) -> list[Document]:
    """Return the policies printed for a command in an account."""
    return [each["document"] for each in printed if account in each["accounts"] and command in each["commands"]]


def changed(folder: Path) -> Path:
    """Return a manifest without one person and one team, with other sessions and one more right."""
    text = ACME.read_text("utf-8").replace("session_hours: 1", "session_hours: 2")
    kept = [line for line in text.splitlines() if "name: payments, playbooks" not in line and "fatima" not in line]
    path = folder / "changed.yaml"
    path.write_text("\n".join(kept).replace("teams: [payments]", "teams: [incident]"), "utf-8")
    return path


def tamper() -> None:
    """Do what an administrator of the accounts might: nothing of it may stand in the way of the repair."""
    security, prod = iam(SECURITY), iam(PROD)
    foreign = security.create_policy(PolicyName=FOREIGN, PolicyDocument=ANYTHING)["Policy"]["Arn"]
    security.attach_user_policy(UserName=USER, PolicyArn=foreign)
    security.put_user_policy(UserName=USER, PolicyName="inline", PolicyDocument=ANYTHING)
    security.delete_user_permissions_boundary(UserName=USER)
    security.tag_user(UserName=USER, Tags=[{"Key": "extra", "Value": "x"}])
    security.update_user(UserName="bo-break-glass", NewPath="/")
    security.remove_user_from_group(UserName=USER, GroupName="break-glass-incident")
    security.attach_group_policy(GroupName="break-glass-incident", PolicyArn=foreign)
    security.put_group_policy(GroupName="break-glass-incident", PolicyName="inline", PolicyDocument=ANYTHING)
    security.update_account_password_policy(MinimumPasswordLength=8)
    boundary = f"arn:aws:iam::{SECURITY}:policy/break-glass/BreakGlassBoundary"
    for _ in range(4):
        security.create_policy_version(PolicyArn=boundary, PolicyDocument=ANYTHING, SetAsDefault=True)
    other = prod.create_policy(PolicyName=FOREIGN, PolicyDocument=ANYTHING)["Policy"]["Arn"]
    prod.attach_role_policy(RoleName=ROLE, PolicyArn=other)
    prod.detach_role_policy(RoleName=ROLE, PolicyArn=f"arn:aws:iam::{PROD}:policy/break-glass/{ROLE}")
    prod.put_role_policy(RoleName=ROLE, PolicyName="inline", PolicyDocument=ANYTHING)
    prod.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=other)
    prod.tag_role(RoleName=ROLE, Tags=[{"Key": "extra", "Value": "x"}])
    trust = prod.get_role(RoleName="BreakGlassVerifier")["Role"]["AssumeRolePolicyDocument"]
    prod.update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(trust))


def tamper_with_alerting() -> None:
    """Do to alerting what takes every kind of call to put right."""
    extra = [{"Key": "extra", "Value": "x"}]
    for account, region in ((SECURITY, SECOND), (TRAIL, HOME)):
        tamper_with_a_topic(account, region)
    events = elsewhere("events", SECURITY, SECOND)
    events.remove_permission(EventBusName=naming.EVENT_BUS, RemoveAllPermissions=True)
    events.tag_resource(ResourceARN=f"arn:aws:events:{SECOND}:{SECURITY}:event-bus/break-glass", Tags=extra)
    events.remove_targets(Rule=naming.USE_RULE, Ids=["bus"])
    events.put_rule(Name="BreakGlass-Old", EventPattern=json.dumps({"source": ["aws.ec2"]}))
    trail = elsewhere("cloudtrail", SECURITY, SECOND)
    trail.stop_logging(Name=naming.TRAIL)
    trail.update_trail(Name=naming.TRAIL, EnableLogFileValidation=False)
    trail.put_event_selectors(TrailName=naming.TRAIL, EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    trail.add_tags(ResourceId=f"arn:aws:cloudtrail:{SECOND}:{SECURITY}:trail/break-glass", TagsList=extra)
    bucket, s3 = naming.trail_bucket(SECURITY, SECOND), elsewhere("s3", TRAIL, SECOND)
    s3.delete_bucket_policy(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    logs, alarms = elsewhere("logs", TRAIL, HOME), elsewhere("cloudwatch", TRAIL, HOME)
    logs.put_log_group_deletion_protection(logGroupIdentifier="organization-trail", deletionProtectionEnabled=False)
    logs.delete_metric_filter(logGroupName="organization-trail", filterName="BreakGlass-RoleAssumed")
    alarms.disable_alarm_actions(AlarmNames=["BreakGlass-RoleAssumed"])
    schedule = {"Schedule": {"Expression": "at(2026-01-01T00:00)", "Duration": "PT1H"}}
    targets = {"AlarmNames": ["BreakGlass-RoleAssumed"]}
    alarms.put_alarm_mute_rule(Name="quiet", Rule=schedule, MuteTargets=targets)
    plant_a_trail()


def surround(manifest: Manifest) -> None:
    """Make what verification asks more about: a rule of AWS Config, who may sign in where, keys and buckets."""
    source = {"Owner": "AWS", "SourceIdentifier": "IAM_ROOT_ACCESS_KEY_CHECK"}
    elsewhere("config", SECURITY, HOME).put_config_rule(ConfigRule={"ConfigRuleName": "root", "Source": source})
    for account in manifest.account_ids:
        signin = elsewhere("signin", account, "us-east-1")
        own_endpoint.heed(signin)
        signin.put_resource_permission_statement(sourceIp="203.0.113.0/24")
    for account in manifest.account_ids:
        elsewhere("kms", account, HOME).create_key()
        there = {"LocationConstraint": HOME}
        elsewhere("s3", account, HOME).create_bucket(Bucket=f"of-{account}", CreateBucketConfiguration=there)


def plant_a_trail() -> None:
    """Make a trail at home beside the log group: whoever reads the trails of a region meets it."""
    bucket, s3 = "others", elsewhere("s3", TRAIL, HOME)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": HOME})
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    elsewhere("cloudtrail", TRAIL, HOME).create_trail(Name="others", S3BucketName=bucket)


def tamper_with_a_topic(account: str, region: str) -> None:
    """Take the alias from the key, and change the key, the topic, the queue beside it, and who is told."""
    kms, sns, sqs = (elsewhere(service, account, region) for service in ("kms", "sns", "sqs"))
    key = kms.describe_key(KeyId=naming.ALERTS_KEY)["KeyMetadata"]["KeyId"]
    kms.disable_key_rotation(KeyId=key)
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "extra", "TagValue": "x"}])
    kms.delete_alias(AliasName=naming.ALERTS_KEY)
    topic = f"arn:aws:sns:{region}:{account}:break-glass-alerts"
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="News")
    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "extra", "Value": "x"}])
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="mallory@elsewhere.example")
    queue = sqs.get_queue_url(QueueName=naming.UNDELIVERED)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"MessageRetentionPeriod": "60", "Policy": ""})
    sqs.tag_queue(QueueUrl=queue, Tags={"extra": "x"})


def tamper_before_the_end() -> None:
    """Leave an enrolled user with another device and a key, and a policy of ours attached where it was not."""
    security, prod = iam(SECURITY), iam(PROD)
    give(security, SandboxClock(), USER, "anas-phone")
    security.create_access_key(UserName=USER)
    own = f"arn:aws:iam::{SECURITY}:policy/break-glass/BreakGlassSelfService"
    security.attach_user_policy(UserName="bo-break-glass", PolicyArn=own)
    prod.create_instance_profile(InstanceProfileName="strangers")
    prod.add_role_to_instance_profile(InstanceProfileName="strangers", RoleName=ROLE)


def _arns(iam: IAMClient) -> dict[str, str]:
    """Return the ARN of every user, group and role of an account as it is now, by kind/name."""
    page = iam.get_account_authorization_details(Filter=["User", "Group", "Role"])
    found = {f"user/{each['UserName']}": each["Arn"] for each in page["UserDetailList"]}
    found |= {f"group/{each['GroupName']}": each["Arn"] for each in page["GroupDetailList"]}
    return found | {f"role/{each['RoleName']}": each["Arn"] for each in page["RoleDetailList"]}


def _made(heard: Sequence[Call], account: str) -> dict[str, str]:
    """Return the ARNs of what was made meanwhile."""
    made = [
        each
        for each in heard
        if each.account == account and each.operation in ("CreateGroup", "CreateRole", "CreateUser")
    ]
    kinds = [(each, each.operation.removeprefix("Create")) for each in made]
    return {
        f"{kind.lower()}/{call.parameters[f'{kind}Name']}": (
            f"arn:aws:iam::{account}:{kind.lower()}{call.parameters['Path']}{call.parameters[f'{kind}Name']}"
        )
        for call, kind in kinds
    }


def _granted(documents: Sequence[Document]) -> set[str]:
    statements = [each for document in documents for each in items(document["Statement"]) if isinstance(each, Mapping)]
    return {action for each in statements for action in values(each["Action"])}


def _without(document: Document, action: str) -> Document:
    taken: Document = json.loads(json.dumps(document).replace(f'"{action}"', '"iam:Nothing"'))
    return taken
