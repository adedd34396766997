"""What the tests of playbooks share: a sound one as text with its policy, and mistakes planted in either."""

import json
from dataclasses import dataclass
from pathlib import Path

from breakglass.aws.api_models import AwsApiModels
from breakglass.estate.playbooks.check import mistakes
from breakglass.playbooks.denials import denials
from breakglass.playbooks.pairs import pairs
from breakglass.playbooks.read import read
from breakglass.playbooks.rights import needed

STEPS = (Path(__file__).parent / "stuck-host.yaml").read_text("utf-8")
"""A sound playbook, small enough that a test may judge it often."""

MODELS = AwsApiModels()


@dataclass(frozen=True)
class Mistake:
    """Replace `old` by `new` in the steps or the policy; the problem is on the line of `at` (else of `new`)."""

    id: str
    old: str
    new: str
    says: str
    at: str = ""


def policy_of(folder: Path, steps: str, name: str = "stuck-host") -> str:
    """Return the policy that fits a playbook, as it is written in a file."""
    path = folder / f"{name}.yaml"
    path.write_text(steps, "utf-8")
    return json.dumps(needed(read(path), denials(name)), indent=2) + "\n"


def checked(folder: Path, steps: str, policy: str, name: str = "stuck-host") -> list[str]:
    """Return every problem the check tells, each beginning with the name of its file."""
    (folder / f"{name}.yaml").write_text(steps, "utf-8")
    (folder / f"{name}.json").write_text(policy, "utf-8")
    found = [str(each) for pair in pairs(folder) for each in mistakes(pair, MODELS)]
    return [each.removeprefix(f"{folder}/") for each in found]


def replaced(text: str, old: str, new: str) -> str:
    """Return a text with a piece replaced where it first stands."""
    assert old in text
    return text.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    """Return the line, counted from 1, on which a piece of text first begins."""
    return text.count("\n", 0, text.index(part)) + 1
