"""An alert: which events fire it, why anybody should care, and what its alarm tells the person it wakes."""

from dataclasses import dataclass

from breakglass import naming
from breakglass.findings import Severity

DESCRIPTION_QUOTA = 1024
"""Characters of an alarm's description.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""


@dataclass(frozen=True, slots=True)
class Alert:
    """One row of the catalogue.

    `pattern` is a filter pattern of CloudWatch Logs, `query` a query of CloudWatch Logs Insights that shows who did
    what, `playbook` the name of the one to open. An alert that does not page is kept for the record: it fires at every
    click of a person who was noticed already.
    """

    name: str
    severity: Severity
    pattern: str
    why: str
    action: str
    playbook: str
    query: str
    pages: bool = True

    @property
    def resource_name(self) -> str:
        """The name of its alarm, metric filter and metric."""
        return naming.alert_name(self.name)


def alarm_description(alert: Alert) -> str:
    """Return what the alarm says: it carries neither the person nor the call, so it tells how to see them.

    At most 1,024 characters.
    """
    return "\n".join(
        (
            f"{alert.severity.name}: {alert.why}",
            f"Do: {alert.action}",
            f"Playbook: {alert.playbook}",
            "Who did what, in CloudWatch Logs Insights over the organization trail's log group:",
            alert.query,
        )
    )
