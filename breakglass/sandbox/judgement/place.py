"""Where a resource lies, and what moto keeps there: nothing is made by looking.

The caller holds the emulator's lock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from moto.events.models import EventBus, EventsBackend, events_backends
from moto.kms.models import Key, KmsBackend, kms_backends
from moto.logs.models import LogGroup, LogsBackend, logs_backends
from moto.s3.models import FakeBucket, s3_backends
from moto.sns.models import SNSBackend, Topic, sns_backends
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from breakglass.iam.arns import PARTS, account_of

_Backend = TypeVar("_Backend")


def existing(backends: Mapping[str, Mapping[str, _Backend]]) -> Iterator[_Backend]:
    """Yield what moto keeps of a service, of every account and region in which something was done."""
    for regions in tuple(backends.values()):
        yield from tuple(regions.values())


@dataclass(frozen=True, slots=True)
class Place:
    """A region of an account, of one partition."""

    partition: str
    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource here."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def of(self, arn: str) -> "Place":
        """Return where an ARN says that its resource lies; what is no whole ARN lies here."""
        parts = arn.split(":", PARTS - 1)
        if len(parts) < PARTS or not account_of(arn):
            return self
        return replace(self, account=parts[4], region=parts[3])

    def key(self, identifier: str) -> Key | None:
        """Return a key by its id, the name of an alias, or the ARN of either."""
        place = self.of(identifier)
        name = identifier.rpartition(":")[2].removeprefix("key/")
        backend: KmsBackend | None = _kept(place, kms_backends)
        keys = backend.keys.values() if backend else ()
        return next((each for each in keys if each.id == name or name in each.aliases), None)

    def topic(self, arn: str) -> Topic | None:
        """Return a topic by its ARN."""
        backend: SNSBackend | None = _kept(self.of(arn), sns_backends)
        return backend.topics.get(arn) if backend else None

    def queue(self, name: str) -> Queue | None:
        """Return a queue by its name, or its ARN."""
        backend: SQSBackend | None = _kept(self.of(name), sqs_backends)
        return backend.queues.get(name.rpartition(":")[2]) if backend else None

    def bus(self, name: str) -> EventBus | None:
        """Return an event bus by its name, or its ARN."""
        backend: EventsBackend | None = _kept(self.of(name), events_backends)
        return backend.event_buses.get(name.rpartition("/")[2] or "default") if backend else None

    def log_group(self, name: str) -> LogGroup | None:
        """Return a log group by its name, or its ARN with or without the asterisk."""
        backend: LogsBackend | None = _kept(self.of(name), logs_backends)
        return backend.groups.get(group_name(name)) if backend else None

    def bucket(self, name: str) -> FakeBucket | None:
        """Return a bucket of the partition by its name, whosoever it is."""
        partition, account = s3_backends.bucket_accounts.get(name, ("", ""))
        return s3_backends[account][partition].buckets.get(name) if partition == self.partition else None


def _kept(place: Place, backends: Mapping[str, Mapping[str, _Backend]]) -> _Backend | None:
    return backends[place.account].get(place.region) if place.account in backends else None


def group_name(name: str) -> str:
    """Return the name of a log group given by its name or its ARN."""
    return name.removesuffix(":*").rpartition(":log-group:")[2] if name.startswith("arn:") else name
