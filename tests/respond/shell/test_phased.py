"""A session narrowed to one phase: what STS is asked for, and what is refused before."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from breakglass.errors import UsageError
from breakglass.respond.shell.errand import Errand, Wish, run
from breakglass.respond.shell.phased import narrowed
from tests.respond.support import REGIONS, ROLE, USER, MemorySts

ERRAND = Errand("prod/open-security-group", ROLE, REGIONS, USER)


def test_the_session_has_the_policy_of_the_phase_and_it_is_said() -> None:
    sts, said = MemorySts(), list[str]()
    run(sts, narrowed(ERRAND, "contain"), Wish(phase="contain"), said.append, None)
    policy = json.loads(sts.assumed[0].policy)
    (statement,) = policy["Statement"]
    assert "ec2:RevokeSecurityGroupIngress" in statement["Action"]
    assert "the session policy of the phase contain narrows this session; sessions of the console have none" in said


@pytest.mark.parametrize("phase", ["contian", ""])
def test_a_phase_that_is_not_there_is_refused(phase: str) -> None:
    with pytest.raises(UsageError, match="has no phase") as error:
        narrowed(ERRAND, phase)
    assert "contain" in error.value.advice


def test_two_policies_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="--phase and --session-policy both"):
        narrowed(ERRAND, "contain", Path("policy.json"))


def test_a_playbook_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no playbook 'open-security-grup'"):
        narrowed(replace(ERRAND, label="prod/open-security-grup"), "contain")
