import pytest

from breakglass import resources
from breakglass.documents import Json
from breakglass.errors import DeniedError, RejectedError
from breakglass.resources import Resource, Scope, inline_policy
from tests.aws.stubs import ACCESS_KEY, DOCUMENT, LONG_AGO, OTHER_DOCUMENT, SECURITY, Recorder, Sent, StubbedEstate

ANA = "ana-break-glass"
BOUNDARY = f"arn:aws:iam::{SECURITY}:policy/break-glass/BreakGlassBoundary"
FOREIGN = "arn:aws:iam::aws:policy/AdministratorAccess"
TAG = {"Key": "break-glass:manifest", "Value": "acme"}
OF_ANA = {"UserName": ANA}


def user(**changes: Json) -> Resource:
    whole: dict[str, Json] = {
        "UserName": ANA,
        "Path": "/break-glass/",
        "PermissionsBoundary": BOUNDARY,
        "Groups": ["break-glass-incident", "break-glass-payments"],
        "Tags": [TAG],
    }
    return Resource(resources.USER, Scope(SECURITY), {**whole, **changes})


def group(name: str) -> dict[str, object]:
    return {"GroupName": name, "UserName": ANA}


def expect_creation(iam: Recorder) -> None:
    asked = {"UserName": ANA, "Path": "/break-glass/", "PermissionsBoundary": BOUNDARY, "Tags": [TAG]}
    iam.expect("create_user", asked)


def test_a_user_is_made_bounded_and_tagged_and_then_joins_its_groups(estate: StubbedEstate, iam: Recorder) -> None:
    expect_creation(iam)
    iam.expect("add_user_to_group", group("break-glass-incident"))
    iam.expect("add_user_to_group", group("break-glass-payments"))
    estate.create(user())


def test_a_user_without_boundary_is_made_without(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("create_user", {"UserName": ANA, "Path": "/", "Tags": []})
    estate.create(Resource(resources.USER, Scope(SECURITY), {"UserName": ANA}))


def test_a_half_made_user_is_completed_by_an_update(estate: StubbedEstate, iam: Recorder) -> None:
    expect_creation(iam)
    iam.expect("add_user_to_group", group("break-glass-incident"))
    iam.refuse("add_user_to_group", group("break-glass-payments"), "Throttling")
    iam.expect("add_user_to_group", group("break-glass-payments"))
    with pytest.raises(Exception, match="AddUserToGroup"):
        estate.create(user())
    estate.update(user(Groups=["break-glass-incident"]), user())


def test_an_existing_user_is_not_taken_over(estate: StubbedEstate, iam: Recorder) -> None:
    asked = {"UserName": ANA, "Path": "/break-glass/", "PermissionsBoundary": BOUNDARY, "Tags": [TAG]}
    iam.refuse("create_user", asked, "EntityAlreadyExists", "User with name ana-break-glass already exists.", 409)
    with pytest.raises(RejectedError) as raised:
        estate.create(user())
    assert raised.value.subject == user().arn
    assert "run the command again" in raised.value.advice


@pytest.mark.usefixtures("iam")
def test_no_difference_is_no_call(estate: StubbedEstate) -> None:
    estate.update(user(), user())
    assert estate.clock.slept == []


def test_the_boundary_is_mended_first_and_groups_are_joined_before_any_is_left(
    estate: StubbedEstate, iam: Recorder
) -> None:
    before = user(Path="/", PermissionsBoundary=FOREIGN, Groups=["break-glass-old"], Tags=[{"Key": "x", "Value": "y"}])
    iam.expect("put_user_permissions_boundary", {**OF_ANA, "PermissionsBoundary": BOUNDARY})
    iam.expect("update_user", {**OF_ANA, "NewPath": "/break-glass/"})
    iam.expect("add_user_to_group", group("break-glass-incident"))
    iam.expect("add_user_to_group", group("break-glass-payments"))
    iam.expect("remove_user_from_group", group("break-glass-old"))
    iam.expect("tag_user", {**OF_ANA, "Tags": [TAG]})
    iam.expect("untag_user", {**OF_ANA, "TagKeys": ["x"]})
    estate.update(before, user())


def test_a_changed_tag_is_set_and_not_removed(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("tag_user", {**OF_ANA, "Tags": [TAG]})
    estate.update(user(Tags=[{**TAG, "Value": "other"}]), user())


def test_what_an_intruder_gave_is_taken_away(estate: StubbedEstate, iam: Recorder) -> None:
    before = user(ManagedPolicyArns=[FOREIGN], Policies=[inline_policy("all", DOCUMENT)])
    iam.expect("detach_user_policy", {**OF_ANA, "PolicyArn": FOREIGN})
    iam.expect("delete_user_policy", {**OF_ANA, "PolicyName": "all"})
    estate.update(before, user())


def test_policies_of_a_users_own_are_written_too(estate: StubbedEstate, iam: Recorder) -> None:
    before = user(Policies=[inline_policy("same", DOCUMENT), inline_policy("changed", DOCUMENT)])
    after = user(
        ManagedPolicyArns=[FOREIGN],
        Policies=[inline_policy("same", DOCUMENT), inline_policy("changed", OTHER_DOCUMENT)],
    )
    iam.expect("attach_user_policy", {**OF_ANA, "PolicyArn": FOREIGN})
    iam.expect("put_user_policy", {**OF_ANA, "PolicyName": "changed", "PolicyDocument": Sent(OTHER_DOCUMENT)})
    estate.update(before, after)


def test_a_boundary_no_longer_wanted_goes(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("delete_user_permissions_boundary", OF_ANA)
    estate.update(user(), user(PermissionsBoundary=None))


def test_what_is_gone_already_need_not_be_removed(estate: StubbedEstate, iam: Recorder) -> None:
    before = user(
        Groups=["break-glass-incident", "break-glass-old", "break-glass-payments"],
        ManagedPolicyArns=[FOREIGN],
        Policies=[inline_policy("all", DOCUMENT)],
    )
    iam.refuse("detach_user_policy", {**OF_ANA, "PolicyArn": FOREIGN}, "NoSuchEntity", status=404)
    iam.refuse("delete_user_policy", {**OF_ANA, "PolicyName": "all"}, "NoSuchEntity", status=404)
    iam.refuse("remove_user_from_group", group("break-glass-old"), "NoSuchEntity", status=404)
    estate.update(before, user())


def test_a_group_that_does_not_exist_cannot_be_joined(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("add_user_to_group", group("break-glass-incident"), "NoSuchEntity", status=404)
    with pytest.raises(RejectedError, match="NoSuchEntity"):
        estate.update(user(Groups=[]), user())


VIRTUAL = f"arn:aws:iam::{SECURITY}:mfa/break-glass/ana"
PASSKEY = f"arn:aws:iam::{SECURITY}:u2f/user/ana/key-EXAMPLE"


DATED = {**OF_ANA, "Status": "Active"}
KEY = {**OF_ANA, "AccessKeyId": ACCESS_KEY}
SSH = {**OF_ANA, "SSHPublicKeyId": "APKAIOSFODNN7EXAMPLE"}
CERTIFICATE = {**OF_ANA, "CertificateId": "TA7SMP42TDN5Z26OBPJE7EXAMPLE"}
SERVICE = {**OF_ANA, "ServiceSpecificCredentialId": "ACCAIOSFODNN7EXAMPLE1"}
GROUPS = [
    {
        "GroupName": "break-glass-incident",
        "Arn": f"arn:aws:iam::{SECURITY}:group/x",
        "GroupId": "AGPAIOSFODNN7EXAMPLE",
        "Path": "/",
        "CreateDate": LONG_AGO,
    }
]
DEVICES = [{**OF_ANA, "SerialNumber": serial, "EnableDate": LONG_AGO} for serial in (VIRTUAL, PASSKEY)]


def expect_rights(iam: Recorder) -> None:
    """Expect that what the user may do is taken away."""
    iam.expect("list_groups_for_user", OF_ANA, {"Groups": GROUPS})
    iam.expect("remove_user_from_group", group("break-glass-incident"))
    attached = {"AttachedPolicies": [{"PolicyName": "AdministratorAccess", "PolicyArn": FOREIGN}]}
    iam.expect("list_attached_user_policies", OF_ANA, attached)
    iam.expect("detach_user_policy", {**OF_ANA, "PolicyArn": FOREIGN})
    iam.expect("list_user_policies", OF_ANA, {"PolicyNames": ["all"]})
    iam.expect("delete_user_policy", {**OF_ANA, "PolicyName": "all"})


def expect_devices(iam: Recorder) -> None:
    iam.expect("list_mfa_devices", OF_ANA, {"MFADevices": DEVICES})
    iam.expect("deactivate_mfa_device", {**OF_ANA, "SerialNumber": VIRTUAL})
    iam.expect("delete_virtual_mfa_device", {"SerialNumber": VIRTUAL})
    iam.expect("deactivate_mfa_device", {**OF_ANA, "SerialNumber": PASSKEY})


def expect_service_credentials(iam: Recorder) -> None:
    held = [{**DATED, **SERVICE, "ServiceUserName": "ana-at", "ServiceName": "x", "CreateDate": LONG_AGO}]
    iam.expect("list_service_specific_credentials", OF_ANA, {"ServiceSpecificCredentials": held})
    iam.expect("delete_service_specific_credential", SERVICE)


def expect_credentials(iam: Recorder) -> None:
    iam.expect("list_access_keys", OF_ANA, {"AccessKeyMetadata": [{**DATED, **KEY}]})
    iam.expect("delete_access_key", KEY)
    iam.expect("list_ssh_public_keys", OF_ANA, {"SSHPublicKeys": [{**DATED, **SSH, "UploadDate": LONG_AGO}]})
    iam.expect("delete_ssh_public_key", SSH)
    certificates = [{**DATED, **CERTIFICATE, "CertificateBody": "PEM"}]
    iam.expect("list_signing_certificates", OF_ANA, {"Certificates": certificates})
    iam.expect("delete_signing_certificate", CERTIFICATE)
    expect_service_credentials(iam)


def expect_nothing_held(iam: Recorder) -> None:
    """Expect the listing of everything that can hang on a user, in the order of its removal."""
    iam.expect("list_groups_for_user", OF_ANA, {"Groups": []})
    iam.expect("list_attached_user_policies", OF_ANA, {"AttachedPolicies": []})
    iam.expect("list_user_policies", OF_ANA, {"PolicyNames": []})
    iam.expect("list_mfa_devices", OF_ANA, {"MFADevices": []})
    iam.expect("list_access_keys", OF_ANA, {"AccessKeyMetadata": []})
    iam.expect("list_ssh_public_keys", OF_ANA, {"SSHPublicKeys": []})
    iam.expect("list_signing_certificates", OF_ANA, {"Certificates": []})
    iam.expect("list_service_specific_credentials", OF_ANA, {"ServiceSpecificCredentials": []})


def test_a_user_is_deleted_with_all_that_hangs_on_it_the_ways_in_first(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("delete_login_profile", OF_ANA)
    expect_rights(iam)
    expect_devices(iam)
    expect_credentials(iam)
    iam.expect("delete_user", OF_ANA)
    estate.delete(user())


def test_a_user_never_enrolled_is_deleted(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("delete_login_profile", OF_ANA, "NoSuchEntity", status=404)
    expect_nothing_held(iam)
    iam.refuse("delete_user", OF_ANA, "NoSuchEntity", status=404)
    estate.delete(user())


def test_a_user_that_is_gone_is_deleted(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("delete_login_profile", OF_ANA, "NoSuchEntity", status=404)
    iam.refuse("list_groups_for_user", OF_ANA, "NoSuchEntity", status=404)
    estate.delete(user())


def test_a_user_whose_password_cannot_be_taken_away_is_stripped_and_stays(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("delete_login_profile", OF_ANA, "EntityTemporarilyUnmodifiable", status=409)
    expect_rights(iam)
    expect_devices(iam)
    expect_credentials(iam)
    with pytest.raises(RejectedError) as raised:
        estate.delete(user())
    assert "wait" in raised.value.advice


def test_what_cannot_be_listed_or_removed_keeps_nothing_else(estate: StubbedEstate, iam: Recorder) -> None:
    iam.expect("delete_login_profile", OF_ANA)
    iam.expect("list_groups_for_user", OF_ANA, {"Groups": [*GROUPS, {**GROUPS[0], "GroupName": "break-glass-x"}]})
    iam.refuse("remove_user_from_group", group("break-glass-incident"), "AccessDenied", status=403)
    iam.expect("remove_user_from_group", group("break-glass-x"))
    iam.refuse("list_attached_user_policies", OF_ANA, "Throttling")
    expect_devices(iam)
    iam.refuse("list_access_keys", OF_ANA, "AccessDenied", status=403)
    expect_service_credentials(iam)
    with pytest.raises(DeniedError, match="RemoveUserFromGroup"):
        estate.delete(user())
