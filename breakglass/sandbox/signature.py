"""Signature Version 4 of the requests this sandbox takes, whose body is always hashed whole.

The time of the signature is not compared with the sandbox's clock, which may have been moved.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from hashlib import sha256
from urllib.parse import parse_qsl, quote

from breakglass.sandbox.request import Request

_ALGORITHM = "AWS4-HMAC-SHA256"


def sign(request: Request, secret: str) -> str:
    """Return the signature the request has if it was made with this secret."""
    scope = (request.date, request.region, request.service, "aws4_request")
    headers = dict(request.headers)
    lines = (_ALGORITHM, headers.get("x-amz-date", ""), "/".join(scope), sha256(_canonical(request)).hexdigest())
    key = f"AWS4{secret}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, "\n".join(lines).encode(), "sha256").hex()


def is_signed_with(request: Request, secret: str) -> bool:
    """Tell whether the request was signed with this secret."""
    return hmac.compare_digest(request.signature, sign(request, secret))


def _canonical(request: Request) -> bytes:
    headers = "".join(f"{name}:{value}\n" for name, value in request.headers)
    names = ";".join(name for name, _ in request.headers)
    pairs = parse_qsl(request.query, keep_blank_values=True)
    query = "&".join(sorted(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs))
    where = f"{request.method}\n{quote(request.path)}\n{query}"
    return f"{where}\n{headers}\n{names}\n{sha256(request.body).hexdigest()}".encode()
