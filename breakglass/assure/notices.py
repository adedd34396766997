"""What CloudWatch tells people, read by a machine."""

import json
from datetime import UTC, datetime

from breakglass.documents import Document


def tells_of_alarm(text: str, alarm: str, since: datetime) -> bool:
    """Tell whether a message says that an alarm went off, no earlier than a time: some clocks tick in whole seconds.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(said, dict) or (said.get("AlarmName"), said.get("NewStateValue")) != (alarm, "ALARM"):
        return False
    changed = _moment(said)
    return changed is not None and changed >= since


def _moment(said: Document) -> datetime | None:
    """Return when the alarm went off; a time that names no zone is UTC."""
    try:
        moment = datetime.fromisoformat(str(said.get("StateChangeTime")))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
