"""The server: one to a process, silent, loopback only, and gone when it is stopped."""

import os
import socket
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Event
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.sandbox import server
from breakglass.sandbox.answers import Answer
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.environment import UNSET, merged
from breakglass.sandbox.faults import DEAD, Fault
from breakglass.sandbox.request import Request
from breakglass.sandbox.server import Sandbox
from tests.conftest import manifest
from tests.sandbox.services import aws_client
from tests.sandbox.support import (
    IDENTITY,
    MANAGEMENT,
    ONCE,
    OUTSIDE,
    PROD,
    REGION,
    SECURITY,
    TRUST,
    Clients,
    arn,
    refused,
    send,
    signed,
    trust_policy,
)


def test_it_listens_on_loopback_alone(acme: Manifest) -> None:
    with Sandbox(acme) as sandbox:
        assert urlsplit(sandbox.url).hostname == "127.0.0.1"


def test_a_chosen_port(acme: Manifest) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Sandbox(acme, port) as sandbox:
        assert sandbox.url == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("port", [70000, -1])
def test_a_port_that_is_none(acme: Manifest, port: int) -> None:
    with pytest.raises(UsageError, match=str(port)):
        Sandbox(acme, port).start()


def test_a_port_that_is_taken(acme: Manifest, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(UsageError) as caught:
        Sandbox(acme, other.getsockname()[1]).start()
    assert "--port" in caught.value.advice
    assert capfd.readouterr() == ("", "")
    with Sandbox(acme) as sandbox:
        assert sandbox.url


def test_one_sandbox_to_a_process(acme: Manifest) -> None:
    with Sandbox(acme) as first:
        with pytest.raises(UsageError, match="already runs"):
            Sandbox(acme).start()
        assert Clients(first).sts().get_caller_identity()
    with Sandbox(acme) as second:
        assert Clients(second).sts().get_caller_identity()


def test_it_can_be_started_again_and_is_new_then(acme: Manifest) -> None:
    sandbox = Sandbox(acme)
    with sandbox:
        Clients(sandbox).iam().create_user(UserName="ana")
    with sandbox, refused("NoSuchEntity"):
        Clients(sandbox).iam().get_user(UserName="ana")


def test_stopping_twice_is_no_harm(acme: Manifest) -> None:
    sandbox = Sandbox(acme)
    sandbox.stop()
    sandbox.start()
    sandbox.stop()
    sandbox.stop()
    sandbox.reset()
    with pytest.raises(UsageError, match="does not run"):
        assert sandbox.url


def test_a_stopped_sandbox_answers_nobody(acme: Manifest) -> None:
    with Sandbox(acme) as sandbox:
        iam = Clients(sandbox).iam()
    with pytest.raises(EndpointConnectionError):
        iam.list_users()


def test_an_error_inside_stops_it_too(acme: Manifest) -> None:
    with pytest.raises(KeyboardInterrupt), Sandbox(acme):
        raise KeyboardInterrupt
    with Sandbox(acme) as sandbox:
        assert sandbox.url


def test_reset_makes_everything_new_but_the_key(acme: Manifest) -> None:
    with Sandbox(acme) as sandbox:
        aws = Clients(sandbox)
        before, old = sandbox.environment(), aws.provisioner(PROD)
        aws.member(PROD).create_user(UserName="ana")
        sandbox.faults.plant(Fault("Throttling"))
        sandbox.faults.dead_regions.add("us-east-1")
        sandbox.clock.advance(86400)
        sandbox.reset()
        assert sandbox.environment() == before
        assert not len(sandbox.calls)
        assert not aws.member(PROD).list_users()["Users"]
        with refused("InvalidClientTokenId"):
            aws.iam(old).list_users()


def test_it_says_nothing(acme: Manifest, capfd: pytest.CaptureFixture[str]) -> None:
    with Sandbox(acme) as sandbox:
        aws = Clients(sandbox)
        aws.iam().list_users()
        sandbox.faults.plant(Fault(DEAD))
        with pytest.raises(Exception, match="Connection was closed"):
            aws.iam().list_users()
        with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port)) as client:
            client.sendall(b"not http\r\n\r\n")
            assert b"400" in client.recv(1000)
    assert capfd.readouterr() == ("", "")


def test_it_does_not_wait_for_the_silent(acme: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server._Handler, "timeout", 0.05)
    sandbox = Sandbox(acme).start()
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port)) as client:
        assert client.recv(1) == b""
    sandbox.stop()


def test_a_defect_of_the_emulator_is_an_internal_failure(acme: Manifest) -> None:
    with Sandbox(acme) as sandbox:
        admin, body = Clients(sandbox).administrator, b"Action=ListUsers&Version=2010-05-08&MaxItems=many"
        status, answer = send(sandbox, body, signed(sandbox, admin, body, service="iam"))
    assert status == 500
    assert "InternalFailure" in answer
    assert "iam:ListUsers" in answer


def test_the_environment_is_enough_for_a_client(acme: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = dict.fromkeys(UNSET, "nonsense") | {"HTTP_PROXY": "http://127.0.0.1:1", "AWS_REGION": "nowhere-1"}
    with Sandbox(acme) as sandbox:
        environment = merged({**os.environ, **hostile}, sandbox.environment())
        for name in UNSET:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert boto3.Session().client("sts", config=ONCE).get_caller_identity()["Account"] == MANAGEMENT
        assert [call.region for call in sandbox.calls] == ["eu-west-1"]


def test_nothing_of_this_process_s_environment_decides(acme: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "123456789012")
    monkeypatch.setattr("moto.settings.INITIAL_NO_AUTH_ACTION_COUNT", 0)
    with Sandbox(acme) as sandbox:
        aws = Clients(sandbox)
        aws.member(PROD).create_user(UserName="ana")
        assert aws.member(PROD).get_user(UserName="ana")["User"]["Arn"] == arn("user/ana", PROD)
        assert aws.organizations().list_accounts()["Accounts"]


@pytest.mark.parametrize(
    ("partition", "region", "home"),
    [("aws-cn", "cn-northwest-1", "cn-north-1"), ("aws-us-gov", "us-gov-east-1", "us-gov-west-1")],
)
def test_other_partitions(partition: str, region: str, home: str) -> None:
    raw = manifest(partition=partition, regions=[region], provisioning_role="Provisioner")
    with Sandbox(raw) as sandbox:
        aws = Clients(sandbox)
        role = f"arn:{partition}:iam::{PROD}:role/Provisioner"
        answer = aws.sts(region=region).assume_role(RoleArn=role, RoleSessionName="tests")
        assert answer["AssumedRoleUser"]["Arn"].startswith(f"arn:{partition}:sts::{PROD}:")
        assert aws.iam(region=region).get_user()["User"]["Arn"].startswith(f"arn:{partition}:")
        assert aws.organizations().describe_organization()["Organization"]["Id"] == raw.organization
        assert {call.region for call in sandbox.calls if call.action == "iam:GetUser"} == {home}


def test_many_threads_lose_no_write(acme: Manifest) -> None:
    accounts, threads, each = (PROD, SECURITY, "444444444444", "555555555555"), 16, 10
    with Sandbox(acme) as sandbox:
        aws = Clients(sandbox)
        clients = {account: aws.member(account) for account in accounts}
        together = Barrier(threads)

        def work(thread: int) -> None:
            account = accounts[thread % len(accounts)]
            together.wait()
            for number in range(each):
                name = f"role-{thread}-{number}"
                clients[account].create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
                clients[account].update_assume_role_policy(
                    RoleName=name, PolicyDocument=trust_policy({"AWS": arn(f"role/{name}", account)})
                )

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, range(threads)))
        for index, account in enumerate(accounts):
            pages = clients[account].get_paginator("list_roles").paginate()
            names = {role["RoleName"] for page in pages for role in page["Roles"]}
            made = {f"role-{thread}-{number}" for thread in range(index, threads, 4) for number in range(each)}
            assert names == made | {"OrganizationAccountAccessRole"}
        assert not [call for call in sandbox.calls if call.error]
        assert len(sandbox.calls.writes) == 2 * threads * each


def test_calls_under_way_are_answered_before_it_stops(acme: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, go_on = Event(), Event()
    carry_out = Emulator.answer

    def slowly(self: Emulator, request: Request, account: str, caller: str, now: datetime) -> Answer:
        entered.set()
        go_on.wait(10)
        return carry_out(self, request, account, caller, now)

    monkeypatch.setattr(Emulator, "answer", slowly)
    sandbox = Sandbox(acme).start()
    with ThreadPoolExecutor(2) as pool:
        call = pool.submit(Clients(sandbox).iam().list_users)
        assert entered.wait(10)
        stopped = pool.submit(sandbox.stop)
        go_on.set()
        stopped.result(10)
        assert call.result(10)["Users"]


@pytest.mark.parametrize("what", ["the region answers again", "the client goes", "the client is torn away", "it stops"])
def test_whoever_hangs_is_let_go(acme: Manifest, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    with Sandbox(acme) as sandbox:
        entered, left, hang = Event(), Event(), sandbox.faults.hang

        def told(region: str, gone: Callable[[], bool]) -> None:
            entered.set()
            hang(region, gone)
            left.set()

        monkeypatch.setattr(sandbox.faults, "hang", told)
        sandbox.faults.hanging_regions.add(REGION)
        headers = signed(sandbox, Clients(sandbox).administrator) | {"Content-Length": str(len(IDENTITY))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port)) as client:
            client.sendall(f"POST / HTTP/1.1\r\n{head}\r\n".encode() + IDENTITY)
            assert entered.wait(10)
            assert Clients(sandbox).sts(region="us-west-2").get_caller_identity()
            if what == "the client is torn away":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if what.startswith("the client"):
                client.close()
            elif what == "it stops":
                sandbox.stop()
            else:
                sandbox.faults.clear()
            assert left.wait(10)


def test_receivers_outside_of_the_organization_are_not_made() -> None:
    queues = [f"arn:aws:sqs:us-west-2:{OUTSIDE}:pager", f"arn:aws:sqs:us-west-2:{PROD}:pager.fifo"]
    alerts = {"email": [], "sqs": queues, "second_region": "us-west-2", "regions": ["us-west-2"]}
    with Sandbox(manifest(alerts={**alerts, "minimum_receivers": 1})) as sandbox:
        sqs = aws_client(Clients(sandbox), "sqs", PROD, "us-west-2")
        assert [url.rpartition("/")[2] for url in sqs.list_queues()["QueueUrls"]] == ["pager.fifo"]
