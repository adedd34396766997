"""moto forgets the state of an alarm that is put again, and deletes alarms that are not there. Seen in 5.2.5.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
"""

from moto.cloudwatch.exceptions import ResourceNotFound, ValidationError
from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

_DESCRIPTION, _NAME, _ACTIONS = 1024, 255, 5
_KEPT = ("state_reason", "state_reason_data", "state_value", "state_updated_timestamp", "told")
_TOLD = "told"
UNKNOWN, OK, ALARM = "INSUFFICIENT_DATA", "OK", "ALARM"


def told(alarm: Alarm) -> str:
    """Return the state that the actions of an alarm were last carried out for."""
    return str(vars(alarm).get(_TOLD, UNKNOWN))


def tell(alarm: Alarm) -> None:
    """Note that the actions for the state of an alarm have been carried out."""
    vars(alarm)[_TOLD] = alarm.state_value


class AlarmStates(CloudWatchResponse):
    """The operations that write alarms."""

    def put_metric_alarm(self) -> ActionResult:
        """Make an alarm, or change one and leave its state as it is."""
        self._check()
        before = self.cloudwatch_backend.alarms.get(self._get_param("AlarmName"))
        result = super().put_metric_alarm()
        alarm = self.cloudwatch_backend.alarms[self._get_param("AlarmName")]
        if before is None:
            alarm.state_value = UNKNOWN
        else:
            vars(alarm).update({name: value for name, value in vars(before).items() if name in _KEPT})
        return result

    def delete_alarms(self) -> ActionResult:
        """Delete alarms, all of them or none."""
        if set(self._get_param("AlarmNames", [])) - self.cloudwatch_backend.alarms.keys():
            raise ResourceNotFound
        return super().delete_alarms()

    def _check(self) -> None:
        lengths = {"AlarmDescription": _DESCRIPTION, "AlarmName": _NAME, "AlarmActions": _ACTIONS}
        for name, most in lengths.items():
            value: str | list[str] = self._get_param(name, "")
            if len(value) > most:
                raise ValidationError(f"Member '{name}' must have length less than or equal to {most}")
