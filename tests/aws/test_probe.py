"""What a probe is to AWS, call by call, and which denial counts."""

import json

import pytest

from breakglass.aws.probe import AwsProbe
from breakglass.errors import BreakglassError, CredentialsError, DeniedError, RejectedError, UnavailableError
from breakglass.manifest.model import Manifest
from tests.aws.stubs import ACCESS_KEY, PROD, REGIONS, Recorder, StubbedAws, assume_role
from tests.aws.test_canary import AUDIT, VERIFICATION, credentials

ROLE = f"arn:aws:iam::{PROD}:role/BREAK-GLASS-RANSOMWARE"
SESSION = "probe-20261120T030200Z-0a1b2c3d"
DENY_ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
ASKED = {"RoleArn": ROLE, "RoleSessionName": SESSION, "DurationSeconds": 900, "Policy": DENY_ALL}
SAID = f"User: x is not authorized to perform: sts:AssumeRole on resource: {ROLE}"


@pytest.fixture
def sts(aws: StubbedAws) -> Recorder:
    """The way to the verification role, foretold."""
    aws.caller()
    found = aws.sts(REGIONS[0])
    found.expect("assume_role", assume_role(AUDIT), credentials(ACCESS_KEY))
    found.expect("assume_role", {"RoleArn": VERIFICATION, "RoleSessionName": SESSION}, credentials("ASIAVERIFICATION"))
    return found


@pytest.fixture
def probe(aws: StubbedAws, sts: Recorder, acme: Manifest) -> AwsProbe:
    assert sts is aws.sts(REGIONS[0])
    return AwsProbe(aws.sessions(), acme)


def test_a_denial_of_the_trust_is_returned(probe: AwsProbe, sts: Recorder) -> None:
    sts.refuse("assume_role", ASKED, "AccessDenied", SAID, 403)
    denial = probe.ask(ROLE, SESSION)
    assert isinstance(denial, DeniedError)
    assert SAID in denial.message


@pytest.mark.parametrize(
    "reason",
    [
        "because no resource-based policy allows the sts:AssumeRole action",
        "because no role trust policy allows the sts:AssumeRole action",
        "with an explicit deny in a resource-based policy",
        "with an explicit deny in the role trust policy",
    ],
)
def test_a_denial_that_names_the_trust_is_returned(probe: AwsProbe, sts: Recorder, reason: str) -> None:
    sts.refuse("assume_role", ASKED, "AccessDenied", f"{SAID} {reason}", 403)
    assert probe.ask(ROLE, SESSION) is not None


def test_a_role_that_lets_in_is_no_denial_and_its_session_can_do_nothing(probe: AwsProbe, sts: Recorder) -> None:
    sts.expect("assume_role", ASKED, credentials("ASIAENTEREDEXAMPLE"))
    assert probe.ask(ROLE, SESSION) is None


NO_DENIALS: tuple[tuple[str, str, int, type[BreakglassError]], ...] = (
    ("ExpiredToken", "", 403, CredentialsError),
    ("Throttling", "", 400, UnavailableError),
    ("RegionDisabledException", "", 403, RejectedError),
    ("AccessDenied", "Forbidden by the proxy of this house", 403, RejectedError),
    ("403", "Forbidden", 403, UnavailableError),
    ("AccessDenied", f"{SAID} with an explicit deny in a service control policy", 403, DeniedError),
    ("AccessDenied", f"{SAID} because no identity-based policy allows the sts:AssumeRole action", 403, DeniedError),
    ("AccessDenied", f"{SAID} because no VPC endpoint policy allows the sts:AssumeRole action", 403, DeniedError),
    ("AccessDenied", f"{SAID} with an explicit deny in a VPC endpoint policy", 403, DeniedError),
    ("AccessDenied", f"{SAID} with an explicit deny in a policy of the next century", 403, DeniedError),
    ("AccessDenied", f"{SAID} with an explicit deny", 403, DeniedError),
    ("AccessDenied", f"{SAID}-OTHER", 403, RejectedError),
    ("AccessDenied", SAID.replace("sts:AssumeRole", "sts:TagSession"), 403, RejectedError),
    ("AccessDenied", SAID.replace("sts:AssumeRole", "sts:SetSourceIdentity"), 403, RejectedError),
    ("AccessDenied", f"No: {SAID}", 403, RejectedError),
)


@pytest.mark.parametrize(("code", "said", "status", "error"), NO_DENIALS)
def test_what_is_no_denial_of_the_trust_is_raised(
    probe: AwsProbe, sts: Recorder, code: str, said: str, status: int, error: type[BreakglassError]
) -> None:
    sts.refuse("assume_role", ASKED, code, said, status)
    with pytest.raises(error) as raised:
        probe.ask(ROLE, SESSION)
    assert raised.value.advice


def test_a_verification_role_out_of_reach_is_no_denial(aws: StubbedAws, acme: Manifest) -> None:
    aws.caller()
    aws.sts().expect("assume_role", assume_role(AUDIT), credentials(ACCESS_KEY))
    asked = {"RoleArn": VERIFICATION, "RoleSessionName": SESSION}
    aws.sts(REGIONS[0]).refuse("assume_role", asked, "AccessDenied", "not authorized", 403)
    with pytest.raises(DeniedError) as raised:
        AwsProbe(aws.sessions(), acme).ask(ROLE, SESSION)
    assert raised.value.subject == VERIFICATION
