import pytest

from breakglass import resources
from breakglass.documents import Json
from breakglass.resources import Resource, Scope, inline_policy
from tests.aws.stubs import DOCUMENT, LONG_AGO, SECURITY, Recorder, Sent, StubbedEstate

NAME = "break-glass-incident"
FIRST, SECOND = (f"arn:aws:iam::{SECURITY}:policy/break-glass/break-glass-incident-{number}" for number in (1, 2))
OF_GROUP = {"GroupName": NAME}
IDENTIFIED = {
    "GroupName": NAME,
    "Path": "/break-glass/",
    "GroupId": "AGPAIOSFODNN7EXAMPLE",
    "Arn": f"arn:aws:iam::{SECURITY}:group/break-glass/{NAME}",
    "CreateDate": LONG_AGO,
}


def group(**changes: Json) -> Resource:
    whole: dict[str, Json] = {"GroupName": NAME, "Path": "/break-glass/", "ManagedPolicyArns": [FIRST]}
    return Resource(resources.GROUP, Scope(SECURITY), {**whole, **changes})


def member(name: str) -> dict[str, object]:
    arn = f"arn:aws:iam::{SECURITY}:user/{name}"
    return {"UserName": name, "Path": "/", "UserId": "AIDAIOSFODNN7EXAMPLE", "Arn": arn, "CreateDate": LONG_AGO}


def test_a_group_is_made_and_its_policies_attached(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("create_group", {**OF_GROUP, "Path": "/break-glass/"}, {"Group": IDENTIFIED})
    iam.expect("attach_group_policy", {**OF_GROUP, "PolicyArn": FIRST})
    iam.expect("put_group_policy", {**OF_GROUP, "PolicyName": "inline", "PolicyDocument": Sent(DOCUMENT)})
    estate.create(group(Policies=[inline_policy("inline", DOCUMENT)]))


def test_a_policy_is_attached_before_another_is_detached(estate: StubbedEstate, iam: Recorder) -> None:
    before = group(Path="/", ManagedPolicyArns=[FIRST], Policies=[inline_policy("inline", DOCUMENT)])
    iam.expect("update_group", {**OF_GROUP, "NewPath": "/break-glass/"})
    iam.expect("attach_group_policy", {**OF_GROUP, "PolicyArn": SECOND})
    iam.expect("detach_group_policy", {**OF_GROUP, "PolicyArn": FIRST})
    iam.expect("delete_group_policy", {**OF_GROUP, "PolicyName": "inline"})
    estate.update(before, group(ManagedPolicyArns=[SECOND]))


@pytest.mark.usefixtures("iam")
def test_no_difference_is_no_call(estate: StubbedEstate) -> None:
    estate.update(group(), group())


def test_a_group_is_emptied_then_deleted(estate: StubbedEstate, iam: Recorder) -> None:
    page = {"Group": IDENTIFIED, "Users": [member("ana-break-glass")], "IsTruncated": True, "Marker": "two"}
    iam.expect("get_group", OF_GROUP, page)
    iam.expect("get_group", {**OF_GROUP, "Marker": "two"}, {"Group": IDENTIFIED, "Users": [member("stranger")]})
    iam.expect("remove_user_from_group", {**OF_GROUP, "UserName": "ana-break-glass"})
    iam.refuse("remove_user_from_group", {**OF_GROUP, "UserName": "stranger"}, "NoSuchEntity", status=404)
    attached = {"AttachedPolicies": [{"PolicyName": "x", "PolicyArn": FIRST}]}
    iam.expect("list_attached_group_policies", OF_GROUP, attached)
    iam.expect("list_group_policies", OF_GROUP, {"PolicyNames": ["inline"]})
    iam.expect("detach_group_policy", {**OF_GROUP, "PolicyArn": FIRST})
    iam.expect("delete_group_policy", {**OF_GROUP, "PolicyName": "inline"})
    iam.expect("delete_group", OF_GROUP)
    estate.delete(group())


def test_a_group_that_is_gone_is_deleted(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("get_group", OF_GROUP, "NoSuchEntity", status=404)
    estate.delete(group())
