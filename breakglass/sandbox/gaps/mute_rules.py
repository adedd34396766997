"""moto knows no mute rules of alarms. Seen in 5.2.5.

A rule mutes from its start, or when it was put, to its expiry; what its schedule leaves out is not modelled: it mutes
all the time in between, so that nobody here rests on the hours in which it does not.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult

from breakglass.sandbox.gaps.asked import time_of

_ATTRIBUTE = "mute_rules"
_TARGETS = 100


@dataclass(frozen=True, slots=True)
class MuteRule:
    """One mute rule: without `alarms` it mutes none. Times have a time zone."""

    name: str
    rule: dict[str, dict[str, str]]
    alarms: tuple[str, ...]
    changed: datetime
    description: str = ""
    start: datetime | None = None
    expires: datetime | None = None

    def status(self, now: datetime) -> str:
        """Return what the rule does at a moment."""
        if self.expires is not None and now >= self.expires:
            return "EXPIRED"
        return "SCHEDULED" if self.start is not None and now < self.start else "ACTIVE"


class _NotFoundError(ServiceException):
    code = "ResourceNotFoundException"


def mute_rules(backend: CloudWatchBackend) -> dict[str, MuteRule]:
    """Return the mute rules of a region by name; the dictionary is its own."""
    held: dict[str, MuteRule] = vars(backend).setdefault(_ATTRIBUTE, {})
    return held


def is_muted(backend: CloudWatchBackend, alarm: str, now: datetime) -> bool:
    """Tell whether some rule mutes an alarm now."""
    return any(alarm in each.alarms and each.status(now) == "ACTIVE" for each in mute_rules(backend).values())


class MuteRules(CloudWatchResponse):
    """The operations on mute rules."""

    def put_alarm_mute_rule(self) -> ActionResult:
        """Make or replace a rule."""
        name, targets = str(self._get_param("Name")), self._get_param("MuteTargets", {}).get("AlarmNames", [])
        if len(targets) > _TARGETS:
            raise ValidationError(f"At most {_TARGETS} alarms can be muted by one rule.")
        mute_rules(self.cloudwatch_backend)[name] = MuteRule(
            name,
            self._get_param("Rule"),
            tuple(targets),
            self._now,
            str(self._get_param("Description", "")),
            _aware(self._get_param("StartDate")),
            _aware(self._get_param("ExpireDate")),
        )
        return EmptyResult()

    def get_alarm_mute_rule(self) -> ActionResult:
        """Show one rule."""
        found = mute_rules(self.cloudwatch_backend).get(str(self._get_param("AlarmMuteRuleName")))
        if found is None:
            raise _NotFoundError("The mute rule does not exist.")
        more = {"Name": found.name, "Description": found.description, "Rule": found.rule, "StartDate": found.start}
        return ActionResult({**self._summary(found), **more, "MuteTargets": {"AlarmNames": list(found.alarms)}})

    def list_alarm_mute_rules(self) -> ActionResult:
        """Show all rules, or those of one alarm, or those in some states."""
        alarm, statuses = self._get_param("AlarmName"), self._get_param("Statuses")
        shown = [
            self._summary(each)
            for each in mute_rules(self.cloudwatch_backend).values()
            if (alarm is None or alarm in each.alarms) and (not statuses or each.status(self._now) in statuses)
        ]
        return ActionResult({"AlarmMuteRuleSummaries": shown})

    def delete_alarm_mute_rule(self) -> ActionResult:
        """Delete a rule, if it is there."""
        mute_rules(self.cloudwatch_backend).pop(str(self._get_param("AlarmMuteRuleName")), None)
        return EmptyResult()

    @property
    def _now(self) -> datetime:
        return time_of(self.headers)

    def _summary(self, rule: MuteRule) -> dict[str, object]:
        arn = f"arn:{self.partition}:cloudwatch:{self.region}:{self.current_account}:alarm-mute-rule:{rule.name}"
        return {
            "AlarmMuteRuleArn": arn,
            "ExpireDate": rule.expires,
            "Status": rule.status(self._now),
            "MuteType": "AlarmAction",
            "LastUpdatedTimestamp": rule.changed,
        }


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=moment.tzinfo or UTC)
