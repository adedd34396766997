"""One run of `apply` as the command line makes it, and what holds at every moment of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from breakglass import resources
from breakglass.estate.desired import desired
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan, Refusal
from breakglass.estate.surveys import surveys
from breakglass.estate.ways_in import ways_in
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import apply
from breakglass.provision.converge import plan_for, provisioned, remaining
from breakglass.resources import GLOBAL, State
from tests.faults.unreliable import Effect, Misfortune, UnreliableEstate
from tests.memory import StoppedClock


@dataclass(frozen=True)
class Ran:
    """What one run came to."""

    plan: Plan | None
    """None where not even looking came to an end."""
    outcome: Outcome = field(default_factory=Outcome)
    left: Plan | None = None
    """None where nobody looked again."""

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        return self.plan.refusals if self.plan else ()

    @property
    def says_done(self) -> bool:
        """Whether the command line would exit with 0."""
        clean = self.left is not None and not self.left.changes and not self.left.unread
        return clean and self.outcome.complete and not self.outcome.interrupted


def run(estate: UnreliableEstate, manifest: Manifest, allowed: Collection[str]) -> Ran:
    """Plan, and apply what no guard stands against; nothing at all while the security account is not known."""
    goal = provisioned(manifest, allowed)
    try:
        plan = plan_for(estate, goal)
    except KeyboardInterrupt:
        return Ran(None)
    if plan.refusals or any(resources.USER in unread.types for unread in plan.unread):
        return Ran(plan)
    outcome = apply(estate, plan, surveys(manifest), StoppedClock()) if plan.changes else Outcome()
    if outcome.interrupted:
        return Ran(plan, outcome)
    try:
        left = remaining(estate, goal, StoppedClock()) if outcome.complete else plan_for(estate, goal)
    except KeyboardInterrupt:
        return Ran(plan, outcome)
    return Ran(plan, outcome, left)


def rerun(estate: UnreliableEstate, manifest: Manifest, allowed: Collection[str], most: int) -> Sequence[Ran]:
    """Run until it says that it is done, or often enough; nothing fails any more, but reads lag as before."""
    estate.misfortune = Misfortune(lags=estate.misfortune.lags)
    runs: list[Ran] = []
    while len(runs) < most and not (runs and runs[-1].says_done):
        runs.append(run(estate, manifest, allowed))
    return runs


def here(state: State, manifest: Manifest) -> State:
    """Return what lies in the accounts of a manifest: what left it is not looked at any more."""
    return {key: each for key, each in state.items() if key.scope.account in manifest.account_ids}


def converged(state: State, manifest: Manifest) -> bool:
    return here(state, manifest) == desired(manifest)


def require_ways_in(before: State, effects: Sequence[Effect], manifest: Manifest) -> None:
    """After every single write, no account has fewer people with a way in than before and than the minimum."""
    least = {
        account: min(len(people), manifest.limits.minimum_ways_in)
        for account, people in ways_in(manifest.organization, here(before, manifest)).items()
    }
    for effect in effects:
        if effect.key.scope.region != GLOBAL:  # no way in leads through what is there
            continue
        now = ways_in(manifest.organization, effect.state)
        short = {account: number for account, number in least.items() if len(now.get(account, ())) < number}
        assert not short, f"after {effect.verb} {effect.key}: fewer than {short}"


def require_deletions_last(effects: Sequence[Effect], manifest: Manifest) -> None:
    """Whatever is deleted is not wanted, and its account and the security account have all that is wanted."""
    wanted = desired(manifest)
    for effect in effects:
        if effect.verb == "delete":
            assert effect.key not in wanted
            scopes = {effect.key.scope, manifest.scope(manifest.security_account)}
            missing = {key for key, each in wanted.items() if key.scope in scopes and effect.state.get(key) != each}
            assert not missing, f"{effect.key} was deleted while {missing} was not as wanted"
