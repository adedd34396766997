"""Whose request it is: the key is known, the signature is made with its secret, the token is its own, and it lives."""

from collections.abc import Callable
from datetime import datetime

from breakglass.sandbox.answers import ApiError
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session
from breakglass.sandbox.signature import is_signed_with

Find = Callable[[str], Session | None]


def authenticate(request: Request, find: Find, now: datetime) -> Session:
    """Return the session that signed a request; raises ApiError."""
    session = find(request.access_key)
    if session is None or session.token != request.token:
        raise ApiError("InvalidClientTokenId", "The security token included in the request is invalid.")
    if not is_signed_with(request, session.secret):
        raise ApiError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.",
        )
    if session.expires is not None and now >= session.expires:
        raise ApiError("ExpiredToken", "The security token included in the request is expired")
    return session
