"""Clients that share what botocore makes, and nothing of whose they are."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError

from breakglass.aws.shared_session import SHARED, SHARED_OTHERWISE, SharedSession

REGION = "eu-west-1"
CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 2})


class Aws:
    """Answers what clients send, and keeps who signed it."""

    def __init__(self) -> None:
        self.signed: list[tuple[str, str]] = []
        self.busy = 0
        self._lock = Lock()

    def answer(self, request: AWSRequest, **_rest: object) -> Any:  # noqa: ANN401 - handlers of most events return nothing, this one does
        told = request.headers["Authorization"]
        header = told.decode() if isinstance(told, bytes) else str(told)
        token = request.headers["X-Amz-Security-Token"]
        with self._lock:
            self.signed.append((header.partition("Credential=")[2].partition("/")[0], _text(token)))
            self.busy -= 1
        if self.busy >= 0:
            return _Response(503, b"<ErrorResponse/>")
        key = self.signed[-1][0]
        body = f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{key}</Arn></GetCallerIdentityResult>"
        return _Response(200, f"{body}</GetCallerIdentityResponse>".encode())


class _Response(AWSResponse):
    def __init__(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("https://aws.example", status, HTTPHeaders.from_dict(headers or {}), None)
        self._content = body


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


@pytest.fixture(scope="module")
def session() -> SharedSession:
    return SharedSession()


@pytest.fixture
def aws() -> Aws:
    return Aws()


def client(session: SharedSession, number: int, service: str = "sts") -> BaseClient:
    return session.create_client(
        service,
        region_name=REGION,
        aws_access_key_id=f"ASIA{number}",
        aws_secret_access_key=f"secret{number}",
        aws_session_token=f"token{number}",
        config=CONFIG,
    )


@pytest.fixture
def clients(session: SharedSession, aws: Aws) -> list[BaseClient]:
    """Clients of many accounts, all of them answered."""
    made = [client(session, number) for number in range(4 * SHARED)]
    for events in {id(each.meta.events): each.meta.events for each in made}.values():
        events.unregister("before-send.sts", unique_id="aws")
        events.register_first("before-send.sts", aws.answer, "aws")
    return made


def test_many_accounts_share_few_clients(clients: list[BaseClient]) -> None:
    assert len({id(each.meta.events) for each in clients}) == SHARED_OTHERWISE


def test_of_iam_there_are_more(session: SharedSession) -> None:
    made = [client(session, number, "iam") for number in range(4 * SHARED)]
    assert len({id(each.meta.events) for each in made}) == SHARED


def test_each_signs_with_its_own_credentials_whoever_calls_beside_it(clients: list[BaseClient], aws: Aws) -> None:
    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(lambda each: each.get_caller_identity()["Arn"], clients * 4))
    assert told == [f"ASIA{number}" for number in range(len(clients))] * 4
    assert {(key, token.removeprefix("token")) for key, token in aws.signed} == {
        (f"ASIA{number}", str(number)) for number in range(len(clients))
    }


def test_a_retry_is_signed_as_the_first_attempt_was(
    clients: list[BaseClient], aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    aws.busy = 1
    assert clients[3].get_caller_identity()["Arn"] == "ASIA3"  # type: ignore[attr-defined]
    assert [key for key, _ in aws.signed] == ["ASIA3", "ASIA3"]


def test_what_aws_refuses_is_raised_by_the_clients_own_exceptions(
    clients: list[BaseClient], aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    aws.busy = 9
    with pytest.raises(ClientError):
        clients[5].get_caller_identity()  # type: ignore[attr-defined]


def test_a_client_with_the_sessions_own_credentials_is_botocores(session: SharedSession) -> None:
    made = session.create_client("sts", region_name=REGION, config=CONFIG)
    assert made.meta.events is not client(session, 0).meta.events
    assert session.create_client("sts", region_name=REGION, config=CONFIG) is not made


def test_another_region_is_another_client(session: SharedSession) -> None:
    keys = {"aws_access_key_id": "ASIA0", "aws_secret_access_key": "secret", "aws_session_token": "token"}
    made = session.create_client("sts", region_name="us-west-2", config=CONFIG, **keys)
    assert made.meta.region_name == "us-west-2"
    assert client(session, 0).meta.region_name == REGION


def test_a_bucket_in_another_region_is_found_there(session: SharedSession) -> None:
    """What botocore then asks by itself it asks with the client it has made, which acts for nobody."""
    keys = {"aws_access_key_id": "ASIA0", "aws_secret_access_key": "secret", "aws_session_token": "token"}
    made: Any = session.create_client("s3", region_name=REGION, config=CONFIG, **keys)
    asked: list[str] = []

    def answer(request: AWSRequest, **_rest: object) -> AWSResponse:
        asked.append(str(request.method))
        if request.method == "HEAD":
            return _Response(403, b"", {"x-amz-bucket-region": "us-west-2"})
        return _Response(200, b"") if "us-west-2" in str(request.url) else _Response(301, b"<Error/>")

    made.meta.events.register_first("before-send.s3", answer, "aws")
    made.put_object(Bucket="acme-templates", Key="x", Body=b"y")
    assert asked == ["PUT", "HEAD", "PUT"]
