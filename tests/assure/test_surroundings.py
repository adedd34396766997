"""What surrounds emergency access is judged by what was read of it, and by nothing that was not."""

from collections.abc import Mapping, Sequence

import pytest

from breakglass.assure.catalogue.surroundings import SURROUNDINGS
from breakglass.assure.evidence import Evidence
from breakglass.documents import Json
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan
from breakglass.facts import Fact
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.resources import Scope
from breakglass.surroundings import (
    AutomaticRemediation,
    ExternalAccess,
    OrganizationAnalyzers,
    RootUser,
    SecurityContact,
    SignInPolicy,
)
from tests.verified import MOMENT

SECURITY, PROD, AUDIT = Scope("111111111111"), Scope("222222222222"), Scope("333333333333")
MANAGEMENT = Scope("999999999999")
REGION = Scope("111111111111", "eu-west-1")
ROLE = "arn:aws:iam::222222222222:role/BREAK-GLASS-RANSOMWARE"
ANA = "arn:aws:iam::111111111111:user/break-glass/ana-break-glass"
USERS = "arn:aws:iam::111111111111:user/break-glass/*"
BEFORE, AFTER = ["signin:Authenticate"], ["signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"]
HOME: Mapping[str, Json] = {"NotIpAddressIfExists": {"aws:SourceIp": ["203.0.113.0/24"]}}
NETWORK: Mapping[str, Json] = {**HOME, "StringNotEquals": {"aws:SourceVpc": ["vpc-0123456789abcdef0"]}}


def told(acme: Manifest, control: str, *facts: Fact) -> list[Finding]:
    """Return what one control says of these facts, and see that no other says anything."""
    evidence = Evidence(Observation({}, {}, facts), Plan({}, ()), acme, MOMENT)
    found = {each.control.id: list(each.check(evidence)) for each in SURROUNDINGS}
    assert not [each for each, findings in found.items() if findings and each != control]
    return found[control]


def test_nothing_read_is_nothing_said(acme: Manifest) -> None:
    assert told(acme, "root-keys") == []


class TestRootKeys:
    def test_a_root_user_without_keys_is_no_finding(self, acme: Manifest) -> None:
        assert told(acme, "root-keys", RootUser(PROD, has_access_keys=False)) == []

    def test_a_member_is_rid_of_them_from_the_management_account(self, acme: Manifest) -> None:
        (finding,) = told(acme, "root-keys", RootUser(PROD, has_access_keys=True))
        assert (finding.code, finding.severity, finding.subject) == ("ROOT_ACCESS_KEY", Severity.CRITICAL, PROD.account)
        assert "aws sts assume-root --target-principal 222222222222" in finding.advice
        assert "policy/root-task/IAMDeleteRootUserCredentials --region eu-west-1" in finding.advice

    def test_nobody_but_its_root_user_rids_the_management_account_of_them(self, acme: Manifest) -> None:
        (finding,) = told(acme, "root-keys", RootUser(MANAGEMENT, has_access_keys=True))
        assert finding.subject == MANAGEMENT.account
        assert "assume-root" not in finding.advice
        assert finding.advice.startswith("sign in as the root user")


class TestContacts:
    def test_a_contact_is_no_finding(self, acme: Manifest) -> None:
        assert told(acme, "contacts", SecurityContact(PROD, is_there=True)) == []

    @pytest.mark.parametrize(("scope", "named"), [(PROD, True), (MANAGEMENT, False)])
    def test_the_advice_names_no_account_to_itself(self, acme: Manifest, scope: Scope, named: bool) -> None:
        (finding,) = told(acme, "contacts", SecurityContact(scope, is_there=False))
        assert (finding.code, finding.severity, finding.subject) == (
            "CONTACT_MISSING",
            Severity.MEDIUM,
            scope.account,
        )
        assert ("--account-id" in finding.advice) == named


class TestGenericRemediation:
    @pytest.mark.parametrize(
        ("source", "target"),
        [
            ("IAM_USER_UNUSED_CREDENTIALS_CHECK", "AWSConfigRemediation-RevokeUnusedIAMUserCredentials"),
            ("IAM_USER_UNUSED_CREDENTIALS_CHECK", "TidyUp"),
            ("ACCESS_KEYS_ROTATED", "ASR-RevokeUnusedIAMUserCredentials"),
            ("arn:aws:lambda:eu-west-1:111111111111:function:idle", "AWSConfigRemediation-DeleteIAMUser"),
        ],
    )
    def test_what_takes_idle_users_away_is_a_finding(self, acme: Manifest, source: str, target: str) -> None:
        fact = AutomaticRemediation(REGION, "idle", source, target)
        (finding,) = told(acme, "generic-remediation", fact)
        assert (finding.code, finding.severity, finding.subject) == (
            "REMEDIATION_DELETES_USERS",
            Severity.HIGH,
            f"idle in {fact.scope.region} of {fact.scope.account}",
        )
        assert target in finding.detail
        assert "--config-rule-name idle --region eu-west-1" in finding.advice

    @pytest.mark.parametrize(
        ("source", "target"),
        [
            ("IAM_USER_UNUSED_CREDENTIALS_CHECK", "AWS-PublishSNSNotification"),
            ("RESTRICTED_INCOMING_TRAFFIC", "AWS-DisablePublicAccessForSecurityGroup"),
            ("", "TidyUp"),
        ],
    )
    def test_what_tells_somebody_or_does_something_else_is_none(self, acme: Manifest, source: str, target: str) -> None:
        assert told(acme, "generic-remediation", AutomaticRemediation(REGION, "x", source, target)) == []


def statement(actions: Sequence[str], condition: Json = None, **more: Json) -> Json:
    made: dict[str, Json] = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": actions, "Resource": "*"}
    return {**made, **({"Condition": condition} if condition else {}), **more}


def sign_in(*statements: Json, scope: Scope = SECURITY, in_force: bool = True) -> SignInPolicy:
    return SignInPolicy(scope, {"Version": "2012-10-17", "Statement": statements}, is_in_force=in_force)


class TestConsoleSignIn:
    def test_a_deny_without_conditions_locks_everybody_out(self, acme: Manifest) -> None:
        (finding,) = told(acme, "console-sign-in", sign_in(statement(BEFORE)))
        assert (finding.code, finding.severity) == ("SIGN_IN_RESTRICTED", Severity.CRITICAL)
        assert finding.subject == SECURITY.account
        assert "from nowhere" in finding.detail
        assert "delete-resource-permission-statement" in finding.advice

    @pytest.mark.parametrize("action", [*BEFORE, *AFTER])
    def test_each_of_the_three_actions_is_needed(self, acme: Manifest, action: str) -> None:
        (finding,) = told(acme, "console-sign-in", sign_in(statement([action])))
        assert finding.severity is Severity.CRITICAL

    def test_what_hangs_on_the_network_is_conditional_access_and_says_on_what(self, acme: Manifest) -> None:
        (finding,) = told(acme, "console-sign-in", sign_in(statement(BEFORE, NETWORK), statement(AFTER, NETWORK)))
        assert finding.severity is Severity.HIGH
        assert "under conditions alone (aws:SourceIp, aws:SourceVpc)" in finding.detail

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}},
            {"StringNotEquals": {"aws:SourceVpce": ["vpce-0123456789"]}},
            {"StringEquals": {"aws:SourceVpc": ["vpc-0123456789abcdef0"]}},
            {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}},
            {"Fancy": {"aws:SourceIp": ["203.0.113.0/24"]}},
        ],
    )
    def test_every_way_to_bind_a_place_counts_and_so_does_what_is_not_modelled(
        self, acme: Manifest, condition: Json
    ) -> None:
        (finding,) = told(acme, "console-sign-in", sign_in(statement(AFTER, condition)))
        assert finding.severity is Severity.HIGH

    def test_whoever_is_excepted_before_and_after_is_not_bound(self, acme: Manifest) -> None:
        before = {**NETWORK, "ArnNotLike": {"signin:PrincipalArn": [USERS]}}
        after = {**NETWORK, "ArnNotLike": {"aws:PrincipalArn": [USERS]}}
        found = told(acme, "console-sign-in", sign_in(statement(BEFORE, before), statement(AFTER, after)))
        assert not any("ana-break-glass" in each.detail for each in found)
        assert told(acme, "console-sign-in", sign_in(statement(BEFORE, before), scope=AUDIT)) == []

    def test_an_exception_of_one_half_excepts_from_nothing(self, acme: Manifest) -> None:
        key = {"ArnNotEquals": {"aws:PrincipalArn": [ANA]}}
        (finding,) = told(acme, "console-sign-in", sign_in(statement([*BEFORE, *AFTER], key)))
        assert finding.severity is Severity.CRITICAL

    def test_an_exception_without_the_path_is_for_somebody_else(self, acme: Manifest) -> None:
        key = {"ArnNotEquals": {"signin:PrincipalArn": ["arn:aws:iam::111111111111:user/ana-break-glass"]}}
        (finding,) = told(acme, "console-sign-in", sign_in(statement(BEFORE, key)))
        assert finding.severity is Severity.CRITICAL

    def test_who_is_locked_out_and_who_is_conditional_are_told_apart(self, acme: Manifest) -> None:
        only = {"ArnEquals": {"signin:PrincipalArn": [ANA]}}
        found = told(acme, "console-sign-in", sign_in(statement(BEFORE, only), statement(AFTER, NETWORK)))
        assert [each.severity for each in found] == [Severity.CRITICAL, Severity.HIGH]
        assert "ana-break-glass can sign in from nowhere" in found[0].detail
        assert "users and roles" in found[1].detail

    def test_roles_of_an_account_are_bound_less_surely_than_people(self, acme: Manifest) -> None:
        (finding,) = told(acme, "console-sign-in", sign_in(statement(AFTER), scope=PROD))
        assert (finding.severity, finding.subject) == (Severity.HIGH, PROD.account)

    def test_a_policy_that_waits_is_told_more_mildly(self, acme: Manifest) -> None:
        (finding,) = told(acme, "console-sign-in", sign_in(statement(BEFORE), in_force=False))
        assert finding.severity is Severity.MEDIUM
        assert "as soon as console authorization is enabled" in finding.detail

    @pytest.mark.parametrize("policy", [statement(["signin:PutResourcePermissionStatement"]), statement(["s3:*"])])
    def test_a_policy_about_something_else_binds_nobody(self, acme: Manifest, policy: Json) -> None:
        assert told(acme, "console-sign-in", sign_in(policy)) == []

    def test_a_resource_that_is_named_counts_as_every_one(self, acme: Manifest) -> None:
        (finding,) = told(acme, "console-sign-in", sign_in(statement(BEFORE, Resource="arn:aws:signin:*:*:console")))
        assert finding.severity is Severity.CRITICAL


class TestExternalAccess:
    def test_an_analyzer_that_finds_nothing_is_no_finding(self, acme: Manifest) -> None:
        assert told(acme, "external-access", OrganizationAnalyzers(AUDIT, ("arn",))) == []

    def test_no_analyzer_is_a_finding_that_says_how_to_make_one(self, acme: Manifest) -> None:
        (finding,) = told(acme, "external-access", OrganizationAnalyzers(AUDIT, ()))
        assert (finding.code, finding.severity, finding.subject) == (
            "ANALYZER_MISSING",
            Severity.MEDIUM,
            AUDIT.account,
        )
        assert "register-delegated-administrator" in finding.advice
        assert "--type ORGANIZATION --region eu-west-1" in finding.advice

    def test_a_role_is_told_once_with_everybody_who_gets_in(self, acme: Manifest) -> None:
        facts = [ExternalAccess(PROD, ROLE, (f"AWS: {each}",)) for each in ("888888888888", "777777777777")]
        (finding,) = told(acme, "external-access", *facts)
        assert (finding.code, finding.severity, finding.subject) == ("EXTERNAL_ACCESS", Severity.CRITICAL, ROLE)
        assert finding.detail.endswith("gets in: AWS: 777777777777; AWS: 888888888888")

    def test_what_could_not_be_analyzed_is_told_too(self, acme: Manifest) -> None:
        (finding,) = told(acme, "external-access", ExternalAccess(PROD, ROLE, (), "ACCESS_DENIED"))
        assert finding.severity is Severity.HIGH
        assert finding.detail.endswith("ACCESS_DENIED")

    def test_accounts_of_no_manifest_are_nobody_of_ours(self, acme: Manifest) -> None:
        elsewhere = ROLE.replace(PROD.account, "777777777777")
        assert told(acme, "external-access", ExternalAccess(Scope("777777777777"), elsewhere, ("AWS: *",))) == []


def test_every_control_says_why_and_what_to_do() -> None:
    for each in SURROUNDINGS:
        assert each.control.rationale.endswith(".")
        assert each.control.remediation.endswith(".")
        assert each.control.frameworks
