"""The page where the owner of a sandbox signs people in from another process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from breakglass.errors import DeniedError, UnavailableError
from breakglass.sandbox import desk
from breakglass.sandbox.desk import Form, send
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.sign_in import REFUSED
from breakglass.sandbox.state import State
from tests.sandbox.authenticator import give, steady
from tests.sandbox.support import FORM, SECURITY, Clients, Keys, arn, identity_policy
from tests.sandbox.support import send as post

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

USER, PASSWORD = "ana-break-glass", "Correct-Horse-Battery-9"


@pytest.fixture(autouse=True)
def ana(sandbox: Sandbox, iam: IAMClient) -> None:
    steady(sandbox.clock)
    iam.create_user(UserName=USER, Path="/break-glass/")
    iam.create_login_profile(UserName=USER, Password=PASSWORD)


@pytest.fixture
def state(sandbox: Sandbox) -> State:
    return State(sandbox.url, 1, sandbox.environment())


@pytest.mark.parametrize("user", ["ana", USER])
def test_a_person_is_known_by_id_and_by_user_name(
    aws: Clients, iam: IAMClient, sandbox: Sandbox, state: State, user: str
) -> None:
    device = give(iam, sandbox.clock, USER)
    entered = send(state, Form(user, PASSWORD, device.next_code(), region="us-west-2"))
    assert (entered.arn, entered.account, entered.region) == (arn(f"user/break-glass/{USER}"), SECURITY, "us-west-2")
    keys = Keys(entered.access_key, entered.secret, entered.token)
    assert aws.sts(keys).get_caller_identity()["Arn"] == entered.arn
    assert PASSWORD not in repr(Form(user, PASSWORD)) + repr(entered)


def test_another_password_and_a_session_of_aws_login(iam: IAMClient, state: State) -> None:
    iam.update_login_profile(UserName=USER, PasswordResetRequired=True)
    actions = ["iam:ChangePassword", "signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"]
    iam.put_user_policy(UserName=USER, PolicyName="p", PolicyDocument=identity_policy(Action=actions))
    with pytest.raises(DeniedError, match="must be changed first") as caught:
        send(state, Form("ana", PASSWORD))
    assert "new password" in caught.value.advice
    entered = send(state, Form("ana", PASSWORD, new_password=PASSWORD + "1", aws_login="yes"))
    assert entered.region == "eu-west-1"


def test_what_was_refused_is_refused_here(sandbox: Sandbox, state: State) -> None:
    with pytest.raises(DeniedError) as caught:
        send(state, Form("ana", "wrong"))
    assert (caught.value.message, caught.value.subject) == (REFUSED, USER)
    with pytest.raises(DeniedError):
        send(state, Form("nobody", PASSWORD))
    sandbox.faults.dead_regions.add("eu-west-1")
    with pytest.raises(UnavailableError, match="eu-west-1"):
        send(state, Form("ana", PASSWORD))


@pytest.mark.parametrize("proof", ["", "wrong", "é".encode().decode("latin-1")])
def test_who_does_not_know_the_key_is_not_heard(sandbox: Sandbox, proof: str) -> None:
    body = urlencode({"user": "ana", "password": PASSWORD}).encode()
    status, answer = post(sandbox, body, {"Content-Type": FORM, "X-Sandbox-Proof": proof}, path=desk.PATH)
    assert status == 403
    assert "only the owner" in json.loads(answer)["message"]
    assert not [each for each in sandbox.events if each["eventName"] == "ConsoleLogin"]


def test_a_proof_is_of_one_form(sandbox: Sandbox, state: State) -> None:
    key = state.environment["AWS_SECRET_ACCESS_KEY"]
    body = urlencode({"user": "ana", "password": "wrong"}).encode()
    headers = {"Content-Type": FORM, "X-Sandbox-Proof": desk._proof(key, body).decode()}
    assert "incorrect" in post(sandbox, body, headers, path=desk.PATH)[1]
    assert "only the owner" in post(sandbox, body.replace(b"wrong", b"other"), headers, path=desk.PATH)[1]


@pytest.mark.parametrize("body", [b"", b"user=ana", b"user=ana&password=x&more=y"])
def test_another_form_is_refused(sandbox: Sandbox, state: State, body: bytes) -> None:
    headers = {"X-Sandbox-Proof": desk._proof(state.environment["AWS_SECRET_ACCESS_KEY"], body).decode()}
    status, answer = post(sandbox, body, headers, path=desk.PATH)
    assert status == 400
    assert "form" in json.loads(answer)["message"]


def test_an_endless_form_is_not_read(sandbox: Sandbox) -> None:
    status, answer = post(sandbox, b"", {"Content-Length": "999999999999"}, path=desk.PATH)
    assert status == 400
    assert "too large" in json.loads(answer)["message"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://["])
def test_nobody_answers(sandbox: Sandbox, url: str) -> None:
    with pytest.raises(UnavailableError, match="does not answer"):
        send(State(url, 1, sandbox.environment()), Form("ana", PASSWORD))
