"""moto as a store of state behind one lock: its dictionaries are not made for threads.

Nothing but what the door has let through comes here, and nothing of the user's environment is consulted: account
and partition are those of the call.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from threading import RLock
from wsgiref.types import WSGIEnvironment

from moto.core.request import Request as MotoRequest
from moto.iam.models import iam_backends

from breakglass.manifest.model import Manifest
from breakglass.sandbox import organization
from breakglass.sandbox.answers import QUERY_ERROR, REST_XML, Answer, failure
from breakglass.sandbox.chain.chain import Chain
from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.gaps import ambient_regions
from breakglass.sandbox.gaps.asked import NOW
from breakglass.sandbox.gaps.subscription_confirmation import CALLER
from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError
from breakglass.sandbox.judgement.decide import Decision, Moment, decide, judge
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.record import Mail, Record
from breakglass.sandbox.request import Request
from breakglass.sandbox.services import SERVICES, knows
from breakglass.sandbox.sessions import Session
from breakglass.sandbox.sts import Role
from breakglass.sandbox.wire import wire

_DEFECTS = (ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError)
"""What moto raises where it meets something it was not written for."""

_TIMELY = frozenset({"monitoring", "sqs"})
"""Services whose answers hang on what the time has brought about."""

_COUNTS = "cloudwatch:PutMetricData"

_HOMES = {
    ("aws", "account"): "us-east-1",
    ("aws", "iam"): "us-east-1",
    ("aws", "organizations"): "us-east-1",
    ("aws-cn", "account"): "cn-northwest-1",
    ("aws-cn", "iam"): "cn-north-1",
    ("aws-cn", "organizations"): "cn-northwest-1",
    ("aws-us-gov", "account"): "us-gov-west-1",
    ("aws-us-gov", "iam"): "us-gov-west-1",
    ("aws-us-gov", "organizations"): "us-gov-west-1",
}
"""The one region of a partition that answers for a service.

https://docs.aws.amazon.com/general/latest/gr/iam-service.html
https://docs.aws.amazon.com/general/latest/gr/ao.html
https://docs.aws.amazon.com/general/latest/gr/account-management.html
"""


class Emulator:
    """The state of the manifest's accounts, as IAM and Organizations keep it."""

    def __init__(self, manifest: Manifest, administrator: Session, mail: Record[Mail], *, people_confirm: bool) -> None:
        self._manifest = manifest
        self._mail = mail
        self._people_confirm = people_confirm
        self._administrator = administrator
        self._held = Held(manifest.partition, manifest.management_account.id)
        self._lock = RLock()
        ambient_regions.learn()
        self.reset()

    def reset(self) -> None:
        """Make the organization anew: accounts with nothing but the administrator and the provisioning roles."""
        with self._lock:
            organization.seed(self._manifest, self._administrator)
            self._chain = Chain(self._held, self._mail, people_confirm=self._people_confirm)

    @contextmanager
    def opened(self) -> Iterator[Held]:
        """Yield what the accounts hold, while nothing else happens to it."""
        with self._lock:
            yield self._held

    def region(self, request: Request) -> str:
        """Return the region that answers a request.

        With an endpoint of one's own the SDK signs for the client's region, although some services have but one.
        """
        return _HOMES.get((self._manifest.partition, request.service), request.region)

    def knows(self, request: Request) -> bool:
        """Tell whether the operation exists and can be carried out here."""
        return knows(request.service, request.action)

    def answer(self, request: Request, account: str, caller: str, now: datetime) -> Answer:
        """Carry out an operation in an account, for one of another account perhaps."""
        told = {_header(CALLER): caller, _header(NOW): now.isoformat()}
        message = MotoRequest({**_environ(request, account, self.region(request)), **told})
        with self._lock:
            if request.service in _TIMELY:
                self._settle(now)
            try:
                status, headers, body = SERVICES[request.service].dispatch(message, message.url, message.headers)
            except _DEFECTS as defect:
                why = f"the emulator failed at {request.operation}: {type(defect).__name__}: {defect}"
                return failure(request.service, "InternalFailure", why)
            if request.operation == _COUNTS:
                self._chain.count(account, request.region)
        content = body if isinstance(body, bytes) else body.encode()
        kept = tuple((name, str(value)) for name, value in headers.items() if name.lower() in _KEPT)
        return Answer(int(status), headers.get("Content-Type", _content_type(request)), content, kept)

    def _settle(self, now: datetime) -> None:
        with suppress(CannotJudgeError):
            self._chain.settle(now)

    def take(self, events: Sequence[Event], now: datetime, *, wrote: bool) -> None:
        """Let events of CloudTrail take their course; `wrote` where they come from a change.

        Where the organization was deleted, or an account left it, nothing goes on.
        """
        with self._lock, suppress(CannotJudgeError):
            if wrote:
                self._chain.forget(str(events[0]["recipientAccountId"]), str(events[0]["eventSource"]))
            self._chain.take(events, now)

    def confirm(self, address: str) -> int:
        """Confirm what waits for an address, as its owner does by the links in the messages; return how many."""
        with self._lock:
            return self._chain.confirm(address)

    def decide(self, session: Session, request: Request, now: datetime) -> Decision:
        """Judge a call over what is there at this moment."""
        with self._lock:
            return decide(self._held, session, request, Moment(now, self.region(request)))

    def judge(self, session: Session, asked: Sequence[Ask], moment: Moment) -> Decision:
        """Judge what is asked of no service here, over what is there at this moment."""
        with self._lock:
            try:
                return judge(self._held, session, asked, moment)
            except CannotJudgeError as problem:
                return Decision(allowed=False, why=str(problem))

    def role(self, arn: str) -> Role | None:
        """Return a role of an account of the organization, if it exists."""
        with self._lock:
            role = self._held.role_of(arn)
            return None if role is None else Role(arn, role.account_id, role.id, int(role.max_session_duration or 3600))

    def user(self, account: str, name: str) -> Session | None:
        """Return a user as one who acts, as yet without credentials."""
        with self._lock:
            user = self._held.user(account, name) if self._held.has(account) else None
            return None if user is None else Session("", "", account, user.arn, user.id)

    def current(self, session: Session) -> Session | None:
        """Return a session as it is now, None where its role or user is there no more; a user may have been moved."""
        if session.role:
            role = self.role(session.role)
            return session if role and session.identifier.startswith(f"{role.identifier}:") else None
        with self._lock:
            users = self._held.iam(session.account).users.values()
            user = next((each for each in users if each.id == session.identifier), None)
            return None if user is None else replace(session, arn=user.arn)

    def key(self, access_key: str) -> Session | None:
        """Return the principal of an active access key made through IAM."""
        with self._lock:
            for account, partitions in iam_backends.items():
                backend = partitions[self._manifest.partition]
                key = backend.access_keys.get(access_key)
                if key is not None and key.status == "Active" and key.user_name in backend.users:
                    user = backend.users[key.user_name]
                    return Session(access_key, key.secret_access_key, account, user.arn, user.id)
        return None


_KEPT = frozenset(
    {
        *(QUERY_ERROR, "etag", "last-modified", "location", "x-amz-bucket-region", "x-amz-version-id"),
        *("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-delete-marker"),
    }
)
"""What of moto's headers goes back to the client."""

_HANDED = (
    *("x-amz-bucket-object-lock-enabled", "x-amz-bypass-governance-retention", "x-amz-checksum-"),
    *("x-amz-object-ownership", "x-amz-sdk-checksum-algorithm", "x-amz-server-side-encryption"),
)
"""How the headers of a request to S3 begin that moto is told."""


def _environ(request: Request, account: str, region: str) -> WSGIEnvironment:
    """Tell moto only what was decided on: of the client's headers those of S3 reach it that were understood."""
    spoken = wire(request.service)
    scope = f"{request.access_key}/{request.date}/{region}/{spoken.prefix}/aws4_request"
    handed = {name: value for name, value in request.headers if spoken.rest and name.startswith(_HANDED)}
    return {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443" if request.service == "sqs" else "80",
        "HTTP_HOST": f"sqs.{region}.amazonaws.com" if request.service == "sqs" else "localhost",
        "wsgi.url_scheme": "https" if request.service == "sqs" else "http",
        "wsgi.input": BytesIO(request.body),
        "CONTENT_LENGTH": str(len(request.body)),
        "CONTENT_TYPE": _content_type(request),
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}",
        "HTTP_X_AMZ_TARGET": f"{spoken.target}.{request.action}" if spoken.json and not spoken.routes else "",
        "HTTP_X_MOTO_ACCOUNT_ID": account,
        **{_header(name): value for name, value in handed.items()},
    }


def _content_type(request: Request) -> str:
    spoken = wire(request.service)
    if spoken.rest:
        return REST_XML
    return spoken.content_type if spoken.json else "application/x-www-form-urlencoded"


def _header(name: str) -> str:
    """Return a header's name as WSGI writes it."""
    return "HTTP_" + name.upper().replace("-", "_")
