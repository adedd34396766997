"""Probes over a state in memory: who is asked for, what an answer means, and that silence proves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from breakglass import naming, resources
from breakglass.assure.checks.answers import entered
from breakglass.assure.evidence import Evidence
from breakglass.assure.probing import probes
from breakglass.documents import Json
from breakglass.errors import BreakglassError, DeniedError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan
from breakglass.facts import Fact
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.opinions import ProbeAnswer
from breakglass.resources import Key, Resource, Scope, State
from tests.memory import StoppedClock

PROD = Scope("222222222222")
ROLE = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")
START = datetime(2026, 11, 20, 3, 2, tzinfo=UTC)
SESSION = "probe-20261120T030200Z-0a1b2c3d"
OPEN: Mapping[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::333333333333:root"}, "Action": "sts:AssumeRole"}
    ],
}


class Clock(StoppedClock):
    def now(self) -> datetime:
        return START


@dataclass
class Doors:
    """Denies every role but some, and fails where it is told to."""

    open: frozenset[str] = frozenset()
    errors: Mapping[str, BreakglassError] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, role: str, session: str) -> DeniedError | None:
        self.asked.append((role, session))
        if role in self.errors:
            raise self.errors[role]
        return None if role in self.open else DeniedError("not authorized")


def look(state: State, doors: Doors, wanted: Manifest) -> Observation:
    return probes(doors, Clock(), lambda: "0a1b2c3d")(wanted, Observation(state, {}))


def opened(state: State) -> dict[Key, Resource]:
    held = {**state[ROLE].properties, "AssumeRolePolicyDocument": OPEN}
    return {**state, ROLE: Resource(resources.ROLE, PROD, held)}


def answers(observation: Observation) -> dict[str, ProbeAnswer]:
    return {each.role: each for each in observation.facts if isinstance(each, ProbeAnswer)}


def test_one_role_of_each_trust_is_asked_for_and_the_others_are_counted(acme: Manifest) -> None:
    state, doors = opened(desired(acme)), Doors()
    found = answers(look(state, doors, acme))
    playbooks = [key for key in state if key.type == resources.ROLE and key.name.startswith(naming.ROLE_PREFIX)]
    assert {role for role, _ in doors.asked} == set(found)
    assert len(found) == 2
    assert sum(each.alike + 1 for each in found.values()) == len(playbooks) - 1  # the canary is not asked for
    assert found[state[ROLE].arn] == ProbeAnswer(PROD, state[ROLE].arn, SESSION, denied=True)
    assert {session for _, session in doors.asked} == {SESSION}


def test_a_stray_with_the_name_of_ours_is_asked_for_too(acme: Manifest) -> None:
    doors = Doors()
    probes(doors, Clock(), lambda: "0a1b2c3d")(acme, Observation({}, opened(desired(acme))))
    assert len(doors.asked) == 2


def test_what_could_not_be_asked_is_unread_and_hides_no_other(acme: Manifest) -> None:
    state = opened(desired(acme))
    dead = UnavailableError("AWS cannot be reached", advice="run it again")
    found = look(state, Doors(errors={state[ROLE].arn: dead}), acme)
    assert [(each.scope, each.why) for each in found.unread] == [(PROD, dead)]
    assert state[ROLE].arn in found.unread[0].what
    assert len(answers(found)) == 1


def told_of(observation: Observation, manifest: Manifest) -> list[Finding]:
    return list(entered(Evidence(observation, Plan({}, ()), manifest, START)))


def told(acme: Manifest, *facts: Fact) -> list[Finding]:
    return told_of(Observation(dict(desired(acme)), {}, facts), acme)


def test_no_role_to_ask_for_proves_nothing(acme: Manifest) -> None:
    assert look({}, Doors(), acme) == Observation({}, {})
    people = {key: each for key, each in desired(acme).items() if key.type == resources.USER}
    (finding,) = told_of(Observation(people, {}), acme)
    assert (finding.code, finding.severity) == ("NOT_PROVED", Severity.HIGH)
    assert "no playbook role" in finding.detail


def test_a_manifest_without_playbook_roles_has_none_to_ask_for(acme: Manifest) -> None:
    bare = replace(acme, accounts=(), management_account=replace(acme.management_account, playbooks=()))
    assert told_of(Observation({}, {}), bare) == []


def test_accounts_that_were_not_looked_at_are_no_matter(acme: Manifest) -> None:
    passed_over = frozenset((acme.scope(each), resources.ROLE) for each in acme.account_ids)
    assert told_of(Observation({}, {}, passed_over=passed_over), acme) == []


def test_whoever_gets_in_is_critical_and_whoever_is_denied_is_nothing(acme: Manifest) -> None:
    role = desired(acme)[ROLE].arn
    assert told(acme, ProbeAnswer(PROD, role, SESSION, denied=True)) == []
    (found,) = told(acme, ProbeAnswer(PROD, role, SESSION, denied=False, alike=2))
    assert (found.code, found.severity, found.subject) == ("PROBE_ENTERED", Severity.CRITICAL, role)
    assert "whoever may assume roles in the audit account gets into it, and 2 others" in found.detail
    assert SESSION in found.detail
