"""A sandbox to which everything was applied once, and which is put back to that before each deviation."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import boto3
import pytest
from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from breakglass.assure.evidence import Evidence
from breakglass.assure.verify import judge
from breakglass.cli import wiring
from breakglass.cli.main import run
from breakglass.estate.guards import GUARDS, Question, guarded
from breakglass.estate.observation import Observation, observe
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan, plan
from breakglass.estate.surveys import surveys
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import apply
from breakglass.provision.converge import Goal, provisioned
from breakglass.sandbox.environment import UNSET
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Ran, Run
from tests.conftest import ACME, manifest
from tests.drift.deviation import Deed, Deviation, Hands, Told
from tests.enrolled import enroll_everybody
from tests.memory import StoppedClock
from tests.remembered import Remembered
from tests.stories.conftest import unguarded
from tests.verified import MOMENT, OF_STATE


@dataclass
class Seen:
    """One look, and what verify, plan and apply make of it: they judge the same reading."""

    observation: Observation
    goal: Goal
    estate: Remembered
    manifest: Manifest

    @cached_property
    def drift(self) -> Plan:
        return plan(self.observation, self.goal.target)

    @property
    def told(self) -> list[Told]:
        results = judge(Evidence(self.observation, self.drift, self.manifest, MOMENT), OF_STATE)
        findings = (each.finding for each in results)
        return sorted((each.code, each.severity, each.subject) for each in findings)

    def plan(self, *allowed: str) -> Plan:
        question = Question(self.drift, self.observation, self.goal.minimum_ways_in, self.goal.organization)
        return guarded(question, allowed)

    def apply(self, *allowed: str) -> Outcome:
        return apply(self.estate, self.plan(*allowed), self.goal.surveys, StoppedClock())


@dataclass
class World:
    """The sandbox after an apply, plain boto3 in it, and the product's own eyes on it."""

    manifest: Manifest
    estate: Remembered
    hands: Hands
    goal: Goal
    saved: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    """By account, what moto keeps of IAM and Organizations."""
    undone: list[Deed] = field(default_factory=list)
    """What takes away that no apply does, outside IAM and Organizations."""

    def plant(self, deviation: Deviation) -> None:
        if deviation.outside and deviation.remedy:
            self.undone.append(deviation.remedy)
        self.do(deviation, deviation.deed)

    def do(self, deviation: Deviation, deed: Deed) -> None:
        """Do it, with the guardrails lifted for the moment; what they do not hold, themselves too, needs no lifting."""
        if deviation.outside or deviation.name.startswith("guardrail-"):
            deed(self.hands)
            return
        touched = self.hands.touched.copy()
        with unguarded(self.hands.organizations):
            self.hands.touched = touched
            deed(self.hands)

    def look(self, *, credentials: bool = True) -> Seen:
        """Look as `verify` does, or without the credentials, which take a call for each user."""
        looked = (replace(each, credentials=credentials and each.credentials) for each in self.surveys)
        return Seen(observe(self.estate, tuple(looked), self.manifest.name), self.goal, self.estate, self.manifest)

    @property
    def surveys(self) -> tuple[Survey, ...]:
        return surveys(self.manifest, facts=True)

    def save(self) -> None:
        for account in self.manifest.account_ids:
            self.saved[account] = [copy.deepcopy(kept) for kept in self._kept(account)]

    def restore(self) -> None:
        for account in self.hands.touched:
            for kept, saved in zip(self._kept(account), self.saved[account], strict=True):
                kept.clear()
                kept.update(copy.deepcopy(saved))
        self.hands.touched.clear()
        self._repair()

    def _repair(self) -> None:
        """Put right what was done in the regions, which moto cannot copy: as a person would, and by an apply."""
        undone, self.undone = self.undone, []
        for undo in undone:
            undo(self.hands)
        if self.hands.regions:
            assert self.look(credentials=False).apply(*GUARDS).complete
        self.hands.regions.clear()

    def _kept(self, account: str) -> list[dict[str, object]]:
        return [vars(each[account][self.manifest.partition]) for each in (iam_backends, organizations_backends)]


@pytest.fixture(scope="package")
def applied() -> Iterator[World]:
    acme = manifest()
    with Sandbox(acme) as sandbox, pytest.MonkeyPatch.context() as patch:
        for name in UNSET:
            patch.delenv(name, raising=False)
        for name, value in sandbox.environment().items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)  # it would hold the key of the sandbox before
        hands = Hands()
        world = World(acme, Remembered(wiring.estate(acme, None), hands), hands, provisioned(acme))
        hands.touched.update(acme.account_ids)
        assert world.look().apply().complete
        enroll_everybody(sandbox, acme)
        hands.touched.clear()
        hands.regions.clear()
        world.estate.readings.clear()
        world.save()
        yield world


@pytest.fixture
def world(applied: World) -> Iterator[World]:
    yield applied
    applied.restore()


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Ran:
        code = run([arguments[0], "-m", str(ACME), *arguments[1:]])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call
