"""What enrolment came to, for people and for machines; nothing secret is in either."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.enrolled import End, Enrolled
from breakglass.naming import GLOBAL_REGIONS
from breakglass.report.columns import aligned
from breakglass.report.errors import error_document

_STYLES = {
    **dict.fromkeys((End.ENROLLED, End.RENEWED, End.DEVICE_ADDED, End.PASSKEY), "bold green"),
    **dict.fromkeys((End.NO_PASSKEY, End.NO_WAY_IN, End.BROKEN_OFF, End.NO_USER, End.SKIPPED), "bold yellow"),
    End.FAILED: "bold red",
}


_LEFT_ALONE = (End.ALREADY, End.NO_WAY_IN)


def enrolled_text(done: Sequence[Enrolled], partition: str) -> Iterator[Text]:
    """Yield what was made for each person, and then what is to be done with it."""
    for each in done:
        yield Text(f"{each.user}: ", style="bold").append(each.end, style=_STYLES.get(each.end, "not bold"))
        yield from (Text(f"  {name}{value}", no_wrap=True) for name, value in _aligned([*_rows(each)]))
        yield from (Text(f"  note: {note}") for note in each.notes)
        if each.error is not None:
            yield Text(f"  {each.error.message}", style="red")
            yield Text(f"  → {each.error.advice}", no_wrap=True)
    yield from (Text(line) for line in _closing(done, partition))


def enrolled_document(done: Sequence[Enrolled]) -> Json:
    """Return an array with one object for each person."""
    return [
        {
            "person": each.person,
            "user": each.user,
            "outcome": each.end.value,
            "device": each.device or None,
            "devices": [device.serial_number for device in each.found.devices] if each.found else [],
            "envelopes": list(each.envelopes),
            "reason": each.reason or None,
            "password": "set" if each.password_set else "unchanged",
            "must_change": each.must_change,
            "notes": list(each.notes),
            **_error(each),
        }
        for each in done
    ]


def _error(each: Enrolled) -> dict[str, Json]:
    document = error_document(each.error) if each.error else {"error": None}
    return dict(document) if isinstance(document, dict) else {}


def _rows(each: Enrolled) -> Iterator[tuple[str, str]]:
    if each.found is not None:
        since = each.found.password_since
        password = f"since {since:%Y-%m-%d %H:%M} UTC" if since else "none"
        set_now = "set" if each.password_set else password
        yield "password", f"{set_now}; must be changed at the first sign-in" if each.must_change else set_now
        if each.end in _LEFT_ALONE:
            yield "last used", f"{each.found.last_used:%Y-%m-%d %H:%M} UTC" if each.found.last_used else "never"
        for device in each.found.devices:
            yield device.kind, f"{device.serial_number} since {device.enabled_since:%Y-%m-%d %H:%M} UTC"
    yield from (("envelope", path) for path in each.envelopes)
    if each.reason:
        yield "in one", each.reason


def _aligned(rows: Sequence[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    return aligned(rows) if rows else iter(())


def _sessions(people: Sequence[str]) -> Iterator[str]:
    """Yield what outlives a renewal: a new password ends no session.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
    """
    yield (
        "A session in the console or of `aws login` that was opened with them lasts on, until twelve hours after its "
        "sign-in at most, and opens roles until then: no renewal ends it. To end it at once, delete the user and make "
        "it anew; `offboard` tells how sessions of roles are ended, which outlive the user:"
    )
    yield from (f"  breakglass offboard {each}, and then breakglass enroll {each}" for each in people)


def _custody(each: Enrolled) -> str:
    """Return what becomes of a person's sheets."""
    if each.must_change and each.password_set:
        return "Print each sheet, hand it to the person it is for, today, then delete the files."
    if len(each.envelopes) == 1:
        return "Print the envelope, seal it, give it to a custodian, then delete the file."
    return "Print each envelope, seal it, give the two of a person to two custodians, then delete the files."


def _closing(done: Sequence[Enrolled], partition: str) -> Iterator[str]:
    """Yield what people do next."""
    ends = {each.end for each in done}
    if any(each.envelopes for each in done):
        yield from dict.fromkeys(_custody(each) for each in done if each.envelopes)
        yield "A code counts once: the first sign-in takes the next one the device shows, in up to 30 seconds."
    if End.RENEWED in ends:
        yield "Destroy the earlier envelopes: they hold no longer."
        yield from _sessions([each.person for each in done if each.end is End.RENEWED])
    if any(each.must_change and each.password_set for each in done):
        yield (
            f"The first sign-in changes the password, which is a write to IAM in {GLOBAL_REGIONS[partition]}: do it "
            "today, with the person present. Until then the enrolment is pending, and no way in."
        )
    already = [each.person for each in done if each.end in _LEFT_ALONE]
    if already:
        yield f"For new envelopes: breakglass enroll {' '.join(already)} --renew"
