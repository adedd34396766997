"""moto as a store of state behind one lock: its dictionaries are not made for threads.

Nothing but what the door has let through comes here, and nothing of the user's environment is consulted: account
and partition are those of the call.
"""

from io import BytesIO
from threading import RLock
from wsgiref.types import WSGIEnvironment

from moto.core.request import Request as MotoRequest
from moto.iam.models import iam_backends

from breakglass.manifest.model import Manifest
from breakglass.sandbox import organization
from breakglass.sandbox.answers import JSON_SERVICES, Answer, failure
from breakglass.sandbox.request import Request
from breakglass.sandbox.services import SERVICES, knows
from breakglass.sandbox.sessions import Session
from breakglass.sandbox.sts import Role, role_account

_DEFECTS = (ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError)
"""What moto raises where it meets something it was not written for."""

_HOMES = {
    ("aws", "iam"): "us-east-1",
    ("aws", "organizations"): "us-east-1",
    ("aws-cn", "iam"): "cn-north-1",
    ("aws-cn", "organizations"): "cn-northwest-1",
    ("aws-us-gov", "iam"): "us-gov-west-1",
    ("aws-us-gov", "organizations"): "us-gov-west-1",
}
"""The one region of a partition that answers for a service.

https://docs.aws.amazon.com/general/latest/gr/iam-service.html
https://docs.aws.amazon.com/general/latest/gr/ao.html
"""


class Emulator:
    """The state of the manifest's accounts, as IAM and Organizations keep it."""

    def __init__(self, manifest: Manifest, administrator: Session) -> None:
        self._manifest = manifest
        self._administrator = administrator
        self._lock = RLock()
        self.reset()

    def reset(self) -> None:
        """Make the organization anew: accounts with nothing but the administrator and the provisioning roles."""
        with self._lock:
            organization.seed(self._manifest, self._administrator)

    def region(self, request: Request) -> str:
        """Return the region that answers a request.

        With an endpoint of one's own the SDK signs for the client's region, although some services have but one.
        """
        return _HOMES.get((self._manifest.partition, request.service), request.region)

    def knows(self, request: Request) -> bool:
        """Tell whether the operation exists and can be carried out here."""
        return knows(request.service, request.action)

    def answer(self, request: Request, account: str) -> Answer:
        """Carry out an operation in an account."""
        message = MotoRequest(_environ(request, account, self.region(request)))
        with self._lock:
            try:
                status, headers, body = SERVICES[request.service].dispatch(message, message.url, message.headers)
            except _DEFECTS as defect:
                why = f"the emulator failed at {request.operation}: {type(defect).__name__}: {defect}"
                return failure(request.service, "InternalFailure", why)
        content = body if isinstance(body, bytes) else body.encode()
        return Answer(int(status), headers.get("Content-Type", request.content_type), content)

    def role(self, arn: str) -> Role | None:
        """Return a role of an account of the organization, if it exists."""
        account = role_account(arn)
        with self._lock:
            roles = iam_backends[account][self._manifest.partition].roles.values()
            known = {role.arn: (role.id, int(role.max_session_duration or 3600)) for role in roles}
        return Role(arn, account, *known[arn]) if arn in known else None

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


def _environ(request: Request, account: str, region: str) -> WSGIEnvironment:
    """Tell moto only what was decided on: no header of the client's reaches it."""
    json = request.service in JSON_SERVICES
    scope = f"{request.access_key}/{request.date}/{region}/{request.service}/aws4_request"
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "CONTENT_LENGTH": str(len(request.body)),
        "CONTENT_TYPE": "application/x-amz-json-1.1" if json else "application/x-www-form-urlencoded",
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}",
        "HTTP_X_AMZ_TARGET": f"AWSOrganizationsV20161128.{request.action}" if json else "",
        "HTTP_X_MOTO_ACCOUNT_ID": account,
    }
