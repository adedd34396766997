from collections.abc import Mapping, Sequence

import pytest

from breakglass import naming, resources
from breakglass.aws import read_iam
from breakglass.aws.estate import AwsEstate
from breakglass.documents import Json, canonical
from breakglass.errors import CredentialsError, DeniedError, UnavailableError
from breakglass.facts import (
    Credential,
    Enrolment,
    ForeignUser,
    IdleVersion,
    MfaDevice,
    Survey,
    UnassignedDevice,
)
from breakglass.resources import KINDS, Resource, Scope, inline_policy
from tests.aws.stubs import (
    ACCESS_KEY,
    DOCUMENT,
    LONG_AGO,
    OTHER_DOCUMENT,
    PROD,
    SECURITY,
    FakeClock,
    Recorder,
    StubbedAws,
    StubbedEstate,
    encoded,
)

HERE = Scope(SECURITY)
TARGET = frozenset({resources.ROLE, resources.MANAGED_POLICY})
EVERYTHING = frozenset(KINDS)
BOUNDARY = f"arn:aws:iam::{SECURITY}:policy/break-glass/BreakGlassBoundary"
MINE = {"Key": naming.OWNER_TAG, "Value": "acme"}
Row = dict[str, object]


def named(kind: str, name: str, path: str = "/", **more: object) -> Row:
    label = {"user": "UserName", "group": "GroupName", "role": "RoleName", "policy": "PolicyName"}[kind]
    arn = f"arn:aws:iam::{SECURITY}:{kind}{path}{name}"
    identifier = f"{kind.capitalize()}Id"
    return {label: name, "Path": path, "Arn": arn, identifier: "AIDAIOSFODNN7EXAMPLE", "CreateDate": LONG_AGO, **more}


def user(name: str, path: str = "/break-glass/", **more: object) -> Row:
    return named("user", name, path, **more)


def role(name: str, path: str = "/", **more: object) -> Row:
    return named("role", name, path, AssumeRolePolicyDocument=encoded(DOCUMENT), **more)


def row(name: str, path: str = "/", **more: object) -> Row:
    """A role as ListRoles tells it: without tags and boundary."""
    return role(name, path, **{"MaxSessionDuration": 3600, **more})


def policy(name: str, path: str = "/break-glass/", **more: object) -> Row:
    versions = [
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": encoded(DOCUMENT)},
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": encoded(OTHER_DOCUMENT)},
    ]
    return named("policy", name, path, **{"PolicyVersionList": versions, **more})


def details(
    iam: Recorder,
    kinds: Sequence[str] = ("Role", "LocalManagedPolicy"),
    *,
    users: Sequence[Row] = (),
    groups: Sequence[Row] = (),
    roles: Sequence[Row] = (),
    policies: Sequence[Row] = (),
    marker: str = "",
    following: str = "",
) -> None:
    """Expect one page of the authorization details."""
    asked = {"Filter": list(kinds), "MaxItems": 1000, **({"Marker": marker} if marker else {})}
    page = {
        "UserDetailList": list(users),
        "GroupDetailList": list(groups),
        "RoleDetailList": list(roles),
        "Policies": list(policies),
        "IsTruncated": bool(following),
        **({"Marker": following} if following else {}),
    }
    iam.expect("get_account_authorization_details", asked, page)


def rows(iam: Recorder, *listed: Row) -> None:
    iam.expect("list_roles", {"MaxItems": 1000}, {"Roles": list(listed), "IsTruncated": False})


def only(found: Sequence[Resource]) -> Mapping[str, object]:
    assert len(found) == 1
    return found[0].properties


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is foretold is foretold in an order."""
    monkeypatch.setattr(read_iam, "parallel", lambda function, work: [function(each) for each in work])


ALL_KINDS = ("User", "Group", "Role", "LocalManagedPolicy")


def test_a_target_account_costs_three_calls(aws: StubbedAws) -> None:
    aws.caller()
    aws.assumed(PROD)
    iam = aws.iam(ACCESS_KEY)
    many = [f"BREAK-GLASS-{number}" for number in range(10)]
    details(iam, roles=[role(name) for name in many], policies=[policy(name) for name in many])
    rows(iam, *(row(name) for name in many))
    reading = AwsEstate(aws.sessions(), FakeClock()).read(Survey(Scope(PROD), TARGET))
    assert len(reading.resources) == 20
    assert reading.unread == ()


def test_a_user_has_the_properties_cloudformation_would_write(estate: StubbedEstate, iam: Recorder) -> None:
    full = user(
        "ana-break-glass",
        PermissionsBoundary={"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY},
        GroupList=["break-glass-payments", "break-glass-incident"],
        AttachedManagedPolicies=[{"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/x"}],
        UserPolicyList=[{"PolicyName": "inline", "PolicyDocument": encoded(DOCUMENT)}],
        Tags=[MINE],
    )
    details(iam, ["User"], users=[full])
    reading = estate.read(Survey(HERE, frozenset({resources.USER})))
    assert reading.resources == (
        Resource(
            resources.USER,
            HERE,
            {
                "UserName": "ana-break-glass",
                "Path": "/break-glass/",
                "PermissionsBoundary": BOUNDARY,
                "Groups": ["break-glass-incident", "break-glass-payments"],
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/x"],
                "Policies": [inline_policy("inline", DOCUMENT)],
                "Tags": resources.tags({naming.OWNER_TAG: "acme"}),
            },
        ),
    )


def test_a_bare_user_has_no_boundary_and_no_rights(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, ["User"], users=[user("ana-break-glass")])
    found = only(estate.read(Survey(HERE, frozenset({resources.USER}))).resources)
    assert "PermissionsBoundary" not in found
    assert [found[name] for name in ("Groups", "ManagedPolicyArns", "Policies", "Tags")] == [(), (), (), ()]


def test_a_group_has_its_policies(estate: StubbedEstate, iam: Recorder) -> None:
    full = named(
        "group",
        "break-glass-incident",
        "/break-glass/",
        AttachedManagedPolicies=[{"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/x"}],
        GroupPolicyList=[{"PolicyName": "inline", "PolicyDocument": encoded(DOCUMENT)}],
    )
    details(iam, ["Group"], groups=[full, named("group", "admins")])
    found = only(estate.read(Survey(HERE, frozenset({resources.GROUP}))).resources)
    assert found == {
        "GroupName": "break-glass-incident",
        "Path": "/break-glass/",
        "ManagedPolicyArns": ("arn:aws:iam::aws:policy/x",),
        "Policies": (inline_policy("inline", DOCUMENT),),
    }


def test_a_role_takes_description_and_session_length_from_its_row(estate: StubbedEstate, iam: Recorder) -> None:
    full = role(
        "BREAK-GLASS-RANSOMWARE",
        AttachedManagedPolicies=[{"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/x"}],
        RolePolicyList=[{"PolicyName": "inline", "PolicyDocument": encoded(OTHER_DOCUMENT)}],
        PermissionsBoundary={"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY},
        Tags=[MINE, {"Key": "aws:cloudformation:logical-id", "Value": "x"}],
    )
    details(iam, ["Role"], roles=[full])
    rows(iam, row("BREAK-GLASS-RANSOMWARE", Description="Every use is noticed.", MaxSessionDuration=7200), row("other"))
    found = only(estate.read(Survey(HERE, frozenset({resources.ROLE}))).resources)
    wanted: dict[str, Json] = {
        "RoleName": "BREAK-GLASS-RANSOMWARE",
        "Path": "/",
        "Description": "Every use is noticed.",
        "AssumeRolePolicyDocument": DOCUMENT,
        "MaxSessionDuration": 7200,
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/x"],
        "Policies": [inline_policy("inline", OTHER_DOCUMENT)],
        "PermissionsBoundary": BOUNDARY,
        "Tags": [MINE],
    }
    assert found == Resource(resources.ROLE, HERE, wanted).properties


def test_a_policy_has_its_default_version_and_no_description(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, ["LocalManagedPolicy"], policies=[policy("BreakGlassBoundary", Description="told or not")])
    found = only(estate.read(Survey(HERE, frozenset({resources.MANAGED_POLICY}))).resources)
    name = {"ManagedPolicyName": "BreakGlassBoundary", "Path": "/break-glass/"}
    wanted: dict[str, Json] = {**name, "PolicyDocument": DOCUMENT}
    assert found == Resource(resources.MANAGED_POLICY, HERE, wanted).properties


def test_a_document_that_is_not_json_is_read_as_it_is(estate: StubbedEstate, iam: Recorder) -> None:
    broken = user("ana-break-glass", UserPolicyList=[{"PolicyName": "inline", "PolicyDocument": "not json"}])
    details(iam, ["User"], users=[broken])
    found = only(estate.read(Survey(HERE, frozenset({resources.USER}))).resources)
    assert found["Policies"] == ({"PolicyDocument": "not json", "PolicyName": "inline"},)


@pytest.mark.parametrize(
    ("switches", "limits"),
    [
        ({"HardExpiry": True}, {"MaxPasswordAge": 90, "PasswordReusePrevention": 24}),
        ({}, {}),
    ],
)
def test_the_password_policy(
    estate: StubbedEstate, iam: Recorder, switches: Mapping[str, bool], limits: Mapping[str, int]
) -> None:
    told = {
        "MinimumPasswordLength": 20,
        "RequireSymbols": True,
        "RequireNumbers": True,
        "RequireUppercaseCharacters": True,
        "RequireLowercaseCharacters": True,
        "AllowUsersToChangePassword": False,
    }
    expiring = {"ExpirePasswords": "MaxPasswordAge" in limits}
    iam.expect("get_account_password_policy", {}, {"PasswordPolicy": {**told, **expiring, **switches, **limits}})
    found = only(estate.read(Survey(HERE, frozenset({resources.PASSWORD_POLICY}))).resources)
    assert found == {"HardExpiry": False, **told, **switches, **limits}


def test_no_password_policy_is_no_resource(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("get_account_password_policy", {}, "NoSuchEntity", status=404)
    reading = estate.read(Survey(HERE, frozenset({resources.PASSWORD_POLICY})))
    assert not reading.resources
    assert not reading.unread


def test_a_password_policy_that_may_not_be_read_is_unread(estate: StubbedEstate, iam: Recorder) -> None:
    iam.refuse("get_account_password_policy", {}, "AccessDenied", status=403)
    reading = estate.read(Survey(HERE, frozenset({resources.PASSWORD_POLICY})))
    assert reading.resources == ()
    (unread,) = reading.unread
    assert unread.types == {resources.PASSWORD_POLICY}
    assert isinstance(unread.why, DeniedError)


def test_only_the_namespace_and_what_any_manifest_tagged_is_a_resource(estate: StubbedEstate, iam: Recorder) -> None:
    details(
        iam,
        ALL_KINDS,
        users=[
            user("ana-break-glass", "/"),
            user("renamed", "/break-glass/"),
            user("moved", "/", Tags=[{"Key": naming.OWNER_TAG, "Value": "another"}]),
            user("stranger", "/", GroupList=["ops", "admins"], Tags=[{"Key": "team", "Value": "x"}]),
        ],
        groups=[named("group", "break-glass-incident"), named("group", "x", "/break-glass/"), named("group", "admins")],
        roles=[
            role("break-glass-lower"),
            role("BreakGlassVerifier", "/break-glass/"),
            role("tagged", Tags=[MINE]),
            role("stranger"),
        ],
        policies=[policy("x"), policy("BREAK-GLASS-RANSOMWARE", "/"), policy("stranger", "/")],
    )
    rows(iam, *(row(name) for name in ("break-glass-lower", "BreakGlassVerifier", "tagged", "stranger")))
    reading = estate.read(Survey(HERE, EVERYTHING - {resources.PASSWORD_POLICY}))
    assert {resource.name for resource in reading.resources} == {
        *("ana-break-glass", "renamed", "moved"),
        *("break-glass-incident", "x"),
        *("break-glass-lower", "BreakGlassVerifier", "tagged"),
        "BREAK-GLASS-RANSOMWARE",
    }
    assert [each for each in reading.facts if isinstance(each, ForeignUser)] == [
        ForeignUser(HERE, "stranger", ("admins", "ops"))
    ]


def test_every_page_is_read(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, roles=[role("BREAK-GLASS-A")], following="two")
    details(iam, roles=[role("BREAK-GLASS-B")], policies=[policy("a")], marker="two", following="three")
    details(iam, policies=[policy("b")], marker="three")
    first = {"Roles": [row("BREAK-GLASS-A")], "IsTruncated": True, "Marker": "two"}
    iam.expect("list_roles", {"MaxItems": 1000}, first)
    iam.expect("list_roles", {"MaxItems": 1000, "Marker": "two"}, {"Roles": [row("BREAK-GLASS-B")]})
    reading = estate.read(Survey(HERE, TARGET))
    assert [resource.name for resource in reading.resources] == ["BREAK-GLASS-A", "BREAK-GLASS-B", "a", "b"]


def test_without_roles_of_ours_the_roles_are_not_listed(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, roles=[role("stranger")])
    assert estate.read(Survey(HERE, TARGET)).resources == ()


def test_roles_that_may_not_be_listed_are_not_reported_as_read(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, roles=[role("BREAK-GLASS-A")], policies=[policy("a")])
    iam.refuse("list_roles", {"MaxItems": 1000}, "AccessDenied", "explicit deny in a service control policy", 403)
    reading = estate.read(Survey(HERE, TARGET))
    assert [resource.name for resource in reading.resources] == ["a"]
    (unread,) = reading.unread
    assert unread.types == {resources.ROLE}
    assert "service control policy" in unread.why.message


@pytest.mark.parametrize("listed", [[], [role("BREAK-GLASS-B")]])
def test_a_role_whose_row_is_missing_or_incomplete_is_unread(
    estate: StubbedEstate, iam: Recorder, listed: Sequence[Row]
) -> None:
    details(iam, roles=[role("BREAK-GLASS-A"), role("BREAK-GLASS-B")])
    rows(iam, row("BREAK-GLASS-A"), *listed)
    reading = estate.read(Survey(HERE, TARGET))
    assert [resource.name for resource in reading.resources] == ["BREAK-GLASS-A"]
    (unread,) = reading.unread
    assert unread.types == {resources.ROLE}
    assert "BREAK-GLASS-B" in unread.what
    assert isinstance(unread.why, UnavailableError)


def test_the_versions_of_our_policies_that_are_not_in_effect_are_facts(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, policies=[policy("a"), policy("theirs", "/")])
    (fact,) = estate.read(Survey(HERE, TARGET)).facts
    assert isinstance(fact, IdleVersion)
    assert (fact.version, fact.policy.arn) == ("v1", f"arn:aws:iam::{SECURITY}:policy/break-glass/a")
    assert fact.policy.properties["PolicyDocument"] == canonical(OTHER_DOCUMENT)


def test_a_policy_without_a_default_version_is_unread(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, policies=[policy("a", PolicyVersionList=[]), policy("b")])
    reading = estate.read(Survey(HERE, TARGET))
    assert [resource.name for resource in reading.resources] == ["b"]
    assert [unread.types for unread in reading.unread] == [{resources.MANAGED_POLICY}]


def test_details_that_may_not_be_read_fail_the_account(estate: StubbedEstate, iam: Recorder) -> None:
    asked = {"Filter": ["Role", "LocalManagedPolicy"], "MaxItems": 1000}
    iam.refuse("get_account_authorization_details", asked, "AccessDenied", status=403)
    with pytest.raises(DeniedError, match="GetAccountAuthorizationDetails") as raised:
        estate.read(Survey(HERE, TARGET))
    assert SECURITY in raised.value.message


def test_credentials_that_expire_on_the_way_leave_their_part_unread(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, roles=[role("BREAK-GLASS-A")])
    iam.refuse("list_roles", {"MaxItems": 1000}, "ExpiredToken", status=403)
    (unread,) = estate.read(Survey(HERE, TARGET)).unread
    assert isinstance(unread.why, CredentialsError)
    assert unread.types == {resources.ROLE}


def held(user_name: str, key: str, value: str, status: str = "Active", **more: object) -> Row:
    return {"UserName": user_name, key: value, "Status": status, **more}


def no_credentials(iam: Recorder, name: str) -> None:
    iam.expect("list_access_keys", {"UserName": name}, {"AccessKeyMetadata": []})
    iam.expect("list_ssh_public_keys", {"UserName": name}, {"SSHPublicKeys": []})
    iam.expect("list_signing_certificates", {"UserName": name}, {"Certificates": []})


def service_specific(name: str, identifier: str, status: str = "Active") -> Row:
    named_for = {"ServiceUserName": f"{name}-at", "ServiceName": "bedrock.amazonaws.com", "CreateDate": LONG_AGO}
    return held(name, "ServiceSpecificCredentialId", identifier, status, **named_for)


def test_the_credentials_of_the_namespaces_users_are_facts(estate: StubbedEstate, iam: Recorder) -> None:
    ana = "ana-break-glass"
    details(iam, ["User"], users=[user(ana), user("stranger", "/"), user("bo-break-glass")])
    everyone = {"AllUsers": True}
    first = [service_specific(ana, "ACCAIOSFODNN7EXAMPLE1"), service_specific("stranger", "ACCAIOSFODNN7EXAMPLE2")]
    iam.expect(
        "list_service_specific_credentials",
        everyone,
        {"ServiceSpecificCredentials": first, "IsTruncated": True, "Marker": "two"},
    )
    second = [service_specific(ana, "ACCAIOSFODNN7EXAMPLE3", "Inactive")]
    iam.expect(
        "list_service_specific_credentials", {**everyone, "Marker": "two"}, {"ServiceSpecificCredentials": second}
    )
    page = {"AccessKeyMetadata": [held(ana, "AccessKeyId", ACCESS_KEY)], "IsTruncated": True, "Marker": "two"}
    iam.expect("list_access_keys", {"UserName": ana}, page)
    iam.expect("list_access_keys", {"UserName": ana, "Marker": "two"}, {"AccessKeyMetadata": []})
    ssh = held(ana, "SSHPublicKeyId", "APKAIOSFODNN7EXAMPLE", "Inactive", UploadDate=LONG_AGO)
    iam.expect("list_ssh_public_keys", {"UserName": ana}, {"SSHPublicKeys": [ssh]})
    certificate = held(ana, "CertificateId", "TA7SMP42TDN5Z26OBPJE7EXAMPLE", CertificateBody="PEM")
    iam.expect("list_signing_certificates", {"UserName": ana}, {"Certificates": [certificate]})
    no_credentials(iam, "bo-break-glass")
    reading = estate.read(Survey(HERE, frozenset({resources.USER}), credentials=True))
    assert {fact for fact in reading.facts if isinstance(fact, Credential)} == {
        Credential(HERE, ana, "service-specific credential", "ACCAIOSFODNN7EXAMPLE1", active=True),
        Credential(HERE, ana, "service-specific credential", "ACCAIOSFODNN7EXAMPLE3", active=False),
        Credential(HERE, ana, "access key", ACCESS_KEY, active=True),
        Credential(HERE, ana, "SSH public key", "APKAIOSFODNN7EXAMPLE", active=False),
        Credential(HERE, ana, "signing certificate", "TA7SMP42TDN5Z26OBPJE7EXAMPLE", active=True),
    }


def test_credentials_that_may_not_be_listed_are_unread_user_by_user(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, ["User"], users=[user("ana-break-glass"), user("bo-break-glass")])
    iam.refuse("list_service_specific_credentials", {"AllUsers": True}, "AccessDenied", status=403)
    iam.refuse("list_access_keys", {"UserName": "ana-break-glass"}, "AccessDenied", status=403)
    no_credentials(iam, "bo-break-glass")
    reading = estate.read(Survey(HERE, frozenset({resources.USER}), credentials=True))
    assert len(reading.resources) == 2
    assert [unread.types for unread in reading.unread] == [frozenset(), frozenset()]
    assert "ana-break-glass" in reading.unread[1].what


def test_credentials_can_be_read_without_the_users_being_surveyed(estate: StubbedEstate, iam: Recorder) -> None:
    details(iam, ["User"], users=[user("ana-break-glass"), user("stranger", "/")])
    iam.expect("list_service_specific_credentials", {"AllUsers": True}, {"ServiceSpecificCredentials": []})
    no_credentials(iam, "ana-break-glass")
    reading = estate.read(Survey(HERE, frozenset(), credentials=True))
    assert not (*reading.resources, *reading.facts, *reading.unread)


@pytest.mark.parametrize("missing", ["UserName", "Path"])
def test_an_answer_that_is_not_formed_as_awss_is_no_answer(estate: StubbedEstate, iam: Recorder, missing: str) -> None:
    """A proxy in between may answer anything: it is no traceback, and nothing is taken for absent."""
    whole = {"UserName": "ana-break-glass", "Path": "/break-glass/"}
    broken: Row = {key: value for key, value in whole.items() if key != missing}
    details(iam, ["User"], users=[broken])
    with pytest.raises(UnavailableError, match="none of AWS's"):
        estate.read(Survey(HERE, frozenset({resources.USER})))


ENROLMENT = Survey(HERE, frozenset({resources.USER}), enrolment=True)
VIRTUAL = f"arn:aws:iam::{SECURITY}:mfa/break-glass/ana-break-glass"
PASSKEY = f"arn:aws:iam::{SECURITY}:u2f/user/ana-break-glass/key-ABCDEFGHIJ"
LATER = LONG_AGO.replace(month=2)


def unassigned(iam: Recorder, *serials: str) -> None:
    listed = [{"SerialNumber": each} for each in serials]
    asked = {"AssignmentStatus": "Unassigned", "MaxItems": 1000}
    iam.expect("list_virtual_mfa_devices", asked, {"VirtualMFADevices": listed})


def last_used(iam: Recorder, **used: object) -> None:
    listed = [user(name, PasswordLastUsed=at) if at else user(name) for name, at in used.items()]
    iam.expect("list_users", {"MaxItems": 1000}, {"Users": listed})


def of(iam: Recorder, name: str, *serials: str, **profile: object) -> None:
    """Expect to be asked for a user's devices and password; without a profile there is none."""
    listed = [{"UserName": name, "SerialNumber": each, "EnableDate": LONG_AGO} for each in serials]
    iam.expect("list_mfa_devices", {"UserName": name}, {"MFADevices": listed})
    if profile:
        answer = {"LoginProfile": {"UserName": name, **profile}}
        iam.expect("get_login_profile", {"UserName": name}, answer)
    else:
        iam.refuse("get_login_profile", {"UserName": name}, "NoSuchEntity", status=404)


def test_what_the_namespaces_users_sign_in_with_is_a_fact_also_where_it_is_nothing(
    estate: StubbedEstate, iam: Recorder
) -> None:
    ana, bo, moved = "ana-break-glass", "bo-break-glass", "cho-break-glass"
    details(iam, ["User"], users=[user(ana), user("stranger", "/"), user(bo), user(moved, "/")])
    unassigned(iam, f"{VIRTUAL}-2", f"arn:aws:iam::{SECURITY}:mfa/elsewhere")
    last_used(iam, **{ana: LATER, bo: None, moved: LATER})
    of(iam, ana, VIRTUAL, PASSKEY, CreateDate=LONG_AGO)
    of(iam, bo)
    of(iam, moved, CreateDate=LONG_AGO, PasswordResetRequired=True)
    reading = estate.read(ENROLMENT)
    devices = (MfaDevice(VIRTUAL, LONG_AGO), MfaDevice(PASSKEY, LONG_AGO))
    assert [fact for fact in reading.facts if not isinstance(fact, ForeignUser)] == [
        UnassignedDevice(HERE, f"{VIRTUAL}-2"),
        Enrolment(HERE, ana, LONG_AGO, devices=devices, last_used=LATER),
        Enrolment(HERE, bo),
        Enrolment(HERE, moved, LONG_AGO, must_change_password=True, last_used=LATER),
    ]
    assert [each.kind for each in devices] == ["virtual", "passkey"]
    assert reading.unread == ()


def test_what_a_user_signs_in_with_that_may_not_be_read_is_unread_for_that_user(
    estate: StubbedEstate, iam: Recorder
) -> None:
    details(iam, ["User"], users=[user("ana-break-glass"), user("bo-break-glass")])
    iam.refuse(
        "list_virtual_mfa_devices", {"AssignmentStatus": "Unassigned", "MaxItems": 1000}, "AccessDenied", status=403
    )
    last_used(iam)
    iam.refuse("list_mfa_devices", {"UserName": "ana-break-glass"}, "AccessDenied", status=403)
    of(iam, "bo-break-glass")
    reading = estate.read(ENROLMENT)
    assert reading.facts == (Enrolment(HERE, "bo-break-glass"),)
    assert [(each.what, each.types) for each in reading.unread] == [
        ("the MFA devices that nobody has", frozenset()),
        ("what ana-break-glass signs in with", frozenset()),
    ]


def test_where_users_may_not_be_listed_nobodys_enrolment_is_known(estate: StubbedEstate, iam: Recorder) -> None:
    """Without it "never" would be told of somebody who signed in."""
    details(iam, ["User"], users=[user("ana-break-glass")])
    unassigned(iam)
    iam.refuse("list_users", {"MaxItems": 1000}, "AccessDenied", status=403)
    reading = estate.read(ENROLMENT)
    assert (reading.facts, [each.what for each in reading.unread]) == ((), ["what people sign in with"])
