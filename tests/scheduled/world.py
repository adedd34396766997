"""What verification on schedule needs of the outside, in memory, with faults on demand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from breakglass.assure.evidence import Inquiry
from breakglass.cloud import Estate, Point
from breakglass.documents import Document, Json
from breakglass.errors import BreakglassError
from breakglass.estate.observation import Observation
from breakglass.facts import MemberAccount
from breakglass.manifest.model import Manifest
from breakglass.opinions import ProbeAnswer
from breakglass.resources import ROLE
from breakglass.scheduled.ports import Ports
from tests.memory import StoppedClock

REGION = "eu-west-1"


@dataclass
class Store:
    """A bucket that files are put into."""

    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    fault: BreakglassError | None = None

    def put(self, key: str, body: bytes, content_type: str) -> None:
        if self.fault:
            raise self.fault
        self.files[key] = (body, content_type)


@dataclass
class Hub:
    """Security Hub: findings by their ids, of which a provider changes all but note and workflow."""

    findings: dict[str, dict[str, Json]] = field(default_factory=dict)
    puts: list[list[str]] = field(default_factory=list)
    marks: list[tuple[frozenset[str], str, str]] = field(default_factory=list)
    fault: Exception | None = None

    def known(self, generator: str, fields: Mapping[str, str]) -> Sequence[Document]:
        self._fail()
        return [
            dict(each)
            for each in self.findings.values()
            if each["RecordState"] == "ACTIVE"
            and str(each["GeneratorId"]).startswith(generator)
            and fields.items() <= each["ProductFields"].items()  # type: ignore[union-attr]  # it is a mapping
        ]

    def put(self, findings: Sequence[Document]) -> None:
        self._fail()
        self.puts.append([str(each["Id"]) for each in findings])
        for each in findings:
            assert not {"Workflow", "Note"} & each.keys()
            kept = self.findings.get(str(each["Id"]), {"Workflow": {"Status": "NEW"}})
            self.findings[str(each["Id"])] = {**kept, **each}

    def mark(self, ids: Collection[str], status: str, note: str, by: str) -> None:
        self._fail()
        self.marks.append((frozenset(ids), status, note))
        for each in ids:
            self.findings[each] |= {"Workflow": {"Status": status}, "Note": {"Text": note, "UpdatedBy": by}}

    def active(self) -> dict[str, dict[str, Json]]:
        """Return the open ones by code and subject."""
        return {str(each["Title"]): each for each in self.findings.values() if each["RecordState"] == "ACTIVE"}

    def _fail(self) -> None:
        if self.fault:
            raise self.fault


@dataclass
class Meter:
    """What was counted."""

    points: list[Point] = field(default_factory=list)
    fault: BreakglassError | None = None

    def put(self, points: Sequence[Point], moment: datetime) -> None:
        assert moment.tzinfo
        if self.fault:
            raise self.fault
        self.points += points

    def value(self, name: str, **dimensions: str) -> int | None:
        found = [each for each in self.points if each.name == name and dimensions.items() <= each.dimensions.items()]
        return found[-1].value if found else None


@dataclass
class Units:
    """The organizational units there are."""

    accounts: dict[str, list[str]] = field(default_factory=dict)
    fault: BreakglassError | None = None

    def members(self, unit: str) -> Sequence[MemberAccount]:
        if self.fault:
            raise self.fault
        return [MemberAccount(each, f"account {each}", "ACTIVE") for each in self.accounts[unit]]


def denied(_manifest: Manifest, observation: Observation) -> Observation:
    """Answer for every probe that AWS denied it."""
    roles = [each for key, each in observation.state.items() if key.type == ROLE]
    return observation.told([ProbeAnswer(each.scope, each.arn, "probe-1", True, 0) for each in roles[:1]], [])


@dataclass
class World:
    """All of it."""

    estate: Estate
    store: Store = field(default_factory=Store)
    hub: Hub = field(default_factory=Hub)
    meter: Meter = field(default_factory=Meter)
    units: Units = field(default_factory=Units)
    clock: StoppedClock = field(default_factory=StoppedClock)
    inquiries: dict[str, Inquiry] = field(default_factory=lambda: {"probe": denied})

    def ports(self, **changes: object) -> Ports:
        found = Ports(
            self.estate, self.units, self.store, self.hub, self.meter, self.clock, REGION, inquiries=self.inquiries
        )
        return replace(found, **changes)  # type: ignore[arg-type]  # by name


@dataclass
class Invocation:
    """What Lambda says of an invocation."""

    aws_request_id: str = "0a1b2c3d-0000-4000-8000-000000000001"
    remaining: int = 800_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining
