"""`make audit` fails for what nobody answers, and for an answer to nothing; parliament itself is asked there alone."""

import re
from pathlib import Path

import pytest

from breakglass import data
from tests.policies.answers import PAGE, Answer, Finding, answers, complaints

GIVEN = answers(PAGE.read_text("utf-8"))
STAR = Finding("ransomware", "RESOURCE_STAR", "ec2:DescribeInstances (reads)")
READS = Answer("RESOURCE_STAR", "*", "*:* (reads)", "no ARN is known yet")


def test_a_finding_is_answered_or_told() -> None:
    writes = Finding("ransomware", "RESOURCE_STAR", "ec2:StopInstances (writes)")
    assert complaints([STAR], [READS]) == ()
    assert complaints([STAR, writes], [READS]) == (
        "not answered: ransomware: RESOURCE_STAR: ec2:StopInstances (writes)",
    )
    assert complaints([STAR], []) == (f"not answered: {STAR}",)


@pytest.mark.parametrize(
    "idle",
    [
        Answer("UNKNOWN_ACTION", "*", "*:* (reads)", "another finding"),
        Answer("RESOURCE_STAR", "data-breach", "*:* (reads)", "another policy"),
        Answer("RESOURCE_STAR", "*", "s3:* (reads)", "another action"),
    ],
)
def test_an_answer_to_nothing_is_told(idle: Answer) -> None:
    assert complaints([STAR], [READS, idle]) == (f"answers nothing: {idle.code} {idle.policy} {idle.what}",)


def test_actions_are_the_same_in_any_case() -> None:
    assert READS.meets(Finding("x", "RESOURCE_STAR", "EC2:describeinstances (reads)"))


def test_every_row_of_the_page_is_an_answer_to_a_policy_that_ships() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert len(GIVEN) == len(rows) >= 10
    assert {each.policy for each in GIVEN} - {"*"} <= set(data.playbook_names())
    assert all(each.why for each in GIVEN)
    assert len({(each.code, each.policy, each.what) for each in GIVEN}) == len(GIVEN)


def test_there_is_a_target_that_asks() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text("utf-8")
    assert re.search(r"^audit: .*\n\t.*-m tests\.policies\.audit$", makefile, re.MULTILINE)
