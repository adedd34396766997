from collections.abc import Iterable
from datetime import timedelta

import pytest

from breakglass import resources
from breakglass.documents import Document, Json
from breakglass.errors import RejectedError
from breakglass.resources import Resource, Scope
from tests.aws.stubs import DOCUMENT, LONG_AGO, OTHER_DOCUMENT, SECURITY, Recorder, Sent, StubbedEstate

NAME = "BreakGlassBoundary"
ARN = f"arn:aws:iam::{SECURITY}:policy/break-glass/{NAME}"
OF_POLICY = {"PolicyArn": ARN}
ATTACHED = {**OF_POLICY, "PolicyUsageFilter": "PermissionsPolicy"}
NOBODY: dict[str, object] = {"PolicyUsers": [], "PolicyGroups": [], "PolicyRoles": []}


def policy(document: Document = DOCUMENT, description: str = "") -> Resource:
    properties: dict[str, Json] = {"ManagedPolicyName": NAME, "Path": "/break-glass/", "PolicyDocument": document}
    return Resource(resources.MANAGED_POLICY, Scope(SECURITY), {**properties, "Description": description})


def versions(iam: Recorder, numbers: Iterable[int], default: int) -> None:
    """Expect the listing of versions, as old as their numbers say, in no order."""
    listed = [
        {
            "VersionId": f"v{number}",
            "IsDefaultVersion": number == default,
            "CreateDate": LONG_AGO + timedelta(days=number),
        }
        for number in numbers
    ]
    iam.expect("list_policy_versions", OF_POLICY, {"Versions": listed})


def held(*, users: Iterable[str] = (), groups: Iterable[str] = (), roles: Iterable[str] = ()) -> dict[str, object]:
    return {
        "PolicyUsers": [{"UserName": name, "UserId": "AIDAIOSFODNN7EXAMPLE"} for name in users],
        "PolicyGroups": [{"GroupName": name, "GroupId": "AGPAIOSFODNN7EXAMPLE"} for name in groups],
        "PolicyRoles": [{"RoleName": name, "RoleId": "AROAIOSFODNN7EXAMPLE"} for name in roles],
    }


def test_a_policy_is_made(estate: StubbedEstate, iam: Recorder) -> None:
    asked = {"PolicyName": NAME, "Path": "/break-glass/", "PolicyDocument": Sent(DOCUMENT)}
    iam.expect("create_policy", asked)
    iam.expect("create_policy", {**asked, "Description": "The outer limit."})
    estate.create(policy())
    estate.create(policy(description="The outer limit."))


def test_a_change_is_a_new_default_version_and_the_only_one(estate: StubbedEstate, iam: Recorder) -> None:
    versions(iam, [1, 2], default=2)
    new = {**OF_POLICY, "PolicyDocument": Sent(OTHER_DOCUMENT), "SetAsDefault": True}
    iam.expect("create_policy_version", new)
    iam.expect("delete_policy_version", {**OF_POLICY, "VersionId": "v1"})
    iam.expect("delete_policy_version", {**OF_POLICY, "VersionId": "v2"})
    estate.update(policy(), policy(OTHER_DOCUMENT))


@pytest.mark.parametrize(("default", "oldest"), [(7, "v3"), (3, "v4")])
def test_of_five_versions_the_oldest_that_is_not_in_effect_makes_room(
    estate: StubbedEstate, iam: Recorder, default: int, oldest: str
) -> None:
    listed = [5, 7, 3, 6, 4]
    versions(iam, listed, default=default)
    iam.expect("delete_policy_version", {**OF_POLICY, "VersionId": oldest})
    new = {**OF_POLICY, "PolicyDocument": Sent(OTHER_DOCUMENT), "SetAsDefault": True}
    iam.expect("create_policy_version", new)
    for each in listed:
        if f"v{each}" != oldest:
            iam.expect("delete_policy_version", {**OF_POLICY, "VersionId": f"v{each}"})
    estate.update(policy(), policy(OTHER_DOCUMENT))


def test_a_version_that_is_gone_is_no_failure(estate: StubbedEstate, iam: Recorder) -> None:
    versions(iam, [1], default=1)
    iam.expect("create_policy_version", {**OF_POLICY, "PolicyDocument": Sent(OTHER_DOCUMENT), "SetAsDefault": True})
    iam.refuse("delete_policy_version", {**OF_POLICY, "VersionId": "v1"}, "NoSuchEntity", status=404)
    estate.update(policy(), policy(OTHER_DOCUMENT))


@pytest.mark.usefixtures("iam")
def test_no_difference_is_no_call(estate: StubbedEstate) -> None:
    estate.update(policy(), policy())


def test_a_policy_is_deleted_with_its_versions_once_our_own_let_go_of_it(estate: StubbedEstate, iam: Recorder) -> None:
    first = {**held(users=["ana-break-glass"], groups=["break-glass-incident"]), "IsTruncated": True, "Marker": "two"}
    iam.expect("list_entities_for_policy", {**ATTACHED, "PathPrefix": "/"}, first)
    second = held(roles=["BREAK-GLASS-RANSOMWARE"])
    iam.expect("list_entities_for_policy", {**ATTACHED, "PathPrefix": "/", "Marker": "two"}, second)
    iam.expect("detach_group_policy", {**OF_POLICY, "GroupName": "break-glass-incident"})
    iam.expect("detach_role_policy", {**OF_POLICY, "RoleName": "BREAK-GLASS-RANSOMWARE"})
    iam.refuse("detach_user_policy", {**OF_POLICY, "UserName": "ana-break-glass"}, "NoSuchEntity", status=404)
    versions(iam, [1, 2], default=2)
    iam.expect("delete_policy_version", {**OF_POLICY, "VersionId": "v1"})
    iam.expect("delete_policy", OF_POLICY)
    estate.delete(policy())


def test_what_is_ours_by_its_path_lets_go_too(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("list_entities_for_policy", {**ATTACHED, "PathPrefix": "/"}, held(roles=["BreakGlassVerifier"]))
    under = {**ATTACHED, "PathPrefix": "/break-glass/"}
    iam.expect("list_entities_for_policy", under, held(roles=["BreakGlassVerifier"]))
    iam.expect("detach_role_policy", {**OF_POLICY, "RoleName": "BreakGlassVerifier"})
    versions(iam, [1], default=1)
    iam.expect("delete_policy", OF_POLICY)
    estate.delete(policy())


def test_a_policy_held_by_strangers_is_left_and_they_are_named(estate: StubbedEstate, iam: Recorder) -> None:
    everyone = held(users=["ana-break-glass", "stranger"], groups=["admins"])
    iam.expect("list_entities_for_policy", {**ATTACHED, "PathPrefix": "/"}, everyone)
    iam.expect("list_entities_for_policy", {**ATTACHED, "PathPrefix": "/break-glass/"}, NOBODY)
    with pytest.raises(RejectedError, match="group admins, user stranger") as raised:
        estate.delete(policy())
    assert raised.value.subject == ARN
    assert SECURITY in raised.value.message


def test_a_policy_that_still_bounds_someone_cannot_go(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("list_entities_for_policy", {**ATTACHED, "PathPrefix": "/"}, NOBODY)
    versions(iam, [1], default=1)
    iam.refuse("delete_policy", OF_POLICY, "DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    with pytest.raises(RejectedError, match="attached to entities") as raised:
        estate.delete(policy())
    assert "permissions boundary" in raised.value.advice


def test_a_policy_that_is_gone_is_deleted(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("list_entities_for_policy", {**ATTACHED, "PathPrefix": "/"}, "NoSuchEntity", status=404)
    estate.delete(policy())
