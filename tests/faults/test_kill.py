"""The script that kills `apply` works, and what it plays is worth playing."""

import json
from pathlib import Path

import pytest

from breakglass.estate.desired import desired
from breakglass.estate.plan import Verb
from breakglass.manifest.read import read
from breakglass.provision.converge import plan_for, provisioned
from tests.faults.kill import main, stories
from tests.memory import MemoryEstate

pytestmark = pytest.mark.uncounted


def test_a_killed_apply_is_finished_by_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["1", "7"]) == 0
    told = capsys.readouterr()
    (line,) = told.out.splitlines()
    figures = json.loads(line)
    assert (figures["rounds"], figures["converged"], figures["seed"]) == (1, 1, 7)
    assert "(0, 0, 0)" in told.err


def test_the_change_makes_updates_and_deletes_and_names_each_guard_it_meets(tmp_path: Path) -> None:
    _, change = stories(tmp_path)
    assert change.before is not None
    estate = MemoryEstate.holding(desired(read(change.before)).values())
    found = plan_for(estate, provisioned(read(change.manifest)))
    assert {each.verb for each in found.changes} == set(Verb)
    assert {refusal.rule for refusal in found.refusals} == set(change.allowed)
