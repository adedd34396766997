"""The register of who is enrolled, for people and for machines."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.enrolment import Entry, Standing
from breakglass.facts import Enrolment
from breakglass.report.columns import aligned

_HEADING = ("person", "state", "first password", "last proven", "devices")
_STYLES = {Standing.ENROLLED: "green", Standing.UNKNOWN: "bold red", Standing.NO_USER: "dim"}
_SHOWN = 50
"""People shown one by one; of more, only those who are not enrolled."""


def register_text(entries: Sequence[Entry]) -> Iterator[Text]:
    """Yield how many people are enrolled, and a line for each."""
    waiting = [each for each in entries if each.standing is not Standing.ENROLLED]
    yield Text(f"{len(entries) - len(waiting)} of {len(entries)} people are enrolled", style="bold")
    shown = entries if len(entries) <= _SHOWN else waiting[:_SHOWN]
    if not shown:
        return
    heading, *rows = aligned([_HEADING, *map(_row, shown)])
    yield Text(f"  {''.join(heading)}", style="bold")
    for row, entry in zip(rows, shown, strict=True):
        first, state, *others = row
        line = Text(f"  {first}").append(state, style=_STYLES.get(entry.standing, "yellow"))
        yield line.append("".join(others), style="not bold")
    if len(shown) < len(entries):
        yield Text(f"  and {len(entries) - len(shown)} more: --format json has all")


def register_document(entries: Sequence[Entry]) -> list[dict[str, Json]]:
    """Return the register as JSON: dates as in ISO 8601, null where there is none."""
    return [
        {
            "person": each.person,
            "user": each.user,
            "state": each.standing.value,
            "reserve": each.reserve,
            "password_since": _iso(each.enrolment.password_since) if each.enrolment else None,
            "must_change_password": each.enrolment.must_change_password if each.enrolment else None,
            "last_used": _iso(each.enrolment.last_used) if each.enrolment else None,
            "devices": [
                {"kind": device.kind, "serial_number": device.serial_number, "since": _iso(device.enabled_since)}
                for device in (each.enrolment.devices if each.enrolment else ())
            ],
        }
        for each in entries
    ]


def _row(entry: Entry) -> tuple[str, ...]:
    state = f"{entry.standing.value}, in reserve" if entry.reserve else entry.standing.value
    if entry.enrolment is None:
        return entry.person, state, "", "", ""
    return entry.person, state, *_told(entry.enrolment)


def _told(enrolment: Enrolment) -> tuple[str, str, str]:
    devices = ", ".join(f"{each.kind} since {each.enabled_since:%Y-%m-%d}" for each in enrolment.devices)
    since, used = enrolment.password_since, enrolment.last_used
    return f"{since:%Y-%m-%d}" if since else "none", f"{used:%Y-%m-%d}" if used else "never", devices or "none"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
