import pytest
from botocore import exceptions as sdk
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from breakglass.aws.failures import refused_by_aws, translated
from breakglass.errors import BreakglassError, CredentialsError, DeniedError, RejectedError, UnavailableError
from tests.aws.stubs import PROD, SECRET_KEY, SESSION_TOKEN

ROLE = f"arn:aws:iam::{PROD}:role/BREAK-GLASS-RANSOMWARE"


def answer(code: str, message: str = "words of AWS", *, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]  # what a real answer holds besides is not read
        "CreateRole",
    )


def translation(error: Exception, subject: str = ROLE, *, if_denied: str = "") -> BreakglassError:
    with pytest.raises(BreakglassError) as raised, translated(PROD, subject, if_denied=if_denied):
        raise error
    return raised.value


@pytest.mark.parametrize(
    ("code", "expected", "exit_code"),
    [
        ("AccessDenied", DeniedError, 4),
        ("AccessDeniedException", DeniedError, 4),
        ("UnauthorizedOperation", DeniedError, 4),
        ("ExpiredToken", CredentialsError, 4),
        ("ExpiredTokenException", CredentialsError, 4),
        ("InvalidClientTokenId", CredentialsError, 4),
        ("UnrecognizedClientException", CredentialsError, 4),
        ("SignatureDoesNotMatch", CredentialsError, 4),
        ("IncompleteSignature", CredentialsError, 4),
        ("MissingAuthenticationToken", CredentialsError, 4),
        ("RequestExpired", CredentialsError, 4),
        ("Throttling", UnavailableError, 5),
        ("ThrottlingException", UnavailableError, 5),
        ("TooManyRequestsException", UnavailableError, 5),
        ("RequestLimitExceeded", UnavailableError, 5),
        ("ServiceUnavailable", UnavailableError, 5),
        ("ServiceFailure", UnavailableError, 5),
        ("EntityAlreadyExists", RejectedError, 5),
        ("DeleteConflict", RejectedError, 5),
        ("LimitExceeded", RejectedError, 5),
        ("MalformedPolicyDocument", RejectedError, 5),
        ("NoSuchEntity", RejectedError, 5),
        ("ConcurrentModification", RejectedError, 5),
        ("EntityTemporarilyUnmodifiable", RejectedError, 5),
        ("InvalidInput", RejectedError, 5),
        ("ValidationError", RejectedError, 5),
        ("SomethingNew", RejectedError, 5),
    ],
)
def test_an_answer_becomes_an_error_that_says_who_must_act(
    code: str, expected: type[BreakglassError], exit_code: int
) -> None:
    error = translation(answer(code))
    assert type(error) is expected
    assert error.exit_code == exit_code
    assert error.subject == ROLE
    assert error.advice
    for part in ("CreateRole", ROLE, PROD, code):
        assert part in error.message


@pytest.mark.parametrize("status", [429, 500, 503, 504])
def test_an_unknown_code_with_a_status_of_failure_is_unavailable(status: int) -> None:
    assert type(translation(answer("Mystery", status=status))) is UnavailableError


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("... with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p-1", "exempt"),
        ("... with an explicit deny in a resource control policy", "resource control policy"),
        ("... because no permissions boundary allows the iam:CreateRole action", "boundary"),
        ("... because no identity-based policy allows the iam:CreateRole action", "allows it"),
        ("User: x is not authorized to perform: iam:CreateRole", PROD),
    ],
)
def test_a_denial_keeps_the_reason_and_its_advice_follows_from_it(message: str, hint: str) -> None:
    error = translation(answer("AccessDenied", message))
    assert message in error.message
    assert hint in error.advice


def test_a_caller_may_know_better_what_to_do_about_a_denial() -> None:
    assert translation(answer("AccessDenied"), if_denied="ask the owner").advice == "ask the owner"


def test_what_already_exists_is_worth_a_second_run() -> None:
    assert "run the command again" in translation(answer("EntityAlreadyExists")).advice


def test_without_a_subject_the_account_is_the_subject() -> None:
    assert translation(answer("AccessDenied"), "").subject == PROD


def test_an_answer_without_words_or_with_a_page_of_them_shows_its_code() -> None:
    for message in ("", "<html>" + "x" * 5000):
        error = translation(answer("Odd", message))
        assert error.message.endswith("rejected: Odd")


@pytest.mark.parametrize(
    ("failure", "advice"),
    [
        (sdk.NoCredentialsError(), "--profile"),
        (sdk.PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"), "both"),
        (sdk.ProfileNotFound(profile="nobody"), "list-profiles"),
        (sdk.UnauthorizedSSOTokenError(), "aws sso login"),
        (sdk.SSOTokenLoadError(error_msg="x"), "aws sso login"),
        (sdk.TokenRetrievalError(provider="sso", error_msg="Token has expired"), "aws sso login"),
        (sdk.LoginRefreshRequired(), "aws login"),
        (sdk.LoginTokenLoadError(error_msg="x"), "aws login"),
        (sdk.MissingDependencyException(msg="x"), ".[login]"),
        (sdk.CredentialRetrievalError(provider="custom-process", error_msg="x"), "get-caller-identity"),
        (sdk.MetadataRetrievalError(error_msg="x"), "get-caller-identity"),
        (sdk.RefreshWithMFAUnsupportedError(), "get-caller-identity"),
        (sdk.UnknownCredentialError(name="x"), "profile"),
        (sdk.ConfigParseError(path="~/.aws/config"), "~/.aws/config"),
        (sdk.InvalidConfigError(error_msg="x"), "~/.aws/config"),
        (sdk.NoRegionError(), "~/.aws/config"),
        (sdk.InvalidRegionError(region_name="x y"), "~/.aws/config"),
    ],
)
def test_without_usable_credentials_or_configuration_nothing_goes(failure: BotoCoreError, advice: str) -> None:
    error = translation(failure)
    assert type(error) is CredentialsError
    assert (error.code, error.exit_code) == ("AWS_CREDENTIALS", 4)
    assert advice in error.advice


@pytest.mark.parametrize(
    "failure",
    [
        sdk.EndpointConnectionError(endpoint_url="https://iam.amazonaws.com/"),
        sdk.ConnectTimeoutError(endpoint_url="https://iam.amazonaws.com/"),
        sdk.ReadTimeoutError(endpoint_url="https://iam.amazonaws.com/"),
        sdk.ConnectionClosedError(endpoint_url="https://iam.amazonaws.com/"),
        sdk.SSLError(endpoint_url="https://iam.amazonaws.com/", error=OSError()),
    ],
)
def test_a_network_that_fails_is_unavailable_and_the_host_is_named(failure: BotoCoreError) -> None:
    error = translation(failure)
    assert type(error) is UnavailableError
    assert "iam.amazonaws.com" in error.message


@pytest.mark.parametrize(
    "failure",
    [
        sdk.HTTPClientError(error="x"),
        sdk.ProxyConnectionError(proxy_url="http://proxy", error="x"),
        sdk.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        sdk.CapacityNotAvailableError(),
        ResponseParserError("not XML"),
    ],
)
def test_no_answer_or_none_that_makes_sense_is_unavailable(failure: Exception) -> None:
    assert type(translation(failure)) is UnavailableError


def test_what_the_sdk_refuses_to_send_is_rejected() -> None:
    assert type(translation(sdk.ParamValidationError(report="Password"))) is RejectedError


@pytest.mark.parametrize(
    "failure",
    [
        answer(
            "SignatureDoesNotMatch", f"The Canonical String should have been 'x-amz-security-token:{SESSION_TOKEN}'"
        ),
        answer("IncompleteSignature", f"in Authorization header: '{SECRET_KEY}'"),
        sdk.CredentialRetrievalError(provider="custom-process", error_msg=SECRET_KEY),
        sdk.ParamValidationError(report=f"Invalid length for parameter Password, value: {SECRET_KEY}"),
        sdk.HTTPClientError(error=f"Failed to parse: http://user:{SECRET_KEY}@proxy"),
        sdk.EndpointConnectionError(endpoint_url=f"http://user:{SECRET_KEY}@localhost:1/"),
        ResponseParserError(f"Unable to parse response: {SESSION_TOKEN}"),
    ],
)
def test_no_message_holds_a_secret(failure: Exception) -> None:
    error = translation(failure)
    shown = " ".join((str(error), error.message, error.advice, error.subject, repr(error)))
    assert SECRET_KEY not in shown
    assert SESSION_TOKEN not in shown


def test_our_own_errors_are_not_translated_twice() -> None:
    inner = DeniedError("inner")
    with pytest.raises(DeniedError) as raised, translated("1"), translated("2"):
        raise inner
    assert raised.value is inner


def test_programming_errors_are_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), translated(PROD):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("code", "status"),
    [("302", 302), ("403", 403), ("404", 404), ("407", 407), ("Unknown", 403), ("", 400), ("AccessDenied", 302)],
)
def test_a_refusal_that_is_none_of_aws_is_no_answer(code: str, status: int) -> None:
    with pytest.raises(UnavailableError, match=rf"\(account {PROD}\): HTTP status {status}"), refused_by_aws(PROD):
        raise answer(code, "<html>", status=status)
    with pytest.raises(UnavailableError, match="none of AWS's: HTTP"), refused_by_aws(""):
        raise ClientError({"ResponseMetadata": {"HTTPStatusCode": status}}, "AssumeRole")  # type: ignore[typeddict-item]


def test_a_refusal_of_aws_passes() -> None:
    with pytest.raises(ClientError), refused_by_aws(PROD):
        raise answer("AccessDenied", status=403)
