"""The one page beside the API: where the owner of a sandbox in another process signs people in.

The form goes in the body of a POST to /sign-in, together with a proof that whoever sends it knows the administrator's
secret key, which the state file tells its owner alone. A client of AWS has no business here, nor has the product.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import parse_qsl, urlencode, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from breakglass.errors import BreakglassError, DeniedError, UnavailableError, UsageError
from breakglass.sandbox.answers import ApiError
from breakglass.sandbox.request import body_of
from breakglass.sandbox.sessions import Entered
from breakglass.sandbox.state import State

PATH = "/sign-in"
_PROOF = "X-Sandbox-Proof"
_JSON = "application/json"
_PATIENCE = 30.0
"""Seconds to wait for the other process."""
_STATUS = {DeniedError: HTTPStatus.FORBIDDEN, UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE}
_ERRORS = {each.code: each for each in (DeniedError, UnavailableError, UsageError)}


@dataclass(frozen=True, slots=True)
class Form:
    """Who signs in where: `user` is a user's name or the id of a person of the manifest, `aws_login` means a shell.

    Without a region it is the manifest's first.
    """

    user: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)
    new_password: str = field(default="", repr=False)
    region: str = ""
    aws_login: str = ""


class Desk:
    """Answers the page, and leaves everything else to the door; only who knows the secret is answered."""

    def __init__(self, door: WSGIApplication, secret: str, enter: Callable[[Form], Entered]) -> None:
        self._door = door
        self._secret = secret
        self._enter = enter

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != PATH:
            return self._door(environ, start_response)
        try:
            status, told = HTTPStatus.OK, asdict(self._entered(environ))
        except ApiError as error:
            status, told = HTTPStatus.BAD_REQUEST, _told(UsageError(error.message))
        except BreakglassError as error:
            status, told = _STATUS.get(type(error), HTTPStatus.BAD_REQUEST), _told(error)
        body = json.dumps(told).encode()
        headers = [("Content-Type", _JSON), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def _entered(self, environ: WSGIEnvironment) -> Entered:
        body = body_of(environ)
        if not hmac.compare_digest(str(environ.get("HTTP_X_SANDBOX_PROOF", "")).encode(), _proof(self._secret, body)):
            raise DeniedError("only the owner of this sandbox signs people in here", subject=PATH)
        try:
            return self._enter(Form(**dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))))
        except TypeError as error:
            raise UsageError("the form is not the one this page takes", subject=PATH) from error


def send(state: State, form: Form) -> Entered:
    """Sign somebody in to a sandbox in another process.

    Raises DeniedError, UnavailableError or UsageError, as the sandbox does, UnavailableError where it does not answer.
    """
    body = urlencode(asdict(form)).encode()
    secret = state.environment["AWS_SECRET_ACCESS_KEY"]
    headers = {"Content-Type": "application/x-www-form-urlencoded", _PROOF: _proof(secret, body).decode()}
    try:
        with closing(HTTPConnection(urlsplit(state.url).netloc, timeout=_PATIENCE)) as connection:
            connection.request("POST", PATH, body, headers)
            told = json.loads(connection.getresponse().read())
    except (OSError, ValueError, HTTPException) as error:
        raise UnavailableError(
            f"the sandbox at {state.url} does not answer", subject=state.url, advice="see whether it still runs"
        ) from error
    return _understood(told)


def _understood(told: Mapping[str, str]) -> Entered:
    if "code" not in told:
        return Entered(**told)
    raise _ERRORS[told["code"]](told["message"], subject=told["subject"], advice=told["advice"])


def _told(error: BreakglassError) -> dict[str, str]:
    return {"code": error.code, "message": error.message, "subject": error.subject, "advice": error.advice}


def _proof(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, "sha256").hexdigest().encode()
