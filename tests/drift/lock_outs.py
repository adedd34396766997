"""What others do that keeps responders out: control policies, and the policies of keys and buckets."""

from typing import Any

from breakglass.documents import Json
from tests.drift.deviation import Deed, Deviation, Hands, critical, high, medium, written
from tests.stories.conftest import PROD, SECURITY, elsewhere

REGION = "eu-west-1"
BUCKET = "prod-ledgers"
KEY = "A key of prod's own"
THEIRS = "DenyMost"
ROLES = ("BREAK-GLASS-DATA-BREACH", "BREAK-GLASS-LOST-ACCESS", "BREAK-GLASS-RANSOMWARE")
PROVISIONER = f"arn:aws:iam::{PROD}:role/OrganizationAccountAccessRole"


def scp(target: str, action: Json, condition: Json = None) -> Deed:
    """Return the deed of attaching a policy that denies an action."""
    statement: dict[str, Json] = {"Effect": "Deny", "Action": action, "Resource": "*"}
    document = {
        "Version": "2012-10-17",
        "Statement": [statement if condition is None else {**statement, "Condition": condition}],
    }

    def deed(hands: Hands) -> None:
        made = hands.organizations.create_policy(
            Name=THEIRS, Type="SERVICE_CONTROL_POLICY", Description="", Content=written(document)
        )
        hands.organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=target)

    return deed


def exempt(hands: Hands) -> None:
    """Mend the policy as the finding says."""
    listed = hands.organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    policy = next(each["Id"] for each in listed if each["Name"] == THEIRS)
    who = [f"arn:aws:iam::{SECURITY}:user/break-glass/*", "arn:aws:iam::*:role/BREAK-GLASS-*"]
    condition = {"ArnNotLike": {"aws:PrincipalArn": who}}
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    hands.organizations.update_policy(
        PolicyId=policy, Content=written({"Version": "2012-10-17", "Statement": [statement]})
    )


def prod(hands: Hands, service: str) -> Any:  # noqa: ANN401 - a client of any service
    hands.touched.add(PROD)
    return elsewhere(service, PROD, REGION)


def list_who_may_use_a_bucket(hands: Hands) -> None:
    s3 = prod(hands, "s3")
    if BUCKET not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": PROVISIONER}},
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=written({"Version": "2012-10-17", "Statement": [statement]}))


def unlist(hands: Hands) -> None:
    prod(hands, "s3").delete_bucket_policy(Bucket=BUCKET)


def make_a_key_without_its_account(hands: Hands) -> None:
    prod(hands, "kms").create_key(Description=KEY, Policy=written(key_policy(PROVISIONER)))


def give_the_key_to_its_account(hands: Hands) -> None:
    kms = prod(hands, "kms")
    for key in [each["KeyId"] for each in kms.list_keys()["Keys"]]:
        if kms.describe_key(KeyId=key)["KeyMetadata"]["Description"] == KEY:
            policy = key_policy(f"arn:aws:iam::{PROD}:root")
            kms.put_key_policy(KeyId=key, PolicyName="default", Policy=written(policy))


def key_policy(principal: str) -> object:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


LOCK_OUTS: tuple[Deviation, ...] = (
    Deviation(
        "lock-out-of-roles",
        scp(SECURITY, "sts:AssumeRole"),
        tuple(critical("SCP_LOCK_OUT", f"{THEIRS}/{each}") for each in ROLES),
        fate="left",
        remedy=exempt,
    ),
    Deviation(
        "lock-out-of-regions",
        scp(SECURITY, "sts:AssumeRole", {"StringNotEquals": {"aws:RequestedRegion": REGION}}),
        tuple(medium("SCP_CONDITIONAL", f"{THEIRS}/{each}") for each in ROLES),
        fate="left",
        remedy=exempt,
    ),
    Deviation(
        "lock-out-of-a-step",
        scp(PROD, "ec2:CreateSnapshot"),
        tuple(high("SCP_LOCK_OUT", f"{THEIRS}/{each}") for each in (ROLES[0], ROLES[2])),
        fate="left",
        remedy=exempt,
    ),
    Deviation(
        "lock-out-of-a-bucket",
        list_who_may_use_a_bucket,
        (high("RESOURCE_LOCK_OUT", f"arn:aws:s3:::{BUCKET}"),),
        fate="left",
        remedy=unlist,
        outside=True,
    ),
    Deviation(
        "lock-out-of-a-key",
        make_a_key_without_its_account,
        (high("RESOURCE_LOCK_OUT", f"arn:aws:kms:{REGION}:{PROD}:key/drawn"),),
        fate="left",
        remedy=give_the_key_to_its_account,
        outside=True,
    ),
)
