"""Who can sign in who is meant to, with whose device, and who else: each finding with what to do about it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from breakglass import naming, resources
from breakglass.errors import DeniedError
from breakglass.estate.desired import desired
from breakglass.estate.matrix import people_in
from breakglass.facts import Enrolment, Fact, MfaDevice, Reading, Survey, UnassignedDevice, Unread
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from tests import verified
from tests.conftest import manifest
from tests.memory import SINCE, MemoryEstate, enrolled

SECURITY = Scope("111111111111")
MANAGEMENT = "999999999999"
ANA, EMEKA, EVE = (Key(SECURITY, resources.USER, f"{each}-break-glass") for each in ("ana", "emeka", "eve"))
ENROLMENT = verified.chosen("ways-in", "enrolment", "devices", "sign-ins")
OTHER = MfaDevice(naming.mfa_arn("aws", SECURITY.account, "other"), SINCE)


@pytest.fixture
def estate(acme: Manifest) -> MemoryEstate:
    return MemoryEstate(dict(desired(acme)))


def found(estate: MemoryEstate, acme: Manifest) -> list[Finding]:
    return list(verified.found(estate, acme, ENROLMENT))


def told(estate: MemoryEstate, acme: Manifest) -> list[tuple[str, str]]:
    return [(each.code, each.subject) for each in found(estate, acme)]


def of(estate: MemoryEstate, key: Key, **changes: Any) -> Enrolment:  # noqa: ANN401 - any field
    return replace(enrolled(estate.resources[key]), **changes)


def test_where_everybody_is_enrolled_nothing_is_told(estate: MemoryEstate, acme: Manifest) -> None:
    assert told(estate, acme) == []


@pytest.mark.parametrize(
    ("changes", "code", "severity", "advice"),
    [
        ({"password_since": None, "devices": ()}, "NOT_ENROLLED", Severity.MEDIUM, "run: breakglass enroll emeka"),
        ({"password_since": None}, "NOT_ENROLLED", Severity.MEDIUM, "run: breakglass enroll emeka"),
        ({"devices": ()}, "MFA_MISSING", Severity.HIGH, "breakglass enroll emeka --renew"),
        ({"must_change_password": True}, "ENROLMENT_PENDING", Severity.MEDIUM, "breakglass enroll emeka --renew"),
        ({"devices": (), "must_change_password": True}, "MFA_MISSING", Severity.HIGH, "enroll emeka --renew"),
        ({"devices": (OTHER,)}, "FOREIGN_DEVICE", Severity.HIGH, "breakglass enroll emeka --renew"),
        ({"devices": (OTHER,), "must_change_password": True}, "FOREIGN_DEVICE", Severity.HIGH, "enroll emeka --renew"),
    ],
)
def test_whoever_cannot_sign_in_as_they_should_is_one_finding(
    estate: MemoryEstate, acme: Manifest, changes: Mapping[str, object], code: str, severity: Severity, advice: str
) -> None:
    estate.facts = (of(estate, EMEKA, **changes),)
    (finding,) = found(estate, acme)
    assert (finding.code, finding.severity, finding.subject) == (code, severity, EMEKA.name)
    assert advice in finding.advice


@pytest.mark.parametrize(
    ("serial", "own"),
    [
        ("arn:aws:iam::111111111111:mfa/break-glass/emeka-break-glass-2", True),
        ("arn:aws:iam::111111111111:u2f/user/emeka-break-glass/key-ABC", True),
        ("GAHT12345678", True),
        ("arn:aws:iam::111111111111:mfa/break-glass/emeka-break-glass-1", False),
        ("arn:aws:iam::111111111111:mfa/break-glass/emeka-break-glass-x", False),
        ("arn:aws:iam::111111111111:mfa/break-glass/bo-break-glass", False),
        ("arn:aws:iam::111111111111:mfa/emeka-break-glass", False),
    ],
)
def test_a_virtual_device_is_named_for_who_has_it(estate: MemoryEstate, acme: Manifest, serial: str, own: bool) -> None:
    estate.facts = (of(estate, EMEKA, devices=(MfaDevice(serial, SINCE),)),)
    assert told(estate, acme) == ([] if own else [("FOREIGN_DEVICE", EMEKA.name)])


def test_several_foreign_devices_of_one_person_are_one_finding(estate: MemoryEstate, acme: Manifest) -> None:
    another = replace(OTHER, serial_number=f"{OTHER.serial_number}-2")
    estate.facts = (of(estate, EMEKA, devices=(*enrolled(estate.resources[EMEKA]).devices, OTHER, another)),)
    (finding,) = found(estate, acme)
    assert f"{OTHER.serial_number}, {another.serial_number} are not named" in finding.detail


def test_a_foreign_device_besides_a_device_of_ones_own_is_no_way_in_less(estate: MemoryEstate, acme: Manifest) -> None:
    own = enrolled(estate.resources[EMEKA]).devices
    estate.facts = (of(estate, EMEKA, devices=(*own, OTHER)),)
    (finding,) = found(estate, acme)
    assert (finding.code, finding.severity) == ("FOREIGN_DEVICE", Severity.MEDIUM)


def test_whoever_has_but_a_foreign_device_is_no_way_in(estate: MemoryEstate, acme: Manifest) -> None:
    people = [key for key in estate.resources if key.type == resources.USER]
    estate.facts = tuple(of(estate, each, devices=(OTHER,)) for each in people)
    few = [each for each in found(estate, acme) if each.code == "FEW_WAYS_IN"]
    assert few
    assert {each.severity for each in few} == {Severity.CRITICAL}


def test_a_device_that_nobody_has_is_cleaned_by_the_enrolment_of_whom_it_is_named_for(
    estate: MemoryEstate, acme: Manifest
) -> None:
    names = ("emeka-break-glass", "ana-break-glass-2", "gone-break-glass")
    serials = [naming.mfa_arn("aws", SECURITY.account, each) for each in names]
    estate.facts = (Enrolment(SECURITY, EMEKA.name), *(UnassignedDevice(SECURITY, each) for each in serials))
    advice = {each.subject: each.advice for each in found(estate, acme) if each.code == "UNASSIGNED_DEVICE"}
    assert "breakglass enroll emeka" in advice[serials[0]]
    assert f"delete-virtual-mfa-device --serial-number {serials[1]}" in advice[serials[1]]
    assert f"delete-virtual-mfa-device --serial-number {serials[2]}" in advice[serials[2]]


def test_the_mark_of_an_enrolment_that_was_killed_is_taken_over(estate: MemoryEstate, acme: Manifest) -> None:
    serials = [naming.mfa_arn("aws", SECURITY.account, f"{each}-enrolling") for each in (EMEKA.name, ANA.name)]
    estate.facts = (Enrolment(SECURITY, EMEKA.name), *(UnassignedDevice(SECURITY, each) for each in serials))
    advice = {each.subject: each.advice for each in found(estate, acme) if each.code == "UNASSIGNED_DEVICE"}
    assert advice[serials[0]].endswith("breakglass enroll emeka --take-over")
    assert advice[serials[1]].endswith("breakglass enroll ana --renew --take-over")


def plant(estate: MemoryEstate, **changes: Any) -> Resource:  # noqa: ANN401 - any property
    ana = estate.resources[ANA]
    eve = Resource(ana.type, SECURITY, {**ana.properties, "UserName": EVE.name, "Groups": [], **changes})
    estate.resources[eve.key] = eve
    return eve


@pytest.mark.parametrize(
    ("changes", "advice"),
    [({}, "breakglass offboard eve-break-glass"), ({"Tags": []}, "delete-login-profile --user-name eve-break-glass")],
)
def test_somebody_else_who_can_sign_in_is_told(
    estate: MemoryEstate, acme: Manifest, changes: Mapping[str, object], advice: str
) -> None:
    plant(estate, **changes)
    estate.facts = (Enrolment(SECURITY, EVE.name, SINCE),)
    (finding,) = found(estate, acme)
    assert (finding.code, finding.severity, finding.subject) == ("STRANGER_CAN_SIGN_IN", Severity.HIGH, EVE.name)
    assert advice in finding.advice


def test_somebody_else_without_a_password_is_told_by_others(estate: MemoryEstate, acme: Manifest) -> None:
    plant(estate)
    estate.facts = (Enrolment(SECURITY, EVE.name, devices=(OTHER,)),)
    assert told(estate, acme) == []


def test_a_user_that_is_not_there_or_not_ours_is_told_by_others(estate: MemoryEstate, acme: Manifest) -> None:
    emeka = estate.resources.pop(EMEKA)
    assert told(estate, acme) == []
    estate.resources[EMEKA] = Resource(emeka.type, SECURITY, {**emeka.properties, "Tags": []})
    estate.facts = (Enrolment(SECURITY, EMEKA.name),)
    assert told(estate, acme) == []


# ways in


def test_where_nobody_is_enrolled_nobody_gets_in_anywhere_and_each_account_is_told(acme: Manifest) -> None:
    estate = MemoryEstate(dict(desired(acme)))
    estate.facts = tuple(Enrolment(SECURITY, naming.user_name(each.id)) for each in acme.responders)
    few = [each for each in found(estate, acme) if each.code == "FEW_WAYS_IN"]
    assert {each.severity for each in few} == {Severity.CRITICAL}
    assert sorted(each.subject for each in few) == sorted(people_in(acme))
    (prod,) = [each for each in few if each.subject == "222222222222"]
    assert prod.detail == (
        "nobody can get into prod, and 2 people are the minimum; "
        "ana, bo, chidi, dana would be let in and cannot sign in yet"
    )
    assert prod.advice == "enroll ana, bo, chidi, dana, as the findings about each of them say"


def test_who_is_enrolled_and_not_let_in_is_no_way_in(estate: MemoryEstate, acme: Manifest) -> None:
    ana = estate.resources[ANA]
    estate.resources[ANA] = Resource(ana.type, SECURITY, {**ana.properties, "Groups": ["break-glass-incident"]})
    (finding,) = found(estate, acme)
    assert (finding.code, finding.severity, finding.subject) == ("FEW_WAYS_IN", Severity.HIGH, MANAGEMENT)
    assert finding.detail.startswith("bo can get into management")
    assert finding.advice == "run plan to see what keeps the others out, and apply to mend it"


def test_a_role_that_is_not_there_is_no_way_in(estate: MemoryEstate, acme: Manifest) -> None:
    del estate.resources[Key(Scope(MANAGEMENT), resources.ROLE, "BREAK-GLASS-LOST-ACCESS")]
    (finding,) = found(estate, acme)
    assert (finding.severity, finding.subject) == (Severity.CRITICAL, MANAGEMENT)


def test_a_role_that_is_not_ours_is_no_way_in(estate: MemoryEstate, acme: Manifest) -> None:
    key = Key(Scope(MANAGEMENT), resources.ROLE, "BREAK-GLASS-LOST-ACCESS")
    role = estate.resources[key]
    estate.resources[key] = Resource(role.type, role.scope, {**role.properties, "Tags": []})
    assert told(estate, acme) == [("FEW_WAYS_IN", MANAGEMENT)]


def test_a_manifest_that_names_too_few_is_told_so() -> None:
    small = manifest(responders=[{"id": "ana", "name": "Ana", "email": "a@acme.example", "teams": ["organization"]}])
    found = verified.found(MemoryEstate(dict(desired(small))), small, ENROLMENT)
    grades = {each.subject: each.severity for each in found}
    assert grades == dict.fromkeys(people_in(small), Severity.CRITICAL) | {MANAGEMENT: Severity.HIGH}
    assert all(each.advice.startswith("put more people into a team") for each in found)


class Partial(MemoryEstate):
    """Not everything can be read in one account."""

    hidden: frozenset[str] = frozenset()
    where = SECURITY

    def read(self, survey: Survey) -> Reading:
        unread = (Unread(survey.scope, "a part", DeniedError("no"), self.hidden),)
        return replace(super().read(survey), unread=unread if survey.scope == self.where else ())


@pytest.mark.parametrize(
    ("where", "types"),
    [(SECURITY, {resources.GROUP}), (Scope(MANAGEMENT), {resources.MANAGED_POLICY})],
)
def test_of_what_was_not_read_nothing_is_said(acme: Manifest, where: Scope, types: set[str]) -> None:
    estate = Partial(dict(desired(acme)))
    estate.where, estate.hidden = where, frozenset(types)
    estate.facts = (Enrolment(SECURITY, ANA.name),)
    codes = [code for code, _ in told(estate, acme)]
    assert codes == ["NOT_PROVED", "NOT_ENROLLED"]


def test_who_may_be_enrolled_is_not_told_to_be_missing(acme: Manifest) -> None:
    estate = Partial(dict(desired(acme)))
    everybody: list[Fact] = [enrolled(each) for key, each in estate.resources.items() if key.type == resources.USER]
    estate.facts = tuple(each for each in everybody if isinstance(each, Enrolment) and each.user != ANA.name)
    estate.enrolled = False
    assert told(estate, acme) == [("NOT_PROVED", SECURITY.account)]
