"""What is done to the emergency users, and by their names."""

from datetime import UTC, datetime

from tests.drift.deviation import ADMIN, ANYTHING, Deviation, Hands, arn, critical, high, medium, owner, written
from tests.enrolled import disenroll, enroll
from tests.stories.conftest import MANAGEMENT, SECURITY

ANA = "ana-break-glass"
EVE = "eve-break-glass"
TEAM = "break-glass-incident"
OURS = owner("acme")
BOUNDARY = arn(SECURITY, "policy/break-glass/BreakGlassBoundary")
PATH = "/break-glass/"
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBbjCCARWgAwIBAgIUbRyUIrCilGDPI983Wz1tQYeyvMIwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBeDAgFw0yNjExMjIwNTAzMjJaGA8yMTI2MTAyOTA1MDMyMlow
DDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABK1cj8Sf8knf
FKF82vgNeO8CHxJ5rVD+oE7ZfYYtnbUehRlnsheis2jyQJdN/4LiaMAhBzpcrVPO
lOZETudDbhmjUzBRMB0GA1UdDgQWBBSE44VVizJKB22Xa7V8cFBkJUhmHjAfBgNV
HSMEGDAWgBSE44VVizJKB22Xa7V8cFBkJUhmHjAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0cAMEQCIB/blYcKn5VN9llbFjiT12iwUeWC2VCetXhM89V5pebv
AiBuAbJ1n33dFVCyVnxpIFx16ELfNPVp5QdOCSuowBIxLg==
-----END CERTIFICATE-----"""


def delete(hands: Hands) -> None:
    for group in (TEAM, "break-glass-organization"):
        hands.security.remove_user_from_group(GroupName=group, UserName=ANA)
    hands.security.delete_user_permissions_boundary(UserName=ANA)
    disenroll(hands.security, ANA)
    hands.security.delete_user(UserName=ANA)


def plant(hands: Hands, name: str = EVE, path: str = PATH, *, owned: bool = False, bounded: bool = False) -> None:
    hands.security.create_user(UserName=name, Path=path)
    if owned:
        hands.security.tag_user(UserName=name, Tags=OURS)
    if bounded:
        hands.security.put_user_permissions_boundary(UserName=name, PermissionsBoundary=BOUNDARY)


def plant_in_team(hands: Hands, *, owned: bool) -> None:
    plant(hands, owned=owned, bounded=True)
    hands.security.add_user_to_group(UserName=EVE, GroupName=TEAM)


def unplant(hands: Hands, name: str = EVE) -> None:
    for group in hands.security.list_groups_for_user(UserName=name)["Groups"]:
        hands.security.remove_user_from_group(GroupName=group["GroupName"], UserName=name)
    disenroll(hands.security, name)
    hands.security.delete_user(UserName=name)


def join_foreign_group(hands: Hands) -> None:
    hands.security.create_group(GroupName="admins")
    hands.security.attach_group_policy(GroupName="admins", PolicyArn=ADMIN)
    hands.security.add_user_to_group(GroupName="admins", UserName=ANA)


def stranger_in_team(hands: Hands) -> None:
    plant(hands, "mallory", "/")
    hands.security.add_user_to_group(GroupName=TEAM, UserName="mallory")


def switched_off_key(hands: Hands) -> None:
    key = hands.security.create_access_key(UserName=ANA)["AccessKey"]["AccessKeyId"]
    hands.security.update_access_key(UserName=ANA, AccessKeyId=key, Status="Inactive")


def no_keys(hands: Hands) -> None:
    for key in hands.security.list_access_keys(UserName=ANA)["AccessKeyMetadata"]:
        hands.security.delete_access_key(UserName=ANA, AccessKeyId=key["AccessKeyId"])


def no_passwords_for_services(hands: Hands) -> None:
    for each in hands.security.list_service_specific_credentials(UserName=ANA)["ServiceSpecificCredentials"]:
        hands.security.delete_service_specific_credential(
            UserName=ANA, ServiceSpecificCredentialId=each["ServiceSpecificCredentialId"]
        )


def no_ssh_keys(hands: Hands) -> None:
    for key in hands.security.list_ssh_public_keys(UserName=ANA)["SSHPublicKeys"]:
        hands.security.delete_ssh_public_key(UserName=ANA, SSHPublicKeyId=key["SSHPublicKeyId"])


def no_certificates(hands: Hands) -> None:
    for each in hands.security.list_signing_certificates(UserName=ANA)["Certificates"]:
        hands.security.delete_signing_certificate(UserName=ANA, CertificateId=each["CertificateId"])


def enroll_again(hands: Hands) -> None:
    enroll(hands.security, ANA, datetime.now(UTC))


FEW = high("FEW_WAYS_IN", MANAGEMENT)
"""Ana is one of the two people who can get into the management account."""
BLANK = (FEW, medium("NOT_ENROLLED", ANA))

USERS: tuple[Deviation, ...] = (
    Deviation(
        "user-deleted",
        delete,
        (high("DRIFT", ANA), FEW),
        fate="repaired in part",
        remains=BLANK,
        afterwards=enroll_again,
    ),
    Deviation(
        "user-moved",
        lambda hands: hands.security.update_user(UserName=ANA, NewPath="/"),
        (high("DRIFT", ANA), FEW, high("MISSING_ACCESS", ANA)),
    ),
    Deviation(
        "user-renamed",
        lambda hands: hands.security.update_user(UserName=ANA, NewUserName="zed-break-glass"),
        (
            high("DRIFT", ANA),
            critical("DRIFT", "zed-break-glass"),
            FEW,
            high("STRANGER_CAN_SIGN_IN", "zed-break-glass"),
            critical("UNINTENDED_ACCESS", "zed-break-glass"),
        ),
        refused=("removes-person", "ways-in"),
        fate="repaired in part",
        remains=BLANK,
        remedy=lambda hands: hands.security.update_user(UserName="zed-break-glass", NewUserName=ANA),
    ),
    Deviation(
        "user-renamed-and-moved",
        lambda hands: hands.security.update_user(UserName=ANA, NewUserName="zed", NewPath="/"),
        (high("DRIFT", ANA), FEW, high("STRAY", arn(SECURITY, "user/zed")), high("STRANGER_CAN_SIGN_IN", "zed")),
        fate="repaired in part",
        remains=(*BLANK, high("STRAY", arn(SECURITY, "user/zed")), high("STRANGER_CAN_SIGN_IN", "zed")),
        remedy=lambda hands: unplant(hands, "zed"),
        afterwards=enroll_again,
    ),
    Deviation(
        "user-renamed-in-another-case",
        lambda hands: hands.security.update_user(UserName=ANA, NewUserName="Ana-break-glass"),
        (
            high("DRIFT", ANA),
            critical("DRIFT", "Ana-break-glass"),
            FEW,
            high("STRANGER_CAN_SIGN_IN", "Ana-break-glass"),
            critical("UNINTENDED_ACCESS", "Ana-break-glass"),
        ),
        refused=("removes-person", "replacement", "ways-in"),
        fate="repaired by the next apply",
        remains=BLANK,
        remedy=lambda hands: hands.security.update_user(UserName="Ana-break-glass", NewUserName=ANA),
    ),
    Deviation(
        "user-untagged",
        lambda hands: hands.security.untag_user(UserName=ANA, TagKeys=["break-glass:manifest"]),
        (FEW, critical("STRAY", arn(SECURITY, f"user{PATH}{ANA}"))),
        refused=("not-ours",),
        fate="left",
        remedy=lambda hands: hands.security.tag_user(UserName=ANA, Tags=OURS),
    ),
    Deviation(
        "user-of-another-manifest",
        lambda hands: hands.security.tag_user(UserName=ANA, Tags=owner("other")),
        (FEW, critical("STRAY", arn(SECURITY, f"user{PATH}{ANA}"))),
        refused=("not-ours",),
        fate="left",
        remedy=lambda hands: hands.security.tag_user(UserName=ANA, Tags=OURS),
    ),
    Deviation(
        "user-tagged",
        lambda hands: hands.security.tag_user(UserName=ANA, Tags=[{"Key": "department", "Value": "finance"}]),
        (high("DRIFT", ANA),),
    ),
    Deviation(
        "boundary-swapped",
        lambda hands: hands.security.put_user_permissions_boundary(UserName=ANA, PermissionsBoundary=ADMIN),
        (critical("BOUNDARY", ANA),),
        refused=("broadens-access",),
    ),
    Deviation(
        "boundary-removed",
        lambda hands: hands.security.delete_user_permissions_boundary(UserName=ANA),
        (critical("BOUNDARY", ANA),),
    ),
    Deviation(
        "user-policy-attached",
        lambda hands: hands.security.attach_user_policy(UserName=ANA, PolicyArn=ADMIN),
        (high("USER_POLICY", ANA),),
    ),
    Deviation(
        "user-policy-inline",
        lambda hands: hands.security.put_user_policy(UserName=ANA, PolicyName="mine", PolicyDocument=written(ANYTHING)),
        (high("USER_POLICY", ANA),),
    ),
    Deviation(
        "user-out-of-team",
        lambda hands: hands.security.remove_user_from_group(UserName=ANA, GroupName=TEAM),
        (critical("DRIFT", ANA), high("MISSING_ACCESS", ANA)),
    ),
    Deviation(
        "user-in-another-team",
        lambda hands: hands.security.add_user_to_group(UserName=ANA, GroupName="break-glass-payments"),
        (critical("DRIFT", ANA),),
    ),
    Deviation("user-in-foreign-group", join_foreign_group, (critical("DRIFT", ANA),)),
    Deviation(
        "user-planted",
        lambda hands: plant_in_team(hands, owned=False),
        (critical("STRAY", arn(SECURITY, f"user{PATH}{EVE}")), critical("UNINTENDED_ACCESS", EVE)),
        fate="left",
        remedy=unplant,
    ),
    Deviation(
        "user-planted-unbounded",
        plant,
        (critical("BOUNDARY", EVE), critical("STRAY", arn(SECURITY, f"user{PATH}{EVE}"))),
        fate="left",
        remedy=unplant,
    ),
    Deviation(
        "user-planted-as-ours",
        lambda hands: plant_in_team(hands, owned=True),
        (critical("DRIFT", EVE), critical("UNINTENDED_ACCESS", EVE)),
        refused=("removes-person",),
    ),
    Deviation(
        "user-tagged-as-ours-elsewhere",
        lambda hands: plant(hands, "helper", "/", owned=True, bounded=True),
        (high("STRAY", arn(SECURITY, "user/helper")),),
        fate="left",
        remedy=lambda hands: unplant(hands, "helper"),
    ),
    Deviation(
        "stranger-in-team",
        stranger_in_team,
        (high("STRANGER_IN_TEAM", "mallory"), medium("FOREIGN_USERS", SECURITY)),
        fate="left",
        remedy=lambda hands: unplant(hands, "mallory"),
    ),
    Deviation(
        "stranger-in-account",
        lambda hands: plant(hands, "mallory", "/"),
        (medium("FOREIGN_USERS", SECURITY),),
        fate="left",
        remedy=lambda hands: unplant(hands, "mallory"),
    ),
    Deviation(
        "access-key",
        lambda hands: hands.security.create_access_key(UserName=ANA),
        (critical("ACCESS_KEY", ANA),),
        fate="left",
        remedy=no_keys,
    ),
    Deviation(
        "access-key-inactive",
        switched_off_key,
        (high("ACCESS_KEY", ANA),),
        fate="left",
        remedy=no_keys,
    ),
    Deviation(
        "service-specific-credential",
        lambda hands: hands.security.create_service_specific_credential(
            UserName=ANA, ServiceName="codecommit.amazonaws.com"
        ),
        (critical("SERVICE_SPECIFIC_CREDENTIAL", ANA),),
        fate="left",
        remedy=no_passwords_for_services,
    ),
    Deviation(
        "ssh-public-key",
        lambda hands: hands.security.upload_ssh_public_key(UserName=ANA, SSHPublicKeyBody="ssh-rsa AAAA ana"),
        (critical("SSH_PUBLIC_KEY", ANA),),
        fate="left",
        remedy=no_ssh_keys,
    ),
    Deviation(
        "signing-certificate",
        lambda hands: hands.security.upload_signing_certificate(UserName=ANA, CertificateBody=CERTIFICATE),
        (critical("SIGNING_CERTIFICATE", ANA),),
        fate="left",
        remedy=no_certificates,
    ),
)
