"""How clients speak to each service: which protocol, and what its actions are called in a policy.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wire:
    """The protocol of one service: JSON with a version and a target, else XML.

    `prefix` stands before its actions in a policy and names the service in the emulator. `compatible` services name
    their errors in a header as well, as the query protocol did; `rest` ones are asked by method and path. Of services
    with `paths` each operation has a path of its own name, in one word or with hyphens; of those with `routes` each has
    its own method and path, whose last part may be a name. `model` is what the SDK calls a service, where that is
    not its prefix.
    """

    prefix: str
    json: str = ""
    target: str = ""
    compatible: bool = False
    rest: bool = False
    paths: bool = False
    routes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    model: str = ""

    @property
    def content_type(self) -> str:
        """What the answers of a JSON service are."""
        return "application/json" if self.paths or self.routes else f"application/x-amz-json-{self.json}"


S3 = "s3"

_SECURITY_HUB = {
    ("POST", "/accounts"): "EnableSecurityHub",
    ("POST", "/findings"): "GetFindings",
    ("POST", "/findings/import"): "BatchImportFindings",
    ("PATCH", "/findings/batchupdate"): "BatchUpdateFindings",
}
"""https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Operations.html"""
_ACCESS_ANALYZER: Mapping[tuple[str, str], str] = {
    ("DELETE", "/analyzer/*"): "DeleteAnalyzer",
    ("GET", "/analyzer"): "ListAnalyzers",
    ("POST", "/finding"): "ListFindings",
    ("POST", "/policy/check-access-not-granted"): "CheckAccessNotGranted",
    ("POST", "/policy/check-no-new-access"): "CheckNoNewAccess",
    ("POST", "/policy/validation"): "ValidatePolicy",
    ("PUT", "/analyzer"): "CreateAnalyzer",
    ("PUT", "/finding"): "UpdateFindings",
}

WIRES: Mapping[str, Wire] = {
    "access-analyzer": Wire("access-analyzer", "1.1", routes=_ACCESS_ANALYZER, model="accessanalyzer"),
    "account": Wire("account", "1.1", paths=True),
    "cloudformation": Wire("cloudformation"),
    "cloudtrail": Wire("cloudtrail", "1.1", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"),
    "config": Wire("config", "1.1", "StarlingDoveService"),
    "events": Wire("events", "1.1", "AWSEvents"),
    "iam": Wire("iam"),
    "kms": Wire("kms", "1.1", "TrentService"),
    "logs": Wire("logs", "1.1", "Logs_20140328"),
    "monitoring": Wire("cloudwatch", "1.0", "GraniteServiceVersion20100801", compatible=True),
    "organizations": Wire("organizations", "1.1", "AWSOrganizationsV20161128"),
    S3: Wire("s3", rest=True),
    "securityhub": Wire("securityhub", "1.1", routes=_SECURITY_HUB),
    "signin": Wire("signin", "1.1", paths=True),
    "sns": Wire("sns"),
    "sqs": Wire("sqs", "1.0", "AmazonSQS", compatible=True),
    "sts": Wire("sts"),
}
"""By the name a service is signed for."""


def wire(service: str) -> Wire:
    """Return how a service is spoken to; an unknown one is taken for one of the query protocol."""
    return WIRES.get(service) or Wire(service)
