"""How long a verification of a thousand accounts takes, beside what the network costs: python benchmarks/verify.py

`breakglass verify` over 1,000 accounts as a whole process, against an AWS on the loopback interface in a process of its
own (benchmarks/provisioning/loopback.py) that takes 50 ms more for every call, and to which everything was applied
before. Nobody is enrolled there, so it ends with findings of that, and with no other. The last line is the figures as
JSON:

- `seconds` is from the start of the command to its end; the aim is 60.
- `bound` is what nobody could go below: the larger of calls x latency / accounts read at once, and of calls x the CPU
  time botocore takes for such a call by itself, measured in the same run with bare clients in a plain loop, without the
  making of the clients. `vs_bound` is the ratio; at most 1.5.
- `calls_per_account` is the most calls in one target account, the one to enter it included.
- `peak_mib` is the peak resident memory, by getrusage; under 300.

The machine decides: `load` is its load average when the run began. Run it where nothing else runs.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.provision import ROOT, apply, asked, loopback, written
from breakglass.workers import READERS

ACCOUNTS, LATENCY, SAMPLE = 1000, 0.05, 40
EXPECTED = frozenset({"NOT_ENROLLED", "FEW_WAYS_IN"})
"""The codes of what nobody being enrolled comes to."""


def bare(manifest: Path, accounts: int, environment: Mapping[str, str]) -> Mapping[str, float]:
    """Let a plain script read a few accounts, and return what it took."""
    command = (sys.executable, "-m", "benchmarks.verification.by_hand", str(manifest), str(accounts))
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    figures: Mapping[str, float] = json.loads(ran.stdout)
    return figures


def verified(manifest: Path, environment: Mapping[str, str]) -> Mapping[str, float]:
    """Run `breakglass verify` to its end; raises SystemExit where it finds what it must not."""
    asked(environment, "/calls")
    begun = time.perf_counter()
    command = (sys.executable, "-m", "breakglass", "verify", "--format", "json", "-m", str(manifest))
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        out.seek(0)
        codes = {each["code"] for each in json.load(out)["findings"]}
    if child.returncode != 1 or codes - EXPECTED:
        raise SystemExit(f"verify ended with {child.returncode} and found {sorted(codes)}")
    told = asked(environment, "/calls")
    return {
        "calls": sum(told["calls"].values()),
        "calls_per_account": max(told["by_account"].values()),
        "peak_mib": round(usage.ru_maxrss / 1024),  # kibibytes on Linux
        "seconds": seconds,
    }


def measure(accounts: int, latency: float, sample: int) -> Mapping[str, float]:
    """Apply everything without latency, and verify with it."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = written(accounts, Path(folder))
        with loopback(manifest, 0) as environment:
            apply(manifest, environment)
            by_hand = bare(manifest, sample, environment)
            asked(environment, f"/latency/{latency * 1000}")
            run = verified(manifest, environment)
    least = max(run["calls"] * latency / READERS, run["calls"] * by_hand["cpu"] / by_hand["calls"])
    return {
        "accounts": accounts,
        **run,
        "seconds": round(run["seconds"], 1),
        "cpu_per_call_ms": round(1000 * by_hand["cpu"] / by_hand["calls"], 2),
        "bound": round(least, 1),
        "vs_bound": round(run["seconds"] / least, 2),
    }


def main() -> None:
    """Measure and print."""
    load = os.getloadavg()[0]
    print(json.dumps({**measure(ACCOUNTS, LATENCY, SAMPLE), "load": round(load, 2)}))


if __name__ == "__main__":
    main()
