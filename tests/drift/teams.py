"""What is done to the teams' groups, and by their names."""

from tests.drift.deviation import ADMIN, ANYTHING, Deviation, Hands, arn, critical, high, written
from tests.stories.conftest import MANAGEMENT, SECURITY

PATH = "/break-glass/"
INCIDENT = "break-glass-incident"
PAYMENTS = "break-glass-payments"
PAYMENTS_ACCOUNT = "444444444444"
ORGANIZATION = "break-glass-organization"
RIGHTS = arn(SECURITY, f"policy{PATH}break-glass-payments-1")
MEMBERS = ("emeka-break-glass", "fatima-break-glass")


def group(name: str, path: str = PATH) -> str:
    return arn(SECURITY, f"group{path}{name}")


def delete(hands: Hands) -> None:
    for policy in hands.security.list_attached_group_policies(GroupName=PAYMENTS)["AttachedPolicies"]:
        hands.security.detach_group_policy(GroupName=PAYMENTS, PolicyArn=policy["PolicyArn"])
    for member in MEMBERS:
        hands.security.remove_user_from_group(GroupName=PAYMENTS, UserName=member)
    hands.security.delete_group(GroupName=PAYMENTS)


def plant(hands: Hands, name: str, path: str) -> None:
    hands.security.create_group(GroupName=name, Path=path)
    hands.security.attach_group_policy(GroupName=name, PolicyArn=ADMIN)


def unplant(hands: Hands, name: str) -> None:
    hands.security.detach_group_policy(GroupName=name, PolicyArn=ADMIN)
    hands.security.delete_group(GroupName=name)


TEAMS: tuple[Deviation, ...] = (
    Deviation(
        "group-deleted",
        delete,
        (
            *(critical("DRIFT", member) for member in MEMBERS),
            high("DRIFT", group(PAYMENTS)),
            high("MISSING_ACCESS", PAYMENTS_ACCOUNT),
        ),
    ),
    Deviation(
        "group-moved",
        lambda hands: hands.security.update_group(GroupName=INCIDENT, NewPath="/x/"),
        (high("STRAY", group(INCIDENT, "/x/")),),
        refused=("not-ours",),
        fate="left",
        remedy=lambda hands: hands.security.update_group(GroupName=INCIDENT, NewPath=PATH),
    ),
    Deviation(
        "group-renamed",
        lambda hands: hands.security.update_group(GroupName=PAYMENTS, NewGroupName="break-glass-pay"),
        (
            *(critical("DRIFT", member) for member in MEMBERS),
            high("DRIFT", group(PAYMENTS)),
            high("DRIFT", group("break-glass-pay")),
        ),
    ),
    Deviation(
        "group-renamed-that-few-depend-on",
        lambda hands: hands.security.update_group(GroupName=ORGANIZATION, NewGroupName="break-glass-org"),
        (
            critical("DRIFT", "ana-break-glass"),
            critical("DRIFT", "bo-break-glass"),
            high("DRIFT", group(ORGANIZATION)),
            high("DRIFT", group("break-glass-org")),
        ),
        refused=("ways-in",),
        remedy=lambda hands: hands.security.update_group(GroupName="break-glass-org", NewGroupName=ORGANIZATION),
    ),
    Deviation(
        "group-policy-detached",
        lambda hands: hands.security.detach_group_policy(GroupName=PAYMENTS, PolicyArn=RIGHTS),
        (critical("DRIFT", group(PAYMENTS)), high("MISSING_ACCESS", PAYMENTS_ACCOUNT)),
        refused=("broadens-access",),
    ),
    Deviation(
        "group-policy-attached",
        lambda hands: hands.security.attach_group_policy(GroupName=INCIDENT, PolicyArn=ADMIN),
        (critical("DRIFT", group(INCIDENT)),),
    ),
    Deviation(
        "group-policy-inline",
        lambda hands: hands.security.put_group_policy(
            GroupName=INCIDENT, PolicyName="more", PolicyDocument=written(ANYTHING)
        ),
        (critical("DRIFT", group(INCIDENT)), critical("UNINTENDED_ACCESS", MANAGEMENT)),
    ),
    Deviation(
        "group-planted-in-path",
        lambda hands: plant(hands, "helpers", PATH),
        (high("DRIFT", group("helpers")),),
    ),
    Deviation(
        "group-planted-by-name",
        lambda hands: plant(hands, "break-glass-helpers", "/"),
        (high("STRAY", group("break-glass-helpers", "/")),),
        fate="left",
        remedy=lambda hands: unplant(hands, "break-glass-helpers"),
    ),
)
