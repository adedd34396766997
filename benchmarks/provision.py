"""How long hundreds of accounts take, beside what the network and botocore cost: python benchmarks/provision.py

`breakglass apply` makes three playbooks in 500 accounts from nothing, as a whole process, against an AWS on the
loopback interface in a process of its own (benchmarks/provisioning/loopback.py) that takes 50 ms more for every call;
then again, where nothing is left to do. The last line is the figures as JSON:

- `seconds` is from the start of the command to its end, everything read back; the aim is 45.
- `bound` is what nobody could go below: the larger of calls x latency / accounts worked on at once, and of calls x the
  CPU time botocore takes for such a call by itself. That is measured in the same run, with bare clients of one shared
  session in a plain loop, without latency, and without the making of the clients. `vs_bound` is the ratio; at most 1.5.
- `cpu_vs_botocore` is the CPU time of the whole process in terms of what botocore takes by itself for as many calls: it
  hardly depends on what else the machine does.
- `rerun_writes` is the writes of the second run, none; `rerun_vs_bound` its time against its own bound, at most 1.5.
- `calls_per_account` is the calls in one target account, all included; at most 20.
- `peak_mib` is the peak resident memory of the first run, by getrusage; under 300.
- `plan_5000_seconds` is the plan of 5,000 accounts of which one is new, all guards included, from what was observed;
  under 20. `joiner_accounts_touched` is the accounts that plan changes: one.
- `vs_sequential` is how many times longer a plain script of boto3 takes, which makes one call after the other; measured
  on a few accounts, and scaled by their number.

The machine decides: `load` is its load average when the run began. Run it where nothing else runs.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import Request, urlopen

import yaml

from breakglass import data
from breakglass.cli.main import collect_rarely
from breakglass.estate.desired import desired
from breakglass.estate.guards import Question, guarded
from breakglass.estate.observation import Observation
from breakglass.estate.plan import plan
from breakglass.manifest.model import Account, Manifest
from breakglass.manifest.read import read
from breakglass.provision.converge import provisioned
from breakglass.sandbox.environment import merged
from breakglass.workers import WORKERS

ROOT = Path(__file__).parent.parent
ACCOUNTS, MANY, LATENCY = 500, 5000, 0.05
SAMPLE, FEW = 60, 5
PLAN = "plan"

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `breakglass apply`: how long it took, its calls, those that write, its memory in MiB, its CPU time."""

    seconds: float
    calls: int
    writes: int
    most: int
    """Calls in the account that had the most of them, among the targets."""
    mib: float
    cpu: float


def written(accounts: int, folder: Path) -> Path:
    """Write a manifest with so many target accounts, the example's otherwise, and return where it is."""
    manifest = yaml.safe_load(data.example().read_text("utf-8"))
    names = ["payments", *(f"account-{each}" for each in range(1, accounts))]
    manifest["accounts"] = [{"id": f"{200_000_000_000 + each}", "name": name} for each, name in enumerate(names)]
    path = folder / "breakglass.yaml"
    path.write_text(yaml.safe_dump(manifest, sort_keys=False), "utf-8")
    return path


@contextmanager
def loopback(manifest: Path, latency: float) -> Iterator[Mapping[str, str]]:
    """Yield the environment of a client while an AWS runs beside."""
    command = (sys.executable, "-m", "benchmarks.provisioning.loopback", str(manifest), str(latency * 1000))
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        if server.stdout is None or server.stdin is None:
            raise RuntimeError("it was started with pipes")
        yield merged(os.environ, json.loads(server.stdout.readline()))
        server.stdin.close()


def asked(environment: Mapping[str, str], path: str) -> dict[str, dict[str, int]]:
    """Return which calls were made since the last time, by operation and by account."""
    request = Request(environment["AWS_ENDPOINT_URL"] + path, method="GET" if path == "/calls" else "POST")  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310 - on the loopback interface
        found: dict[str, dict[str, int]] = json.load(answer)
    return found


def apply(manifest: Path, environment: Mapping[str, str]) -> Run:
    """Run `breakglass apply` to its end; raises SystemExit where not everything reads back."""
    asked(environment, "/calls")
    begun = time.perf_counter()
    command = (sys.executable, "-m", "breakglass", "apply", "--yes", "-m", str(manifest))
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if child.returncode:
        raise SystemExit(f"apply ended with {child.returncode}")
    told = asked(environment, "/calls")
    return Run(
        seconds,
        sum(told["calls"].values()),
        sum(told["writes"].values()),
        max(told["by_account"].values()),
        usage.ru_maxrss / 1024,  # kibibytes on Linux
        usage.ru_utime + usage.ru_stime,
    )


def by_hand(manifest: Path, accounts: int, environment: Mapping[str, str]) -> Mapping[str, Figures]:
    """Let a plain script do the same in a few accounts, and return what its first and its second run took."""
    command = (sys.executable, "-m", "benchmarks.provisioning.by_hand", str(manifest), str(accounts))
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    figures: Mapping[str, Figures] = json.loads(ran.stdout)
    asked(environment, "/reset")
    return figures


def bound(run: Run, bare: Figures, latency: float) -> float:
    """Return the seconds that nobody could go below for these calls: of the network, or of botocore."""
    return max(run.calls * latency / WORKERS, run.calls * bare["cpu"] / bare["calls"])


def measure(accounts: int, latency: float, sample: int, few: int) -> Figures:
    """Provision so many accounts twice, and by hand a few."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = written(accounts, Path(folder))
        with loopback(manifest, 0) as environment:
            bare = by_hand(manifest, sample, environment)
        with loopback(manifest, latency) as environment:
            slow = by_hand(manifest, few, environment)
            first, again = apply(manifest, environment), apply(manifest, environment)
    least, least_again = bound(first, bare["first"], latency), bound(again, bare["again"], latency)
    return {
        "accounts": accounts,
        "calls": first.calls,
        "cpu_per_call_ms": round(1000 * bare["first"]["cpu"] / bare["first"]["calls"], 2),
        "seconds": round(first.seconds, 1),
        "bound": round(least, 1),
        "vs_bound": round(first.seconds / least, 2),
        "cpu_vs_botocore": round(first.cpu / (first.calls * bare["first"]["cpu"] / bare["first"]["calls"]), 2),
        "rerun_seconds": round(again.seconds, 1),
        "rerun_writes": again.writes,
        "rerun_vs_bound": round(again.seconds / least_again, 2),
        "calls_per_account": first.most,
        "peak_mib": round(first.mib),
        "vs_sequential": round(slow["first"]["seconds"] / few * accounts / first.seconds, 1),
    }


def large(accounts: int) -> Manifest:
    """Return the example with so many target accounts."""
    example = read(data.example())
    names = ["payments", *(f"account-{each}" for each in range(1, accounts))]
    members = tuple(Account(id=f"{200_000_000_000 + each}", name=name) for each, name in enumerate(names))
    return replace(example, accounts=members)


def measure_plan(accounts: int) -> Figures:
    """Plan for an organization of which one account is new, in this process."""
    before, after = large(accounts - 1), large(accounts)
    collect_rarely()
    seen = Observation(desired(before), {})
    begun = time.perf_counter()
    goal = provisioned(after)
    question = Question(plan(seen, goal.target), seen, goal.minimum_ways_in, goal.organization)
    found = guarded(question)
    seconds = time.perf_counter() - begun
    touched = {change.key.scope.account for change in found.changes}
    if found.refusals or not touched:
        raise SystemExit(f"the plan is not the one meant: {found.refusals[:3]}")
    return {
        "plan_5000_seconds": round(seconds, 1),
        "plan_5000_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "joiner_accounts_touched": len(touched),
    }


def main() -> None:
    """Measure and print: the plan in a process of its own."""
    if sys.argv[1:] == [PLAN]:
        print(json.dumps(measure_plan(MANY)))
        return
    load = os.getloadavg()[0]
    command: Sequence[str] = (sys.executable, __file__, PLAN)
    planned = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(json.dumps({**measure(ACCOUNTS, LATENCY, SAMPLE, FEW), **planned, "load": round(load, 2)}))


if __name__ == "__main__":
    main()
