"""A CloudTrail event as a JSON object, and what all events have in common.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from datetime import datetime
from typing import TypeAlias
from uuid import uuid4

Event: TypeAlias = dict[str, object]

VERSION = "1.11"
CALL, SIGN_IN = "AwsApiCall", "AwsConsoleSignIn"
LOOPBACK = "127.0.0.1"


def common(
    source: str, name: str, region: str, account: str, moment: datetime, *, read_only: bool, management: bool = True
) -> Event:
    """Return the fields of an event that say what was asked, where and when, with an id of its own."""
    return {
        "eventVersion": VERSION,
        "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": LOOPBACK,
        "eventID": str(uuid4()),
        "readOnly": read_only,
        "eventType": CALL,
        "managementEvent": management,
        "recipientAccountId": account,
        "eventCategory": "Management" if management else "Data",
    }
