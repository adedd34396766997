"""The register as people and as machines read it."""

from datetime import UTC, datetime

from breakglass import resources
from breakglass.errors import DeniedError
from breakglass.estate.desired import desired
from breakglass.estate.enrolment import Entry, Standing, register
from breakglass.estate.observation import Observation
from breakglass.facts import Enrolment, MfaDevice, Unread
from breakglass.manifest.model import Manifest
from breakglass.report.register import register_document, register_text
from breakglass.resources import Key, Scope

SECURITY = Scope("111111111111")
SINCE, USED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC), datetime(2026, 11, 12, 3, 2, tzinfo=UTC)
VIRTUAL = MfaDevice("arn:aws:iam::111111111111:mfa/break-glass/ana-break-glass", SINCE)
PASSKEY = MfaDevice("arn:aws:iam::111111111111:u2f/user/ana-break-glass/key", USED)


def entries(acme: Manifest) -> tuple[Entry, ...]:
    state = dict(desired(acme))
    emeka, fatima = (Key(SECURITY, resources.USER, f"{each}-break-glass") for each in ("emeka", "fatima"))
    del state[fatima]
    facts = (
        Enrolment(SECURITY, "ana-break-glass", SINCE, devices=(VIRTUAL, PASSKEY), last_used=USED),
        Enrolment(SECURITY, "bo-break-glass", SINCE, must_change_password=True, devices=(PASSKEY,)),
        Enrolment(SECURITY, "chidi-break-glass"),
        Enrolment(SECURITY, "emeka-break-glass", SINCE, devices=(VIRTUAL,)),
    )
    return register(acme, Observation(state, {emeka: state.pop(emeka)}, facts))


def test_every_person_has_a_line_with_how_far_they_have_come(acme: Manifest) -> None:
    title, _, *rows = [line.plain for line in register_text(entries(acme))]
    assert title == "1 of 6 people are enrolled"
    assert [" ".join(row.split()) for row in rows] == [
        "ana enrolled 2026-11-01 2026-11-12 virtual since 2026-11-01, passkey since 2026-11-12",
        "bo pending 2026-11-01 never passkey since 2026-11-12",
        "chidi not enrolled none never none",
        "dana not known",
        "emeka not enrolled 2026-11-01 never virtual since 2026-11-01",
        "fatima no user",
    ]
    assert len({row.index(each) for row, each in zip(rows, ("enrolled", "pending", "not", "not"), strict=False)}) == 1


def test_as_json_every_date_is_whole_and_what_is_not_there_is_null(acme: Manifest) -> None:
    ana, _, chidi, dana, *_ = register_document(entries(acme))
    assert ana == {
        "person": "ana",
        "user": "ana-break-glass",
        "state": "enrolled",
        "reserve": False,
        "password_since": SINCE.isoformat(),
        "must_change_password": False,
        "last_used": USED.isoformat(),
        "devices": [
            {"kind": "virtual", "serial_number": VIRTUAL.serial_number, "since": SINCE.isoformat()},
            {"kind": "passkey", "serial_number": PASSKEY.serial_number, "since": USED.isoformat()},
        ],
    }
    assert (chidi["password_since"], chidi["devices"]) == (None, [])
    assert (dana["state"], dana["must_change_password"]) == ("not known", None)


def test_where_the_users_could_not_be_read_nothing_is_known_of_anybody(acme: Manifest) -> None:
    hidden = Unread(SECURITY, "the account", DeniedError("no"), frozenset({resources.USER}))
    found = register(acme, Observation({}, {}, unread=(hidden,)))
    assert {each.standing for each in found} == {Standing.UNKNOWN}


def test_of_many_people_those_who_are_not_enrolled_are_shown() -> None:
    fact = Enrolment(SECURITY, "x", SINCE, devices=(VIRTUAL,))
    many = [Entry(f"p{number}", f"p{number}-break-glass", Standing.ENROLLED, fact) for number in range(100)]
    assert [line.plain for line in register_text(many)] == ["100 of 100 people are enrolled"]
    title, _, row, rest = [line.plain for line in register_text([*many, Entry("z", "z", Standing.NO_USER, None)])]
    assert title == "100 of 101 people are enrolled"
    assert row.split() == ["z", "no", "user"]
    assert rest.strip() == "and 100 more: --format json has all"
