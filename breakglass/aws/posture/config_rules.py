"""What AWS Config does by itself in one region, in answer to its rules.

Rules that an organization or a conformance pack puts into the account are among those of the account.
https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigRules.html
https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeRemediationConfigurations.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from breakglass import posture
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.resources import Scope
from breakglass.surroundings import AutomaticRemediation

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_config.type_defs import ConfigRuleOutputTypeDef, RemediationConfigurationOutputTypeDef

_AT_ONCE: Final = 25
"""Rules whose remediations can be asked for in one call."""


def read(sessions: Sessions, found: Found) -> None:
    """Add the remediations that start by themselves."""
    scope = found.survey.scope
    with found.part("the rules of AWS Config", posture.CONFIG_RULE):
        client = sessions.client("config", scope.account, scope.region)
        rules = _rules(client)
        for each in _remediations(client, tuple(rules)):
            if each.get("Automatic", False):
                found.facts.append(_fact(scope, rules[each["ConfigRuleName"]], each["TargetId"]))


def _fact(scope: Scope, rule: ConfigRuleOutputTypeDef, target: str) -> AutomaticRemediation:
    source = rule["Source"].get("SourceIdentifier", "")
    return AutomaticRemediation(scope, rule["ConfigRuleName"], source, target)


def _rules(client: ConfigServiceClient) -> Mapping[str, ConfigRuleOutputTypeDef]:
    """Return every rule, by its name."""
    pages = client.get_paginator("describe_config_rules").paginate()
    return {each["ConfigRuleName"]: each for page in pages for each in page["ConfigRules"]}


def _remediations(
    client: ConfigServiceClient, rules: tuple[str, ...]
) -> Iterator[RemediationConfigurationOutputTypeDef]:
    for start in range(0, len(rules), _AT_ONCE):
        asked = list(rules[start : start + _AT_ONCE])
        yield from client.describe_remediation_configurations(ConfigRuleNames=asked)["RemediationConfigurations"]
