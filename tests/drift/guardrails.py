"""What is done to the service control policies that hold the namespace."""

import json

from breakglass.naming import NAMESPACE_GUARDRAIL, ROLES_GUARDRAIL
from tests.drift.deviation import Deviation, Hands, critical, high, low, owner
from tests.stories.conftest import PROD, SECURITY

OPEN = (critical("NAMESPACE_OPEN", NAMESPACE_GUARDRAIL),)


def identifier(hands: Hands, name: str = NAMESPACE_GUARDRAIL) -> str:
    listed = hands.organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    return next(each["Id"] for each in listed if each["Name"] == name)


def detach(hands: Hands) -> None:
    hands.organizations.detach_policy(PolicyId=identifier(hands), TargetId=SECURITY)


def delete(hands: Hands) -> None:
    detach(hands)
    hands.organizations.delete_policy(PolicyId=identifier(hands))


def edit(hands: Hands, name: str, old: str, new: str) -> None:
    policy = identifier(hands, name)
    content = hands.organizations.describe_policy(PolicyId=policy)["Policy"]["Content"]
    assert old in content
    hands.organizations.update_policy(PolicyId=policy, Content=content.replace(old, new, 1))


def drop_a_statement(hands: Hands) -> None:
    policy = identifier(hands)
    content = json.loads(hands.organizations.describe_policy(PolicyId=policy)["Policy"]["Content"])
    content["Statement"] = [each for each in content["Statement"] if each["Sid"] != "Keyless"]
    hands.organizations.update_policy(PolicyId=policy, Content=json.dumps(content))


def replace(hands: Hands) -> None:
    delete(hands)
    harmless = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "iam:Nothing", "Resource": "*"}]}
    made = hands.organizations.create_policy(
        Name=NAMESPACE_GUARDRAIL, Type="SERVICE_CONTROL_POLICY", Description="", Content=json.dumps(harmless)
    )
    hands.organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=SECURITY)


GUARDRAILS: tuple[Deviation, ...] = (
    Deviation("guardrail-detached", detach, OPEN),
    Deviation("guardrail-deleted", delete, OPEN),
    Deviation(
        "guardrail-renamed",
        lambda hands: hands.organizations.update_policy(PolicyId=identifier(hands), Name="Renamed"),
        OPEN,
    ),
    Deviation("guardrail-loosened", drop_a_statement, OPEN),
    Deviation(
        "guardrail-exempts-more",
        lambda hands: edit(hands, ROLES_GUARDRAIL, "stacksets-exec-*", "*"),
        (critical("NAMESPACE_OPEN", ROLES_GUARDRAIL),),
    ),
    Deviation(
        "guardrail-exempts-another",
        lambda hands: edit(
            hands,
            NAMESPACE_GUARDRAIL,
            '"aws:PrincipalArn":"arn:aws:iam::111111111111:role/OrganizationAccountAccessRole"',
            '"aws:PrincipalArn":"arn:aws:iam::111111111111:role/Another"',
        ),
        OPEN,
        refused=("broadens-access",),
    ),
    Deviation(
        "guardrail-denies-more",
        lambda hands: edit(hands, NAMESPACE_GUARDRAIL, '"iam:Add*"', '"iam:*"'),
        (critical("DRIFT", NAMESPACE_GUARDRAIL),),
        refused=("broadens-access",),
    ),
    Deviation(
        "guardrail-upon-more",
        lambda hands: hands.organizations.attach_policy(PolicyId=identifier(hands), TargetId=PROD),
        (high("DRIFT", NAMESPACE_GUARDRAIL),),
    ),
    Deviation(
        "guardrail-described-otherwise",
        lambda hands: hands.organizations.update_policy(PolicyId=identifier(hands), Description="Safe to delete."),
        (low("DRIFT", NAMESPACE_GUARDRAIL),),
    ),
    Deviation(
        "guardrail-untagged",
        lambda hands: hands.organizations.untag_resource(
            ResourceId=identifier(hands), TagKeys=["break-glass:manifest"]
        ),
        (high("STRAY", NAMESPACE_GUARDRAIL),),
        refused=("not-ours",),
        fate="left",
        remedy=lambda hands: hands.organizations.tag_resource(ResourceId=identifier(hands), Tags=owner("acme")),
    ),
    Deviation(
        "guardrail-replaced",
        replace,
        (critical("STRAY", NAMESPACE_GUARDRAIL), *OPEN),
        refused=("not-ours",),
        fate="left",
        remedy=delete,
    ),
)
