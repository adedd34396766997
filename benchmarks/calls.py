"""How many calls a plan, a second apply and a verification make: python benchmarks/calls.py

Counted at the door of the embedded sandbox, over HTTP, for two sizes of the same manifest. The last line is the
figures as JSON. Aims: at most 3 calls a target account for a plan, whatever the number of people; two a person in the
security account, for what they sign in with; no write in a second apply; at most three further reads a person for
verify, in the security account only. What alerts depend on and what surrounds the access is read for verify besides: a
number for each account that people do not change.
"""

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from breakglass import data
from breakglass.assure.verify import verify
from breakglass.cli import wiring
from breakglass.cloud import Estate
from breakglass.manifest.model import Manifest, Responder
from breakglass.manifest.read import read
from breakglass.provision.apply import apply
from breakglass.provision.converge import plan_for, provisioned
from breakglass.sandbox.server import Sandbox


def crowded(manifest: Manifest, people: int) -> Manifest:
    """Return the manifest with that many people, all in its first team."""
    team = manifest.teams[0].name
    crowd = (f"person{number}" for number in range(people))
    responders = tuple(Responder(id=each, name=each, email=f"{each}@acme.example", teams=(team,)) for each in crowd)
    return replace(manifest, responders=responders)


def counted(sandbox: Sandbox, work: Callable[[Estate], object], manifest: Manifest) -> Counter[str]:
    """Return the calls that a piece of work makes, by account, from its own AssumeRole on."""
    estate = wiring.estate(manifest, None)
    sandbox.calls.clear()
    work(estate)
    return Counter(call.account for call in sandbox.calls)


def measure(manifest: Manifest) -> dict[str, int]:
    """Apply the manifest in a fresh sandbox and count the calls of what follows."""
    goal, security = provisioned(manifest), manifest.security_account

    def apply_all(estate: Estate) -> None:
        apply(estate, plan_for(estate, goal), goal.surveys, wiring.clock())

    with Sandbox(manifest) as sandbox:
        os.environ.update(sandbox.environment())
        counted(sandbox, apply_all, manifest)
        planned = counted(sandbox, lambda estate: plan_for(estate, goal), manifest)
        verified = counted(sandbox, lambda estate: verify(estate, manifest, wiring.clock().now()), manifest)
        counted(sandbox, apply_all, manifest)
        writes = len(sandbox.calls.writes)
    return {
        "people": len(manifest.responders),
        "plan_calls": sum(planned.values()),
        "verify_calls": sum(verified.values()),
        "plan_calls_in_security": planned[security],
        "plan_calls_per_target": max(planned[account.id] for account in manifest.accounts),
        "verify_calls_per_target": max(verified[account.id] for account in manifest.accounts),
        "verify_more_calls_in_security": verified[security] - planned[security],
        "verify_more_calls_elsewhere": sum((verified - planned).values()) - (verified[security] - planned[security]),
        "second_apply_writes": writes,
    }


def main() -> None:
    """Measure and print."""
    manifest = read(data.example())
    print(json.dumps([measure(crowded(manifest, people)) for people in (6, 60)]))


if __name__ == "__main__":
    main()
