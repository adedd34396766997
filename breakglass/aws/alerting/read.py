"""What one account and region hold of the alerting: each service is asked only for the types the survey names."""

from __future__ import annotations

from collections.abc import Callable

from breakglass.aws.alerting import buckets, events, keys, metrics, queues, topics, trails
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.resources import (
    ALARM,
    ALIAS,
    BUCKET,
    BUCKET_POLICY,
    EVENT_BUS,
    KEY,
    METRIC_FILTER,
    QUEUE,
    QUEUE_POLICY,
    RULE,
    SUBSCRIPTION,
    TOPIC,
    TOPIC_POLICY,
    TRAIL,
)

_READERS: tuple[tuple[frozenset[str], Callable[[Sessions, Found], None]], ...] = (
    (frozenset({KEY, ALIAS}), keys.read),
    (frozenset({TOPIC, TOPIC_POLICY, SUBSCRIPTION}), topics.read),
    (frozenset({QUEUE, QUEUE_POLICY}), queues.read),
    (frozenset({EVENT_BUS, RULE}), events.read),
    (frozenset({METRIC_FILTER}), metrics.read_filters),
    (frozenset({ALARM}), metrics.read_alarms),
    (frozenset({TRAIL, METRIC_FILTER}), trails.read),
    (frozenset({BUCKET, BUCKET_POLICY}), buckets.read),
)
"""Trails come after the metric filters: the log groups they are in are looked at together."""


def read(sessions: Sessions, found: Found) -> None:
    """Add what the account's services hold in the region.

    Raises CredentialsError, DeniedError, UnavailableError or RejectedError where nothing of it can be read.
    """
    for types, reader in _READERS:
        if types & found.survey.types:
            reader(sessions, found)
