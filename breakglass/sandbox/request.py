"""A signed request as a value: who signed it, for which region and service, and what it asks.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl
from wsgiref.types import WSGIEnvironment

from breakglass.sandbox import rest
from breakglass.sandbox.answers import ApiError
from breakglass.sandbox.wire import Wire, wire

MAX_BODY = 1_000_000
"""Bytes; the largest request the product sends is a few policy documents."""
MAX_OBJECT = 20_000_000
"""Bytes of what is put into a bucket: the evidence of many accounts is larger."""

_DIGITS = 12
"""Of a length; of thousands Python makes no number."""

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[\w-]+)/(?P<service>[\w-]+)/aws4_request"
    r", ?SignedHeaders=(?P<headers>[\w;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_ACTION = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class Request:
    """What one client asks.

    `service` is the name it was signed for and `region` the one; `parameters` are flat, as the query protocol writes
    them, whatever the protocol; `headers` are the signed ones in the order they were signed, `date` is that of the
    credential scope, `agent` the client's name for itself.
    """

    access_key: str
    token: str
    date: str
    region: str
    service: str
    action: str
    parameters: Mapping[str, str]
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...]
    signature: str
    agent: str = ""
    method: str = "POST"
    path: str = "/"
    query: str = ""

    @property
    def operation(self) -> str:
        """The operation, written as actions are in a policy."""
        return f"{wire(self.service).prefix}:{self.action}"


def read(environ: WSGIEnvironment) -> Request:
    """Return the request; the body is consumed. Raises ApiError for what AWS would not even look at."""
    header = str(environ.get("HTTP_AUTHORIZATION", ""))
    if not header:
        raise ApiError("MissingAuthenticationToken", "Request is missing Authentication Token")
    scope = _AUTHORIZATION.fullmatch(header)
    if scope is None:
        raise ApiError("IncompleteSignature", "The Authorization header is not a complete Signature Version 4")
    service = scope["service"]
    method, path, query = (str(environ.get(name, "")) for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING"))
    spoken = wire(service)
    if not spoken.rest and not _is_one_of(spoken, method, path, query):
        raise ApiError("InvalidAction", "Every operation of this sandbox is a POST to /, save those of REST services")
    body = body_of(environ, MAX_OBJECT if spoken.rest else MAX_BODY)
    headers = tuple((name, _header(environ, name)) for name in scope["headers"].split(";"))
    if spoken.rest:
        action, parameters = rest.asked(method, path, query, headers)
    else:
        parameters = {**_of_json(body), **_parameters(query.encode())} if spoken.json else _parameters(body)
        action = _action(environ, service, parameters)
    return Request(
        access_key=scope["key"],
        token=str(environ.get("HTTP_X_AMZ_SECURITY_TOKEN", "")),
        date=scope["date"],
        region=scope["region"],
        service=service,
        action=action,
        parameters=parameters,
        body=body,
        content_type=str(environ.get("CONTENT_TYPE", "")),
        headers=headers,
        signature=scope["signature"],
        agent=str(environ.get("HTTP_USER_AGENT", "")),
        method=method,
        path=path,
        query=query,
    )


def _is_one_of(spoken: Wire, method: str, path: str, query: str) -> bool:
    if spoken.routes:
        return True  # whether there is such a one is seen by its action
    return (method, "/" if spoken.paths else path, query) == ("POST", "/", "")


def body_of(environ: WSGIEnvironment, most: int = MAX_BODY) -> bytes:
    """Return the body, which is consumed; raises ApiError for one that is too large."""
    length = str(environ.get("CONTENT_LENGTH", ""))
    if len(length) > _DIGITS:
        raise ApiError("RequestEntityTooLarge", "A request of this many bytes is too large")
    size = int(length) if length.isdecimal() else 0
    if size > most:
        raise ApiError("RequestEntityTooLarge", f"A request of {size} bytes is too large")
    body: bytes = environ["wsgi.input"].read(size)
    return body


def _parameters(body: bytes) -> Mapping[str, str]:
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise ApiError("MalformedQueryString", "A parameter is given twice")
    return parameters


def _of_json(body: bytes) -> Mapping[str, str]:
    try:
        found = json.loads(body or b"{}")
        if isinstance(found, dict) and not any("." in name for name in found):
            return dict(flat("", found))
    except (ValueError, RecursionError):
        pass
    raise ApiError("SerializationException", "The body is no JSON object")


def flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield what is under a name as the query protocol writes it: `Tags.member.1.Key` is the key of the first tag."""
    inner: Iterable[tuple[str, object]] = ()
    if isinstance(value, dict):
        inner = ((f"{name}.{key}" if name else str(key), each) for key, each in value.items())
    elif isinstance(value, list):
        inner = ((f"{name}.member.{number}", each) for number, each in enumerate(value, start=1))
    elif value is not None:
        yield name, str(value)
    for part, each in inner:
        yield from flat(part, each)


def _action(environ: WSGIEnvironment, service: str, parameters: Mapping[str, str]) -> str:
    spoken, path = wire(service), str(environ.get("PATH_INFO", "")).removeprefix("/")
    target = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
    action = target if spoken.json else parameters.get("Action", "")
    if spoken.paths:
        action = "".join(part[:1].upper() + part[1:] for part in path.split("-"))
    if spoken.routes:
        action = _routed(spoken.routes, str(environ.get("REQUEST_METHOD", "")), f"/{path}")
    if not _ACTION.fullmatch(action):
        raise ApiError("InvalidAction", "The request names no operation")
    return action


def _routed(routes: Mapping[tuple[str, str], str], method: str, path: str) -> str:
    return routes.get((method, path)) or routes.get((method, f"{path.rpartition('/')[0]}/*"), "")


def _header(environ: WSGIEnvironment, name: str) -> str:
    key = name.upper().replace("-", "_")
    value = environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}", "")
    return " ".join(str(value).split())
