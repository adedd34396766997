"""Control policies of others: which of them keep people out, of what, and where."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from breakglass import naming, resources
from breakglass.assure.checks.control_policies import control_policies
from breakglass.assure.evidence import Evidence
from breakglass.documents import Json
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation
from breakglass.estate.obstacles.bounded import carrying_out
from breakglass.estate.plan import deviations
from breakglass.facts import Fact
from breakglass.findings import Finding, Severity
from breakglass.iam import witnesses
from breakglass.lock_outs import ControlPolicy, OrganizationTree
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource, Scope
from tests.conftest import manifest

MANAGEMENT = Scope("999999999999")
SECURITY, PROD, PAYMENTS = "111111111111", "222222222222", "444444444444"
ROOT, UNIT = "r-ab12", "ou-ab12-workloads"
ACCOUNT = re.compile("7[0-9]{11}")
FULL: Mapping[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ALL = {SECURITY: ROOT, "333333333333": ROOT, UNIT: ROOT, "555555555555": ROOT, "666666666666": ROOT}
TREE = {**ALL, PROD: UNIT, PAYMENTS: UNIT, "999999999999": ROOT}
EVERYWHERE = (ROOT, *TREE)


def deny(action: Json, condition: Json = None, **changes: Json) -> Mapping[str, Json]:
    statement = {"Effect": "Deny", "Action": action, "Resource": "*", **changes}
    return statement if condition is None else {**statement, "Condition": condition}


def scp(*statements: Json, name: str = "Theirs", upon: Sequence[str] = (ROOT,)) -> ControlPolicy:
    document: Json = {"Version": "2012-10-17", "Statement": statements}
    return ControlPolicy(MANAGEMENT, f"p-{name.lower()}", name, "SERVICE_CONTROL_POLICY", document, tuple(upon))


def rcp(*statements: Mapping[str, Json], upon: Sequence[str] = (ROOT,)) -> ControlPolicy:
    document: Json = {"Version": "2012-10-17", "Statement": [{**each, "Principal": "*"} for each in statements]}
    return ControlPolicy(MANAGEMENT, "p-rcp", "Resources", "RESOURCE_CONTROL_POLICY", document, tuple(upon))


def full(upon: Sequence[str] = EVERYWHERE) -> ControlPolicy:
    return ControlPolicy(MANAGEMENT, "p-FullAWSAccess", "FullAWSAccess", "SERVICE_CONTROL_POLICY", FULL, tuple(upon))


def tree(parents: Mapping[str, str] = TREE) -> OrganizationTree:
    return OrganizationTree(MANAGEMENT, tuple(parents.items()))


def evidence(facts: Iterable[Fact], of: Manifest | None = None, *others: Resource) -> Evidence:
    meant = of or manifest()
    state = {**desired(meant), **{each.key: each for each in others}}
    observation = Observation(state, {}, tuple(facts))
    return Evidence(observation, deviations(observation, desired(meant)), meant, NOW)


def told(*policies: ControlPolicy, of: Manifest | None = None) -> list[Finding]:
    return list(control_policies(evidence([tree(), full(), *policies], of)))


def summary(found: Iterable[Finding]) -> list[tuple[str, Severity, str]]:
    return sorted((each.code, each.severity, each.subject) for each in found)


ROLES = ("BREAK-GLASS-DATA-BREACH", "BREAK-GLASS-LOST-ACCESS", "BREAK-GLASS-RANSOMWARE")


def out_of_roles(code: str, severity: Severity, roles: Sequence[str] = ROLES) -> list[tuple[str, Severity, str]]:
    return [(code, severity, f"Theirs/{each}") for each in roles]


def test_where_everything_is_allowed_nothing_is_told() -> None:
    assert told() == []
    assert list(control_policies(evidence([]))) == []


def test_our_own_guardrails_lock_nobody_out() -> None:
    ours = [
        ControlPolicy(
            MANAGEMENT, f"p-{number}", each.name, "SERVICE_CONTROL_POLICY", each.properties["Content"], (ROOT,)
        )
        for number, each in enumerate(desired(manifest()).values())
        if each.name in (naming.NAMESPACE_GUARDRAIL, naming.ROLES_GUARDRAIL) and "Content" in each.properties
    ]
    assert len(ours) == 2
    assert told(*ours) == []


def test_a_policy_that_denies_assuming_roles_keeps_everybody_out() -> None:
    found = told(scp(deny("sts:AssumeRole"), upon=[SECURITY]))
    assert summary(found) == out_of_roles("SCP_LOCK_OUT", Severity.CRITICAL)
    one = next(each for each in found if each.subject.endswith("RANSOMWARE"))
    assert "the service control policy Theirs (p-theirs) denies ana-break-glass, bo-break-glass" in one.detail
    assert ": sts:AssumeRole for BREAK-GLASS-RANSOMWARE in 222222222222, 444444444444" in one.detail
    assert "arn:aws:iam::111111111111:user/break-glass/*" in one.advice


def test_a_policy_that_exempts_them_keeps_nobody_out() -> None:
    who = ["arn:aws:iam::*:user/break-glass/*", "arn:aws:iam::*:role/BREAK-GLASS-*"]
    assert told(scp(deny("*", {"ArnNotLike": {"aws:PrincipalArn": who}}))) == []


def test_a_policy_that_exempts_one_of_them_keeps_the_others_out() -> None:
    who = "arn:aws:iam::111111111111:user/break-glass/ana-break-glass"
    found = told(scp(deny("sts:*", {"ArnNotEquals": {"aws:PrincipalArn": who}}), upon=[SECURITY]))
    assert summary(found) == out_of_roles("SCP_LOCK_OUT", Severity.CRITICAL)
    assert not any(" ana-break-glass" in each.detail for each in found)


def test_who_has_no_mfa_is_none_of_ours() -> None:
    without = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    assert told(scp(deny("*", without), upon=[SECURITY])) == []


@pytest.mark.parametrize(
    ("condition", "hangs_on"),
    [
        ({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, "aws:sourceip"),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, "aws:sourcevpc"),
        ({"Null": {"aws:SourceVpc": "true"}}, "aws:sourcevpc"),
        ({"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-x/*"}}, "aws:principalorgpaths"),
        ({"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}, "aws:requestedregion (us-west-2, ap-southeast-2)"),
        ({"StringFoo": {"aws:PrincipalArn": "x"}}, "StringFoo"),
    ],
)
def test_what_hangs_on_circumstances_is_told_with_them(condition: Json, hangs_on: str) -> None:
    found = told(scp(deny("sts:AssumeRole", condition), upon=[SECURITY]))
    assert summary(found) == out_of_roles("SCP_CONDITIONAL", Severity.MEDIUM)
    assert all(hangs_on in each.detail for each in found)


def test_no_region_of_the_manifest_is_no_region_at_all() -> None:
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}
    assert summary(told(scp(deny("sts:AssumeRole", elsewhere), upon=[SECURITY]))) == out_of_roles(
        "SCP_LOCK_OUT", Severity.CRITICAL
    )


def test_sign_in_that_is_denied_is_critical() -> None:
    found = told(scp(deny(["signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"]), upon=[SECURITY]))
    assert summary(found) == [("SCP_LOCK_OUT", Severity.CRITICAL, "Theirs/sign-in")]
    assert ": signin:AuthorizeOAuth2Access, signin:CreateOAuth2Token in 111111111111" in found[0].detail


def test_before_sign_in_only_one_key_says_who_it_is() -> None:
    user = "arn:aws:iam::111111111111:user/break-glass/*"
    wrong = rcp(deny("signin:Authenticate", {"ArnNotLike": {"aws:PrincipalArn": user}}), upon=[SECURITY])
    right = rcp(deny("signin:Authenticate", {"ArnNotLike": {"signin:PrincipalArn": user}}), upon=[SECURITY])
    assert summary(told(wrong)) == [("SCP_LOCK_OUT", Severity.CRITICAL, "Resources/sign-in")]
    assert told(right) == []


def test_a_resource_control_policy_binds_the_account_of_the_role() -> None:
    found = told(rcp(deny("sts:AssumeRole", {"StringNotEquals": {"aws:PrincipalAccount": PROD}}), upon=[PROD]))
    assert [each.subject for each in found] == [f"Resources/{each}" for each in sorted(ROLES, key=ROLES.index)]
    assert all(" in 222222222222" in each.detail and PAYMENTS not in each.detail for each in found)


def test_what_a_role_is_for_is_denied_in_the_accounts_below() -> None:
    found = told(scp(deny(["ec2:CreateSnapshot", "ec2:RunInstances"]), upon=[UNIT]))
    assert summary(found) == out_of_roles("SCP_LOCK_OUT", Severity.HIGH, [ROLES[0], ROLES[2]])
    (one,) = (each for each in found if each.subject.endswith("RANSOMWARE"))
    assert "denies BREAK-GLASS-RANSOMWARE: ec2:CreateSnapshot in 222222222222, 444444444444" in one.detail
    assert "role/BREAK-GLASS-RANSOMWARE" in one.advice


@pytest.mark.parametrize(
    "harmless",
    [
        deny("ec2:CreateSnapshot", Resource="arn:aws:ec2:*:*:volume/vol-1"),
        deny("s3:*", Resource=["arn:aws:s3:::log-archive", "arn:aws:s3:::log-archive/*"]),
        deny("ec2:CreateSnapshot", {"Null": {"aws:RequestTag/owner": "true"}}),
        deny(
            "ec2:CreateSnapshot",
            {
                "StringNotLike": {"aws:RequestTag/owner": ["a*", "b"]},
                "StringEquals": {"aws:PrincipalOrgID": "o-acme12345"},
            },
        ),
        deny("ec2:CreateSnapshot", {"ForAllValues:StringNotEquals": {"aws:TagKeys": "owner"}}),
        deny("s3:*", {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        deny("s3:*", {"StringNotEquals": {"s3:authType": "REST-HEADER"}}),
        deny("s3:*", {"NumericGreaterThan": {"s3:signatureAge": "600000"}}),
        deny("*", {"StringNotEquals": {"aws:PrincipalOrgID": "o-acme12345"}}),
        deny("*", {"Bool": {"aws:PrincipalIsAWSService": "true"}}),
        deny("*", {"StringEquals": {"aws:PrincipalTag/team": "interns"}}),
        deny("organizations:LeaveOrganization"),
        deny("sts:AssumeRole", Resource="arn:aws:iam::*:role/OrganizationAccountAccessRole"),
    ],
)
def test_what_protects_something_of_a_name_or_asks_for_a_tag_keeps_nobody_out(harmless: Json) -> None:
    assert told(scp(harmless)) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"Null": {"sts:SourceIdentity": "true"}},
        {"StringNotLike": {"sts:SourceIdentity": "*@corp.example"}},
        {"Null": {"sts:ExternalId": "true"}},
        {"Null": {"aws:RequestTag/CostCenter": "true"}},
        {"Null": {"sts:TransitiveTagKeys": "true", "sts:ExternalId": "true"}},
    ],
)
def test_what_no_way_into_a_role_sends_is_absent_for_certain(condition: Json) -> None:
    found = told(scp(deny("sts:AssumeRole", condition), upon=[SECURITY]))
    assert summary(found) == out_of_roles("SCP_LOCK_OUT", Severity.CRITICAL)


def test_a_resource_control_policy_that_asks_for_what_nobody_sends_keeps_everybody_out() -> None:
    found = told(rcp(deny("sts:AssumeRole", {"Null": {"sts:SourceIdentity": "true"}})))
    assert {(each.code, each.severity) for each in found} == {("SCP_LOCK_OUT", Severity.CRITICAL)}


def test_sessions_have_no_source_identity_as_none_is_sent() -> None:
    found = told(scp(deny("ec2:*", {"Null": {"aws:SourceIdentity": "true"}}), upon=[PROD]))
    assert {each.code for each in found} == {"SCP_LOCK_OUT"}


@pytest.mark.parametrize(
    ("condition", "hangs_on"),
    [
        ({"Null": {"aws:RequestTag/break-glass-ticket": "true"}}, "aws:requesttag/break-glass-ticket"),
        ({"Null": {"aws:TagKeys": "true"}}, "aws:tagkeys"),
        ({"StringNotEquals": {"aws:ResourceTag/kind": "emergency"}}, "aws:resourcetag/kind"),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Null": {"sts:ExternalId": "true"}}, "aws:sourceip"),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Null": {"aws:RequestTag/x": "true"}}, "aws:sourceip"),
    ],
)
def test_what_a_way_into_a_role_may_send_or_has_by_itself_is_conditional(condition: Json, hangs_on: str) -> None:
    found = told(scp(deny("sts:AssumeRole", condition), upon=[SECURITY]))
    assert summary(found) == out_of_roles("SCP_CONDITIONAL", Severity.MEDIUM)
    assert all(each.detail.endswith(f"depending on {hangs_on}") for each in found)


@pytest.mark.parametrize(
    ("action", "condition", "hangs_on"),
    [
        ("ec2:*", {"StringEquals": {"aws:ResourceTag/Env": "prod"}}, "aws:resourcetag/env"),
        ("ec2:*", {"Null": {"aws:ResourceTag/Env": "true"}}, "aws:resourcetag/env"),
        (
            "ec2:*",
            {"StringNotEquals": {"aws:ResourceTag/Owner": "${aws:PrincipalTag/Owner}"}},
            "aws:resourcetag/owner",
        ),
        (
            "ec2:CreateSnapshot",
            {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Null": {"aws:RequestTag/x": "true"}},
            "aws:requesttag/x, aws:sourceip",
        ),
        ("ec2:StopInstances", {"Null": {"aws:RequestTag/x": "true"}}, "aws:requesttag/x"),
        ("s3:*", {"StringNotEquals": {"s3:DataAccessPointAccount": PROD}}, "s3:dataaccesspointaccount"),
        ("s3:GetBucketVersioning", {"StringNotEquals": {"s3:x-amz-acl": "private"}}, "s3:x-amz-acl"),
        ("kms:*", {"Null": {"kms:ViaService": "true"}}, "kms:viaservice"),
        ("ec2:CreateSnapshot", {"StringFoo": {"aws:RequestTag/x": "y"}}, "aws:requesttag/x"),
    ],
)
def test_what_is_nobodys_choice_is_conditional(action: str, condition: Json, hangs_on: str) -> None:
    found = told(scp(deny(action, condition), upon=[PROD]))
    assert {each.code for each in found} == {"SCP_CONDITIONAL"}
    assert all(each.detail.endswith(f"depending on {hangs_on}") for each in found)


def test_choices_that_no_call_can_make_at_once_are_an_obstacle() -> None:
    both = [deny("ec2:CreateSnapshot", {"StringNotEquals": {"aws:RequestTag/owner": each}}) for each in ("a", "b")]
    assert {each.code for each in told(scp(*both))} == {"SCP_CONDITIONAL"}


def test_what_is_denied_with_a_key_or_without_another_is_not_denied_for_certain() -> None:
    without = deny("ec2:CreateSnapshot", {"Null": {"aws:RequestTag/owner": "true"}})
    found = told(scp(without, deny("ec2:CreateSnapshot", {"Null": {"aws:SourceVpc": "false"}})))
    assert {each.code for each in found} == {"SCP_CONDITIONAL"}
    assert all(each.detail.endswith("depending on aws:sourcevpc") for each in found)


@pytest.mark.parametrize("account", [SECURITY, PROD, "999999999999"])
def test_an_account_that_is_nowhere_in_the_organization_is_no_clean_bill(account: str) -> None:
    rest = {child: parent for child, parent in TREE.items() if child != account}
    (found,) = control_policies(evidence([tree(rest), full()]))
    assert (found.code, found.severity, found.subject) == ("ACCOUNT_NOT_IN_ORGANIZATION", Severity.HIGH, account)
    assert found.account == account


def test_where_the_organization_was_not_read_no_account_is_missing_from_it() -> None:
    assert list(control_policies(evidence([full()]))) == []


def test_a_role_is_known_by_its_tags() -> None:
    tagged = {"StringNotEquals": {f"aws:PrincipalTag/{naming.OWNER_TAG}": "acme"}}
    assert told(scp(deny("*", tagged))) == []
    found = told(scp(deny("ec2:*", {"StringNotEquals": {"aws:PrincipalTag/exempt": "yes"}}), upon=[PROD]))
    assert {each.code for each in found} == {"SCP_LOCK_OUT"}


def test_a_deny_on_all_resources_of_a_service_counts() -> None:
    found = told(scp(deny("s3:GetBucketVersioning", Resource="arn:aws:s3:::*"), upon=[PROD]))
    assert "SCP_LOCK_OUT" in {each.code for each in found}


def test_a_level_without_any_policy_denies_everything_below() -> None:
    facts: list[Fact] = [tree(), full([each for each in EVERYWHERE if each != UNIT])]
    found = list(control_policies(evidence(facts)))
    assert summary(found) == [("SCP_LOCK_OUT", Severity.HIGH, f"{UNIT}/{each}") for each in ROLES]
    assert all(f"no service control policy is attached to {UNIT}" in each.detail for each in found)


def test_a_level_that_lists_what_is_allowed_denies_the_rest() -> None:
    listed = scp({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}, upon=[UNIT])
    facts: list[Fact] = [tree(), full([each for each in EVERYWHERE if each != UNIT]), listed]
    found = list(control_policies(evidence(facts)))
    assert {each.code for each in found} == {"SCP_LOCK_OUT"}
    assert not any("ec2:" in each.detail for each in found)


def test_the_management_account_is_bound_by_none() -> None:
    found = told(scp(deny("*"), upon=["999999999999"]), rcp(deny("sts:*"), upon=["999999999999"]))
    assert found == []


def test_a_document_that_is_none_is_not_known_to_keep_nobody_out() -> None:
    broken = ControlPolicy(MANAGEMENT, "p-x", "Theirs", "SERVICE_CONTROL_POLICY", "not JSON", (SECURITY,))
    assert {each.code for each in told(broken)} == {"SCP_CONDITIONAL"}


def test_accounts_are_told_apart_where_a_policy_could_even_by_a_pattern() -> None:
    found = told(scp(deny("ec2:CreateSnapshot", {"StringLike": {"aws:PrincipalAccount": "2222*"}})))
    assert len(found) == 2
    assert all(each.detail.endswith(" in 222222222222") for each in found)


def test_a_variable_stands_for_each_of_them() -> None:
    own_name = {"StringNotEquals": {"sts:RoleSessionName": "${aws:username}"}}
    assert told(scp(deny("sts:AssumeRole", own_name), upon=[SECURITY])) == []


def own(rights: Mapping[str, Json]) -> Resource:
    policies: list[Mapping[str, Json]] = [{"PolicyName": "x", "PolicyDocument": rights}]
    return Resource(resources.ROLE, Scope(PROD), {"RoleName": "BREAK-GLASS-OWN", "Policies": policies})


def test_what_a_role_denies_itself_is_no_loss_of_its() -> None:
    rights: Mapping[str, Json] = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
    policies: list[Fact] = [tree(), full(), scp(deny(["ec2:RunInstances", "s3:PutObject"]), upon=[PROD])]
    (found,) = control_policies(evidence(policies, None, own(MappingProxyType(rights))))
    assert found.detail.endswith("denies BREAK-GLASS-OWN: s3:putobject in 222222222222")


def test_what_has_too_many_patterns_is_not_called_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnesses, "MOST_STATES", 3)
    rights: Mapping[str, Json] = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}],
    }
    policies: list[Fact] = [tree(), full(), scp(deny("iam:*unheard*of*"), upon=[PROD])]
    found = list(control_policies(evidence(policies, None, own(rights))))
    assert "Theirs/BREAK-GLASS-OWN" in {each.subject for each in found}
    assert {each.code for each in found} == {"SCP_CONDITIONAL"}
    assert all("more than 3 states of patterns" in each.detail for each in found)


def test_each_distinct_set_is_judged_once_however_many_accounts_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = [{"id": str(number), "name": f"a{number}"} for number in range(700000000000, 700000000200)]
    many = manifest(accounts=accounts, teams=manifest_teams())
    units = [f"ou-{number}" for number in range(4)]
    hung = {str(each["id"]): units[number % 4] for number, each in enumerate(accounts)}
    parents = {**dict.fromkeys((*units, *many.account_ids), ROOT), **hung}
    theirs = [scp(deny("ec2:CreateSnapshot"), name=each, upon=[unit]) for each, unit in zip("ABCD", units, strict=True)]
    judged: list[str] = []

    def counted(meant: Manifest, role: Resource, *rest: Any) -> Any:  # noqa: ANN401 - passed on
        judged.append(role.name)
        return carrying_out(meant, role, *rest)

    monkeypatch.setattr("breakglass.assure.checks.control_policies.carrying_out", counted)
    found = list(control_policies(evidence([tree(parents), full((ROOT, *parents)), *theirs], many)))
    assert len(judged) == 4 * len(ROLES)
    assert {each.subject for each in found} == {f"{name}/{role}" for name in "ABCD" for role in (ROLES[0], ROLES[2])}
    assert all(len(ACCOUNT.findall(each.detail)) == 50 for each in found)


def manifest_teams() -> list[Mapping[str, Json]]:
    names = ("incident", "payments")
    everywhere: list[Mapping[str, Json]] = [
        {"name": each, "playbooks": ["ransomware"], "accounts": "all"} for each in names
    ]
    return [*everywhere, {"name": "organization", "playbooks": ["lost-access"], "accounts": ["management"]}]
