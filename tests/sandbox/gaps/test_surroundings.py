"""What surrounds emergency access: kept by account and region, judged like everything else, and well kept at first."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from botocore.client import BaseClient
from moto.account.models import account_backends
from moto.iam.models import iam_backends

from breakglass.aws import own_endpoint
from breakglass.sandbox.gaps import access_analyzer, root_keys
from tests.conftest import manifest
from tests.sandbox.support import (
    EVERYTHING,
    MANAGEMENT,
    PROD,
    REGION,
    SECURITY,
    Clients,
    Keys,
    client,
    identity_policy,
    refused,
    send,
    signed,
)

if TYPE_CHECKING:
    from mypy_boto3_accessanalyzer import AccessAnalyzerClient
    from mypy_boto3_account import AccountClient
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_config.type_defs import ConfigRuleTypeDef, RemediationConfigurationTypeDef
    from mypy_boto3_signin import SignInServiceClient

AUDIT = manifest().audit_account
HOME = "us-east-1"
ARN = f"arn:aws:access-analyzer:eu-west-1:{AUDIT}:analyzer/organization"
ROLE = f"arn:aws:iam::{PROD}:role/BREAK-GLASS-X"


def started(rule: str) -> RemediationConfigurationTypeDef:
    return {"ConfigRuleName": rule, "TargetType": "SSM_DOCUMENT", "TargetId": "TidyUp", "Automatic": True}


class TestAccounts:
    @staticmethod
    def account(aws: Clients, keys: Keys) -> AccountClient:
        return cast("AccountClient", client("account", aws.sandbox.url, REGION, keys))

    def test_every_account_has_a_contact_for_security_until_it_is_deleted(self, aws: Clients) -> None:
        for keys in (aws.administrator, aws.provisioner(PROD)):
            told = self.account(aws, keys).get_alternate_contact(AlternateContactType="SECURITY")
            assert told["AlternateContact"]["EmailAddress"] == "security@acme.example"
        prod = self.account(aws, aws.provisioner(PROD))
        prod.delete_alternate_contact(AlternateContactType="SECURITY")
        with refused("ResourceNotFoundException"):
            prod.get_alternate_contact(AlternateContactType="SECURITY")

    def test_the_kind_of_contact_is_a_key_of_its_policies(self, aws: Clients) -> None:
        own = f"arn:aws:account::{SECURITY}:account"
        only = {"StringEquals": {"account:AlternateContactTypes": "SECURITY"}}
        reads = identity_policy(Action="account:GetAlternateContact", Resource=own, Condition=only)
        ana = self.account(aws, aws.user(SECURITY, "ana", reads))
        assert ana.get_alternate_contact(AlternateContactType="SECURITY")
        with refused("AccessDeniedException", f"account:GetAlternateContact on resource: {own} because"):
            ana.get_alternate_contact(AlternateContactType="BILLING")
        with refused("AccessDeniedException", "of another account is not modelled"):
            self.account(aws, aws.administrator).get_alternate_contact(AlternateContactType="SECURITY", AccountId=PROD)

    def test_a_root_user_has_keys_once_it_was_given_some(self, aws: Clients) -> None:
        prod = aws.member(PROD)
        assert prod.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 0
        root_keys.give(iam_backends[PROD]["aws"])
        assert prod.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 1
        assert aws.member(SECURITY).get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 0
        root_keys.give(iam_backends[PROD]["aws"], keys=False)
        assert prod.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 0


class TestConfig:
    @pytest.fixture
    def config(self, aws: Clients) -> ConfigServiceClient:
        return self.of(aws, aws.provisioner(SECURITY))

    @staticmethod
    def of(aws: Clients, keys: Keys, region: str = REGION) -> ConfigServiceClient:
        return cast("ConfigServiceClient", client("config", aws.sandbox.url, region, keys))

    @staticmethod
    def make(config: ConfigServiceClient, name: str = "idle") -> None:
        rule: ConfigRuleTypeDef = {
            "ConfigRuleName": name,
            "Source": {"Owner": "AWS", "SourceIdentifier": "IAM_ROOT_ACCESS_KEY_CHECK"},
        }
        config.put_config_rule(ConfigRule=rule)

    def test_what_is_started_for_a_rule_is_kept_in_its_region_until_it_is_deleted(
        self, aws: Clients, config: ConfigServiceClient
    ) -> None:
        self.make(config)
        self.make(config)
        assert config.put_remediation_configurations(RemediationConfigurations=[started("idle")])["FailedBatches"] == []
        asked = config.describe_remediation_configurations(ConfigRuleNames=["idle", "other"])
        (told,) = asked["RemediationConfigurations"]
        assert (told["TargetId"], told["Automatic"]) == ("TidyUp", True)
        elsewhere = self.of(aws, aws.provisioner(SECURITY), "us-west-2")
        assert elsewhere.describe_config_rules()["ConfigRules"] == []
        config.delete_remediation_configuration(ConfigRuleName="idle")
        left = config.describe_remediation_configurations(ConfigRuleNames=["idle"])
        assert left["RemediationConfigurations"] == []
        with refused("NoSuchRemediationConfigurationException"):
            config.delete_remediation_configuration(ConfigRuleName="idle")
        config.delete_config_rule(ConfigRuleName="idle")
        assert config.describe_config_rules()["ConfigRules"] == []

    def test_what_cannot_be_is_refused(self, config: ConfigServiceClient) -> None:
        with refused("InvalidParameterValueException"):
            config.put_remediation_configurations(RemediationConfigurations=[started("idle")])
        for names in ([], [str(each) for each in range(26)]):
            with refused("InvalidParameterValueException"):
                config.describe_remediation_configurations(ConfigRuleNames=names)

    def test_the_policies_decide(self, aws: Clients, config: ConfigServiceClient) -> None:
        self.make(config)
        reads = identity_policy(Action="config:DescribeRemediationConfigurations", Resource="*")
        ana = self.of(aws, aws.user(SECURITY, "ana", reads))
        ana.describe_remediation_configurations(ConfigRuleNames=["idle"])
        about = f"arn:aws:config:{REGION}:{SECURITY}:remediation-configuration/idle"
        with refused("AccessDeniedException", f"config:PutRemediationConfigurations on resource: {about}"):
            ana.put_remediation_configurations(RemediationConfigurations=[started("idle")])


class TestSignIn:
    @pytest.fixture
    def signin(self, aws: Clients) -> SignInServiceClient:
        return self.of(aws, aws.provisioner(SECURITY))

    @staticmethod
    def of(aws: Clients, keys: Keys, region: str = HOME) -> SignInServiceClient:
        made = cast("SignInServiceClient", client("signin", aws.sandbox.url, region, keys))
        own_endpoint.heed(cast("BaseClient", made))
        return made

    def test_a_statement_becomes_two_of_the_policy(self, aws: Clients, signin: SignInServiceClient) -> None:
        with refused("ResourceNotFoundException"):
            signin.get_resource_policy()
        made = signin.put_resource_permission_statement(
            sourceIp="203.0.113.0/24", excludedPrincipal=f"arn:aws:iam::{SECURITY}:user/x"
        )
        before, after = signin.get_resource_policy()["signinResourceBasedPolicy"]["statement"]
        assert (before["action"], len(after["action"])) == (["signin:Authenticate"], 2)
        assert before["condition"]["NotIpAddress"] == {"aws:SourceIp": ["203.0.113.0/24"]}
        assert before["condition"]["ArnNotEquals"].keys() == {"signin:PrincipalArn"}
        assert after["condition"]["ArnNotEquals"].keys() == {"aws:PrincipalArn"}
        (listed,) = signin.list_resource_permission_statements()["permissionStatements"]
        assert listed["sid"] == made["statementId"]
        with refused("ResourceNotFoundException"):
            self.of(aws, aws.provisioner(PROD)).get_resource_policy()
        signin.delete_resource_permission_statement(statementId=made["statementId"])
        with refused("ResourceNotFoundException"):
            signin.get_resource_policy()
        with refused("ResourceNotFoundException"):
            signin.delete_resource_permission_statement(statementId=made["statementId"])

    def test_it_is_in_force_from_when_it_is_put_in_force(self, signin: SignInServiceClient) -> None:
        assert not signin.get_console_authorization_configuration()["consoleAuthorizationEnabled"]
        assert signin.put_console_authorization_configuration(targetId=SECURITY)["consoleAuthorizationEnabled"]
        assert signin.get_console_authorization_configuration()["consoleAuthorizationEnabled"]
        assert not signin.delete_console_authorization_configuration()["consoleAuthorizationEnabled"]

    def test_it_is_read_anywhere_and_written_in_one_region(self, aws: Clients) -> None:
        elsewhere = self.of(aws, aws.provisioner(SECURITY), "us-west-2")
        assert not elsewhere.get_console_authorization_configuration()["consoleAuthorizationEnabled"]
        with refused("ValidationException", HOME):
            elsewhere.put_resource_permission_statement(requestedRegion="us-west-2")

    def test_a_statement_without_a_condition_is_refused(self, signin: SignInServiceClient) -> None:
        with refused("ValidationException"):
            signin.put_resource_permission_statement()

    def test_the_policies_decide_and_other_targets_are_denied(self, aws: Clients) -> None:
        ana = self.of(aws, aws.user(SECURITY, "ana", identity_policy(Action="signin:Get*")))
        assert not ana.get_console_authorization_configuration()["consoleAuthorizationEnabled"]
        with refused("AccessDeniedException", "signin:PutConsoleAuthorizationConfiguration on resource: *"):
            ana.put_console_authorization_configuration()
        with refused("AccessDeniedException", "of another account is not modelled"):
            ana.get_console_authorization_configuration(targetId="o-acme123456")


class TestAccessAnalyzer:
    @pytest.fixture
    def analyzer(self, aws: Clients) -> AccessAnalyzerClient:
        return self.of(aws, aws.provisioner(AUDIT))

    @staticmethod
    def of(aws: Clients, keys: Keys, region: str = "eu-west-1") -> AccessAnalyzerClient:
        return cast("AccessAnalyzerClient", client("accessanalyzer", aws.sandbox.url, region, keys))

    def test_one_watches_the_organization_from_the_audit_account_at_first(
        self, aws: Clients, analyzer: AccessAnalyzerClient
    ) -> None:
        (told,) = analyzer.list_analyzers(type="ORGANIZATION")["analyzers"]
        assert (told["arn"], told["status"]) == (ARN, "ACTIVE")
        assert analyzer.list_analyzers(type="ACCOUNT")["analyzers"] == []
        assert self.of(aws, aws.provisioner(PROD)).list_analyzers()["analyzers"] == []
        assert self.of(aws, aws.provisioner(AUDIT), "us-west-2").list_analyzers()["analyzers"] == []
        analyzer.delete_analyzer(analyzerName="organization")
        assert analyzer.list_analyzers()["analyzers"] == []
        with refused("ResourceNotFoundException"):
            analyzer.delete_analyzer(analyzerName="organization")
        assert analyzer.create_analyzer(analyzerName="organization", type="ORGANIZATION")["arn"] == ARN

    def test_it_finds_what_it_is_let_find_until_that_is_archived(self, analyzer: AccessAnalyzerClient) -> None:
        assert analyzer.list_findings(analyzerArn=ARN)["findings"] == []
        backend = account_backends[AUDIT]["aws"]
        access_analyzer.find(backend, "eu-west-1", ROLE, "arn:aws:iam::555555555555:root")
        (found,) = analyzer.list_findings(analyzerArn=ARN, filter={"status": {"eq": ["ACTIVE"]}})["findings"]
        assert (found["resource"], found["resourceOwnerAccount"]) == (ROLE, PROD)
        assert found["principal"] == {"AWS": "arn:aws:iam::555555555555:root"}
        analyzer.update_findings(analyzerArn=ARN, status="ARCHIVED", ids=[found["id"]])
        assert analyzer.list_findings(analyzerArn=ARN, filter={"status": {"eq": ["ACTIVE"]}})["findings"] == []

    def test_what_is_not_modelled_is_refused(self, analyzer: AccessAnalyzerClient) -> None:
        for criterion in ({"resource": {"eq": ["x"]}}, {"status": {"neq": ["ACTIVE"]}}):
            with refused("ValidationException", "filters by"):
                analyzer.list_findings(analyzerArn=ARN, filter=criterion)  # type: ignore[arg-type]  # what is none
        with refused("ResourceNotFoundException"):
            analyzer.list_findings(analyzerArn=ARN.replace("organization", "other"))
        with refused("400", "InvalidAction"):
            analyzer.list_archive_rules(analyzerName="organization")

    def test_the_policies_decide(self, aws: Clients) -> None:
        ana = self.of(aws, aws.user(AUDIT, "ana", identity_policy(Action="access-analyzer:List*")))
        assert len(ana.list_analyzers()["analyzers"]) == 1
        assert ana.list_findings(analyzerArn=ARN)["findings"] == []
        with refused("AccessDeniedException", f"access-analyzer:DeleteAnalyzer on resource: {ARN} because"):
            ana.delete_analyzer(analyzerName="organization")
        with refused("AccessDeniedException", f"access-analyzer:CreateAnalyzer on resource: {ARN} because"):
            ana.create_analyzer(analyzerName="organization", type="ORGANIZATION")


def test_an_operation_of_sign_in_is_named_by_its_path(aws: Clients) -> None:
    keys = aws.user(MANAGEMENT, "ana", EVERYTHING)
    for path, status in (("/get-console-authorization-configuration", 200), ("/get--x", 403), ("/-", 400)):
        headers = signed(aws.sandbox, keys, b"{}", service="signin", path=path)
        assert send(aws.sandbox, b"{}", headers, path=path)[0] == status
