"""Compare the engine with @cloud-copilot/iam-simulate: python -m benchmarks.oracle [N] [SEED]

Prints the seed, what is unsupported, and every disagreement, made as small as it gets; exit 1 for one about whether a
request is allowed. The kinds of denial are compared as well, and counted.
"""

import json
import secrets
import sys
from collections import Counter
from collections.abc import Iterator, Mapping

from benchmarks.oracle import peer
from benchmarks.oracle.generate import Object, scenario
from breakglass.documents import Json
from breakglass.iam.scenarios import simulate

BATCH = 5000
SHOWN = 8
MAX_UNSUPPORTED = 0.01


def main(arguments: list[str]) -> int:
    """Compare, print, and return the exit code."""
    count = int(arguments[0]) if arguments else 20_000
    seed = int(arguments[1]) if len(arguments) > 1 else secrets.randbelow(2**31)
    peer.install()
    sys.stdout.write(f"seed {seed}\n")
    tally: Counter[str] = Counter()
    wrong: list[Object] = []
    for first in range(0, count, BATCH):
        scenarios = [scenario(seed + number) for number in range(first, min(first + BATCH, count))]
        for each, ours, theirs in zip(scenarios, decisions(scenarios), peer.run(scenarios).decisions, strict=True):
            tally[verdict(ours, theirs)] += 1
            tally[f"ours {ours}"] += 1
            if verdict(ours, theirs) in ("DISAGREE", "INVALID"):
                wrong.append(each)
    for each in wrong[:SHOWN]:
        small = minimised(each)
        ours, theirs = decisions([small])[0], peer.run([small]).decisions[0]
        sys.stdout.write(f"\nours {ours}, theirs {theirs}:\n{json.dumps(small, indent=1)}\n")
    figures = {"scenarios": count, "seed": seed, **dict(sorted(tally.items()))}
    sys.stdout.write(json.dumps(figures) + "\n")
    return int(bool(wrong) or tally["UNSUPPORTED"] >= MAX_UNSUPPORTED * count)


def decisions(scenarios: list[Object]) -> list[str]:
    """Return our decisions, or the error of a scenario."""
    return [str(each.get("decision") or f"error: {each['error']}") for each in simulate(scenarios)]


def verdict(ours: str, theirs: str) -> str:
    """Return how two decisions compare."""
    if "error" in ours or "error" in theirs:
        return "INVALID"
    if ours == "unsupported":
        return "UNSUPPORTED"
    if (ours == "allowed") != (theirs == "allowed"):
        return "DISAGREE"
    return "AGREE" if ours == theirs else "OTHER_DENIAL"


def minimised(whole: Object) -> Object:
    """Return the smallest scenario found that still comes out the same on both sides."""
    wanted = (decisions([whole])[0], peer.run([whole]).decisions[0])
    current, smaller = whole, True
    while smaller:
        candidates = list(_smaller(current))
        ours, theirs = decisions(candidates), peer.run(candidates).decisions
        found = [each for each, *both in zip(candidates, ours, theirs, strict=True) if tuple(both) == wanted]
        smaller = bool(found)
        current = min(found, key=lambda each: len(json.dumps(each)), default=current)
    return current


_FIXED = frozenset({"id", "principal", "action", "resource", "resource_account", "Effect", "Version"})


def _smaller(value: Object) -> Iterator[Object]:
    for each in _without(value):
        if isinstance(each, dict):
            yield each


def _without(value: Json) -> Iterator[Json]:
    """Yield the value with one part left out, at any depth; a list keeps one entry."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from ({**value, key: less} for less in _without(inner))
            if key not in _FIXED:
                yield {each: kept for each, kept in value.items() if each != key}
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            before, after = value[:index], value[index + 1 :]
            yield from ([*before, less, *after] for less in _without(inner))
            if before or after:
                yield [*before, *after]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
