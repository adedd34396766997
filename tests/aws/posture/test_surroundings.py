"""What surrounds emergency access is asked of the account itself, and what is not told is unread, alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.session import Session

from breakglass import posture
from breakglass.aws import own_endpoint
from breakglass.errors import DeniedError
from breakglass.facts import Reading, Survey
from breakglass.resources import Scope
from breakglass.surroundings import (
    AutomaticRemediation,
    ExternalAccess,
    OrganizationAnalyzers,
    RootUser,
    SecurityContact,
    SignInPolicy,
)
from tests.aws.stubs import PROD, SECURITY, Recorder, StubbedAws, StubbedEstate

if TYPE_CHECKING:
    from mypy_boto3_signin import SignInServiceClient

pytestmark = pytest.mark.usefixtures("iam")

HERE = Scope(SECURITY)
REGION = Scope(SECURITY, "eu-west-1")
CONTACT = {"AlternateContactType": "SECURITY"}
ANALYZER = f"arn:aws:access-analyzer:eu-west-1:{SECURITY}:analyzer/organization"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
FILTER = {"status": {"eq": ["ACTIVE"]}, "resourceType": {"eq": ["AWS::IAM::Role"]}}


def summary(**counted: int) -> Mapping[str, object]:
    return {"SummaryMap": {"Users": 4, **counted}}


def look(estate: StubbedEstate, type_: str, scope: Scope = HERE) -> Reading:
    return estate.read(Survey(scope, frozenset({type_}), regions=("eu-west-1", "us-west-2")))


def unread(reading: Reading, what: str, type_: str) -> None:
    (found,) = reading.unread
    assert (found.what, found.types) == (what, frozenset({type_}))
    assert isinstance(found.why, DeniedError)


class TestAccount:
    @pytest.fixture
    def account(self, aws: StubbedAws) -> Recorder:
        return aws.service("account")

    @pytest.mark.parametrize(("present", "keys"), [(0, False), (1, True)])
    def test_root_and_the_contact(
        self, estate: StubbedEstate, iam: Recorder, account: Recorder, present: int, keys: bool
    ) -> None:
        iam.expect("get_account_summary", {}, summary(AccountAccessKeysPresent=present))
        account.expect("get_alternate_contact", CONTACT, {"AlternateContact": {"EmailAddress": "a@b.example"}})
        reading = look(estate, posture.ACCOUNT)
        assert reading.facts == (RootUser(HERE, has_access_keys=keys), SecurityContact(HERE, is_there=True))
        assert not reading.unread

    def test_no_contact_is_a_fact_and_not_a_failure(
        self, estate: StubbedEstate, iam: Recorder, account: Recorder
    ) -> None:
        iam.expect("get_account_summary", {}, summary(AccountAccessKeysPresent=0))
        account.refuse("get_alternate_contact", CONTACT, "ResourceNotFoundException", status=404)
        reading = look(estate, posture.ACCOUNT)
        assert reading.facts[1:] == (SecurityContact(HERE, is_there=False),)
        assert not reading.unread

    def test_a_summary_that_is_denied_hides_no_contact(
        self, estate: StubbedEstate, iam: Recorder, account: Recorder
    ) -> None:
        iam.refuse("get_account_summary", {}, "AccessDenied")
        account.expect("get_alternate_contact", CONTACT, {"AlternateContact": {}})
        reading = look(estate, posture.ACCOUNT)
        assert reading.facts == (SecurityContact(HERE, is_there=True),)
        unread(reading, "the account's summary", posture.ACCOUNT)

    def test_nor_does_a_contact_hide_the_summary(self, estate: StubbedEstate, iam: Recorder, account: Recorder) -> None:
        iam.expect("get_account_summary", {}, summary(AccountAccessKeysPresent=1))
        account.refuse("get_alternate_contact", CONTACT, "AccessDeniedException")
        reading = look(estate, posture.ACCOUNT)
        assert reading.facts == (RootUser(HERE, has_access_keys=True),)
        unread(reading, "the contact for security", posture.ACCOUNT)


class TestConfigRules:
    @pytest.fixture
    def config(self, aws: StubbedAws) -> Recorder:
        return aws.service("config")

    @staticmethod
    def rules(*names: str, **more: str) -> Mapping[str, object]:
        source = {"Owner": "AWS", "SourceIdentifier": "IAM_USER_UNUSED_CREDENTIALS_CHECK"}
        return {
            "ConfigRules": [{"ConfigRuleName": each, "Source": source} for each in names],
            **more,
        }

    @staticmethod
    def started(name: str, **more: object) -> Mapping[str, object]:
        return {"ConfigRuleName": name, "TargetType": "SSM_DOCUMENT", "TargetId": "Revoke", **more}

    def test_only_what_starts_by_itself_is_told(self, estate: StubbedEstate, config: Recorder) -> None:
        config.expect("describe_config_rules", {}, self.rules("a", "b", "c", "d"))
        told = [self.started("a", Automatic=True), self.started("b", Automatic=False), self.started("c")]
        config.expect(
            "describe_remediation_configurations",
            {"ConfigRuleNames": ["a", "b", "c", "d"]},
            {"RemediationConfigurations": told},
        )
        reading = look(estate, posture.CONFIG_RULE, REGION)
        expected = AutomaticRemediation(REGION, "a", "IAM_USER_UNUSED_CREDENTIALS_CHECK", "Revoke")
        assert reading.facts == (expected,)
        assert not reading.unread

    def test_remediations_are_asked_for_by_twenty_five_rules(self, estate: StubbedEstate, config: Recorder) -> None:
        names = [f"r{each:02}" for each in range(26)]
        config.expect("describe_config_rules", {}, self.rules(*names[:20], NextToken="more"))
        config.expect("describe_config_rules", {"NextToken": "more"}, self.rules(*names[20:]))
        config.expect(
            "describe_remediation_configurations", {"ConfigRuleNames": names[:25]}, {"RemediationConfigurations": []}
        )
        told = {"RemediationConfigurations": [self.started("r25", Automatic=True)]}
        config.expect("describe_remediation_configurations", {"ConfigRuleNames": names[25:]}, told)
        (fact,) = look(estate, posture.CONFIG_RULE, REGION).facts
        assert isinstance(fact, AutomaticRemediation)
        assert fact.rule_name == "r25"

    def test_without_rules_nothing_more_is_asked(self, estate: StubbedEstate, config: Recorder) -> None:
        config.expect("describe_config_rules", {}, self.rules())
        assert look(estate, posture.CONFIG_RULE, REGION).facts == ()

    def test_what_is_denied_is_unread(self, estate: StubbedEstate, config: Recorder) -> None:
        config.refuse("describe_config_rules", {}, "AccessDeniedException")
        unread(look(estate, posture.CONFIG_RULE, REGION), "the rules of AWS Config", posture.CONFIG_RULE)


class TestSignIn:
    STATEMENT: Mapping[str, object] = {
        "effect": "Deny",
        "principal": {"AWS": "*"},
        "action": ["signin:Authenticate"],
        "resource": "*",
        "condition": {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}},
    }

    @pytest.fixture
    def signin(self, aws: StubbedAws) -> Recorder:
        return aws.service("signin")

    def policy(self, signin: Recorder, **more: str) -> None:
        told = {"signinResourceBasedPolicy": {"statement": [self.STATEMENT], **more}}
        signin.expect("get_resource_policy", {}, told)

    @pytest.mark.parametrize("enabled", [True, False])
    def test_a_policy_is_told_in_the_elements_of_the_policy_language(
        self, estate: StubbedEstate, signin: Recorder, enabled: bool
    ) -> None:
        self.policy(signin, version="2012-10-17")
        told = {"targetId": SECURITY, "scope": "ACCOUNT", "consoleAuthorizationEnabled": enabled}
        signin.expect("get_console_authorization_configuration", {}, told)
        (fact,) = look(estate, posture.SIGN_IN).facts
        assert isinstance(fact, SignInPolicy)
        assert fact.is_in_force is enabled
        (statement,) = (dict(each) for each in json.loads(json.dumps(fact.document))["Statement"])
        assert fact.document["Version"] == "2012-10-17"
        assert statement.keys() == {"Effect", "Principal", "Action", "Resource", "Condition"}
        assert statement["Condition"] == self.STATEMENT["condition"]

    def test_a_configuration_that_was_never_made_puts_nothing_in_force(
        self, estate: StubbedEstate, signin: Recorder
    ) -> None:
        self.policy(signin)
        signin.refuse("get_console_authorization_configuration", {}, "ResourceNotFoundException", status=404)
        (fact,) = look(estate, posture.SIGN_IN).facts
        assert isinstance(fact, SignInPolicy)
        assert not fact.is_in_force
        assert "Version" not in fact.document

    def test_no_policy_is_nothing_to_tell(self, estate: StubbedEstate, signin: Recorder) -> None:
        signin.refuse("get_resource_policy", {}, "ResourceNotFoundException", status=404)
        reading = look(estate, posture.SIGN_IN)
        assert (reading.facts, reading.unread) == ((), ())

    @pytest.mark.parametrize("silent", ["get_resource_policy", "get_console_authorization_configuration"])
    def test_what_is_denied_is_unread(self, estate: StubbedEstate, signin: Recorder, silent: str) -> None:
        if silent != "get_resource_policy":
            self.policy(signin)
        signin.refuse(silent, {}, "AccessDeniedException", status=403)
        reading = look(estate, posture.SIGN_IN)
        assert reading.facts == ()
        unread(reading, "the policy of AWS Sign-In", posture.SIGN_IN)

    @pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
    def test_other_partitions_have_none_and_are_not_asked(self, estate: StubbedEstate, partition: str) -> None:
        reading = look(estate, posture.SIGN_IN, Scope(SECURITY, partition=partition))
        assert (reading.facts, reading.unread) == ((), ())


class TestAnalyzer:
    @pytest.fixture
    def analyzer(self, aws: StubbedAws) -> Recorder:
        return aws.service("accessanalyzer")

    @staticmethod
    def listed(**status: str) -> Mapping[str, object]:
        base = {"type": "ORGANIZATION", "createdAt": LONG_AGO}
        told = [
            {**base, "arn": ANALYZER.replace("organization", name), "name": name, "status": each}
            for name, each in status.items()
        ]
        return {"analyzers": told}

    @staticmethod
    def found(resource: str, **more: object) -> Mapping[str, object]:
        times = dict.fromkeys(("createdAt", "analyzedAt", "updatedAt"), LONG_AGO)
        base = {"id": "1", "resourceType": "AWS::IAM::Role", "condition": {}, "status": "ACTIVE", **times}
        return {**base, "resourceOwnerAccount": PROD, "resource": resource, **more}

    def test_only_roles_of_our_namespace_are_told_with_who_gets_in(
        self, estate: StubbedEstate, analyzer: Recorder
    ) -> None:
        ours, verifier = f"arn:aws:iam::{PROD}:role/BREAK-GLASS-X", f"arn:aws:iam::{PROD}:role/break-glass/Verifier"
        foreign = [
            self.found(f"arn:aws:iam::{PROD}:role/service/Y"),
            self.found(f"arn:aws:iam::{PROD}:role/Z-BREAK-GLASS-"),
        ]
        analyzer.expect("list_analyzers", {"type": "ORGANIZATION"}, self.listed(organization="ACTIVE", old="DISABLED"))
        asked = {"analyzerArn": ANALYZER, "filter": FILTER}
        first = [*foreign, self.found(ours, principal={"Federated": "x", "AWS": "555555555555"})]
        analyzer.expect("list_findings", asked, {"findings": first, "nextToken": "more"})
        second = {"findings": [self.found(verifier, error="ACCESS_DENIED")]}
        analyzer.expect("list_findings", {**asked, "nextToken": "more"}, second)
        reading = look(estate, posture.ANALYZER)
        assert reading.facts == (
            OrganizationAnalyzers(HERE, (ANALYZER,)),
            ExternalAccess(Scope(PROD), ours, ("AWS: 555555555555", "Federated: x")),
            ExternalAccess(Scope(PROD), verifier, (), "ACCESS_DENIED"),
        )
        assert not reading.unread

    @pytest.mark.parametrize("status", [{}, {"organization": "CREATING"}])
    def test_none_that_is_active_is_a_fact(
        self, estate: StubbedEstate, analyzer: Recorder, status: Mapping[str, str]
    ) -> None:
        analyzer.expect("list_analyzers", {"type": "ORGANIZATION"}, self.listed(**status))
        assert look(estate, posture.ANALYZER).facts == (OrganizationAnalyzers(HERE, ()),)

    def test_what_is_denied_is_unread(self, estate: StubbedEstate, analyzer: Recorder) -> None:
        analyzer.refuse("list_analyzers", {"type": "ORGANIZATION"}, "AccessDeniedException", status=403)
        unread(look(estate, posture.ANALYZER), "the findings of IAM Access Analyzer", posture.ANALYZER)


def test_what_a_survey_does_not_name_is_not_asked(estate: StubbedEstate, aws: StubbedAws) -> None:
    reading = estate.read(Survey(HERE, frozenset()))
    assert (reading.facts, reading.unread) == ((), ())
    assert {service for service, _ in aws.session.created} == {"iam", "sts"}


@pytest.mark.parametrize(
    ("endpoint", "gone_to"),
    [
        (None, "https://signin.us-east-1.api.aws/get-resource-policy"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/get-resource-policy"),
    ],
)
def test_sign_in_too_is_asked_at_the_endpoint_one_is_led_to(maker: Session, endpoint: str | None, gone_to: str) -> None:
    client = maker.create_client(
        "signin",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="y",
        endpoint_url=endpoint,
    )
    own_endpoint.heed(client)
    asked: list[str] = []

    def stop(request: AWSPreparedRequest, **_: object) -> None:
        asked.append(str(request.url))
        raise RuntimeError

    client.meta.events.register("before-send.signin", stop)
    with pytest.raises(RuntimeError):
        cast("SignInServiceClient", client).get_resource_policy()
    assert asked == [gone_to]
