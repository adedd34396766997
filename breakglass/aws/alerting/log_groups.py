"""Log groups: for how long they keep events, what is masked, and whether one call could delete them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from breakglass import resources
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.facts import LogGroup
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import LogGroupTypeDef


def read(sessions: Sessions, found: Found) -> None:
    """Add the deletion protection of log groups, where it is on, and for the chain every log group."""
    scope = found.survey.scope
    logs = sessions.client("logs", scope.account, scope.region)
    with found.part("the log groups", resources.DELETION_PROTECTION):
        pages = logs.get_paginator("describe_log_groups").paginate()
        listed = [each for page in pages for each in page["logGroups"]]
        found.resources += [_protection(found, each) for each in listed if each.get("deletionProtectionEnabled")]
        if found.survey.chain:
            found.facts += _facts(found, listed)


def _protection(found: Found, group: LogGroupTypeDef) -> Resource:
    properties: dict[str, Json] = {"LogGroupName": group["logGroupName"], "DeletionProtectionEnabled": True}
    return Resource(resources.DELETION_PROTECTION, found.survey.scope, properties)


def _facts(found: Found, listed: Iterable[LogGroupTypeDef]) -> Iterable[LogGroup]:
    for each in listed:
        kept, key = each.get("retentionInDays"), each.get("kmsKeyId", "")
        yield LogGroup(found.survey.scope, each["logGroupName"], kept, key, _is_masked(each))


def _is_masked(group: LogGroupTypeDef) -> bool:
    """Tell whether a data protection policy applies: the log group's, or one it has from its account.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
    """
    inherited = group.get("inheritedProperties", ())
    return group.get("dataProtectionStatus") == "ACTIVATED" or "ACCOUNT_DATA_PROTECTION" in inherited
