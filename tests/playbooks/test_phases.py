"""What narrows a session to one phase."""

from dataclasses import replace

import pytest

from breakglass.documents import size
from breakglass.errors import UsageError
from breakglass.playbooks.model import Need, Playbook
from breakglass.playbooks.phases import phase_policy
from breakglass.playbooks.rights import MOST_SESSION, session_policy
from tests.report.playbooks.samples import EVERYTHING


def with_actions(number: int) -> Playbook:
    """Return the playbook with so many more actions in its closing phase."""
    close = EVERYTHING.phases.close
    assert close is not None
    needs = (Need(actions=tuple(f"ec2:Describe{each:05}" for each in range(number))),) if number else ()
    phase = replace(close, steps=(replace(close.steps[0], needs=needs),))
    return replace(EVERYTHING, phases=replace(EVERYTHING.phases, close=phase))


def test_it_allows_what_the_phase_needs_and_nothing_of_another() -> None:
    statement = phase_policy(EVERYTHING, "recover")["Statement"]
    assert statement == [
        {
            "Effect": "Allow",
            "Action": ["ssm:GetAutomationExecution", "ssm:StartAutomationExecution", "ssm:StopAutomationExecution"],
            "Resource": "*",
        }
    ]


@pytest.mark.parametrize("name", ["eradicate", "recovr", ""])
def test_a_phase_it_has_not_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="has no phase") as error:
        phase_policy(EVERYTHING, name)
    assert error.value.advice == "its phases are investigate, contain, recover, close"


def test_a_phase_that_calls_nothing_takes_no_session() -> None:
    with pytest.raises(UsageError, match="done by hand"):
        phase_policy(EVERYTHING, "close")


def test_what_is_longer_than_sts_takes_is_refused() -> None:
    actions = next(number for number in range(60, 120) if _length(number) > MOST_SESSION)
    assert size(phase_policy(with_actions(actions - 1), "close")) <= MOST_SESSION
    with pytest.raises(UsageError, match=r"has 2,0\d\d characters") as error:
        phase_policy(with_actions(actions), "close")
    assert "leave out --phase" in error.value.advice


def _length(actions: int) -> int:
    close = with_actions(actions).phases.close
    assert close is not None
    return size(session_policy(close, EVERYTHING))
