"""Kill a real `apply` at random moments and see that the next one finishes: python tests/faults/kill.py [N [SEED]]

N rounds, 20 unless given. In each, `python -m breakglass apply --yes` runs as a process against the sandbox, over
HTTP, and gets SIGKILL at a moment between its first call to AWS and its end: this stretch is measured first on an
apply that nobody kills, and cut into as many slices as there are rounds, so that the moments lie all over it. Then
`apply --yes` must exit 0, `plan` find no changes and `verify` no finding. Odd rounds make the example from nothing;
even rounds change it: a person leaves and another joins, a playbook goes, a team and every session length change.

One line of JSON ends the output; a seed says which part of the stretch each round gets. Exit 1 if any round did not
converge. No process gets more than PATIENCE seconds.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from breakglass.manifest.read import read
from breakglass.sandbox.environment import merged
from breakglass.sandbox.server import Sandbox
from tests.enrolled import enroll_everybody

ROOT = Path(__file__).parents[2]
ACME = ROOT / "examples" / "acme" / "breakglass.yaml"
ROUNDS = 20
PATIENCE = 60.0
"""Seconds a process may take."""
_POLL = 0.002
TOO_LATE = 0.8
"""What is left of a stretch when the kill found nobody alive: the machine was busier when it was measured."""


@dataclass(frozen=True, slots=True)
class Story:
    """What a round applies, after what, and which guards it has to name."""

    name: str
    before: Path | None
    manifest: Path
    allowed: tuple[str, ...] = ()

    @property
    def apply(self) -> tuple[str, ...]:
        """The arguments of the apply that is killed, and of the one after it."""
        return ("apply", "--yes", *(word for rule in self.allowed for word in ("--allow", rule)))


@dataclass(frozen=True, slots=True)
class Round:
    """What became of one round."""

    story: str
    moment: float
    """Seconds after the first call."""
    live: bool
    """Whether the process still ran when it was killed."""
    writes: int
    """Calls that change something and were answered before the kill."""
    codes: tuple[int, ...]
    """The exit codes of apply, plan and verify afterwards."""

    @property
    def converged(self) -> bool:
        """Whether the next apply finished the work."""
        return not any(self.codes)


class Killer:
    """Runs the command line against one sandbox, and ends it early."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COVERAGE_"))}
        path = os.pathsep.join(filter(None, (str(ROOT), clean.get("PYTHONPATH"))))
        self._environment = merged(clean, {**sandbox.environment(), "PYTHONPATH": path})

    def measure(self, story: Story) -> float:
        """Return the seconds from the first call of an apply nobody kills to its end."""
        self._prepare(story)
        with self._started(story.manifest, *story.apply) as process:
            self._await_first_call(process)
            begun = time.monotonic()
            process.wait(PATIENCE)
        if process.returncode:
            raise SystemExit(f"apply ends with {process.returncode} even where nobody kills it")
        return time.monotonic() - begun

    def play(self, story: Story, moment: float) -> Round:
        """Kill an apply this many seconds after its first call, then finish the work."""
        self._prepare(story)
        with self._started(story.manifest, *story.apply) as process:
            self._await_first_call(process)
            self._await(process, time.monotonic() + moment)
            live = process.poll() is None
            process.kill()
            writes = sum(not call.error for call in self._sandbox.calls.writes)
        codes = [self._run(story.manifest, *story.apply)]
        if not any(codes):
            enroll_everybody(self._sandbox, read(story.manifest))
        codes += [self._run(story.manifest, command) for command in ("plan", "verify")]
        return Round(story.name, moment, live, writes, tuple(codes))

    def _prepare(self, story: Story) -> None:
        self._sandbox.reset()
        if story.before is not None and self._run(story.before, "apply", "--yes"):
            raise SystemExit(f"{story.before} cannot be applied even where nobody kills it")
        self._sandbox.calls.clear()

    def _run(self, manifest: Path, *arguments: str) -> int:
        with self._started(manifest, *arguments) as process:
            return process.wait(PATIENCE)

    @contextmanager
    def _started(self, manifest: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start a command, and see that it is gone afterwards."""
        command = (sys.executable, "-m", "breakglass", arguments[0], "-m", str(manifest), *arguments[1:])
        silent = subprocess.DEVNULL
        with subprocess.Popen(
            command, env=self._environment, stdin=silent, stdout=silent, stderr=silent, cwd=manifest.parent
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def _await_first_call(self, process: subprocess.Popen[bytes]) -> None:
        self._await(process, time.monotonic() + PATIENCE, until=lambda: len(self._sandbox.calls) > 0)

    def _await(
        self, process: subprocess.Popen[bytes], end: float, *, until: Callable[[], bool] = lambda: False
    ) -> None:
        while process.poll() is None and time.monotonic() < end and not until():
            time.sleep(_POLL)


def stories(folder: Path) -> tuple[Story, Story]:
    """Return the two stories told in turn; the manifest of the second is written to the folder."""
    raw = yaml.safe_load(ACME.read_text("utf-8"))
    raw["playbooks"].remove("ransomware")
    raw["responders"] = [each for each in raw["responders"] if each["id"] != "dana"]
    raw["responders"].append({"id": "gul", "name": "Gul Aydin", "email": "gul@acme.example", "teams": ["incident"]})
    raw["teams"] = [
        {"name": "incident", "playbooks": ["data-breach", "lost-access"], "accounts": "all"},
        {"name": "payments", "playbooks": ["data-breach", "lost-access"], "accounts": ["payments", "data"]},
        {"name": "organization", "playbooks": ["lost-access"], "accounts": ["management"]},
    ]
    raw["limits"]["session_hours"] = 2
    changed = folder / "changed.yaml"
    changed.write_text(yaml.safe_dump(raw), "utf-8")
    return (
        Story("make", None, ACME),
        Story("change", ACME, changed, ("removes-person", "broadens-access")),
    )


def play(rounds: int, seed: int, told: Sequence[Story], tell: Callable[[str], object]) -> list[Round]:
    """Play the stories in turn, each with its moments spread over the whole of an apply."""
    chance = random.Random(seed)  # noqa: S311 - no secret is made here
    played: list[Round] = []
    with Sandbox(read(ACME)) as sandbox:
        killer = Killer(sandbox)
        lengths = [killer.measure(story) for story in told[:rounds]]
        tell(f"seed {seed}; an apply takes {', '.join(f'{each:.2f} s' for each in lengths)} from its first call\n")
        slices = [*range(rounds)]
        chance.shuffle(slices)
        for number, part in enumerate(slices):
            which = number % len(told)
            one = killer.play(told[which], lengths[which] * (part + chance.random()) / rounds)
            played.append(one)
            lengths[which] *= 1.0 if one.live else TOO_LATE
            tell(f"{number + 1:3} {one.story:6} {one.moment:5.2f} s {one.writes:3} writes {one.codes}\n")
    return played


def figures(played: Sequence[Round], seed: int) -> dict[str, object]:
    """Return what the rounds came to."""
    writes = [each.writes for each in played]
    return {
        "rounds": len(played),
        "converged": sum(each.converged for each in played),
        "killed_alive": sum(each.live for each in played),
        "writes_before_the_kill": {"min": min(writes), "median": statistics.median(writes), "max": max(writes)},
        "seed": seed,
    }


def main(arguments: Sequence[str]) -> int:
    """Play and print; 1 if any round did not converge."""
    rounds = int(arguments[0]) if arguments else ROUNDS
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(2**32)
    with tempfile.TemporaryDirectory() as folder:
        played = play(rounds, seed, stories(Path(folder)), sys.stderr.write)
    sys.stdout.write(json.dumps(figures(played, seed)) + "\n")
    return 0 if all(each.converged for each in played) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
