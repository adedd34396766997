"""CloudWatch Logs' matching of filter patterns, in memory."""

import json
from collections.abc import Collection

from breakglass.trail.catalogue import catalogue
from breakglass.trail.pattern import parse

ALERTS = catalogue("organization-trail")


class Judge:
    """CloudWatch Logs, agreeing with us but for one alert and one sample."""

    def __init__(self, alert: str = "", sample: str = "") -> None:
        self.odd = (ALERTS[alert].pattern if alert else "", sample)
        self.asked: list[int] = []

    def matched(self, pattern: str, messages: Collection[str]) -> frozenset[str]:
        self.asked.append(len(messages))
        return frozenset(each for each in messages if self._says(pattern, each))

    def _says(self, pattern: str, message: str) -> bool:
        record = json.loads(message)
        return parse(pattern).matches(record) != ((pattern, record["eventID"]) == self.odd)
