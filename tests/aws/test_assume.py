"""STS for a person in a hurry: whose credentials, one attempt, and what each answer means."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import EndpointConnectionError
from botocore.session import Session

from breakglass.assuming import Assumption, Probe, Source
from breakglass.aws.assume import AwsSts
from breakglass.aws.quick_loader import QuickLoader
from breakglass.errors import BreakglassError, CredentialsError, DeniedError, RejectedError, UnavailableError
from breakglass.secret import Secret
from tests.aws.stubs import ACCESS_KEY, PROD, SECRET_KEY, SECURITY, SESSION_TOKEN, Recorder

REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{PROD}:role/BREAK-GLASS-RANSOMWARE"
ANA = f"arn:aws:iam::{SECURITY}:user/break-glass/ana-break-glass"
PLAIN = Assumption(ROLE, "ana-break-glass")
SENT: Mapping[str, Any] = {"RoleArn": ROLE, "RoleSessionName": "ana-break-glass"}
EXPIRES = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
GIVEN_KEY, GIVEN_TOKEN = "the-k3y-that-sts-answers-0123456789-0123", "the-t0k3n-that-sts-answers"
CREDENTIALS = {
    "AccessKeyId": ACCESS_KEY,
    "SecretAccessKey": GIVEN_KEY,
    "SessionToken": GIVEN_TOKEN,
    "Expiration": EXPIRES,
}


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SESSION_TOKEN)


@pytest.fixture(scope="module")
def sts() -> AwsSts:
    """One for all, since making a client is the slow part; each test foretells the answers anew."""
    found = AwsSts()
    found._session.set_credentials(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN)
    return found


def client(sts: AwsSts, region: str = REGION) -> BaseClient:
    return sts._clients.get("sts", region)


@pytest.fixture
def answers(sts: AwsSts) -> Iterator[Recorder]:
    recorder = Recorder(client(sts))
    yield recorder
    recorder.stubber.assert_no_pending_responses()
    recorder.stubber.deactivate()


def test_one_attempt_and_little_patience(sts: AwsSts) -> None:
    config: Any = client(sts).meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 1}
    assert (config.connect_timeout, config.read_timeout) == (2, 3)


def test_a_session_comes_of_it(sts: AwsSts, answers: Recorder) -> None:
    answers.expect("assume_role", SENT, {"Credentials": CREDENTIALS})
    session = sts.assume(REGION, PLAIN)
    assert (session.access_key, session.expires, session.region) == (ACCESS_KEY, EXPIRES, REGION)
    assert (session.secret_key, session.session_token) == (Secret(GIVEN_KEY), Secret(GIVEN_TOKEN))
    assert session.packed_policy_size is None
    assert GIVEN_KEY not in repr(session)


def test_what_is_asked_for_is_sent(sts: AwsSts, answers: Recorder) -> None:
    sent = {
        **SENT,
        "DurationSeconds": 1800,
        "Tags": [{"Key": "break-glass-reason", "Value": "x"}],
        "Policy": "{}",
        "SerialNumber": "arn:aws:iam::1:mfa/x",
        "TokenCode": "123456",
    }
    answers.expect("assume_role", sent, {"Credentials": CREDENTIALS, "PackedPolicySize": 7})
    tags = (("break-glass-reason", "x"),)
    asked = Assumption(ROLE, "ana-break-glass", 1800, tags, "{}", "arn:aws:iam::1:mfa/x", Secret("123456"))
    assert sts.assume(REGION, asked).packed_policy_size == 7


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("AccessDenied", 403, DeniedError),
        ("ExpiredToken", 403, CredentialsError),
        ("InvalidClientTokenId", 403, CredentialsError),
        ("RegionDisabledException", 403, UnavailableError),
        ("Throttling", 400, UnavailableError),
        ("Whatever", 503, UnavailableError),
        ("PackedPolicyTooLarge", 400, RejectedError),
        ("ValidationError", 400, RejectedError),
        ("302", 302, UnavailableError),
        ("403", 403, UnavailableError),
        ("Unknown", 407, UnavailableError),
    ],
)
def test_what_sts_answers_instead(
    sts: AwsSts, answers: Recorder, code: str, status: int, kind: type[BreakglassError]
) -> None:
    answers.refuse("assume_role", SENT, code, "said by AWS", status)
    with pytest.raises(kind) as raised:
        sts.assume(REGION, PLAIN)
    assert type(raised.value) is kind
    assert raised.value.advice
    assert ("--duration" in raised.value.advice) is (kind is RejectedError)


def test_a_dead_region(sts: AwsSts) -> None:
    dead = "us-west-2"
    Recorder(client(sts, dead)).unreachable()
    for call in (lambda: sts.assume(dead, PLAIN), lambda: sts.caller(dead)):
        with pytest.raises(UnavailableError, match="cannot be reached"):
            call()
    probe = sts.probe(dead)
    assert isinstance(probe.failure, UnavailableError)
    assert probe.skew is None


def test_who_calls(sts: AwsSts, answers: Recorder) -> None:
    answers.expect("get_caller_identity", {}, {"Arn": ANA})
    assert sts.caller(REGION) == ANA


def test_who_calls_in_words_that_are_no_arn(sts: AwsSts, answers: Recorder) -> None:
    answers.expect("get_caller_identity", {}, {"Arn": "nobody whose name is an ARN"})
    with pytest.raises(UnavailableError, match="none of AWS's"):
        sts.caller(REGION)


def test_whoever_may_not_even_ask_is_told_what_a_responder_can_do(sts: AwsSts, answers: Recorder) -> None:
    answers.refuse("get_caller_identity", {}, "AccessDenied", "no VPC endpoint policy allows it", 403)
    with pytest.raises(DeniedError) as raised:
        sts.caller(REGION)
    assert "another network" in raised.value.advice
    assert "provisioning" not in raised.value.advice


def test_a_region_that_never_comes_to_an_end_is_left(sts: AwsSts, monkeypatch: pytest.MonkeyPatch) -> None:
    dripping, over = "ap-southeast-2", Event()

    def drip(**_: object) -> None:
        over.wait(20)
        raise EndpointConnectionError(endpoint_url="https://dead.example/")

    client(sts, dripping).meta.events.register("provide-client-params.*.*", drip)
    monkeypatch.setattr("breakglass.aws.deadline.SECONDS", 0.01)
    for call in (lambda: sts.assume(dripping, PLAIN), lambda: sts.caller(dripping)):
        with pytest.raises(UnavailableError, match="no whole answer"):
            call()
    probe = sts.probe(dripping)
    over.set()
    assert isinstance(probe.failure, UnavailableError)
    assert probe.skew is None


def probed(sts: AwsSts, answers: Recorder, date: str, code: str = "") -> Probe:
    metadata = {"HTTPHeaders": {"date": date}, "HTTPStatusCode": 200}
    if code:
        answers.stubber.add_client_error("get_caller_identity", code, response_meta=metadata)
    else:
        answers.expect("get_caller_identity", {}, {"Arn": ANA, "ResponseMetadata": metadata})
    return sts.probe(REGION)


@pytest.mark.parametrize("code", ["", "SignatureDoesNotMatch"])
def test_the_clock_of_aws_is_told_also_by_a_refusal(sts: AwsSts, answers: Recorder, code: str) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=10)
    probe = probed(sts, answers, format_datetime(ahead, usegmt=True), code)
    assert probe.skew is not None
    assert 590 < probe.skew < 601
    assert probe.arn == ("" if code else ANA)
    assert isinstance(probe.failure, CredentialsError) is bool(code)


_HOSTILE = "Fri, 31 Dec 9999 23:59:59 -9959"
"""In UTC, that is no date at all."""


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 22 Nov 2026 13:00:00 -0000", _HOSTILE])
def test_a_clock_that_tells_no_time(sts: AwsSts, answers: Recorder, date: str) -> None:
    assert probed(sts, answers, date).skew is None


@pytest.mark.usefixtures("signed_in")
def test_temporary_credentials_of_the_environment() -> None:
    source = AwsSts().source()
    assert source == Source(is_temporary=True)
    assert source.mfa is None


def test_a_long_term_key_carries_no_mfa(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    assert AwsSts().source().mfa is False


def test_nobody_is_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")  # no machine's role is asked for all the same
    with pytest.raises(CredentialsError, match="not signed in") as raised:
        AwsSts().source()
    assert "aws login" in raised.value.advice


_KEYS = f"[profile ana]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"
_CHAINED = f"role_arn = {ROLE}\nsource_profile = y\n"
OURS = f"credential_process = /bin/breakglass credentials --as process --account {PROD}\n"


@pytest.mark.parametrize(
    ("config", "says", "advice"),
    [
        (f"[profile x]\n{OURS}", "breakglass profiles", "unset AWS_PROFILE"),
        (f"[profile x]\nrole_arn = {ROLE}\nsource_profile = ana\n{_KEYS}", "(assume-role)", "--profile ana"),
        (
            "[profile x]\nsso_account_id = 1\nsso_role_name = r\nsso_region = eu-west-1\nsso_start_url = https://x\n",
            "(sso)",
            "the one you signed in with",
        ),
        (
            f"[profile x]\n{_CHAINED}[profile y]\nrole_arn = {ROLE}\nsource_profile = ana\n{_KEYS}",
            "(assume-role)",
            "--profile ana",
        ),
        (
            f"[profile x]\n{_CHAINED}[profile y]\n{OURS}",
            "the profile y is one that `breakglass profiles`",
            "the one you signed in with",
        ),
        (
            f"[profile x]\nrole_arn = {ROLE}\nsource_profile = x\naws_access_key_id = a\naws_secret_access_key = b\n",
            "(assume-role)",
            "the one you signed in with",
        ),
        ("[profile x\n", "configuration cannot be used", "mend"),
        ("[profile y]\n", "no such AWS profile", "list-profiles"),
        ("[profile x]\ncredential_process = /nonexistent\n", "fails", "get-caller-identity"),
    ],
)
def test_a_profile_that_cannot_be_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, says: str, advice: str
) -> None:
    (tmp_path / "config").write_text(config, "utf-8")
    monkeypatch.setenv("AWS_PROFILE", "x")
    for named in ("x", None):
        with pytest.raises(CredentialsError) as raised:
            AwsSts(named).source()
        assert says in raised.value.message
        assert advice in raised.value.advice


@pytest.mark.usefixtures("signed_in")
def test_keys_of_the_environment_go_before_a_profile_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(f"[profile x]\n{OURS}", "utf-8")
    monkeypatch.setenv("AWS_PROFILE", "x")
    assert AwsSts().source().is_temporary


def test_a_login_profile_says_whose_it_is_where_its_credentials_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = f"[profile ana]\nlogin_session = {ANA}\n"
    (tmp_path / "config").write_text(config, "utf-8")
    signed_in = Credentials(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, method="login")
    monkeypatch.setattr("botocore.credentials.LoginProvider.load", lambda _provider: signed_in)  # its tokens are of AWS
    assert AwsSts("ana").source() == Source(is_temporary=True, arn=ANA)
    monkeypatch.setenv("AWS_PROFILE", "ana")
    assert AwsSts().source() == Source(is_temporary=True, arn=ANA)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    assert AwsSts().source() == Source(is_temporary=False)


def test_a_sign_in_that_is_renewed_without_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()

    class Dripping(Credentials):
        def get_frozen_credentials(self) -> ReadOnlyCredentials:
            over.wait(20)
            return super().get_frozen_credentials()

    dripping = Dripping(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, method="login")
    (tmp_path / "config").write_text("[profile ana]\n", "utf-8")
    monkeypatch.setattr("botocore.credentials.LoginProvider.load", lambda _provider: dripping)
    monkeypatch.setattr("breakglass.aws.deadline.SECONDS", 0.01)
    with pytest.raises(UnavailableError, match="of the sign-in"):
        AwsSts("ana").source()
    over.set()


def test_a_process_is_a_source(tmp_path: Path) -> None:
    process = tmp_path / "process"
    document = {"Version": 1, "AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET_KEY, "SessionToken": SESSION_TOKEN}
    process.write_text(f"#!/bin/sh\necho '{json.dumps(document)}'\n", "utf-8")
    process.chmod(0o700)
    (tmp_path / "config").write_text(f"[profile ana]\ncredential_process = {process}\n", "utf-8")
    assert AwsSts("ana").source() == Source(is_temporary=True)


@pytest.fixture(scope="module")
def quick() -> Session:
    found = Session()
    found.register_component("data_loader", QuickLoader())
    found.set_config_variable("sts_regional_endpoints", "regional")
    return found


@pytest.mark.parametrize("region", ["us-east-1", REGION, "cn-north-1", "us-gov-west-1", "eusc-de-east-1"])
@pytest.mark.parametrize("service", ["sts", "signin"])
def test_endpoints_are_those_botocore_finds_with_all_its_data(
    maker: Session, quick: Session, region: str, service: str
) -> None:
    expected, found = (_sent_to(made, service, region) for made in (maker, quick))
    assert found == expected
    assert region in found[0] or service == "signin"


def test_what_the_configuration_says_of_the_global_endpoint_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
    assert _sent_to(AwsSts()._session, "sts", "us-west-2")[0] == "https://sts.us-west-2.amazonaws.com"


def _sent_to(made: Session, service: str, region: str) -> tuple[str, str, str]:
    """Return where a client sends its requests, for which region it signs, and in which partition it is."""
    found: Any = made.create_client(service, region, aws_access_key_id="a", aws_secret_access_key="b")
    operation = found.meta.service_model.operation_model(found.meta.service_model.operation_names[0])
    endpoint = found._ruleset_resolver.construct_endpoint(operation, {}, {"client_config": found.meta.config})
    return endpoint.url, found.meta.region_name, found.meta.partition
