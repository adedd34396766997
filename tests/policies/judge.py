"""Judges a policy that ships: as one of a user's own is judged, and besides by what it denies whatever it allows.

The judges hold no policy by name, so that a planted mistake shows whether they can fail.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from breakglass.authorization import judges
from breakglass.authorization.judges import MOVES, is_of_reserve
from breakglass.authorization.reading import ACCOUNT, Statement, actions, is_named, resources, statements, strings
from breakglass.authorization.reference import expand
from breakglass.documents import Document

OURS = (
    "arn:aws:iam::111111111111:group/break-glass/incident",
    f"arn:aws:iam::{ACCOUNT}:policy/break-glass/BREAK-GLASS-RANSOMWARE",
    f"arn:aws:iam::{ACCOUNT}:role/BREAK-GLASS-RANSOMWARE",
    f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole",
    f"arn:aws:iam::{ACCOUNT}:role/break-glass/BreakGlassVerifier",
    "arn:aws:iam::111111111111:user/break-glass/ana-break-glass",
)
ELSEWHERE = f"arn:aws:iam::{ACCOUNT}:role/Admin"

TAMPERING = [
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:PutInsightSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DisableAlarmActions",
    "cloudwatch:PutAlarmMuteRule",
    "cloudwatch:PutCompositeAlarm",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:SetAlarmState",
    "config:DeleteConfigRule",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "config:PutConfigurationRecorder",
    "config:StopConfigurationRecorder",
    "events:DeleteRule",
    "events:DisableRule",
    "events:PutRule",
    "events:RemoveTargets",
    "guardduty:ArchiveFindings",
    "guardduty:CreateFilter",
    "guardduty:CreateIPSet",
    "guardduty:DeleteDetector",
    "guardduty:DeleteMembers",
    "guardduty:DisassociateFromAdministratorAccount",
    "guardduty:StopMonitoringMembers",
    "guardduty:UpdateDetector",
    "logs:DeleteLogGroup",
    "logs:DeleteLogStream",
    "logs:DeleteMetricFilter",
    "logs:PutMetricFilter",
    "logs:PutRetentionPolicy",
    "securityhub:BatchUpdateFindings",
    "securityhub:DeleteMembers",
    "securityhub:DisableSecurityHub",
    "sns:DeleteTopic",
    "sns:SetTopicAttributes",
    "sns:Unsubscribe",
]
"""How the trail, the alerts and the detectors could be silenced."""


def faults(document: Document) -> list[str]:
    """Return everything that is wrong with a policy."""
    return [*(each.message for each in judges.faults(document)), *reach(document)]


def reach(document: Document) -> Iterator[str]:
    """It denies, whatever else the role holds, changes to break-glass and to what watches it, and becoming another.

    Of break-glass it may leave open the moves it allows.
    """
    spared = granted(document)
    changes = [each.name for each in expand("iam:*") if not (each.reads or each.name in spared)]
    asked = [(action, arn) for arn in OURS for action in changes] + [(action, "*") for action in TAMPERING]
    asked.append(("sts:AssumeRole", ELSEWHERE))
    yield from (f"{action} on {arn} is not denied" for action, arn in asked if not denies(document, action, arn))


def granted(document: Document) -> frozenset[str]:
    """Return the moves that a policy allows, each wherever it does so on people in reserve and their teams alone."""
    allowed = [(action.name, each) for each in statements(document, "Allow") for action in actions(each)]
    beyond = {name for name, each in allowed if not is_of_reserve(each)}
    return frozenset(name for name, _ in allowed if name in MOVES) - beyond


def allows(document: Document, action: str, arn: str) -> bool:
    """Tell whether the policy allows this under some condition, and denies it under none."""
    return any(_covers(each, action, arn) for each in statements(document, "Allow")) and not denies(
        document, action, arn
    )


def denies(document: Document, action: str, arn: str) -> bool:
    """Tell whether the policy denies this whatever the conditions."""
    return any(_covers(each, action, arn) for each in statements(document, "Deny") if "Condition" not in each)


def _covers(statement: Statement, action: str, arn: str) -> bool:
    named = is_named(action, strings(statement, "Action" if "Action" in statement else "NotAction"))
    return named == ("Action" in statement) and any(fnmatchcase(arn, each) for each in resources(statement))
