"""What the canary is to prove, and what to look at where it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.trail.delivery import Channel, Point
from breakglass.trail.uses import ASSUMPTION_DENIED, ROLE_ASSUMED

TIMEOUT: Final = 900
"""Seconds: CloudTrail delivers within about five minutes, and an alarm looks at periods of five.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
"""

_ADVICE: Final[Mapping[tuple[Channel, str], str]] = {
    (Channel.FAST, "message"): "`breakglass verify` names the link; or see in {region} of the security account the rule"
    " {use} and what the queue {undelivered} holds, then in {second} the bus {bus} and its policy, the rule {page}, the"
    " topic's policy and key, and the subscription of the queue {queue}",
    (Channel.NET, "event"): "`breakglass verify` names the link; or see that the organization trail logs in every"
    " region and what its status says of the last delivery to the log group {log_group}",
    (Channel.NET, "alarm"): "`breakglass verify` names the link; or see in the trail account the metric filter and the"
    " alarm {alarm}: pattern, metric, threshold and period",
    (Channel.NET, "message"): "`breakglass verify` names the link; or see in the trail account the actions of the alarm"
    " {alarm} and the rules that mute it, then the topic's policy and key, and the subscription of the queue {queue}",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be proved: regions, each with a session's name of its own; `timeout` in seconds.

    Where the alarm is in ALARM at first, it is waited for as long again.
    """

    manifest: Manifest
    sessions: Mapping[str, str]
    denied: bool = False
    timeout: int = TIMEOUT

    @property
    def stages(self) -> int:
        """How many stages there are."""
        return len(self.sessions) * (2 if self.denied else 3) + 2

    @property
    def alarm(self) -> str:
        """The alarm that must go off."""
        return (ASSUMPTION_DENIED if self.denied else ROLE_ASSUMED).resource_name

    @property
    def role(self) -> str:
        """The ARN of the role that is tried."""
        name = naming.role_name(naming.CANARY_DENIED if self.denied else naming.CANARY)
        return naming.iam_arn(self.manifest.partition, self.manifest.security_account, f"role/{name}")

    def advice(self, point: Point) -> str:
        """Return what to look at where a point is not reached."""
        return _ADVICE[point.channel, point.stage].format(
            region=point.region,
            second=self.manifest.alerts.second_region,
            log_group=self.manifest.trail.log_group,
            alarm=self.alarm,
            use=naming.USE_RULE,
            page=naming.PAGE_RULE,
            bus=naming.EVENT_BUS,
            queue=naming.CANARY_QUEUE,
            undelivered=naming.UNDELIVERED,
        )


def session_name(moment: datetime, nonce: str) -> str:
    """Return the name of a session, by which people know a test from a use."""
    return f"{naming.CANARY}-{moment:%Y%m%dT%H%M%SZ}-{nonce}"
