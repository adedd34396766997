"""Whether CloudWatch Logs matches the catalogue's patterns as we do: what rests on our matcher rests on this."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from breakglass.cloud import FilterTest
from breakglass.trail.alert import Alert
from breakglass.trail.pattern import parse
from breakglass.trail.samples import Sample


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A sample that one of the two says an alert fires for, and the other not."""

    alert: str
    sample: str
    aws: bool
    ours: bool


def disagreements(judge: FilterTest, alerts: Mapping[str, Alert], samples: Sequence[Sample]) -> Iterator[Disagreement]:
    """Yield where AWS and our matcher differ; one call of the API for each alert.

    Raises DeniedError, UnavailableError or RejectedError, the last also for a pattern that AWS does not take.
    """
    messages = {json.dumps(sample.record): sample for sample in samples}
    for name, alert in alerts.items():
        ours = parse(alert.pattern).matches
        matched = judge.matched(alert.pattern, messages)
        for message, sample in messages.items():
            if (message in matched) != ours(sample.record):
                yield Disagreement(name, sample.name, aws=message in matched, ours=ours(sample.record))
