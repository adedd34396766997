from itertools import repeat

import pytest

from breakglass import resources
from breakglass.aws.writers.settling import SETTLING
from breakglass.documents import Document, Json
from breakglass.errors import RejectedError
from breakglass.resources import Resource, Scope, inline_policy
from tests.aws.stubs import DOCUMENT, LONG_AGO, SECURITY, Recorder, Sent, StubbedEstate

NAME = "BREAK-GLASS-RANSOMWARE"
OWN, FOREIGN = (f"arn:aws:iam::{SECURITY}:policy/{name}" for name in ("break-glass/own", "foreign"))
TAG = {"Key": "break-glass:manifest", "Value": "acme"}
OF_ROLE = {"RoleName": NAME}
INVALID = 'Invalid principal in policy: "AWS":"arn:aws:iam::333333333333:role/break-glass/BreakGlassVerification"'


def trust(account: str) -> Document:
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    statement: dict[str, Json] = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(**changes: Json) -> Resource:
    whole: dict[str, Json] = {
        "RoleName": NAME,
        "Description": "Every use is noticed.",
        "AssumeRolePolicyDocument": trust(SECURITY),
        "MaxSessionDuration": 7200,
        "ManagedPolicyArns": [OWN],
        "Tags": [TAG],
    }
    return Resource(resources.ROLE, Scope(SECURITY), {**whole, **changes})


CREATED = {
    "RoleName": NAME,
    "Path": "/",
    "AssumeRolePolicyDocument": Sent(trust(SECURITY)),
    "Description": "Every use is noticed.",
    "MaxSessionDuration": 7200,
    "Tags": [TAG],
}
ANSWER = {
    "Role": {
        "RoleName": NAME,
        "Path": "/",
        "RoleId": "AROAIOSFODNN7EXAMPLE",
        "Arn": f"arn:aws:iam::{SECURITY}:role/{NAME}",
        "CreateDate": LONG_AGO,
    }
}


def test_a_role_is_made_in_one_call_and_its_policies_attached(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("create_role", CREATED, ANSWER)
    iam.expect("attach_role_policy", {**OF_ROLE, "PolicyArn": OWN})
    estate.create(role())


def test_a_role_may_be_bounded_and_have_a_policy_of_its_own(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("create_role", {**CREATED, "PermissionsBoundary": OWN}, ANSWER)
    iam.expect("attach_role_policy", {**OF_ROLE, "PolicyArn": OWN})
    iam.expect("put_role_policy", {**OF_ROLE, "PolicyName": "inline", "PolicyDocument": Sent(DOCUMENT)})
    estate.create(role(PermissionsBoundary=OWN, Policies=[inline_policy("inline", DOCUMENT)]))


def test_a_half_made_role_is_completed_by_an_update(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("create_role", CREATED, ANSWER)
    iam.refuse("attach_role_policy", {**OF_ROLE, "PolicyArn": OWN}, "ServiceFailure", status=500)
    iam.expect("attach_role_policy", {**OF_ROLE, "PolicyArn": OWN})
    with pytest.raises(Exception, match="AttachRolePolicy"):
        estate.create(role())
    estate.update(role(ManagedPolicyArns=[]), role())


def test_a_trust_in_a_role_made_a_moment_ago_is_tried_until_it_is_known(estate: StubbedEstate, iam: Recorder) -> None:
    for _ in range(3):
        iam.refuse("create_role", CREATED, "MalformedPolicyDocument", INVALID)
    iam.expect("create_role", CREATED, ANSWER)
    iam.expect("attach_role_policy", {**OF_ROLE, "PolicyArn": OWN})
    estate.create(role())
    assert estate.clock.slept == [1, 2, 4]


def test_a_trust_in_a_role_that_does_not_come_is_given_up(estate: StubbedEstate, iam: Recorder) -> None:
    changed = {**OF_ROLE, "PolicyDocument": Sent(trust(SECURITY))}
    for _ in repeat(None, len(SETTLING) + 1):
        iam.refuse("update_assume_role_policy", changed, "MalformedPolicyDocument", INVALID)
    with pytest.raises(RejectedError, match="Invalid principal") as raised:
        estate.update(role(AssumeRolePolicyDocument=trust("333333333333")), role())
    assert estate.clock.slept == [1, 2, 4, 8, 15]
    assert "principal" in raised.value.advice


def test_a_document_that_is_really_malformed_is_not_tried_again(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("create_role", CREATED, "MalformedPolicyDocument", "Syntax errors in policy.")
    with pytest.raises(RejectedError, match="Syntax errors"):
        estate.create(role())
    assert estate.clock.slept == []


def test_the_trust_is_mended_first_and_rights_are_attached_before_any_is_detached(
    estate: StubbedEstate, iam: Recorder
) -> None:
    before = role(
        AssumeRolePolicyDocument=trust("666666666666"),
        PermissionsBoundary=FOREIGN,
        Description="",
        ManagedPolicyArns=[FOREIGN],
        Policies=[inline_policy("all", DOCUMENT)],
        Tags=[{"Key": "x", "Value": "y"}],
    )
    iam.expect("update_assume_role_policy", {**OF_ROLE, "PolicyDocument": Sent(trust(SECURITY))})
    iam.expect("put_role_permissions_boundary", {**OF_ROLE, "PermissionsBoundary": OWN})
    described = {"Description": "Every use is noticed.", "MaxSessionDuration": 7200}
    iam.expect("update_role", {**OF_ROLE, **described})
    iam.expect("attach_role_policy", {**OF_ROLE, "PolicyArn": OWN})
    iam.expect("detach_role_policy", {**OF_ROLE, "PolicyArn": FOREIGN})
    iam.expect("delete_role_policy", {**OF_ROLE, "PolicyName": "all"})
    iam.expect("tag_role", {**OF_ROLE, "Tags": [TAG]})
    iam.expect("untag_role", {**OF_ROLE, "TagKeys": ["x"]})
    estate.update(before, role(PermissionsBoundary=OWN))


def test_a_longer_session_keeps_the_description(estate: StubbedEstate, iam: Recorder) -> None:
    described = {"Description": "Every use is noticed.", "MaxSessionDuration": 7200}
    iam.expect("update_role", {**OF_ROLE, **described})
    estate.update(role(MaxSessionDuration=3600), role())


def test_a_boundary_nobody_wants_goes(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("delete_role_permissions_boundary", OF_ROLE)
    estate.update(role(PermissionsBoundary=FOREIGN), role())


@pytest.mark.usefixtures("iam")
def test_no_difference_is_no_call(estate: StubbedEstate) -> None:
    estate.update(role(), role())


def test_a_role_is_deleted_with_all_that_hangs_on_it(estate: StubbedEstate, iam: Recorder) -> None:
    attached = {"AttachedPolicies": [{"PolicyName": "x", "PolicyArn": OWN}]}
    iam.expect("list_attached_role_policies", OF_ROLE, attached)
    iam.expect("list_role_policies", OF_ROLE, {"PolicyNames": ["inline"]})
    iam.expect("detach_role_policy", {**OF_ROLE, "PolicyArn": OWN})
    iam.expect("delete_role_policy", {**OF_ROLE, "PolicyName": "inline"})
    profile = {
        "InstanceProfileName": "borrowed",
        "Path": "/",
        "InstanceProfileId": "AIPAIOSFODNN7EXAMPLE",
        "Arn": f"arn:aws:iam::{SECURITY}:instance-profile/borrowed",
        "CreateDate": LONG_AGO,
        "Roles": [],
    }
    iam.expect("list_instance_profiles_for_role", OF_ROLE, {"InstanceProfiles": [profile]})
    iam.expect("remove_role_from_instance_profile", {**OF_ROLE, "InstanceProfileName": "borrowed"})
    iam.expect("delete_role", OF_ROLE)
    estate.delete(role())


def test_a_role_that_is_gone_is_deleted(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("list_attached_role_policies", OF_ROLE, "NoSuchEntity", status=404)
    estate.delete(role())
