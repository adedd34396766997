"""What is done to the managed policies, to their versions, and by their names."""

from tests.drift.deviation import ANYTHING, NOTHING, Deviation, Hands, arn, critical, high, written
from tests.stories.conftest import MANAGEMENT, PROD, SECURITY

RANSOMWARE = arn(PROD, "policy/break-glass/BREAK-GLASS-RANSOMWARE")
BOUNDARY = arn(SECURITY, "policy/break-glass/BreakGlassBoundary")
SELF = arn(SECURITY, "policy/break-glass/BreakGlassSelfService")
TEAM = arn(SECURITY, "policy/break-glass/break-glass-payments-1")
VERIFIER = arn(PROD, "policy/break-glass/BreakGlassVerifier")
ROLE = "BREAK-GLASS-RANSOMWARE"


def rewrite(hands: Hands, policy: str, document: object, *, default: bool = True) -> str:
    made = hands.iam(policy.split(":")[4]).create_policy_version(
        PolicyArn=policy, PolicyDocument=written(document), SetAsDefault=default
    )
    return made["PolicyVersion"]["VersionId"]


def fill(hands: Hands) -> None:
    for _ in range(4):
        rewrite(hands, RANSOMWARE, ANYTHING)


def delete(hands: Hands) -> None:
    hands.prod.detach_role_policy(RoleName=ROLE, PolicyArn=RANSOMWARE)
    hands.prod.delete_policy(PolicyArn=RANSOMWARE)


def replace(hands: Hands) -> None:
    delete(hands)
    made = hands.prod.create_policy(PolicyName=ROLE, PolicyDocument=written(ANYTHING))
    hands.prod.attach_role_policy(RoleName=ROLE, PolicyArn=made["Policy"]["Arn"])


def unreplace(hands: Hands) -> None:
    foreign = arn(PROD, f"policy/{ROLE}")
    hands.prod.detach_role_policy(RoleName=ROLE, PolicyArn=foreign)
    hands.prod.delete_policy(PolicyArn=foreign)


def drop_versions(hands: Hands) -> None:
    for version in hands.prod.list_policy_versions(PolicyArn=RANSOMWARE)["Versions"]:
        if not version["IsDefaultVersion"]:
            hands.prod.delete_policy_version(PolicyArn=RANSOMWARE, VersionId=version["VersionId"])


POLICIES: tuple[Deviation, ...] = (
    Deviation(
        "policy-widened",
        lambda hands: rewrite(hands, RANSOMWARE, ANYTHING),
        (critical("DRIFT", RANSOMWARE),),
    ),
    Deviation(
        "policy-narrowed",
        lambda hands: rewrite(hands, RANSOMWARE, NOTHING),
        (critical("DRIFT", RANSOMWARE),),
        refused=("broadens-access",),
    ),
    Deviation(
        "policy-versions-full",
        fill,
        (critical("DRIFT", RANSOMWARE), high("POLICY_VERSION", RANSOMWARE)),
    ),
    Deviation(
        "policy-version-waiting",
        lambda hands: rewrite(hands, RANSOMWARE, ANYTHING, default=False),
        (high("POLICY_VERSION", RANSOMWARE),),
        fate="left",
        remedy=drop_versions,
    ),
    Deviation(
        "policy-deleted",
        delete,
        (critical("DRIFT", arn(PROD, f"role/{ROLE}")), high("DRIFT", RANSOMWARE)),
        refused=("broadens-access",),
    ),
    Deviation(
        "policy-replaced",
        replace,
        (
            critical("DRIFT", arn(PROD, f"role/{ROLE}")),
            critical("STRAY", arn(PROD, f"policy/{ROLE}")),
        ),
        refused=("broadens-access", "not-ours"),
        fate="left",
        remedy=unreplace,
    ),
    Deviation(
        "boundary-opened",
        lambda hands: rewrite(hands, BOUNDARY, ANYTHING),
        (critical("DRIFT", BOUNDARY),),
    ),
    Deviation(
        "self-service-widened",
        lambda hands: rewrite(hands, SELF, ANYTHING),
        (
            critical("DRIFT", SELF),
            critical("UNINTENDED_ACCESS", MANAGEMENT),
            critical("UNINTENDED_ACCESS", "emeka-break-glass"),
            critical("UNINTENDED_ACCESS", "fatima-break-glass"),
        ),
    ),
    Deviation(
        "team-rights-widened",
        lambda hands: rewrite(hands, TEAM, ANYTHING),
        (
            critical("DRIFT", TEAM),
            critical("UNINTENDED_ACCESS", "emeka-break-glass"),
            critical("UNINTENDED_ACCESS", "fatima-break-glass"),
        ),
    ),
    Deviation(
        "verifier-rights-widened",
        lambda hands: rewrite(hands, VERIFIER, ANYTHING),
        (critical("DRIFT", VERIFIER),),
    ),
    Deviation(
        "policy-planted-in-path",
        lambda hands: hands.prod.create_policy(
            PolicyName="Helper", Path="/break-glass/", PolicyDocument=written(ANYTHING)
        ),
        (high("DRIFT", arn(PROD, "policy/break-glass/Helper")),),
    ),
    Deviation(
        "policy-planted-by-name",
        lambda hands: hands.prod.create_policy(PolicyName="BREAK-GLASS-HELPER", PolicyDocument=written(ANYTHING)),
        (high("STRAY", arn(PROD, "policy/BREAK-GLASS-HELPER")),),
        fate="left",
        remedy=lambda hands: hands.prod.delete_policy(PolicyArn=arn(PROD, "policy/BREAK-GLASS-HELPER")),
    ),
)
