"""A policy too large for one managed policy is divided: whole statements, in order, alike everywhere, none lost."""

import json
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakglass import data, naming, resources
from breakglass.documents import Document, Json, size, text
from breakglass.estate import desired as module
from breakglass.estate.alerting.places import Place
from breakglass.estate.desired import desired, desired_in, place_of
from breakglass.estate.quotas import bursts
from breakglass.estate.template import SYMBOLIC, parse, render
from breakglass.manifest.model import Manifest
from breakglass.playbooks.parts import MOST_POLICY, division, parts, statements, too_large
from breakglass.resources import Key, Scope, items

PROD = Scope("222222222222")
ARN = "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/%s"


def document(*sizes: int) -> Document:
    """Return a policy whose statements have so many ARNs each."""
    return {"Version": "2012-10-17", "Statement": [_statement(number, arns) for number, arns in enumerate(sizes)]}


def _statement(number: int, arns: int) -> Json:
    named = [ARN % f"i-{number:03d}{each:014d}" for each in range(arns)]
    return {"Sid": f"Stop{number}", "Effect": "Allow", "Action": "ec2:StopInstances", "Resource": named}


@given(st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=12))
def test_no_statement_is_lost_or_moved_and_every_part_fits(sizes: list[int]) -> None:
    whole = document(*sizes)
    divided = parts(whole, division(whole))
    assert [each for part in divided for each in statements(part)] == list(statements(whole))
    assert all(size(part) <= MOST_POLICY for part in divided)
    assert all(part["Version"] == whole["Version"] for part in divided)
    pairs = pairwise(divided)
    assert all(
        size({**one, "Statement": [*statements(one), statements(next_)[0]]}) > MOST_POLICY for one, next_ in pairs
    )


def test_what_fits_stays_as_it_is() -> None:
    small = document(3, 3)
    assert parts(small, division(small)) == (small,)
    single = {"Version": "2012-10-17", "Statement": _statement(1, 2)}
    assert parts(single, division(single)) == (single,)


def test_a_statement_too_large_by_itself_is_told_and_stands_alone() -> None:
    whole = document(3, 120, 3)
    assert [index for index, _ in too_large(whole)] == [1]
    assert list(map(list, division(whole))) == [[0], [1], [2]]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ransomware have a policy that takes three parts."""
    whole = document(50, 50, 50)
    real = data.playbook_policy
    monkeypatch.setattr(module, "_shipped", lambda each: text(whole if each == "ransomware" else real(each)))


@pytest.mark.usefixtures("large")
def test_every_part_is_a_policy_of_the_role(acme: Manifest) -> None:
    wanted = desired(acme)
    role = wanted[Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")]
    names = ["BREAK-GLASS-RANSOMWARE", "BREAK-GLASS-RANSOMWARE.2", "BREAK-GLASS-RANSOMWARE.3"]
    held = [wanted[Key(PROD, resources.MANAGED_POLICY, each)] for each in names]
    assert sorted(map(str, items(role.properties["ManagedPolicyArns"]))) == [each.arn for each in held]
    assert "${AWS::" not in "".join(text(each.properties) for each in held)
    sids = [str(each["Sid"]) for policy in held for each in _listed(policy.properties["PolicyDocument"])]
    assert sids == ["Stop0", "Stop1", "Stop2"]
    assert not list(bursts(wanted))


def _listed(written: Json) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = json.loads(json.dumps(written))["Statement"]
    return found


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_a_template_divides_as_apply_does(acme: Manifest, partition: Literal["aws", "aws-us-gov"]) -> None:
    there = Scope(PROD.account, partition=partition)
    place = place_of(replace(acme, partition=partition), PROD.account)
    made = parse(render(desired_in(Place(place.manifest, there, SYMBOLIC)), "x", {}), there)
    assert made == {each.key: each for each in desired_in(place) if each.key.type in {key.type for key in made}}
    assert Key(there, resources.MANAGED_POLICY, "BREAK-GLASS-RANSOMWARE.3") in made


def test_no_playbook_has_a_policy_of_anothers_name() -> None:
    assert naming.playbook_policy_name("x-2", 1) != naming.playbook_policy_name("x", 2)
