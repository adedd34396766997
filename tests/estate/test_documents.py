"""The documents say what decisions 2 and 3 of the design demand; each Deny is looked for by name."""

from collections.abc import Mapping

import pytest

from breakglass import documents as policy
from breakglass.documents import Document, Json
from breakglass.estate import documents
from breakglass.estate.reads import READS
from breakglass.resources import items

SECURITY = "111111111111"
ORGANIZATION = "o-acme12345"
TRUST = documents.playbook_trust("aws", SECURITY, ORGANIZATION)
BOUNDARY = documents.boundary("aws", SECURITY)


def statement(document: Document, sid: str) -> Mapping[str, Json]:
    found = [each for each in items(document["Statement"]) if isinstance(each, Mapping) and each.get("Sid") == sid]
    assert len(found) == 1, sid
    return found[0]


def test_a_role_can_only_be_assumed_with_mfa() -> None:
    condition = statement(TRUST, "Namespace")["Condition"]
    assert isinstance(condition, Mapping)
    assert condition["Bool"] == {"aws:MultiFactorAuthPresent": "true"}


def test_a_role_can_only_be_assumed_by_users_of_the_namespace_under_their_own_name() -> None:
    namespace = statement(TRUST, "Namespace")
    condition = namespace["Condition"]
    assert isinstance(condition, Mapping)
    assert namespace["Principal"] == {"AWS": f"arn:aws:iam::{SECURITY}:root"}
    assert condition["ArnLike"] == {"aws:PrincipalArn": f"arn:aws:iam::{SECURITY}:user/break-glass/*-break-glass"}
    assert condition["StringEquals"] == {"aws:PrincipalOrgID": ORGANIZATION, "sts:RoleSessionName": "${aws:username}"}


def test_labels_are_allowed_bounded_and_never_required() -> None:
    labels = statement(TRUST, "Labels")
    condition = labels["Condition"]
    assert isinstance(condition, Mapping)
    assert "sts:AssumeRole" not in items(labels["Action"])
    assert condition["Null"] == {"sts:TransitiveTagKeys": "true"}
    assert condition["StringEqualsIfExists"] == {"sts:SourceIdentity": "${aws:username}"}


@pytest.mark.parametrize("sid", ["OnlyRoles", "NotCanary", "NothingElse", "NoMfa"])
def test_the_limits_of_the_boundary_are_explicit_denies(sid: str) -> None:
    assert statement(BOUNDARY, sid)["Effect"] == "Deny"


def test_the_boundary_denies_without_mfa_even_where_the_key_is_absent() -> None:
    condition = statement(BOUNDARY, "NoMfa")["Condition"]
    assert condition == {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


def test_the_boundary_denies_no_action_that_signing_in_evaluates() -> None:
    for sid in ("NothingElse", "NoMfa"):
        spared = {str(action) for action in items(statement(BOUNDARY, sid)["NotAction"])}
        assert {"signin:Authenticate", "signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"} <= spared


def test_a_shell_is_given_the_session_by_an_allow_alone_and_only_where_the_manifest_says_so() -> None:
    login = statement(documents.self_service("aws", SECURITY, aws_login=True), "AwsLogin")
    assert login["Effect"] == "Allow"
    assert login["Resource"] == "arn:aws:signin:*:*:oauth2/public-client/*"
    without = documents.self_service("aws", SECURITY, aws_login=False)
    assert [each["Sid"] for each in items(without["Statement"]) if isinstance(each, Mapping)] == [
        "Self",
        "PasswordRules",
    ]


def test_the_verification_role_is_trusted_by_name_and_not_by_account() -> None:
    (only,) = items(documents.verifier_trust("aws", "333333333333")["Statement"])
    assert isinstance(only, Mapping)
    assert only["Principal"] == {"AWS": "arn:aws:iam::333333333333:role/break-glass/BreakGlassVerification"}


def test_verification_reaches_only_into_the_organization_and_the_canary() -> None:
    rights = documents.verification_rights("aws", "o-acme12345", SECURITY, "333333333333", "acme")
    assert statement(rights, "Verify")["Condition"] == {"StringEquals": {"aws:ResourceOrgID": "o-acme12345"}}
    assert statement(rights, "Canary")["Resource"] == f"arn:aws:iam::{SECURITY}:role/BREAK-GLASS-CANARY"


def test_evidence_is_put_into_the_audit_account_under_the_name_of_the_manifest_and_never_read() -> None:
    rights = documents.verification_rights("aws", "o-acme12345", SECURITY, "333333333333", "acme")
    evidence = statement(rights, "Evidence")
    assert evidence["Resource"] == "arn:aws:s3:::break-glass-evidence-333333333333-*/verification/acme/*"
    assert evidence["Condition"] == {"StringEquals": {"aws:ResourceAccount": "333333333333"}}
    written = [
        action for each in items(rights["Statement"]) if isinstance(each, Mapping) for action in items(each["Action"])
    ]
    assert {str(each) for each in written if str(each).startswith(("s3:", "kms:"))} == {
        *("kms:GenerateDataKey", "s3:PutObject"),
    }


def test_only_the_scheduled_function_of_lambda_becomes_the_verification_role() -> None:
    function, provisioner = items(documents.verification_trust("aws", "333333333333", "Provisioner")["Statement"])
    assert isinstance(function, Mapping)
    assert isinstance(provisioner, Mapping)
    assert function["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:lambda:*:333333333333:function:break-glass-verification*"},
        "StringEquals": {"aws:SourceAccount": "333333333333"},
    }
    assert provisioner["Principal"] == {"AWS": "arn:aws:iam::333333333333:role/Provisioner"}


def test_the_verifier_only_reads_and_no_data() -> None:
    (only,) = items(documents.verifier_rights(list(READS))["Statement"])
    assert isinstance(only, Mapping)
    actions = {str(action) for action in items(only["Action"])}
    judging = {"access-analyzer:CheckAccessNotGranted", "access-analyzer:CheckNoNewAccess"}
    judging.add("access-analyzer:ValidatePolicy")  # what documents mean that are handed in
    assert {action.partition(":")[2][:3] for action in actions - judging} == {"Des", "Get", "Lis"}
    assert not actions & {"s3:GetObject", "logs:GetLogEvents", "kms:Decrypt", "secretsmanager:GetSecretValue"}


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_no_document_names_another_partition(partition: str) -> None:
    for document in (
        documents.boundary(partition, SECURITY),
        documents.playbook_trust(partition, SECURITY, ORGANIZATION),
    ):
        assert policy.text(document).count("arn:") == policy.text(document).count(f"arn:{partition}:")


def test_documents_fit_the_quotas_of_iam() -> None:
    assert policy.size(TRUST) <= 2048
    assert policy.size(BOUNDARY) <= 6144
