"""Every operation that looks at what surrounds emergency access: a part of the table in `aws/operations.py`.

Actions and resources are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsconfig.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssignin.html
"""

from typing import Final

from breakglass.aws.rows import EVERYWHERE, POSTURE, rows
from breakglass.operations import Operation
from breakglass.posture import ACCOUNT, ANALYZER, CONFIG_RULE, SIGN_IN

_ACCOUNT: Final = ("arn:${Partition}:account::${Account}:account",)
_REMEDIATIONS: Final = ("arn:${Partition}:config:*:${Account}:remediation-configuration/*",)
_ANALYZERS: Final = ("arn:${Partition}:access-analyzer:*:${Account}:analyzer/*",)

SURROUNDINGS: Final[tuple[Operation, ...]] = (
    *rows("GetAccountSummary", EVERYWHERE, (ACCOUNT,), POSTURE),
    *rows("GetAlternateContact", _ACCOUNT, (ACCOUNT,), POSTURE, service="account"),
    *rows("DescribeConfigRules", EVERYWHERE, (CONFIG_RULE,), POSTURE, service="config"),
    *rows("DescribeRemediationConfigurations", _REMEDIATIONS, (CONFIG_RULE,), POSTURE, service="config"),
    *rows("GetConsoleAuthorizationConfiguration GetResourcePolicy", EVERYWHERE, (SIGN_IN,), POSTURE, service="signin"),
    *rows("ListAnalyzers", EVERYWHERE, (ANALYZER,), POSTURE, service="accessanalyzer"),
    *rows("ListFindings", _ANALYZERS, (ANALYZER,), POSTURE, service="accessanalyzer"),
)
