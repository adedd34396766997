"""What is done to the roles, to their trust, and by their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from breakglass.documents import Document
from breakglass.sandbox import intruder
from tests.drift.deviation import ADMIN, ANYTHING, AUDIT, Deviation, Hands, arn, critical, high, low, owner, written
from tests.stories.conftest import MANAGEMENT, PROD, SECURITY

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

PATH = "/break-glass/"
RANSOMWARE = "BREAK-GLASS-RANSOMWARE"
LOST = "BREAK-GLASS-LOST-ACCESS"
VERIFIER = "BreakGlassVerifier"
VERIFICATION = "BreakGlassVerification"
ROLE = arn(PROD, f"role/{RANSOMWARE}")
RIGHTS = arn(PROD, f"policy{PATH}{RANSOMWARE}")
OURS = owner("acme")
EVIL = "888888888888"

Trust = dict[str, Any]


def statement(**more: object) -> Trust:
    return {"Effect": "Allow", "Principal": {"AWS": arn(EVIL, "root")}, "Action": "sts:AssumeRole", **more}


OPEN: Trust = {"Version": "2012-10-17", "Statement": [statement()]}


def trust(iam: IAMClient, role: str, change: Callable[[Trust], object]) -> None:
    document: Trust = dict(iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"])  # type: ignore[arg-type]
    change(document)
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=written(document))


def without_mfa(hands: Hands) -> None:
    written_now = hands.prod.get_role(RoleName=RANSOMWARE)["Role"]["AssumeRolePolicyDocument"]
    intruder.weaken_trust(hands.prod, RANSOMWARE, cast("Document", written_now))


def whole_account(document: Trust) -> None:
    for each in document["Statement"]:
        each["Condition"]["ArnLike"] = {"aws:PrincipalArn": arn(SECURITY, "user/*")}


def delete(hands: Hands, role: str = RANSOMWARE) -> None:
    for policy in hands.prod.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        hands.prod.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    hands.prod.delete_role(RoleName=role)


def plant(iam: IAMClient, name: str, path: str = "/", *, owned: bool = False) -> None:
    iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=written(OPEN), Tags=OURS if owned else [])


def instead(hands: Hands, name: str = RANSOMWARE, path: str = "/", *, owned: bool = True) -> None:
    delete(hands)
    plant(hands.prod, name, path, owned=owned)


def alter(hands: Hands, **changes: Any) -> None:  # noqa: ANN401 - passed on to boto3
    role = hands.prod.get_role(RoleName=RANSOMWARE)["Role"]
    kept = {"Description": role["Description"], "MaxSessionDuration": role["MaxSessionDuration"]}
    hands.prod.update_role(RoleName=RANSOMWARE, **{**kept, **changes})


ROLES: tuple[Deviation, ...] = (
    Deviation("role-deleted", delete, (high("DRIFT", ROLE),)),
    Deviation(
        "role-untagged",
        lambda hands: hands.prod.untag_role(RoleName=RANSOMWARE, TagKeys=["break-glass:manifest"]),
        (high("STRAY", ROLE),),
        refused=("not-ours",),
        fate="left",
        remedy=lambda hands: hands.prod.tag_role(RoleName=RANSOMWARE, Tags=OURS),
    ),
    Deviation(
        "role-of-another-manifest",
        lambda hands: hands.prod.tag_role(RoleName=RANSOMWARE, Tags=owner("other")),
        (high("STRAY", ROLE),),
        refused=("not-ours",),
        fate="left",
        remedy=lambda hands: hands.prod.tag_role(RoleName=RANSOMWARE, Tags=OURS),
    ),
    Deviation(
        "role-tagged",
        lambda hands: hands.prod.tag_role(RoleName=RANSOMWARE, Tags=[{"Key": "team", "Value": "x"}]),
        (high("DRIFT", ROLE),),
    ),
    Deviation(
        "role-replaced",
        lambda hands: instead(hands, owned=False),
        (critical("STRAY", ROLE), high("MISSING_ACCESS", PROD)),
        refused=("not-ours",),
        fate="left",
        remedy=delete,
    ),
    Deviation(
        "role-in-path",
        lambda hands: instead(hands, path=PATH),
        (critical("DRIFT", ROLE), high("MISSING_ACCESS", PROD)),
        refused=("broadens-access", "replacement", "ways-in"),
        fate="left",
        remedy=delete,
    ),
    Deviation(
        "role-in-another-case",
        lambda hands: instead(hands, RANSOMWARE.lower()),
        (high("DRIFT", ROLE), high("DRIFT", arn(PROD, f"role/{RANSOMWARE.lower()}"))),
        refused=("replacement",),
        fate="repaired by the next apply",
    ),
    Deviation(
        "role-foreign-in-another-case",
        lambda hands: instead(hands, RANSOMWARE.lower(), owned=False),
        (high("DRIFT", ROLE), high("STRAY", arn(PROD, f"role/{RANSOMWARE.lower()}"))),
        refused=("replacement",),
        fate="left",
        remedy=lambda hands: delete(hands, RANSOMWARE.lower()),
    ),
    Deviation(
        "role-planted",
        lambda hands: plant(hands.audit, RANSOMWARE),
        (high("STRAY", arn(AUDIT, f"role/{RANSOMWARE}")),),
        fate="left",
        remedy=lambda hands: hands.audit.delete_role(RoleName=RANSOMWARE),
    ),
    Deviation(
        "role-planted-as-ours",
        lambda hands: plant(hands.audit, RANSOMWARE, owned=True),
        (high("DRIFT", arn(AUDIT, f"role/{RANSOMWARE}")),),
    ),
    Deviation(
        "role-planted-in-path",
        lambda hands: plant(hands.prod, "helper", PATH),
        (high("STRAY", arn(PROD, f"role{PATH}helper")),),
        fate="left",
        remedy=lambda hands: delete(hands, "helper"),
    ),
    Deviation(
        "role-tagged-as-ours-elsewhere",
        lambda hands: plant(hands.prod, "helper", owned=True),
        (high("STRAY", arn(PROD, "role/helper")),),
        fate="left",
        remedy=lambda hands: delete(hands, "helper"),
    ),
    Deviation(
        "trust-second-statement",
        lambda hands: trust(hands.prod, RANSOMWARE, lambda document: document["Statement"].append(statement())),
        (critical("DRIFT", ROLE),),
    ),
    Deviation("trust-without-mfa", without_mfa, (critical("DRIFT", ROLE),)),
    Deviation(
        "trust-everybody",
        lambda hands: trust(
            hands.prod, RANSOMWARE, lambda document: document.update(Statement=[statement(Principal={"AWS": "*"})])
        ),
        (critical("DRIFT", ROLE),),
    ),
    Deviation(
        "trust-whole-account",
        lambda hands: trust(hands.prod, RANSOMWARE, whole_account),
        (critical("DRIFT", ROLE),),
    ),
    Deviation(
        "trust-another-account",
        lambda hands: trust(hands.prod, RANSOMWARE, lambda document: document.update(OPEN)),
        (critical("DRIFT", ROLE), high("MISSING_ACCESS", PROD)),
        refused=("broadens-access", "ways-in"),
    ),
    Deviation(
        "trust-denies",
        lambda hands: trust(
            hands.prod,
            RANSOMWARE,
            lambda document: document["Statement"].append(statement(Effect="Deny", Principal={"AWS": "*"})),
        ),
        (critical("DRIFT", ROLE), high("MISSING_ACCESS", PROD)),
        refused=("broadens-access",),
    ),
    Deviation(
        "session-lengthened",
        lambda hands: alter(hands, MaxSessionDuration=43200),
        (high("DRIFT", ROLE),),
    ),
    Deviation(
        "role-described-otherwise",
        lambda hands: alter(hands, Description="Nothing to see."),
        (low("DRIFT", ROLE),),
    ),
    Deviation(
        "role-policy-inline",
        lambda hands: hands.prod.put_role_policy(
            RoleName=RANSOMWARE, PolicyName="more", PolicyDocument=written(ANYTHING)
        ),
        (critical("DRIFT", ROLE),),
    ),
    Deviation(
        "role-policy-attached",
        lambda hands: hands.prod.attach_role_policy(RoleName=RANSOMWARE, PolicyArn=ADMIN),
        (critical("DRIFT", ROLE),),
    ),
    Deviation(
        "role-policy-detached",
        lambda hands: hands.prod.detach_role_policy(RoleName=RANSOMWARE, PolicyArn=RIGHTS),
        (critical("DRIFT", ROLE),),
    ),
    Deviation(
        "role-bounded",
        lambda hands: hands.prod.put_role_permissions_boundary(RoleName=RANSOMWARE, PermissionsBoundary=ADMIN),
        (high("DRIFT", ROLE),),
        refused=("broadens-access",),
    ),
    Deviation(
        "management-trust-opened",
        lambda hands: trust(hands.management, LOST, lambda document: document["Statement"].append(statement())),
        (critical("DRIFT", arn(MANAGEMENT, f"role/{LOST}")),),
    ),
    Deviation(
        "verifier-trust-another-account",
        lambda hands: trust(hands.prod, VERIFIER, lambda document: document.update(OPEN)),
        (critical("DRIFT", arn(PROD, f"role{PATH}{VERIFIER}")),),
        refused=("broadens-access",),
    ),
    Deviation(
        "verifier-policy-attached",
        lambda hands: hands.prod.attach_role_policy(RoleName=VERIFIER, PolicyArn=ADMIN),
        (critical("DRIFT", arn(PROD, f"role{PATH}{VERIFIER}")),),
    ),
    Deviation(
        "verification-trust-widened",
        lambda hands: trust(hands.audit, VERIFICATION, lambda document: document["Statement"].append(statement())),
        (critical("DRIFT", arn(AUDIT, f"role{PATH}{VERIFICATION}")),),
    ),
)
