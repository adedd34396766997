"""What AWS and its SDK answer instead of doing what was asked, translated once into our errors.

- A message about credentials never repeats what AWS said: to a wrong signature AWS answers with the signed request,
  session token included.
- An answer that is none (a page of a proxy, an unparsable document) is not repeated either, and of a URL only the
  host.
- Our own errors pass through untouched, so contexts may be nested.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, CapacityNotAvailableError, ClientError, IncompleteReadError
from botocore.parsers import ResponseParserError

from breakglass.aws import reasons
from breakglass.errors import BreakglassError, CredentialsError, DeniedError, RejectedError, UnavailableError
from breakglass.naming import GLOBAL


@contextmanager
def translated(account: str, subject: str = "", *, if_denied: str = "") -> Iterator[None]:
    """Turn what botocore raises into our errors; `if_denied` is the advice for a call that is denied.

    Raises CredentialsError, DeniedError, UnavailableError or RejectedError, with the subject or else the account.
    """
    try:
        yield
    except ClientError as error:
        raise _answered(error, account, subject, if_denied) from error
    except (BotoCoreError, ResponseParserError) as error:
        raise _unanswered(error, account, subject) from error


@contextmanager
def understood(account: str) -> Iterator[None]:
    """Take an answer that is not formed as AWS forms it for no answer: a proxy may stand in between.

    Raises UnavailableError.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        where = f" (account {account})" if account else ""
        message = f"the answer is none of AWS's{where}: {type(error).__name__}"
        raise UnavailableError(message, subject=account, advice=reasons.UNAVAILABLE_ADVICE) from error


@contextmanager
def refused_by_aws(account: str) -> Iterator[None]:
    """Take a refusal that names no error code of AWS, and every redirection, for no answer: it is of a proxy or a page.

    It is for services that never redirect, and always name a code. Raises UnavailableError.
    https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
    """
    try:
        yield
    except ClientError as error:
        if _is_coded(_code(error)) and not 300 <= _status(error) < 400:
            raise
        where = f" (account {account})" if account else ""
        message = f"the answer is none of AWS's{where}: HTTP status {_status(error)}"
        raise UnavailableError(message, subject=account, advice=reasons.UNAVAILABLE_ADVICE) from error


@contextmanager
def in_region(region: str) -> Iterator[None]:
    """Say, where credentials are not accepted in a region, that the account may not have enabled it.

    A region that is not enabled answers as if the credentials were not valid.
    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    try:
        yield
    except CredentialsError as error:
        if region == GLOBAL:
            raise
        advice = f"enable {region} in the account, or take it out of the manifest; or else {error.advice}"
        raise CredentialsError(f"{error.message} in {region}", subject=error.subject, advice=advice) from error


def network_failure(error: BotoCoreError) -> str:
    """Return what failed and at which host, without what a URL of an endpoint or a proxy may carry besides."""
    url = urlsplit(str(getattr(error, "kwargs", {}).get("endpoint_url", "")))
    return type(error).__name__ + (f" at {url.hostname}" if url.hostname else "")


def _answered(error: ClientError, account: str, subject: str, if_denied: str) -> BreakglassError:
    """Translate an answer of AWS that says no."""
    about = subject or account
    what = error.operation_name + (f" of {subject}" if subject else "") + (f" in account {account}" if account else "")
    said = _said(error)
    if _code(error) in reasons.CREDENTIALS:
        return _refused_credentials(_code(error), what, about)
    if _code(error) in reasons.DENIED:
        advice = if_denied or _denied_advice(said, account)
        return DeniedError(f"{what} was denied: {said}", subject=about, advice=advice)
    if _code(error) in reasons.UNAVAILABLE or _failed(error):
        return UnavailableError(f"{what} got no service: {said}", subject=about, advice=reasons.UNAVAILABLE_ADVICE)
    advice = reasons.REJECTED_ADVICE.get(_code(error), "mend what AWS says and run the command again")
    return RejectedError(f"{what} was rejected: {said}", subject=about, advice=advice)


def _refused_credentials(reason: str, what: str, about: str) -> CredentialsError:
    advice = "sign in again, or name another profile with --profile; see also that this machine's clock is right"
    return CredentialsError(f"AWS does not accept the credentials ({reason}) for {what}", subject=about, advice=advice)


def _denied_advice(said: str, account: str) -> str:
    for phrase, advice in reasons.DENIED_ADVICE:
        if phrase in said:
            return advice
    return f"see that the provisioning role may do this in account {account} and that no guardrail forbids it"


def _code(error: ClientError) -> str:
    """Return the code of an answer, such as `NoSuchEntity`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def _is_coded(code: str) -> bool:
    """Tell whether AWS gave a code, and not the SDK in its place: the HTTP status, or that it knows none."""
    return code[:1].isalpha() and code != "Unknown"


def _failed(error: ClientError) -> bool:
    return _status(error) == 429 or _status(error) >= 500


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _said(error: ClientError) -> str:
    """Return AWS's own words, on one line; what is long is not words."""
    words = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    return f"{words} ({_code(error)})" if words and len(words) <= 1000 else _code(error)


def _unanswered(error: BotoCoreError | ResponseParserError, account: str, subject: str) -> BreakglassError:
    """Translate a failure of the SDK: of its configuration, of its credentials or of the network."""
    about = subject or account
    where = f" (account {account})" if account else ""
    for types, message, advice in reasons.SDK_FAILURES:
        if isinstance(error, types):
            return CredentialsError(f"{message}{where}: {type(error).__name__}", subject=about, advice=advice)
    if isinstance(error, reasons.UNREACHABLE):
        message = f"AWS cannot be reached{where}: {network_failure(error)}"
        return UnavailableError(message, subject=about, advice=reasons.UNAVAILABLE_ADVICE)
    if isinstance(error, ResponseParserError | IncompleteReadError | CapacityNotAvailableError):
        message = f"the answer is none of AWS's{where}: {type(error).__name__}"
        return UnavailableError(message, subject=about, advice=reasons.UNAVAILABLE_ADVICE)
    message = f"the AWS SDK refuses the call{where}: {type(error).__name__}"
    return RejectedError(message, subject=about, advice="report this with the command that led to it")
