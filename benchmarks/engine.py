"""How fast the policy engine decides, against the fastest that decides right: python benchmarks/engine.py

20,000 AssumeRole requests over the documents of the example manifest (`speedup`), and as many over documents that are
all different (`speedup_distinct`), on one thread each: parsed JSON in, decisions out; the start of a process and the
parsing of JSON are not measured. The other engine is @cloud-copilot/iam-simulate, by its function `runSimulation`. The
last line is the figures as JSON; the aim is a speedup of at least 10.
"""

import gc
import itertools
import json
import time
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.oracle import generate, peer
from breakglass import data, resources
from breakglass.documents import Json
from breakglass.estate.desired import desired
from breakglass.estate.guardrails import namespace_guardrail, roles_guardrail
from breakglass.iam.scenarios import simulate
from breakglass.manifest.read import read
from breakglass.resources import Resource

REQUESTS = 20_000
PEER_REQUESTS = 4_000
"""Throughput does not depend on the number; the other engine is given fewer to keep the run short."""

Scenario = dict[str, Json]

FULL: Scenario = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class Pace(NamedTuple):
    """Microseconds for one decision."""

    ours: float
    theirs: float


def acme() -> list[Scenario]:
    """Return requests of every person for every role: with MFA and without, under the right name and another."""
    manifest = read(data.example())
    state = desired(manifest)
    by_arn = {each.arn: each for each in state.values()}
    groups = {str(each.properties["GroupName"]): each for each in state.values() if each.key.type == resources.GROUP}
    users = [each for each in state.values() if each.key.type == resources.USER]
    roles = [each for each in state.values() if each.key.type == resources.ROLE]
    namespace = namespace_guardrail(manifest.partition, manifest.security_account, manifest.provisioning_role)
    held = roles_guardrail(manifest.partition, manifest.audit_account, manifest.provisioning_role)
    drawn: list[Scenario] = []
    for user, role, mfa, name in itertools.product(users, roles, (True, False), (True, False)):
        arns = [arn for group in _texts(user, "Groups") for arn in _texts(groups[group], "ManagedPolicyArns")]
        drawn.append(
            {
                "principal": user.arn,
                "action": "sts:AssumeRole",
                "resource": role.arn,
                "resource_account": role.scope.account,
                "context": {
                    "aws:MultiFactorAuthPresent": "true" if mfa else "false",
                    "sts:RoleSessionName": user.properties["UserName"] if name else "somebody",
                },
                "identity_policies": [by_arn[arn].properties["PolicyDocument"] for arn in dict.fromkeys(arns)],
                "resource_policy": role.properties["AssumeRolePolicyDocument"],
                "permissions_boundary": by_arn[str(user.properties["PermissionsBoundary"])].properties[
                    "PolicyDocument"
                ],
                "service_control_policies": [[FULL, held], [FULL, namespace]],
            }
        )
    return [{"id": number, **drawn[number % len(drawn)]} for number in range(REQUESTS)]


def _texts(resource: Resource, name: str) -> list[str]:
    """Return a property that is a list of strings; canonical form unwraps a list of one."""
    value = resource.properties[name]
    return [value] if isinstance(value, str) else [str(each) for each in value] if isinstance(value, Sequence) else []


def distinct() -> list[Scenario]:
    """Return requests whose documents are random: none is met twice."""
    found = (generate.scenario(seed) for seed in itertools.count())
    return list(itertools.islice((each for each in found if each["action"] == "sts:AssumeRole"), REQUESTS))


def fresh(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return the scenarios as a reader of JSON gives them: no object shared between two."""
    parsed: list[Scenario] = json.loads(json.dumps([peer.complete(each) for each in scenarios]))
    return parsed


def pace(scenarios: Sequence[Scenario]) -> Pace:
    """Decide all on both sides, and check that they agree."""
    given = fresh(scenarios)
    gc.collect()
    gc.freeze()  # the input is not what is measured: without this each collection goes through all of it again
    begun = time.perf_counter()
    ours = simulate(given)
    seconds = time.perf_counter() - begun
    theirs = peer.run(scenarios[:PEER_REQUESTS])
    for mine, other in zip(ours, theirs.decisions, strict=False):
        if (mine["decision"] == "allowed") != (other == "allowed") and mine["decision"] != "unsupported":
            raise SystemExit(f"the engines disagree: {mine}, {other}")
    return Pace(seconds / len(given) * 1e6, theirs.seconds / len(theirs.decisions) * 1e6)


def main() -> None:
    """Measure and print."""
    peer.install()
    repeated, different = pace(acme()), pace(distinct())
    figures = {
        "requests": REQUESTS,
        "microseconds": round(repeated.ours, 1),
        "microseconds_distinct": round(different.ours, 1),
        "speedup": round(repeated.theirs / repeated.ours, 1),
        "speedup_distinct": round(different.theirs / different.ours, 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
