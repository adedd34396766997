"""Policies of keys and buckets: which of them keep which playbook from what."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from breakglass import resources
from breakglass.assure.checks.resource_policies import resource_policies
from breakglass.documents import Json
from breakglass.estate.obstacles.resource_bound import left
from breakglass.findings import Finding, Severity
from breakglass.iam import witnesses
from breakglass.lock_outs import ResourcePolicy
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource, Scope
from tests.assure.test_control_policies import deny, evidence

PROD, PAYMENTS = Scope("222222222222"), Scope("444444444444")
KEY = "arn:aws:kms:eu-west-1:222222222222:key/0123"
BUCKET = "arn:aws:s3:::ledgers"
RANSOMWARE = "arn:aws:iam::222222222222:role/BREAK-GLASS-RANSOMWARE"
ROOT: Mapping[str, Json] = {"AWS": "arn:aws:iam::222222222222:root"}


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": statements}


def allow(principal: Json, action: Json = "kms:*", condition: Json = None) -> Mapping[str, Json]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return statement if condition is None else {**statement, "Condition": condition}


def told(*found: ResourcePolicy) -> list[Finding]:
    return list(resource_policies(evidence(found)))


def of_key(*statements: Json) -> list[Finding]:
    return told(ResourcePolicy(PROD, KEY, document(*statements)))


def of_bucket(*statements: Mapping[str, Json]) -> list[Finding]:
    named = [{"Principal": "*", **each, "Resource": [BUCKET, f"{BUCKET}/*"]} for each in statements]
    return told(ResourcePolicy(PROD, BUCKET, document(*named)))


def codes(found: Iterable[Finding]) -> set[tuple[str, Severity]]:
    return {(each.code, each.severity) for each in found}


LOCKED = {("RESOURCE_LOCK_OUT", Severity.HIGH)}
PERHAPS = {("RESOURCE_CONDITIONAL", Severity.MEDIUM)}


def test_a_key_that_leaves_it_to_its_account_keeps_nobody_out() -> None:
    assert of_key(allow(ROOT)) == []
    assert of_key(allow({"AWS": "222222222222"})) == []


def test_a_key_without_its_account_keeps_everybody_out_whom_it_does_not_name() -> None:
    (found,) = of_key(allow({"AWS": "arn:aws:iam::222222222222:role/Owner"}))
    assert (found.code, found.severity, found.subject, found.account) == (
        "RESOURCE_LOCK_OUT",
        Severity.HIGH,
        KEY,
        PROD.account,
    )
    assert found.detail.startswith("its own policy denies BREAK-GLASS-")
    assert "; BREAK-GLASS-RANSOMWARE: kms:DescribeKey, kms:CreateGrant, kms:CancelKeyDeletion, " in found.detail


def test_a_key_that_names_a_role_lets_that_one_in() -> None:
    (found,) = of_key(allow({"AWS": RANSOMWARE}))
    assert "BREAK-GLASS-LOST-ACCESS: " in found.detail
    assert "BREAK-GLASS-RANSOMWARE" not in found.detail


def test_an_account_that_is_let_in_for_some_actions_is_kept_from_the_others() -> None:
    (found,) = of_key(allow(ROOT, ["kms:Describe*", "kms:GenerateDataKey", "kms:CreateGrant", "kms:EnableKey"]))
    assert found.detail.endswith("BREAK-GLASS-RANSOMWARE: kms:CancelKeyDeletion, kms:Decrypt")


@pytest.mark.parametrize(
    ("condition", "hangs_on"),
    [
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, "aws:sourceip"),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, "aws:sourcevpce"),
        ({"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}, "kms:viaservice"),
    ],
)
def test_a_key_that_lets_its_account_in_under_a_condition_is_conditional(condition: Json, hangs_on: str) -> None:
    found = of_key(allow(ROOT, condition=condition))
    assert codes(found) == PERHAPS
    assert all(f"depending on {hangs_on}" in each.detail for each in found)


@pytest.mark.parametrize(
    "condition", [{"Null": {"kms:ViaService": "true"}}, {"Bool": {"kms:GrantIsForAWSResource": "false"}}]
)
def test_a_key_that_only_a_service_may_use_is_conditional(condition: Json) -> None:
    assert codes(of_key(allow(ROOT), deny("kms:*", condition, Principal="*"))) == PERHAPS


def test_a_key_that_asks_for_a_context_keeps_out_who_cannot_choose_it() -> None:
    found = of_key(allow(ROOT), deny("kms:*", {"Null": {"kms:EncryptionContext:app": "true"}}, Principal="*"))
    assert codes(found) == PERHAPS
    assert not any("GenerateDataKey" in each.detail for each in found)


def test_a_condition_that_is_met_anyway_is_none() -> None:
    caller = {"StringEquals": {"kms:CallerAccount": "222222222222", "aws:PrincipalOrgID": "o-acme12345"}}
    assert of_key(allow({"AWS": "*"}, condition=caller)) == []


def test_a_bucket_that_denies_whoever_is_not_listed_keeps_the_roles_out() -> None:
    listed = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::222222222222:role/Owner"}}
    found = of_bucket(deny("s3:*", listed))
    assert codes(found) == LOCKED
    assert "BREAK-GLASS-RANSOMWARE: s3:" in found[0].detail
    exempt = ["arn:aws:iam::222222222222:role/Owner", "arn:aws:iam::*:role/BREAK-GLASS-*"]
    assert of_bucket(deny("s3:*", {"ArnNotLike": {"aws:PrincipalArn": exempt}})) == []


@pytest.mark.parametrize(
    "harmless",
    [
        deny("s3:*", {"Bool": {"aws:SecureTransport": "false"}}),
        deny("s3:PutObject", {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}),
        deny("s3:*", {"StringNotEquals": {"aws:PrincipalOrgID": "o-acme12345"}}),
        {**allow("*", "s3:GetObject"), "Principal": {"AWS": "arn:aws:iam::222222222222:role/Owner"}},
    ],
)
def test_what_most_buckets_ask_for_keeps_nobody_out(harmless: Mapping[str, Json]) -> None:
    assert of_bucket(harmless) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
        {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
        {"StringNotEquals": {"s3:DataAccessPointAccount": "222222222222"}},
        {"StringEquals": {"aws:ResourceTag/x": "y"}},
        {"StringNotEquals": {"aws:SourceVpce": "vpce-1", "s3:x-amz-acl": "bucket-owner-full-control"}},
        {"StringFoo": {"aws:PrincipalArn": "x"}},
    ],
)
def test_a_bucket_that_asks_where_one_is_is_conditional(condition: Json) -> None:
    assert codes(of_bucket(deny("s3:*", condition))) == PERHAPS


def test_what_is_upon_objects_is_asked_upon_objects() -> None:
    objects = {**deny("s3:*"), "Principal": "*", "Resource": f"{BUCKET}/*"}
    found = told(ResourcePolicy(PROD, BUCKET, document(objects)))
    assert "s3:ListBucketVersions" not in " ".join(each.detail for each in found)


def test_a_policy_that_was_shown_to_nobody_is_taken_to_let_nobody_in_and_says_so() -> None:
    found = told(ResourcePolicy(PROD, BUCKET, None), ResourcePolicy(PROD, KEY, None))
    assert codes(found) == LOCKED
    assert [each.subject for each in found] == [BUCKET, KEY]
    for each in found:
        assert each.detail.startswith(
            "its own policy denies even reading it to whoever verifies, so that what it says is"
        )
        assert "not under a condition alone, it denies BREAK-GLASS-" in each.detail


def test_a_policy_that_is_no_document_is_not_known_to_let_anybody_in() -> None:
    assert codes(told(ResourcePolicy(PROD, KEY, "not JSON"))) == PERHAPS


def test_each_resource_has_a_finding_of_its_own_though_policies_alike_are_judged_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[str] = []

    def counted(of: Manifest, role: Resource, *rest: Any) -> Any:  # noqa: ANN401 - passed on
        judged.append(role.name)
        return left(of, role, *rest)

    monkeypatch.setattr("breakglass.assure.checks.resource_policies.left", counted)
    shut = allow({"AWS": "arn:aws:iam::999999999999:root"})
    facts = [
        ResourcePolicy(scope, f"arn:aws:kms:eu-west-1:{scope.account}:key/{number}", document(shut))
        for scope in (PROD, PAYMENTS)
        for number in range(7)
    ]
    found = told(*facts)
    assert [(each.subject, each.account) for each in found] == [(each.arn, each.scope.account) for each in facts]
    assert len(judged) == len(set(judged))


def test_what_is_denied_for_certain_and_what_may_be_are_told_apart() -> None:
    found = of_bucket(deny("s3:GetBucketVersioning"), deny("s3:*", {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}))
    assert codes(found) == LOCKED | PERHAPS
    perhaps = next(each for each in found if each.code == "RESOURCE_CONDITIONAL")
    assert perhaps.detail.endswith("depending on aws:sourcevpce")
    assert "s3:GetBucketVersioning" not in perhaps.detail.partition("BREAK-GLASS-RANSOMWARE")[2]


def test_a_role_is_asked_only_for_what_its_own_policies_allow() -> None:
    rights: Mapping[str, Json] = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:Get*", "Resource": ["arn:aws:s3:::other", "arn:aws:s3:::other/*"]},
            {"Effect": "Allow", "NotAction": ["iam:*", "kms:*"], "NotResource": "arn:aws:s3:::other"},
            {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
        ],
    }
    role = Resource(
        resources.ROLE, PROD, {"RoleName": "BREAK-GLASS-OWN", "Policies": [resources.inline_policy("x", rights)]}
    )
    shut = [ResourcePolicy(PROD, BUCKET, None), ResourcePolicy(PROD, KEY, None)]
    found = list(resource_policies(evidence(shut, None, role)))
    assert found
    assert not any("BREAK-GLASS-OWN" in each.detail for each in found)


def test_what_has_too_many_patterns_is_not_called_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnesses, "MOST_STATES", 3)
    rights: Mapping[str, Json] = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "kms:De*", "Resource": "*"}],
    }
    role = Resource(
        resources.ROLE, PROD, {"RoleName": "BREAK-GLASS-OWN", "Policies": [resources.inline_policy("x", rights)]}
    )
    key = ResourcePolicy(PROD, KEY, document(allow(ROOT, "kms:*never*heard*")))
    found = next(each for each in resource_policies(evidence([key], None, role)) if each.severity is Severity.MEDIUM)
    assert codes([found]) == PERHAPS
    assert "BREAK-GLASS-OWN: what it is for" in found.detail
    assert "more than 3 states" in found.detail
