"""The whole chain: which trails log an event, and what follows from that."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from moto.cloudtrail.models import Trail
from moto.logs.models import LogGroup

from breakglass.iam.arns import account_of
from breakglass.sandbox.chain.alarms import Alarms, Points
from breakglass.sandbox.chain.buses import Buses
from breakglass.sandbox.chain.net import Net
from breakglass.sandbox.chain.topics import Topics
from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.gaps.event_selectors import logs
from breakglass.sandbox.gaps.trails import note_delivery, seen_from
from breakglass.sandbox.judgement.decide import Moment
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.record import Mail, Record

_DENIED = "AccessDenied"
_WIDE = ("cloudtrail.amazonaws.com", "organizations.amazonaws.com")


class Chain:
    """What events set in motion. What is looked up once is kept until something is written."""

    def __init__(self, held: Held, mail: Record[Mail], *, people_confirm: bool) -> None:
        points = Points()
        self._held = held
        self._topics = Topics(held, mail, people_confirm=people_confirm)
        self._alarms = Alarms(points, self._topics)
        self._net = Net(held, points)
        self._buses = Buses(held, self._topics)
        self._trails: dict[str, Sequence[Trail]] = {}
        self._delivering: dict[tuple[str, str], LogGroup | None] = {}

    def forget(self, account: str, source: str) -> None:
        """Look up anew what may be otherwise: something was written in an account, by a service's API.

        Which trails there are hangs on CloudTrail and Organizations, whether one can deliver besides on the account
        that has its role and its log group.
        """
        wide = source in _WIDE
        if wide:
            self._trails.clear()
        self._delivering = {
            trail: known for trail, known in self._delivering.items() if not wide and account != trail[1]
        }

    def take(self, events: Iterable[Event], now: datetime) -> None:
        """Let events take their course, then bring the alarms to their states."""
        for event in events:
            if event["managementEvent"]:
                self._take(event, now)
        self.settle(now)

    def settle(self, now: datetime) -> None:
        """Do what time alone brings about, and send out what waits."""
        self._topics.flush(now)
        self._alarms.settle(now)

    def count(self, account: str, region: str) -> None:
        """Take what was put of metrics in a region of an account, and was not yet taken."""
        self._net.count(account, region)

    def confirm(self, address: str) -> int:
        """Confirm every subscription that waits for an address; return how many."""
        return self._topics.confirm(address)

    def _take(self, event: Event, now: datetime) -> None:
        trails = self._logging(event)
        for trail in trails:
            if not trail.cw_log_group_arn:
                continue
            group = self._destination(trail, now)
            note_delivery(trail, "" if group else _DENIED)
            if group is not None:
                self._net.deliver(trail, group, event, now)
        if trails:
            self._buses.take(event, now)

    def _logging(self, event: Event) -> Sequence[Trail]:
        """Return the trails that log an event: without one, none reaches EventBridge either.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
        """
        account, region, source = (str(event[name]) for name in ("recipientAccountId", "awsRegion", "eventSource"))
        if account not in self._trails:
            self._trails[account] = tuple(seen_from(account, self._held.partition))
        return [
            trail
            for trail in self._trails[account]
            if trail.status.is_logging
            and (trail.is_multi_region or trail.region_name == region)
            and logs(trail, read_only=bool(event["readOnly"]), source=source)
        ]

    def _destination(self, trail: Trail, now: datetime) -> LogGroup | None:
        key = (trail.arn, account_of(trail.cw_role_arn or ""))
        if key not in self._delivering:
            self._delivering[key] = self._net.destination(trail, Moment(now, trail.region_name))
        return self._delivering[key]
