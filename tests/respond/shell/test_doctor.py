"""What would stop a person, of all that can be found."""

from dataclasses import replace

import pytest

from breakglass.assuming import Probe, Source
from breakglass.checks import Check, Outcome
from breakglass.errors import CredentialsError, UnavailableError, UsageError
from breakglass.respond.shell.doctor import Circumstances, checks
from breakglass.respond.target import Target
from tests.conftest import manifest
from tests.respond.support import ANA, PROD, SECURITY

TARGET = Target(PROD, "prod", "ransomware", "BREAK-GLASS-RANSOMWARE")
DEAD = Probe("eu-west-1", 2.0, failure=UnavailableError("AWS cannot be reached: ConnectTimeoutError"))
EXPIRED = Probe("eu-west-1", 0.1, skew=0.2, failure=CredentialsError("AWS does not accept the credentials", advice="x"))
FINE = Circumstances(
    manifest=manifest(),
    target=TARGET,
    source=Source(is_temporary=True),
    probes=(Probe("eu-west-1", 0.02, ANA, 0.3), Probe("us-west-2", 0.12, ANA, -0.3)),
    session="",
    has_login_extra=True,
    aws_cli="aws-cli/2.32.0",
    endpoint="",
)
OTHER = replace(TARGET, account="999999999999")


def of(found: Circumstances, name: str) -> Check:
    (check,) = [each for each in checks(found) if each.name == name]
    return check


def test_nothing_stops_a_person_who_is_signed_in() -> None:
    assert {each.outcome for each in checks(FINE)} == {Outcome.OK, Outcome.UNKNOWN}
    assert of(FINE, "mfa").outcome is Outcome.UNKNOWN
    assert of(FINE, "identity").detail == "ana-break-glass"
    assert of(FINE, "sts us-west-2").detail == "answers in 120 ms"
    assert of(FINE, "playbook").detail == "prod/ransomware: a team of ana-break-glass may"


def test_of_an_account_that_may_be_in_a_unit_only_aws_knows() -> None:
    units = manifest(organizational_units=[{"id": "ou-acme-workload", "name": "workload"}])
    check = of(replace(FINE, manifest=units, target=replace(TARGET, account="700000000001")), "playbook")
    assert check.outcome is Outcome.UNKNOWN
    assert "only AWS knows" in check.detail


@pytest.mark.parametrize(
    ("found", "name", "outcome", "detail", "advice"),
    [
        (
            replace(FINE, manifest=UsageError("no file", advice="-m"), target=None),
            "manifest",
            "problem",
            "no file",
            "-m",
        ),
        (replace(FINE, target=UsageError("a\nb", advice="c")), "playbook", "problem", "a; b", "c"),
        (replace(FINE, target=OTHER), "playbook", "problem", "no team of ana", "nobody"),
        (replace(FINE, probes=(DEAD,)), "playbook", "unknown", "not known before", ""),
        (replace(FINE, session="prod/x"), "shell", "problem", "in a session of prod/x", "exit"),
        (replace(FINE, source=CredentialsError("none", advice="y")), "credentials", "problem", "none", "y"),
        (replace(FINE, probes=(EXPIRED,)), "credentials", "problem", "does not accept", "x"),
        (replace(FINE, source=Source(is_temporary=False)), "credentials", "problem", "long-term key", "aws login"),
        (replace(FINE, source=Source(is_temporary=False)), "mfa", "problem", "never carries", "aws login"),
        (replace(FINE, probes=(Probe("x", 1, f"arn:aws:iam::{PROD}:user/x"),)), "identity", "problem", SECURITY, "aws"),
        (replace(FINE, probes=(Probe("x", 1, ANA, 61),)), "clock", "warning", "61 s behind", "clock"),
        (replace(FINE, probes=(Probe("x", 1, ANA, -301),)), "clock", "problem", "301 s ahead of", "clock"),
        (replace(FINE, probes=(DEAD,)), "sts eu-west-1", "problem", "ConnectTimeout", "network"),
        (replace(FINE, probes=(DEAD, *FINE.probes[1:])), "sts eu-west-1", "warning", "ConnectTimeout", "is enough"),
        (replace(FINE, probes=(EXPIRED,)), "sts eu-west-1", "ok", "answers", ""),
        (replace(FINE, has_login_extra=False), "aws login", "warning", "cannot be used", ".[login]"),
        (replace(FINE, aws_cli=""), "aws CLI", "warning", "there is none", "install"),
        (replace(FINE, aws_cli="aws-cli/1.46.3"), "aws CLI", "warning", "has no `aws login`", "install"),
        (replace(FINE, endpoint="127.0.0.1:1"), "endpoint", "warning", "127.0.0.1:1", "unset"),
    ],
)
def test_what_is_not_in_order_is_told_with_the_next_command(
    found: Circumstances, name: str, outcome: str, detail: str, advice: str
) -> None:
    check = of(found, name)
    assert check.outcome.value == outcome
    assert detail in check.detail
    assert advice in check.advice
    assert bool(check.advice) is (outcome not in ("ok", "unknown"))


def test_without_credentials_the_missing_extra_is_a_problem() -> None:
    found = replace(FINE, source=CredentialsError("none"), has_login_extra=False)
    assert of(found, "aws login").outcome is Outcome.PROBLEM


def test_who_one_is_can_be_known_of_the_profile_alone() -> None:
    found = replace(FINE, source=Source(is_temporary=True, arn=ANA), probes=(DEAD,))
    assert of(found, "identity").outcome is Outcome.OK
    assert "clock" not in {each.name for each in checks(found)}
