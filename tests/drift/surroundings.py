"""What is done to what surrounds emergency access: by administrators who mean well, mostly."""

from typing import Any

from moto.account.models import account_backends
from moto.iam.models import iam_backends

from breakglass.aws import own_endpoint
from breakglass.sandbox.gaps import access_analyzer, root_keys
from tests.drift.deviation import AUDIT, Deed, Deviation, Hands, Told, critical, high, medium
from tests.stories.conftest import PROD, ROLE, SECURITY, role_arn

HOME = "us-east-1"
REGION = "eu-west-1"
RULE = "iam-user-unused-credentials-check"
OUTSIDER = "arn:aws:iam::777777777777:root"
REVOKES = "AWSConfigRemediation-RevokeUnusedIAMUserCredentials"


def client(hands: Hands, service: str, account: str, region: str = HOME) -> Any:  # noqa: ANN401 - of any service
    """Return plain boto3 of a service that is looked at with the account as a whole."""
    hands.touched.add(account)
    made = hands.away(service, account, region)
    own_endpoint.heed(made)
    return made


def root_key(*, keys: bool) -> Deed:
    def deed(hands: Hands) -> None:
        hands.touched.add(PROD)
        root_keys.give(iam_backends[PROD]["aws"], keys=keys)

    return deed


def set_contact(hands: Hands) -> None:
    client(hands, "account", PROD).put_alternate_contact(
        AlternateContactType="SECURITY",
        EmailAddress="security@acme.example",
        Name="Security",
        PhoneNumber="+1 555 0100",
        Title="On duty",
    )


def rules(hands: Hands) -> Any:  # noqa: ANN401
    return hands.away("config", SECURITY, REGION)


def start_by_itself(hands: Hands) -> None:
    config = rules(hands)
    source = {"Owner": "AWS", "SourceIdentifier": "IAM_USER_UNUSED_CREDENTIALS_CHECK"}
    config.put_config_rule(
        ConfigRule={"ConfigRuleName": RULE, "Source": source, "InputParameters": '{"maxCredentialUsageAge": "90"}'}
    )
    start(config, automatic=True)


def start(config: Any, *, automatic: bool) -> None:  # noqa: ANN401
    started = {"ConfigRuleName": RULE, "TargetType": "SSM_DOCUMENT", "TargetId": REVOKES, "Automatic": automatic}
    config.put_remediation_configurations(RemediationConfigurations=[started])


def restrict_sign_in(hands: Hands) -> None:
    signin = client(hands, "signin", SECURITY)
    signin.put_resource_permission_statement(sourceIp="203.0.113.0/24")
    signin.put_console_authorization_configuration()


def free_sign_in(hands: Hands) -> None:
    signin = client(hands, "signin", SECURITY)
    for each in signin.list_resource_permission_statements()["permissionStatements"]:
        signin.delete_resource_permission_statement(statementId=each["sid"])
    signin.delete_console_authorization_configuration()


def analyzers(hands: Hands) -> Any:  # noqa: ANN401
    return client(hands, "accessanalyzer", AUDIT, REGION)


def let_outsiders_in(hands: Hands) -> None:
    hands.touched.add(AUDIT)
    access_analyzer.find(account_backends[AUDIT]["aws"], REGION, role_arn(ROLE), OUTSIDER)


def archive(hands: Hands) -> None:
    analyzer = analyzers(hands)
    (watching,) = analyzer.list_analyzers()["analyzers"]
    found = [each["id"] for each in analyzer.list_findings(analyzerArn=watching["arn"])["findings"]]
    analyzer.update_findings(analyzerArn=watching["arn"], ids=found, status="ARCHIVED")


def _row(name: str, deed: Deed, told: Told, remedy: Deed) -> Deviation:
    return Deviation(name, deed, (told,), fate="left", remedy=remedy, outside=True)


SURROUNDINGS: tuple[Deviation, ...] = (
    _row("root-key-made", root_key(keys=True), critical("ROOT_ACCESS_KEY", PROD), root_key(keys=False)),
    _row(
        "contact-deleted",
        lambda hands: client(hands, "account", PROD).delete_alternate_contact(AlternateContactType="SECURITY"),
        medium("CONTACT_MISSING", PROD),
        set_contact,
    ),
    _row(
        "idle-users-cleaned-up",
        start_by_itself,
        high("REMEDIATION_DELETES_USERS", f"{RULE} in {REGION} of {SECURITY}"),
        lambda hands: start(rules(hands), automatic=False),
    ),
    _row("sign-in-restricted", restrict_sign_in, high("SIGN_IN_RESTRICTED", SECURITY), free_sign_in),
    _row(
        "analyzer-deleted",
        lambda hands: analyzers(hands).delete_analyzer(analyzerName="organization"),
        medium("ANALYZER_MISSING", AUDIT),
        lambda hands: analyzers(hands).create_analyzer(analyzerName="organization", type="ORGANIZATION"),
    ),
    _row("outsiders-found", let_outsiders_in, critical("EXTERNAL_ACCESS", role_arn(ROLE)), archive),
)
