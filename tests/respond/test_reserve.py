"""What people in reserve are told, and who moves them: by their card, the doctor, a denial, and their profiles."""

from dataclasses import replace

import pytest

from breakglass.checks import Outcome
from breakglass.errors import DeniedError, RefusedError
from breakglass.estate.desired import desired
from breakglass.resources import USER, Key, Resource, Scope
from breakglass.respond import card
from breakglass.respond.enrolment.membership import memberships
from breakglass.respond.people import people
from breakglass.respond.shell.denials import Known, explain, mfa_may_help
from breakglass.respond.shell.doctor import checks
from breakglass.respond.shell.granted import granted
from breakglass.respond.shell.planned import errand
from breakglass.respond.target import resolve, targets
from tests.memory import MemoryEstate
from tests.pages.write import MADE
from tests.reserve import granting
from tests.respond.reading import Page
from tests.respond.shell.test_doctor import FINE, TARGET, of

ACME = granting()
KIM = "arn:aws:iam::111111111111:user/break-glass/kim-break-glass"
NOT_ALLOWED = "User: x is not authorized to perform: sts:AssumeRole because no identity-based policy allows it"


def page(person: str = "") -> Page:
    return Page(card.page(ACME, MADE, *people(ACME, [person] if person else [])))


def test_who_moves_people_does_so_in_the_account_security() -> None:
    where = resolve(ACME, "security/BREAK-GLASS-GRANT-ACCESS")
    assert (where.account, where.role) == ("111111111111", "BREAK-GLASS-GRANT-ACCESS")
    assert where in granted(ACME, "ana")
    assert where not in granted(ACME, "chidi")
    assert [each for each in targets(ACME) if each.account == "111111111111"] == [where]


def test_a_card_in_reserve_has_what_opens_later_and_says_so() -> None:
    assert "You are in reserve" in page("kim").words
    assert "prod" in page("kim").words
    assert "You are in reserve" not in page("ana").words
    assert "In reserve, until somebody moves them into a team: Kim Ito (kim: incident, payments)" in page().words
    assert "Kim Ito" not in page().words.partition("In reserve, until")[0].partition("Team incident")[2]


def test_profiles_are_there_before_the_person_is_moved() -> None:
    assert {str(each) for each in granted(ACME, "kim")} == {str(each) for each in granted(ACME, "chidi")}


def test_a_doctor_cannot_know_whether_somebody_was_moved() -> None:
    found = replace(FINE, manifest=ACME, probes=tuple(replace(each, arn=KIM) for each in FINE.probes))
    check = of(found, "playbook")
    assert check.outcome is Outcome.UNKNOWN
    assert "kim-break-glass is in reserve" in check.detail
    assert "grant-access" in check.advice
    elsewhere = resolve(ACME, "security/grant-access")
    assert of(replace(found, target=elsewhere), "playbook").outcome is Outcome.PROBLEM
    assert checks(found)


def test_an_errand_knows_who_may_once_moved() -> None:
    told = errand(ACME, str(TARGET))
    assert "kim-break-glass" in told.reserve
    assert "kim-break-glass" not in told.may
    assert told.teams is not None
    assert told.teams["kim-break-glass"] == ()
    assert errand(ACME, "management/lost-access").reserve == []


def test_somebody_in_reserve_is_enrolled_into_no_team() -> None:
    estate = MemoryEstate(dict(desired(ACME)))
    (kim,) = memberships(estate, ACME, people(ACME, ["kim"]))
    kim.made(estate).complete(estate)
    assert estate.resources[kim.wanted.key].properties["Groups"] == ()


def test_whoever_was_moved_is_not_enrolled_before_the_grant_is_taken_back() -> None:
    key = Key(Scope("111111111111"), USER, "kim-break-glass")
    state = dict(desired(ACME))
    moved = {**state[key].properties, "Groups": ["break-glass-incident"]}
    estate = MemoryEstate({**state, key: Resource(USER, key.scope, moved)})
    with pytest.raises(RefusedError, match="not as the manifest says: Groups"):
        memberships(estate, ACME, people(ACME, ["kim"]))


def test_a_denial_says_to_call_who_moves_people() -> None:
    known = Known("kim-break-glass", "arn:aws:iam::222222222222:role/X", None, (), None, reserve=True)
    told = explain(DeniedError(NOT_ALLOWED), known, could_ask=False)
    assert "kim-break-glass (in reserve) is in no team" in told.message
    assert "grant-access" in told.advice
    assert mfa_may_help("User: x is not authorized to perform: sts:AssumeRole", known)
