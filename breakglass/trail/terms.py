"""How the patterns and queries of the catalogue are put together, and what counts as ours in them.

Wildcards stand at the ends of a value only: one inside is a literal asterisk to CloudWatch Logs.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

from typing import Final

from breakglass import naming


def pattern(*terms: str) -> str:
    """Return the filter pattern of events that all terms hold for."""
    return f"{{ {' && '.join(terms)} }}"


def every(*terms: str) -> str:
    """Return the term that holds where all of these hold."""
    return f"({' && '.join(terms)})"


def some(*terms: str) -> str:
    """Return the term that holds where one of these holds."""
    return f"({' || '.join(terms)})"


def either(*patterns: str) -> str:
    """Return the filter pattern of events that one of these patterns matches."""
    return f"{{ {' || '.join(f'({each[1:-1].strip()})' for each in patterns)} }}"


def equal(field: str, *values: str) -> str:
    """Return the term that holds where a field has one of these values, each with `*` at its ends for anything."""
    terms = [f'$.{field} = "{value}"' for value in values]
    return terms[0] if len(terms) == 1 else some(*terms)


def unequal(field: str, value: str) -> str:
    """Return the term that holds where a field is there and has another value."""
    return f'$.{field} != "{value}"'


def absent(field: str) -> str:
    """Return the term that holds where a field is not there."""
    return f"$.{field} NOT EXISTS"


def fits(field: str, expression: str) -> str:
    """Return the term that holds where a regular expression is found in a field.

    AWS takes two in a pattern and five patterns with any for a log group, other people's included.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
    """
    return f"$.{field} = %{expression}%"


def any_case(text: str) -> str:
    """Return the regular expression of a text in whatever letter case: there is no flag for it."""
    return "".join(f"[{each.lower()}{each.upper()}]" if each.isalpha() else each for each in text)


def query(condition: str) -> str:
    """Return the query of CloudWatch Logs Insights that shows who did what, where, over events of a condition.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
    """
    shown = "eventTime, recipientAccountId, awsRegion, eventName, requestParameters.roleArn, errorCode, sourceIPAddress"
    who = "coalesce(userIdentity.arn, userIdentity.userName, userIdentity.principalId) as who"
    return f"fields {shown}, {who}, sharedEventID | filter {condition} | sort eventTime desc"


STS: Final = equal("eventSource", "sts.amazonaws.com")
IAM: Final = equal("eventSource", "iam.amazonaws.com")
SIGN_IN: Final = equal("eventSource", "signin.amazonaws.com")

WRITES: Final = '$.eventName != "Get*" && $.eventName != "List*"'
"""Calls of IAM that change something. By name: records of version 1.05 do not say `readOnly`."""

_USER: Final = f"*{naming.USER_SUFFIX}"


def user_arn(field: str) -> str:
    """Return the term that holds where a field is the ARN of a user of ours.

    Two terms, since no wildcard stands in the middle; the first keeps out sessions, whose names people choose.
    """
    return every(equal(field, "*:user/*"), equal(field, _USER))


OUR_USER: Final = some(
    every(equal("userIdentity.type", "IAMUser"), equal("userIdentity.userName", _USER)), user_arn("userIdentity.arn")
)
"""A user of ours acts. Sign-ins that failed have the name alone, and sessions of federated people may bear any name."""

FEDERATED_FROM_USER: Final = every(
    equal("userIdentity.sessionContext.sessionIssuer.type", "IAMUser"),
    equal("userIdentity.sessionContext.sessionIssuer.userName", _USER),
)
"""A session that a user of ours has drawn with GetFederationToken acts, under whatever name.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

OUR_ROLE: Final = f"*:role/{naming.ROLE_PREFIX}*"
OUR_SESSION: Final = f"*:assumed-role/{naming.ROLE_PREFIX}*"

USER_NAME: Final = f"{any_case(naming.USER_SUFFIX)}$"
"""The name of a user in a request to IAM, in any case: IAM does not tell names apart by case.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

TOOLKIT_NAME: Final = f"^{any_case(naming.ROLE_PREFIX)}|^{any_case(naming.TOOLKIT_PREFIX)}"
"""The name of a role, group or policy in a request to IAM: `BREAK-GLASS-*`, `break-glass-*`, `BreakGlass*`."""

TOOLKIT_POLICY: Final = f"/{any_case(naming.ROLE_PREFIX[:-1])}|/{any_case(naming.TOOLKIT_PREFIX)}"
"""The ARN of a policy of the toolkit: by its path, or by its name."""
