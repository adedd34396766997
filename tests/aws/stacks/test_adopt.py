"""What exists taken over by stacks: imported, brought to the whole template, and taken in by a StackSet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import yaml

from breakglass import resources
from breakglass.errors import CredentialsError, RejectedError, UnavailableError
from breakglass.resources import Resource, Scope
from breakglass.stacks import Adoption, Delivered, Stack
from tests.aws.stacks.support import (
    DATA,
    HOME,
    MANAGEMENT,
    NAME,
    OWNED,
    ROOT,
    SELF_MANAGED,
    SERVICE_MANAGED,
    UNIT,
    instance,
    result,
    stack_id,
    stack_set,
)
from tests.aws.stacks.test_stack import Own as OwnStack
from tests.aws.stacks.test_stack import event
from tests.aws.stubs import DOCUMENT, StubbedAws
from tests.yamls import loaded

HERE = Scope(MANAGEMENT)
POLICY = Resource(
    resources.MANAGED_POLICY,
    HERE,
    {"ManagedPolicyName": "BREAK-GLASS-X", "Path": "/break-glass/", "PolicyDocument": DOCUMENT},
)
ROLE = Resource(resources.ROLE, HERE, {"RoleName": "BREAK-GLASS-X", "ManagedPolicyArns": [POLICY.arn], "Policies": []})
KEPT = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
WHOLE: Mapping[str, object] = {
    "Resources": {
        "PolicyX": {"Type": POLICY.type, **KEPT, "Properties": {"Path": "/break-glass/"}},
        "RoleX": {"Type": ROLE.type, **KEPT, "Properties": {"ManagedPolicyArns": [{"Ref": "PolicyX"}]}},
    }
}
TEMPLATE = yaml.safe_dump(WHOLE)
STACK = Stack(NAME, TEMPLATE, HERE, HOME)
ADOPTION = Adoption(HERE, {"PolicyX": POLICY, "RoleX": ROLE})
BY_IDENTIFIER: list[dict[str, object]] = [
    {"ResourceType": POLICY.type, "LogicalResourceId": "PolicyX", "ResourceIdentifier": {"PolicyArn": POLICY.arn}},
    {"ResourceType": ROLE.type, "LogicalResourceId": "RoleX", "ResourceIdentifier": {"RoleName": "BREAK-GLASS-X"}},
]
ID = stack_id(MANAGEMENT)


@dataclass(frozen=True, eq=False)
class Template:
    """Equal to every text of this template."""

    whole: Mapping[str, object]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and loaded(other) == json.loads(json.dumps(self.whole))

    def __hash__(self) -> int:
        return 0


@dataclass(frozen=True, eq=False)
class ChangeSet:
    """Equal to every name of a change set of ours."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and other.startswith("adopt-")

    def __hash__(self) -> int:
        return 0


CHANGE_SET = f"arn:aws:cloudformation:{HOME}:{MANAGEMENT}:changeSet/adopt-0/1"
OF = {"StackName": ID, "ChangeSetName": CHANGE_SET}


class Own(OwnStack):
    """The account in which something is taken over."""

    name, template = NAME, TEMPLATE

    def imports(self, rows: list[dict[str, object]], whole: Mapping[str, object] | str = TEMPLATE) -> None:
        self.told.expect("create_change_set", imported(rows, whole), {"Id": CHANGE_SET, "StackId": ID})

    def made(self, status: str, rows: list[dict[str, object]] | None = None, **more: object) -> None:
        changes = [change(each) for each in rows or []]
        self.told.expect("describe_change_set", OF, {"Status": status, "Tags": OWNED, "Changes": changes, **more})

    def stands_empty(self, **more: object) -> None:
        """Foretell the stack of a change set that nobody has executed: it has no tags yet."""
        self.describes("REVIEW_IN_PROGRESS", by_id=True, **{"Tags": [], **more})  # type: ignore[arg-type]

    def shows(self, template: str = TEMPLATE) -> None:
        """Foretell the template of the change set."""
        self.told.expect("get_template", {**OF, "TemplateStage": "Original"}, {"TemplateBody": template})

    def executes(self, rows: list[dict[str, object]], template: str = TEMPLATE) -> None:
        """Foretell a change set as it was asked for, and that it is executed."""
        self.made("CREATE_COMPLETE", rows)
        self.stands_empty()
        self.shows(template)
        self.told.expect("execute_change_set", OF)

    def adopt(self, *adoptions: Adoption) -> list[Delivered]:
        return list(self.stacks.adopt(STACK, adoptions or (ADOPTION,), advance=self.advanced))


def change(row: Mapping[str, object], action: str = "Import") -> dict[str, object]:
    of = {name: row[name] for name in ("LogicalResourceId", "ResourceType")}
    return {"Type": "Resource", "ResourceChange": {"Action": action, **of}}


def imported(rows: list[dict[str, object]], whole: Mapping[str, object] | str = TEMPLATE) -> dict[str, object]:
    """What is asked for an import; the whole template is sent as it is, so that the stack has it to the letter."""
    return {
        "StackName": NAME,
        "ChangeSetName": ChangeSet(),
        "ChangeSetType": "IMPORT",
        "ResourcesToImport": rows,
        "Parameters": [],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Tags": OWNED,
        "TemplateBody": whole if isinstance(whole, str) else Template(whole),
    }


@pytest.fixture
def own(aws: StubbedAws) -> Own:
    return Own(aws)


def test_what_exists_is_imported_and_the_stack_protected(own: Own) -> None:
    own.has_none()
    own.imports(BY_IDENTIFIER)
    own.made("CREATE_PENDING")
    own.executes(BY_IDENTIFIER)
    own.stands_empty()
    own.describes("IMPORT_IN_PROGRESS", by_id=True)
    own.describes("IMPORT_COMPLETE", by_id=True)
    own.has_template()
    own.describes("IMPORT_COMPLETE")
    own.describes("IMPORT_COMPLETE", protected=False)
    own.protects()
    assert own.adopt() == [Delivered(HERE)]
    assert own.advanced.accounts == [MANAGEMENT]


def test_a_stack_of_ours_with_a_change_set_only_gets_another_one(own: Own) -> None:
    own.describes("REVIEW_IN_PROGRESS")
    own.imports(BY_IDENTIFIER)
    own.executes(BY_IDENTIFIER)
    own.describes("IMPORT_COMPLETE", by_id=True)
    own.has_template()
    own.describes("IMPORT_COMPLETE")
    own.describes("IMPORT_COMPLETE")
    assert own.adopt() == [Delivered(HERE)]


def test_what_somebody_began_is_not_gone_on_with(own: Own) -> None:
    own.describes("REVIEW_IN_PROGRESS", Tags=[])
    (row,) = own.adopt()
    assert isinstance(row.why, RejectedError)
    assert "is not ours" in row.why.message
    assert f"delete it: aws cloudformation delete-stack --stack-name {NAME}" in row.why.advice


FOREIGN = {"Type": "Resource", "ResourceChange": {"Action": "Add", "LogicalResourceId": "Other"}}


@pytest.mark.parametrize(
    ("changes", "told", "stack", "template", "named"),
    [
        ([FOREIGN], {}, {}, TEMPLATE, "its changes"),
        ([{"Type": "Resource"}], {}, {}, TEMPLATE, "its changes"),
        ([], {"Tags": []}, {}, TEMPLATE, "its tags"),
        ([], {"NotificationARNs": ["arn:aws:sns:x"]}, {}, TEMPLATE, "who is notified"),
        ([], {}, {"RoleARN": "arn:aws:iam::999999999999:role/Other"}, TEMPLATE, "the role of the stack"),
        ([], {}, {"NotificationARNs": ["arn:aws:sns:x"]}, TEMPLATE, "who is notified of the stack"),
        ([], {}, {"StackStatus": "CREATE_COMPLETE", "Tags": OWNED}, TEMPLATE, "the state of the stack"),
        ([], {}, {}, "Resources: {Other: 1}", "its template"),
        ([], {}, {}, '{"Resources": {"Other": 1}}', "its template"),
    ],
)
def test_a_change_set_that_is_not_as_it_was_asked_for_is_not_executed(
    own: Own,
    changes: list[dict[str, object]],
    told: dict[str, object],
    stack: dict[str, object],
    template: str,
    named: str,
) -> None:
    own.has_none()
    own.imports(BY_IDENTIFIER)
    first = {"Changes": [*map(change, BY_IDENTIFIER[:1]), *changes], "NextToken": "two", **told}
    own.made("CREATE_COMPLETE", None, **first)
    rest = {"Status": "CREATE_COMPLETE", "Changes": [*map(change, BY_IDENTIFIER[1:])]}
    own.told.expect("describe_change_set", {**OF, "NextToken": "two"}, rest)
    own.stands_empty(**stack)
    own.shows(template)
    (row,) = own.adopt()
    assert isinstance(row.why, RejectedError)
    assert "was not executed" in row.why.message
    assert row.why.message.endswith(named)


def test_a_stack_that_goes_before_its_change_set_is_executed(own: Own) -> None:
    own.has_none()
    own.imports(BY_IDENTIFIER)
    own.made("CREATE_COMPLETE", BY_IDENTIFIER)
    own.told.refuse("describe_stacks", {"StackName": ID}, "ValidationError", f"Stack with id {ID} does not exist")
    own.shows()
    assert "the state of the stack" in str(own.adopt()[0].why)


def test_a_stack_that_has_everything_is_left_as_it_is(own: Own) -> None:
    own.describes("IMPORT_COMPLETE")
    own.has_template()
    own.describes("IMPORT_COMPLETE")
    own.describes("IMPORT_COMPLETE")
    assert own.adopt() == [Delivered(HERE)]


def test_what_cannot_be_imported_is_put_by_the_update_that_follows(own: Own) -> None:
    """A role that does not exist yet, for one: nothing that is taken over needs it."""
    own.has_none()
    part = {"Resources": {"PolicyX": WHOLE["Resources"]["PolicyX"]}}  # type: ignore[index]
    own.imports(BY_IDENTIFIER[:1], part)
    own.executes(BY_IDENTIFIER[:1], json.dumps(part))
    own.describes("IMPORT_COMPLETE", by_id=True)
    own.has_template(json.dumps(part))
    own.told.expect(
        "update_stack",
        {
            "StackName": NAME,
            "Parameters": [],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Tags": OWNED,
            "TemplateBody": TEMPLATE,
        },
        {"StackId": ID},
    )
    own.describes("UPDATE_COMPLETE", by_id=True)
    own.describes("UPDATE_COMPLETE")
    own.describes("UPDATE_COMPLETE")
    assert own.adopt(Adoption(HERE, {"PolicyX": POLICY})) == [Delivered(HERE)]


def test_what_needs_something_that_is_not_there_is_not_taken_over(own: Own) -> None:
    own.has_none()
    (row,) = own.adopt(Adoption(HERE, {"RoleX": ROLE}))
    assert isinstance(row.why, RejectedError)
    assert f"PolicyX is not there in account {MANAGEMENT}" in row.why.message
    assert "breakglass deploy" in row.why.advice


def test_where_there_is_nothing_to_import_the_stack_is_made(own: Own) -> None:
    own.has_none()
    own.told.expect(
        "create_stack",
        {
            "StackName": NAME,
            "Parameters": [],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Tags": OWNED,
            "OnFailure": "DELETE",
            "TemplateBody": TEMPLATE,
        },
        {"StackId": ID},
    )
    own.describes("CREATE_COMPLETE", by_id=True)
    own.has_template()
    own.describes("CREATE_COMPLETE")
    own.describes("CREATE_COMPLETE")
    assert own.adopt(Adoption(HERE, {})) == [Delivered(HERE)]


def test_a_change_set_that_came_to_nothing_leaves_nothing(own: Own) -> None:
    own.has_none()
    own.imports(BY_IDENTIFIER)
    words = "Resource BREAK-GLASS-X already exists in stack arn:aws:cloudformation:other"
    own.made("FAILED", StatusReason=words)
    own.stands_empty()
    own.told.expect("delete_stack", {"StackName": ID})
    (row,) = own.adopt()
    assert row.why is not None
    assert words in row.why.message
    assert "take it out of that stack" in row.why.advice


def test_a_stack_that_has_something_by_now_is_not_deleted(own: Own) -> None:
    own.has_none()
    own.imports(BY_IDENTIFIER)
    own.made("FAILED")
    own.describes("CREATE_COMPLETE", by_id=True)
    assert "nothing was taken over: no reason is given" in str(own.adopt()[0].why)


def test_an_import_that_was_rolled_back_says_why(own: Own) -> None:
    own.has_none()
    own.imports(BY_IDENTIFIER)
    own.executes(BY_IDENTIFIER)
    own.describes("IMPORT_ROLLBACK_COMPLETE", by_id=True)
    own.events(event("RoleX", "IMPORT_FAILED", "no such role"))
    assert "RoleX: no such role" in str(own.adopt()[0].why)


def test_a_stack_only_people_can_free_is_told(own: Own) -> None:
    own.describes("ROLLBACK_FAILED")
    assert "ROLLBACK_FAILED" in str(own.adopt()[0].why)


def test_a_stack_that_goes_while_it_is_looked_at(own: Own) -> None:
    own.describes("IMPORT_COMPLETE")
    own.has_template()
    own.has_none()
    assert isinstance(own.adopt()[0].why, UnavailableError)


def test_credentials_that_are_not_accepted_stop_everything(own: Own) -> None:
    own.told.refuse("describe_stacks", {"StackName": NAME}, "ExpiredToken", "expired", 403)
    with pytest.raises(CredentialsError):
        own.adopt()


REGION = Scope(MANAGEMENT, "us-west-2")


def test_every_type_is_imported_by_its_identifier_or_left_to_the_update(own: Own, aws: StubbedAws) -> None:
    """The policies of queues and topics cannot be imported, nor can a subscription that nobody has confirmed."""
    topic = "arn:aws:sns:us-west-2:999999999999:break-glass-alerts"
    queue = "https://sqs.us-west-2.amazonaws.com/999999999999/break-glass-canary"
    endpoint = {"TopicArn": topic, "Protocol": "email"}
    rows: list[tuple[str, Scope, dict[str, object], dict[str, str] | None]] = [
        ("AWS::CloudWatch::Alarm", REGION, {"AlarmName": "a"}, {"AlarmName": "a"}),
        ("AWS::KMS::Alias", REGION, {"AliasName": "alias/a"}, {"AliasName": "alias/a"}),
        ("AWS::S3::Bucket", REGION, {"BucketName": "b"}, {"BucketName": "b"}),
        ("AWS::S3::BucketPolicy", REGION, {"Bucket": "b"}, {"Bucket": "b"}),
        ("AWS::Events::EventBus", REGION, {"Name": "e"}, {"Name": "e"}),
        ("AWS::IAM::Group", HERE, {"GroupName": "g"}, {"GroupName": "g"}),
        ("AWS::IAM::User", HERE, {"UserName": "u"}, {"UserName": "u"}),
        ("AWS::CloudTrail::Trail", REGION, {"TrailName": "t"}, {"TrailName": "t"}),
        ("AWS::SNS::Topic", REGION, {"TopicName": "break-glass-alerts"}, {"TopicArn": topic}),
        ("AWS::Events::Rule", REGION, {"Name": "r"}, {"Arn": "arn:aws:events:us-west-2:999999999999:rule/r"}),
        (
            "AWS::Logs::MetricFilter",
            REGION,
            {"FilterName": "f", "LogGroupName": "l"},
            {"FilterName": "f", "LogGroupName": "l"},
        ),
        ("AWS::KMS::Key", REGION, {"Description": "break-glass-alerts"}, {"KeyId": "1234"}),
        ("AWS::SQS::Queue", REGION, {"QueueName": "break-glass-canary"}, {"QueueUrl": queue}),
        ("AWS::Organizations::Policy", HERE, {"Name": "BreakGlassRoles"}, {"Id": "p-1"}),
        ("AWS::SNS::Subscription", REGION, {**endpoint, "Endpoint": "a@b.example"}, {"Arn": f"{topic}:1"}),
        ("AWS::SNS::Subscription", REGION, {**endpoint, "Endpoint": "pending@b.example"}, None),
        ("AWS::SQS::QueuePolicy", REGION, {"Queues": ["q"]}, None),
        ("AWS::SNS::TopicPolicy", REGION, {"Topics": [topic]}, None),
    ]
    adopted = {f"R{n}": Resource(kind, scope, given) for n, (kind, scope, given, _) in enumerate(rows)}  # type: ignore[arg-type]
    whole = {name: {"Type": each.type, **KEPT, "Properties": {}} for name, each in adopted.items()}
    taken = {
        f"R{n}": {"ResourceType": kind, "LogicalResourceId": f"R{n}", "ResourceIdentifier": by}
        for n, (kind, _, _, by) in enumerate(rows)
        if by
    }
    template = yaml.safe_dump({"Resources": whole}, sort_keys=False)
    aws.service("kms").expect("describe_key", {"KeyId": "alias/break-glass-alerts"}, {"KeyMetadata": {"KeyId": "1234"}})
    aws.service("sqs").expect("get_queue_url", {"QueueName": "break-glass-canary"}, {"QueueUrl": queue})
    aws.service("organizations").expect(
        "list_policies",
        {"Filter": "SERVICE_CONTROL_POLICY"},
        {"Policies": [{"Name": "BreakGlassRoles", "Id": "p-1"}]},
    )
    told = [
        {**endpoint, "Endpoint": "a@b.example", "SubscriptionArn": f"{topic}:1"},
        {**endpoint, "Endpoint": "pending@b.example", "SubscriptionArn": "PendingConfirmation"},
    ]
    for _ in range(2):
        aws.service("sns").expect("list_subscriptions_by_topic", {"TopicArn": topic}, {"Subscriptions": told})
    own.has_none()
    part = {"Resources": {name: whole[name] for name in taken}}
    own.imports(list(taken.values()), part)  # type: ignore[arg-type]
    own.executes(list(taken.values()), json.dumps(part))  # type: ignore[arg-type]
    own.describes("IMPORT_COMPLETE", by_id=True)
    own.has_template(template)
    own.describes("IMPORT_COMPLETE")
    own.describes("IMPORT_COMPLETE")
    stack = Stack(NAME, template, HERE, HOME)
    rows_told = own.stacks.adopt(stack, [Adoption(HERE, adopted)], advance=own.advanced)
    assert [each.why for each in rows_told] == [None]


def test_a_key_without_its_alias_is_left_to_people(own: Own, aws: StubbedAws) -> None:
    key = Resource(resources.KEY, REGION, {"Description": "break-glass-alerts"})
    alias = Resource(resources.ALIAS, REGION, {"AliasName": "alias/break-glass-alerts"})
    body = {
        "Key": {"Type": key.type, "Properties": {}},
        "Alias": {"Type": alias.type, "Properties": {"TargetKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}},
    }
    aws.service("kms").refuse("describe_key", {"KeyId": "alias/break-glass-alerts"}, "NotFoundException")
    own.has_none()
    stack = Stack(NAME, yaml.safe_dump({"Resources": body}), HERE, HOME)
    (row,) = own.stacks.adopt(stack, [Adoption(HERE, {"Key": key, "Alias": alias})], advance=own.advanced)
    assert "Key is not there" in str(row.why)


SET = stack_set(MANAGEMENT, template=TEMPLATE)


def taken_over(own: Own) -> None:
    """Foretell a stack that is there already."""
    own.describes("IMPORT_COMPLETE")
    own.has_template()
    own.describes("IMPORT_COMPLETE")


def test_a_stack_set_takes_in_the_stacks_that_took_over(aws: StubbedAws) -> None:
    own = Own(aws, SELF_MANAGED)
    own.absent()
    own.told.expect("create_stack_set", {**own.of, "TemplateBody": TEMPLATE, **own.common}, {})
    own.instances()
    taken_over(own)
    own.begins("import_stacks_to_stack_set", StackIds=[ID])
    own.state("SUCCEEDED", result(MANAGEMENT))
    own.instances(instance(MANAGEMENT))
    assert own.stacks.adopt(SET, [ADOPTION], advance=own.advanced) == [Delivered(HERE)]
    assert own.advanced.accounts == [MANAGEMENT]


@pytest.mark.parametrize("units", [(), (UNIT,)])
def test_service_managed_they_count_to_the_units_or_to_the_root(aws: StubbedAws, units: tuple[str, ...]) -> None:
    own = Own(aws, SERVICE_MANAGED)
    own.exists()
    own.instances(instance(MANAGEMENT, "INOPERABLE", "FAILED_IMPORT", "tags differ"))
    taken_over(own)
    if not units:
        own.root()
    own.begins("import_stacks_to_stack_set", StackIds=[ID], OrganizationalUnitIds=list(units) or [ROOT])
    own.state("SUCCEEDED", result(MANAGEMENT))
    own.instances(instance(MANAGEMENT))
    delivery = stack_set(MANAGEMENT, template=TEMPLATE, units=units)
    assert own.stacks.adopt(delivery, [ADOPTION], advance=own.advanced) == [Delivered(HERE)]


def test_what_a_stack_set_has_already_is_not_taken_in_again(aws: StubbedAws) -> None:
    own = Own(aws, SELF_MANAGED)
    own.exists()
    own.instances(instance(MANAGEMENT))
    assert own.stacks.adopt(SET, [ADOPTION], advance=own.advanced) == [Delivered(HERE)]
    assert own.advanced.accounts == [MANAGEMENT]


def test_a_place_that_cannot_be_taken_over_stops_alone(aws: StubbedAws) -> None:
    own = Own(aws, SELF_MANAGED)
    own.exists()
    own.instances(instance(DATA))
    own.describes("ROLLBACK_COMPLETE")
    rows = own.stacks.adopt(SET, [ADOPTION, Adoption(Scope(DATA), {})], advance=own.advanced)
    assert [(each.scope.account, bool(each.why)) for each in rows] == [(DATA, False), (MANAGEMENT, True)]
    assert "ROLLBACK_COMPLETE" in str(rows[1].why)


def test_stacks_are_taken_in_by_tens(aws: StubbedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breakglass.aws.stacks.adopt.MOST_STACKS", 1)
    monkeypatch.setattr("breakglass.workers.WORKERS", 1)
    own = Own(aws, SELF_MANAGED)
    regional = stack_set(MANAGEMENT, template=TEMPLATE, regions=(HOME, "us-west-2"), is_global=False)
    own.exists()
    own.instances()
    taken_over(own)
    taken_over(own)
    for region in regional.regions:
        own.begins("import_stacks_to_stack_set", StackIds=[ID])
        own.state("SUCCEEDED", result(MANAGEMENT, region=region))
    own.instances(*(instance(MANAGEMENT, region=each) for each in regional.regions))
    adoptions = [Adoption(each, {}) for each in regional.scopes]
    assert own.stacks.adopt(regional, adoptions, advance=own.advanced) == [Delivered(each) for each in regional.scopes]
