"""Apply carries out a plan and nothing else; what fails stops its account and no other."""

from collections.abc import Callable

from breakglass import naming, resources
from breakglass.cloud import Estate
from breakglass.documents import Json
from breakglass.errors import BreakglassError, DeniedError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.guards import GUARDS
from breakglass.estate.outcome import Outcome
from breakglass.estate.surveys import surveys
from breakglass.facts import Reading, Survey
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import SETTLING, apply
from breakglass.provision.converge import destroyed, plan_for, provisioned, remaining
from breakglass.resources import Key, Scope
from tests.conftest import manifest
from tests.memory import MemoryEstate, StoppedClock, no_fault

PROD = Scope("222222222222")
AUDIT = Scope("333333333333")
SECURITY = Scope("111111111111")


def run(estate: Estate, wanted: Manifest, clock: StoppedClock | None = None) -> Outcome:
    return apply(estate, plan_for(estate, provisioned(wanted)), surveys(wanted), clock or StoppedClock())


def failing(verb: str, chosen: Callable[[Key], bool], error: BreakglassError) -> MemoryEstate:
    def fault(what: str, on: Key | Survey) -> BreakglassError | None:
        return error if what == verb and isinstance(on, Key) and chosen(on) else None

    return MemoryEstate(fault=fault)


def test_it_hears_of_every_change(acme: Manifest) -> None:
    estate, heard = MemoryEstate(), list[str]()
    found = plan_for(estate, provisioned(acme))
    apply(estate, found, surveys(acme), StoppedClock(), advance=heard.append)
    assert len(heard) == len(found.changes)


def test_a_denied_account_stops_and_the_others_go_on(acme: Manifest) -> None:
    estate = failing("create", lambda key: key.scope == PROD, DeniedError("no"))
    outcome = run(estate, acme)
    assert [failure.change.key.scope for failure in outcome.failed] == [PROD]
    assert {change.key.scope for change in outcome.skipped} == {PROD}
    missing = desired(acme).keys() - estate.resources.keys()
    assert {key.scope for key in missing} == {PROD}


def test_after_the_denial_is_lifted_a_rerun_makes_just_what_is_missing(acme: Manifest) -> None:
    estate = failing("create", lambda key: key.scope == PROD, DeniedError("no"))
    missing = {change.key for change in run(estate, acme).skipped}
    estate.fault, estate.writes = no_fault, []
    assert run(estate, acme).complete
    assert {key for _, key in estate.writes} >= missing
    assert all(key.scope == PROD for _, key in estate.writes)


def test_roles_that_trust_the_verification_role_wait_for_it_and_nothing_else_does(acme: Manifest) -> None:
    estate = failing("create", lambda key: key.name == naming.VERIFICATION, UnavailableError("no"))
    outcome = run(estate, acme)
    elsewhere = {change.key for change in outcome.skipped if change.key.scope != AUDIT}
    waiting = {naming.VERIFIER, naming.role_name(naming.CANARY), naming.TAMPER_RULE}  # a rule for the role beside it
    assert {key.name for key in elsewhere} == waiting
    assert Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE") in estate.resources
    assert Key(SECURITY, resources.USER, "ana-break-glass") in estate.resources


def test_nothing_is_deleted_where_something_failed(acme: Manifest) -> None:
    estate = MemoryEstate()
    run(estate, acme)
    changed = manifest(
        playbooks=["ransomware"],
        limits={"session_hours": "2"},
        management_account=vars_of(acme),
        teams=[{"name": "incident", "playbooks": ["ransomware"], "accounts": "all"}],
        responders=[{"id": "ana", "name": "Ana", "email": "a@b", "teams": ["incident"]}],
    )
    estate.fault = failing("update", lambda key: key.scope == PROD, DeniedError("no")).fault
    outcome = run(estate, changed)
    assert Key(PROD, resources.ROLE, "BREAK-GLASS-DATA-BREACH") in estate.resources
    assert Key(Scope("444444444444"), resources.ROLE, "BREAK-GLASS-DATA-BREACH") not in estate.resources
    assert {change.key.scope for change in outcome.skipped} == {PROD}


class Lagging(MemoryEstate):
    """Reads tell nothing new for a while after a write."""

    lag = 0

    def read(self, survey: Survey) -> Reading:
        if self.lag and self.writes:
            self.lag -= 1
            return Reading(survey)
        return super().read(survey)


def leaver(acme: Manifest) -> Manifest:
    """Ana leaves, and a team's policy changes in the same account."""
    teams = [
        {"name": "incident", "playbooks": ["ransomware"], "accounts": "all"},
        {"name": "payments", "playbooks": ["data-breach"], "accounts": ["payments"]},
        {"name": "organization", "playbooks": ["lost-access"], "accounts": ["management"]},
    ]
    return manifest(responders=[person(each) for each in acme.responders[1:]], teams=teams)


def person(responder: object) -> dict[str, object]:
    return {name: getattr(responder, name) for name in ("id", "name", "email", "teams")}


def vars_of(acme: Manifest) -> dict[str, object]:
    return {"id": acme.management_account.id, "name": "management", "playbooks": []}


ANA = Key(SECURITY, resources.USER, "ana-break-glass")


def test_what_was_made_is_read_back_before_anything_is_deleted(acme: Manifest) -> None:
    estate, clock = Lagging(), StoppedClock()
    run(estate, acme)
    found = plan_for(estate, provisioned(leaver(acme)))
    estate.writes.clear()
    estate.lag = 2
    assert apply(estate, found, surveys(acme), clock).complete
    assert clock.slept == list(SETTLING[:3])
    assert ANA not in estate.resources


def test_what_never_reads_back_leaves_everybody_in(acme: Manifest) -> None:
    estate, clock = Lagging(), StoppedClock()
    run(estate, acme)
    found = plan_for(estate, provisioned(leaver(acme)))
    estate.writes.clear()
    estate.lag = 10_000
    outcome = apply(estate, found, surveys(acme), clock)
    assert [change.key for change in outcome.skipped] == [ANA]
    assert ANA in estate.resources
    assert clock.slept == list(SETTLING)


def test_what_cannot_be_read_back_leaves_everybody_in(acme: Manifest) -> None:
    estate = MemoryEstate()
    run(estate, acme)
    found = plan_for(estate, provisioned(leaver(acme)))
    estate.fault = lambda verb, _what: UnavailableError("no answer") if verb == "read" else None
    assert ANA in [change.key for change in apply(estate, found, surveys(acme), StoppedClock()).skipped]
    assert ANA in estate.resources


def test_destroy_leaves_nothing_but_what_an_account_has_one_of(acme: Manifest) -> None:
    estate = MemoryEstate()
    run(estate, acme)
    outcome = apply(estate, plan_for(estate, destroyed(acme, acme.account_ids)), surveys(acme), StoppedClock())
    assert outcome.complete
    assert {key.type for key in estate.resources} == {type_ for type_, kind in resources.KINDS.items() if kind.kept}


def test_an_interrupt_is_an_outcome_and_a_rerun_continues(acme: Manifest) -> None:
    class Interrupted(MemoryEstate):
        def create(self, resource: resources.Resource) -> None:
            if resource.name == naming.BOUNDARY:
                raise KeyboardInterrupt
            super().create(resource)

    estate = Interrupted()
    outcome = run(estate, acme)
    assert outcome.interrupted
    assert outcome.skipped
    again = MemoryEstate(dict(estate.resources))
    assert run(again, acme).complete
    assert plan_for(again, provisioned(acme)).changes == ()


def test_what_lags_is_looked_at_again(acme: Manifest) -> None:
    estate, clock = Lagging(), StoppedClock()
    run(estate, acme)
    estate.lag = len(acme.account_ids)
    assert remaining(estate, provisioned(acme), clock).changes == ()
    assert clock.slept == [SETTLING[1]]


def test_roles_that_trust_each_other_can_still_be_deleted(acme: Manifest) -> None:
    """Nothing of ours does; someone who tags roles as ours may."""

    def planted(name: str, trusted: str) -> resources.Resource:
        principal = {"AWS": f"arn:aws:iam::{PROD.account}:role/{trusted}"}
        trust: Json = {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}
        tags = resources.tags({naming.OWNER_TAG: acme.name})
        properties: dict[str, Json] = {"RoleName": name, "AssumeRolePolicyDocument": trust, "Tags": tags}
        return resources.Resource(resources.ROLE, PROD, properties)

    class Lenient(MemoryEstate):
        def delete(self, resource: resources.Resource) -> None:
            self._write("delete", resource.key)
            del self.resources[resource.key]

    estate = Lenient()
    run(estate, acme)
    for each in (planted("BREAK-GLASS-A", "BREAK-GLASS-B"), planted("BREAK-GLASS-B", "BREAK-GLASS-A")):
        estate.resources[each.key] = each
    assert run(estate, acme).complete
    assert estate.resources == desired(acme)


def test_while_the_security_account_is_not_as_planned_nothing_is_deleted_anywhere(acme: Manifest) -> None:
    """Teams may still name only the roles that were to go: then nobody could get in."""
    estate = MemoryEstate()
    run(estate, acme)
    swapped = manifest(
        playbooks=["data-breach"],
        management_account=vars_of(acme),
        teams=[{"name": "incident", "playbooks": ["data-breach"], "accounts": "all"}],
        responders=[{**person(each), "teams": ["incident"]} for each in acme.responders],
    )
    estate.fault = lambda verb, what: (
        DeniedError("no") if verb != "read" and isinstance(what, Key) and what.scope == SECURITY else None
    )
    found = plan_for(estate, provisioned(swapped, GUARDS))
    outcome = apply(estate, found, surveys(swapped), StoppedClock())
    assert Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE") in estate.resources
    assert not [change for change in outcome.made if change.after is None]
