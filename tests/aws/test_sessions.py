import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from breakglass.aws.clients import KEPT, RoleCredentials
from breakglass.aws.sessions import Sessions
from breakglass.errors import CredentialsError, DeniedError, UnavailableError
from tests.aws.stubs import (
    ACCESS_KEY,
    ADMIN,
    LONG_AGO,
    PROD,
    REGIONS,
    SECRET_KEY,
    SECURITY,
    SESSION_TOKEN,
    StubbedAws,
    assume_role,
)


def test_the_caller_is_asked_for_once(aws: StubbedAws) -> None:
    aws.caller()
    sessions = aws.sessions()
    with ThreadPoolExecutor(8) as pool:
        identities = set(pool.map(lambda _: sessions.identity(), range(32)))
    assert {(each.account, each.arn, each.partition) for each in identities} == {(SECURITY, ADMIN, "aws")}


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId"])
def test_credentials_that_aws_does_not_accept(aws: StubbedAws, code: str) -> None:
    aws.sts().refuse("get_caller_identity", {}, code, f"token {SESSION_TOKEN}", 403)
    with pytest.raises(CredentialsError) as raised:
        aws.sessions().identity()
    assert code in raised.value.message
    assert SESSION_TOKEN not in str(raised.value)


def test_credentials_of_another_partition(aws: StubbedAws) -> None:
    aws.caller(arn=f"arn:aws-cn:iam::{SECURITY}:user/ana")
    with pytest.raises(CredentialsError, match="aws-cn") as raised:
        aws.sessions().identity()
    assert "partition" in raised.value.advice


def test_no_credentials_at_all() -> None:
    with pytest.raises(CredentialsError, match="no AWS credentials") as raised:
        Sessions(regions=REGIONS).identity()
    assert "aws sso login" in raised.value.advice


def test_an_unknown_profile() -> None:
    for regions in ((), REGIONS):
        with pytest.raises(CredentialsError, match="no such AWS profile"):
            Sessions("nobody", regions=regions).identity()


@pytest.mark.parametrize(
    "profile",
    [
        "[profile x\nregion",
        "[profile x]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = y\n",
        "[profile x]\nsso_session = none\nsso_account_id = 1\nsso_role_name = x\n",
        "[profile x]\ncredential_process = /nonexistent/program\n",
        f"[profile x]\ncredential_process = echo not json {SECRET_KEY}\n",
        f"[profile x]\ncredential_process = sh -c 'echo {SECRET_KEY} >&2; exit 1'\n",
    ],
)
def test_a_profile_that_cannot_be_used(tmp_path: Path, profile: str) -> None:
    (tmp_path / "config").write_text(profile, "utf-8")
    with pytest.raises(CredentialsError) as raised:
        Sessions("x", regions=REGIONS).identity()
    assert raised.value.advice
    assert SECRET_KEY not in f"{raised.value} {raised.value.subject} {raised.value.advice}"


def test_a_profile_that_asks_for_mfa_where_nobody_can_answer() -> None:
    with patch.object(Session, "get_credentials", side_effect=EOFError), pytest.raises(CredentialsError, match="EOF"):
        Sessions(regions=REGIONS).identity()


def test_a_profile_whose_role_may_not_be_assumed() -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "not authorized"}}, "AssumeRole")
    with patch.object(Session, "get_credentials", side_effect=denied), pytest.raises(DeniedError) as raised:
        Sessions(regions=REGIONS).identity()
    assert "role_arn" in raised.value.advice


def test_an_endpoint_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not a url")
    with pytest.raises(CredentialsError) as raised:
        Sessions(regions=REGIONS).identity()
    assert "AWS_ENDPOINT_URL" in raised.value.advice


def test_an_endpoint_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with patch("botocore.endpoint.time.sleep"), pytest.raises(UnavailableError) as raised:
            Sessions(regions=REGIONS).identity()
    assert raised.value.exit_code == 5
    for region in REGIONS:
        assert region in raised.value.message


def test_the_callers_own_account_needs_no_role(aws: StubbedAws) -> None:
    aws.caller()
    recorder = aws.iam()
    assert aws.sessions().client("iam", SECURITY) is recorder.client


def test_elsewhere_the_provisioning_role_is_assumed_once(aws: StubbedAws) -> None:
    aws.caller()
    aws.assumed()
    recorder = aws.iam(ACCESS_KEY)
    sessions = aws.sessions()
    with ThreadPoolExecutor(16) as pool:
        clients = list(pool.map(lambda _: sessions.client("iam", PROD), range(64)))
    assert all(client is recorder.client for client in clients)
    assert aws.session.created.count(("iam", ACCESS_KEY)) == 1
    assert aws.session.asked[-1]["aws_session_token"] == SESSION_TOKEN


def test_many_accounts_at_once_do_not_wait_for_each_other_nor_mix(aws: StubbedAws) -> None:
    aws.caller()
    accounts = [f"{number:012d}" for number in range(200)]
    sessions = aws.sessions()

    def credentials(account: str) -> RoleCredentials:
        return RoleCredentials(f"ASIA{account}", SECRET_KEY, SESSION_TOKEN, LONG_AGO.replace(year=2999))

    recorders = {account: aws.iam(f"ASIA{account}") for account in accounts[:2]}
    for account in accounts[2:]:
        aws.session.recorders["iam", f"ASIA{account}"] = recorders[accounts[int(account) % 2]]
    with patch.object(Sessions, "_assume", lambda _self, account: credentials(account)), ThreadPoolExecutor(16) as pool:
        clients = list(pool.map(lambda account: sessions.client("iam", account), accounts))
    assert [client is recorders[accounts[index % 2]].client for index, client in enumerate(clients)] == [True] * 200
    assert len(aws.session.created) == 201
    assert len(accounts) > KEPT


def test_credentials_about_to_expire_are_renewed(aws: StubbedAws) -> None:
    aws.caller()
    aws.assumed(key="ASIAFIRSTEXAMPLE", minutes=4.9)
    aws.assumed(key="ASIASECONDEXAMPLE", minutes=5.5)
    first, second = aws.iam("ASIAFIRSTEXAMPLE"), aws.iam("ASIASECONDEXAMPLE")
    sessions = aws.sessions()
    assert sessions.client("iam", PROD) is first.client
    assert sessions.client("iam", PROD) is second.client
    assert sessions.client("iam", PROD) is second.client


def test_a_role_that_may_not_be_assumed_is_named_with_its_account(aws: StubbedAws) -> None:
    aws.caller()
    aws.sts().refuse("assume_role", assume_role(PROD), "AccessDenied", "User: ana is not authorized", 403)
    with pytest.raises(DeniedError) as raised:
        aws.sessions().client("iam", PROD)
    error = raised.value
    assert type(error) is DeniedError
    assert error.subject == assume_role(PROD)["RoleArn"]
    assert PROD in error.message
    assert "is not authorized" in error.message
    for hint in ("OrganizationAccountAccessRole", PROD, ADMIN, "service control policy", "manifest"):
        assert hint in error.advice


def test_a_failure_to_assume_is_not_remembered(aws: StubbedAws) -> None:
    aws.caller()
    aws.sts().refuse("assume_role", assume_role(PROD), "AccessDenied", "", 403)
    aws.assumed()
    recorder = aws.iam(ACCESS_KEY)
    sessions = aws.sessions()
    with pytest.raises(DeniedError):
        sessions.client("iam", PROD)
    assert sessions.client("iam", PROD) is recorder.client


def test_where_the_first_region_is_dead_the_next_is_tried_and_kept(aws: StubbedAws) -> None:
    aws.sts(REGIONS[0]).unreachable()
    aws.caller(region=REGIONS[1])
    aws.sts(REGIONS[1]).expect("assume_role", assume_role(PROD), {"Credentials": _credentials()})
    recorder = aws.iam(ACCESS_KEY)
    sessions = aws.sessions()
    assert sessions.identity().account == SECURITY
    assert sessions.client("iam", PROD) is recorder.client
    assert aws.session.created.count(("sts", REGIONS[0])) == 1


def test_where_every_region_is_dead_all_are_named(aws: StubbedAws) -> None:
    for region in REGIONS:
        aws.sts(region).unreachable()
    with pytest.raises(UnavailableError) as raised:
        aws.sessions().identity()
    for region in REGIONS:
        assert region in raised.value.message
    assert raised.value.advice


def test_a_region_that_answers_no_is_not_left_for_another(aws: StubbedAws) -> None:
    aws.caller()
    aws.sts(REGIONS[0]).refuse("assume_role", assume_role(PROD), "Throttling", "Rate exceeded")
    aws.sts(REGIONS[1])
    with pytest.raises(UnavailableError, match="Rate exceeded"):
        aws.sessions().client("iam", PROD)
    assert ("sts", REGIONS[1]) not in aws.session.created


@pytest.mark.parametrize(
    ("partition", "region"), [("aws", "us-east-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_iam_is_called_in_the_region_of_its_partition(aws: StubbedAws, partition: str, region: str) -> None:
    aws.caller(arn=f"arn:{partition}:iam::{SECURITY}:user/ana")
    aws.iam()
    Sessions(regions=REGIONS, session=aws.session).client("iam", SECURITY)
    assert aws.session.asked[-1]["region_name"] == region


def test_without_a_manifest_the_profiles_region_is_used(aws: StubbedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-2")
    aws.caller(region="ap-southeast-2")
    Sessions(session=aws.session).identity()
    assert aws.session.created == [("sts", "ap-southeast-2")]


def test_without_any_region_the_partitions_own_is_used(aws: StubbedAws) -> None:
    aws.caller(region="us-east-1")
    Sessions(session=aws.session).identity()
    assert aws.session.created == [("sts", "us-east-1")]


def test_clients_are_patient_with_throttling_and_say_who_they_are(aws: StubbedAws) -> None:
    aws.caller()
    aws.iam()
    aws.sessions().client("iam", SECURITY)
    for asked in aws.session.asked:
        options = vars(asked["config"])
        assert options["retries"]["mode"] == "adaptive"
        assert options["connect_timeout"] == 5
        assert options["user_agent_extra"].startswith("breakglass/")


def test_a_checkout_that_is_not_installed_says_so(aws: StubbedAws) -> None:
    aws.caller()
    with patch("breakglass.aws.clients.version", side_effect=PackageNotFoundError):
        aws.sessions().identity()
    assert vars(aws.session.asked[-1]["config"])["user_agent_extra"] == "breakglass/unreleased"


@pytest.mark.parametrize(
    ("caller", "name"),
    [
        (f"arn:aws:iam::{SECURITY}:user/ops/ana", "breakglass-ana"),
        (f"arn:aws:iam::{SECURITY}:root", "breakglass-arn-aws-iam--111111111111-root"),
        (f"arn:aws:iam::{SECURITY}:user/{'x' * 64}", "breakglass-" + "x" * 53),
    ],
)
def test_the_session_name_tells_the_caller_and_fits(aws: StubbedAws, caller: str, name: str) -> None:
    aws.caller(arn=caller)
    expected = {**assume_role(PROD), "RoleSessionName": name}
    aws.sts().expect("assume_role", expected, {"Credentials": _credentials()})
    aws.iam(ACCESS_KEY)
    aws.sessions().client("iam", PROD)


def test_credentials_of_a_role_do_not_show() -> None:
    shown = repr(RoleCredentials(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, LONG_AGO))
    assert SECRET_KEY not in shown
    assert SESSION_TOKEN not in shown


def _credentials() -> Mapping[str, object]:
    return {
        "AccessKeyId": ACCESS_KEY,
        "SecretAccessKey": SECRET_KEY,
        "SessionToken": SESSION_TOKEN,
        "Expiration": LONG_AGO.replace(year=2999),
    }
