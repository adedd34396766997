"""How long the readiness matrix takes, and every claim: python benchmarks/matrix.py

The matrix is that of 50 people, 10,000 accounts and 6 playbooks: 3,000,000 cells, of four teams, each of whose rights
are written another way. `matrix_seconds` is from the desired state to all that is other than intended (there is
nothing); the state itself is made before, in `desired_seconds`. `matrix_mib` is the peak resident memory of the whole
process, the state included, by getrusage in a process of its own. `claims_seconds` is every claim on the example
manifest. The last line is the figures as JSON; the aims are 10 seconds, 1,024 MiB and 1 second.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

from breakglass import data, naming
from breakglass.estate.claims.proofs import proofs
from breakglass.estate.desired import desired, desired_in, place_of
from breakglass.estate.readiness_matrix import matrix
from breakglass.iam.prove import Status
from breakglass.manifest.model import Account, Manifest, Responder, Team
from breakglass.manifest.read import read
from breakglass.resources import MANAGED_POLICY, ROLE, Resource, State, state

PEOPLE, ACCOUNTS = 50, 10_000
PLAYBOOKS = ("ransomware", "data-breach", "lost-access")
OTHERS = ("leaked-key", "crypto-mining", "insider")
MATRIX = "matrix"


def large() -> Manifest:
    """Return a manifest of that size: teams for all accounts, for many, for some and for one."""
    accounts = tuple(Account(id=f"{200_000_000_000 + each}", name=f"account-{each}") for each in range(ACCOUNTS))
    names = [each.name for each in accounts]
    teams = (
        Team(name="everywhere", playbooks=(*PLAYBOOKS, *OTHERS), accounts="all"),
        Team(name="many", playbooks=PLAYBOOKS, accounts=tuple(names[:2000])),
        Team(name="some", playbooks=OTHERS, accounts=tuple(names[2000:2100])),
        Team(name="one", playbooks=PLAYBOOKS[:1], accounts=(names[-1],)),
    )
    sets = [("everywhere",), ("many",), ("some", "one"), ("many", "some"), ("everywhere", "one")]
    people = tuple(
        Responder(id=f"p{each}", name=f"P{each}", email=f"p{each}@acme.example", teams=sets[each % len(sets)])
        for each in range(PEOPLE)
    )
    playbooks = (*PLAYBOOKS, *OTHERS)
    return replace(read(data.example()), accounts=accounts, playbooks=playbooks, teams=teams, responders=people)


def state_of(manifest: Manifest) -> State:
    """Return what of the desired state bears on who gets in: all but the rights of the playbooks' roles.

    A playbook that is not shipped has the roles of one that is, under its own name.
    """
    shipped = replace(manifest, playbooks=PLAYBOOKS)
    return state(
        named
        for account in manifest.account_ids
        for each in desired_in(place_of(shipped, account))
        if each.type != MANAGED_POLICY or account == manifest.security_account
        for named in (each, *_renamed(each))
    )


def _renamed(role: Resource) -> Iterator[Resource]:
    for playbook, other in zip(PLAYBOOKS, OTHERS, strict=True):
        if role.type == ROLE and role.name == naming.role_name(playbook):
            yield Resource(ROLE, role.scope, {**role.properties, "RoleName": naming.role_name(other)})


def measure_matrix() -> Mapping[str, float]:
    """Judge every cell, in this process."""
    manifest = large()
    begun = time.perf_counter()
    there = state_of(manifest)
    made = time.perf_counter()
    found = matrix(manifest, there)
    if found.surprises or found.may != found.intended:
        raise SystemExit(f"the matrix is not the intended one: {found.may}, {found.intended}")
    judged = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kibibytes on Linux
    return {
        "cells": PEOPLE * ACCOUNTS * len(manifest.playbooks),
        "allowed": found.may,
        "desired_seconds": round(made - begun, 2),
        "matrix_seconds": round(judged - made, 2),
        "matrix_mib": round(peak),
    }


def measure_claims() -> float:
    """Return how long every claim on the example takes."""
    manifest = read(data.example())
    there = desired(manifest)
    begun = time.perf_counter()
    found = list(proofs(manifest, there))
    seconds = time.perf_counter() - begun
    if any(each.verdict.status is not Status.PROVED for each in found):
        raise SystemExit("a claim on the example is not proved")
    return seconds


def main() -> None:
    """Measure and print: the matrix in a process of its own, so that its memory is nobody else's."""
    if sys.argv[1:] == [MATRIX]:
        print(json.dumps(measure_matrix()))
        return
    command = (sys.executable, __file__, MATRIX)
    figures = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(json.dumps({**figures, "claims_seconds": round(measure_claims(), 2)}))


if __name__ == "__main__":
    main()
