"""Stubbed AWS: record what must be called and what it answers, run, verify. Anything else is an error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from botocore.session import Session
from botocore.stub import Stubber

from breakglass.aws.estate import AwsEstate
from breakglass.aws.sessions import Sessions
from breakglass.documents import Document
from tests.declared import OURS

SECURITY = "111111111111"
PROD = "222222222222"
ADMIN = f"arn:aws:sts::{SECURITY}:assumed-role/Admin/ana@acme.example"
REGIONS = ("eu-west-1", "us-west-2")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

SECRET_KEY = "s3cr3t-k3y-that-nobody-may-see-0123456789"
SESSION_TOKEN = "t0k3n-that-nobody-may-see-0123456789abcdef"
ACCESS_KEY = "ASIAIOSFODNN7EXAMPLE"

DOCUMENT: Document = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
OTHER_DOCUMENT: Document = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True, eq=False)
class Sent:
    """Equal to every text of a policy document: the order of keys is nobody's promise."""

    document: Document

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and json.loads(other) == json.loads(json.dumps(self.document))

    def __hash__(self) -> int:
        return 0


def encoded(document: object) -> str:
    """Return a policy document as IAM sends it."""
    return quote(json.dumps(document))


class Recorder:
    """One client whose every call is foretold."""

    def __init__(self, client: BaseClient) -> None:
        self.client = client
        self.stubber = Stubber(client)
        self.stubber.activate()

    def expect(
        self, operation: str, parameters: Mapping[str, object], answer: Mapping[str, object] | None = None
    ) -> None:
        self.stubber.add_response(operation, dict(answer or {}), dict(parameters))

    def refuse(
        self, operation: str, parameters: Mapping[str, object], code: str, message: str = "", status: int = 400
    ) -> None:
        self.stubber.add_client_error(operation, code, message, status, expected_params=dict(parameters))

    def unreachable(self) -> None:
        """Let every call fail as on a dead network."""
        self.client.meta.events.register("provide-client-params.*.*", _dead)


def _dead(**_: object) -> None:
    raise EndpointConnectionError(endpoint_url="https://dead.example/")


class StubbedSession(Session):
    """A botocore session that hands out recorded clients: by service, and by access key or region."""

    def __init__(self, maker: Session) -> None:
        super().__init__()
        self.set_credentials("AKIAIOSFODNN7EXAMPLE", SECRET_KEY)
        self.recorders: dict[tuple[str, str], Recorder] = {}
        self.created: list[tuple[str, str]] = []
        self.asked: list[Mapping[str, object]] = []
        self._maker = maker

    def record(self, service: str, who: str) -> Recorder:
        client = self._maker.create_client(
            service,
            region_name="us-east-1",
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key=SECRET_KEY,
            config=Config(user_agent_extra=OURS),
        )
        return self.recorders.setdefault((service, who), Recorder(client))

    def create_client(
        self, service_name: str, region_name: str | None = None, *_: object, **options: object
    ) -> BaseClient:
        who = str(region_name) if service_name == "sts" else str(options["aws_access_key_id"] or "own")
        self.created.append((service_name, who))
        self.asked.append({"region_name": region_name, **options})
        return self.recorders[service_name, who].client


class StubbedAws:
    """Stubbed sessions whose caller is an administrator of the security account."""

    def __init__(self, maker: Session) -> None:
        self.session = StubbedSession(maker)

    def sts(self, region: str = REGIONS[0]) -> Recorder:
        return self.session.recorders.get(("sts", region)) or self.session.record("sts", region)

    def iam(self, access_key: str = "own") -> Recorder:
        return self.session.recorders.get(("iam", access_key)) or self.session.record("iam", access_key)

    def service(self, name: str) -> Recorder:
        """Return the recorder of a service in the caller's own account, whatever the region."""
        return self.session.recorders.get((name, "own")) or self.session.record(name, "own")

    def caller(self, account: str = SECURITY, arn: str = ADMIN, region: str = REGIONS[0]) -> None:
        self.sts(region).expect("get_caller_identity", {}, {"Account": account, "Arn": arn, "UserId": "AROAEXAMPLE"})

    def assumed(self, account: str = PROD, *, key: str = ACCESS_KEY, minutes: float = 60) -> None:
        credentials = {
            "AccessKeyId": key,
            "SecretAccessKey": SECRET_KEY,
            "SessionToken": SESSION_TOKEN,
            "Expiration": datetime.now(UTC) + timedelta(minutes=minutes),
        }
        self.sts().expect("assume_role", assume_role(account), {"Credentials": credentials})

    def sessions(self) -> Sessions:
        return Sessions(regions=REGIONS, partition="aws", session=self.session)

    def verify(self) -> None:
        for recorder in self.session.recorders.values():
            recorder.stubber.assert_no_pending_responses()


class FakeClock:
    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class StubbedEstate(AwsEstate):
    """The real estate, in the caller's own account."""

    def __init__(self, aws: StubbedAws) -> None:
        aws.caller()
        self.clock = FakeClock()
        super().__init__(aws.sessions(), self.clock)


def assume_role(account: str) -> Mapping[str, object]:
    return {
        "RoleArn": f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole",
        "RoleSessionName": "breakglass-ana@acme.example",
    }
