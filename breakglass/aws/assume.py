"""STS for a person in a hurry: one attempt to a region, short timeouts, no role in between.

- Whoever is a role cannot become a role of ours, so where the SDK would make a session of a role by itself nothing is
  called; the roles of machines are not even asked for.
- A region has a few seconds for its whole answer; what is none of AWS's is no answer.
- Regional endpoints only: what is set to the contrary in the configuration of the SDK does not count.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, cast

from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import ClientError
from botocore.session import Session

from breakglass.assuming import Assumption, Probe, RoleSession, Source
from breakglass.aws import lineage, source
from breakglass.aws.clients import Clients, anonymous, impatient
from breakglass.aws.deadline import within_deadline
from breakglass.aws.failures import in_region, refused_by_aws, translated, understood
from breakglass.aws.quick_loader import QuickLoader
from breakglass.errors import BreakglassError, CredentialsError, RejectedError, UnavailableError
from breakglass.secret import Secret

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import AssumeRoleRequestTypeDef

_LOGIN = "login"
"""How botocore calls `aws login`: of other credentials, `login_session` of a profile says nothing."""
_MACHINES = ("container-role", "iam-role", "ec2-credentials-file")

_SIGN_IN = "sign in as your emergency user: `aws login`, then --profile with its profile; the console works too"
_UNTOLD = "use another network, as the policy of a VPC endpoint may forbid even this; or use the console"
_REJECTED = "AWS names what it does not take: see --duration, --reason, --ticket, --session-policy and --mfa-serial"


class AwsSts:
    """STS, with the credentials of a profile or of the default chain."""

    def __init__(self, profile: str | None = None) -> None:
        self._profile = profile
        self._session = Session(profile=profile)
        self._session.register_component("data_loader", QuickLoader())
        self._session.set_config_variable("sts_regional_endpoints", "regional")
        # Also for what the SDK calls by itself: an `aws login` that is to be renewed in a region that is ill.
        self._session.set_default_client_config(impatient("sts"))
        self._clients = Clients(self._session, impatient)

    def source(self) -> Source:
        """Return whose credentials there are."""
        with translated(""):
            profile = lineage.of(self._session)
            if self._profile is not None or "AWS_ACCESS_KEY_ID" not in os.environ:  # else those keys go before it
                profile.refuse_own()
            resolver = self._session.get_component("credential_provider")
            for provider in _MACHINES:
                resolver.remove(provider)
        found = source.found(self._session)
        if found is None:
            raise CredentialsError("you are not signed in: there are no AWS credentials", advice=_SIGN_IN)
        profile.refuse_roles(found.method)
        frozen = self._credentials(found.method)
        arn = profile.login_session if found.method == _LOGIN else ""
        return Source(is_temporary=bool(frozen.token), arn=arn)

    def caller(self, region: str) -> str:
        """Return the ARN of the caller."""
        return within_deadline(region, lambda: self._caller(region))

    def assume(self, region: str, assumption: Assumption) -> RoleSession:
        """Assume a role."""
        return within_deadline(region, lambda: self._assume(region, assumption))

    def probe(self, region: str) -> Probe:
        """Ask who calls, and keep what came of it."""
        return _probe(self._clients, region)

    def reach(self, region: str) -> Probe:
        """Ask without credentials, which STS refuses in words, and keep what came of it."""
        anyone = Session(session_vars={"profile": (None, None, None, None)})
        anyone.register_component("data_loader", QuickLoader())
        return _probe(Clients(anyone, anonymous), region)

    def _credentials(self, method: str) -> ReadOnlyCredentials:
        """Return the credentials; `aws login` may renew them, a program may ask a person, who takes the time it takes.

        https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
        """
        if method != _LOGIN:
            return source.credentials(self._session)
        return within_deadline("", lambda: source.credentials(self._session), what="the sign-in")

    def _caller(self, region: str) -> str:
        with _from(region, "", if_denied=_UNTOLD):
            arn = self._sts(region).get_caller_identity()["Arn"]
            if arn.count(":") < 5:
                raise ValueError
            return arn

    def _assume(self, region: str, assumption: Assumption) -> RoleSession:
        with _as_in(region, assumption):
            answer = self._sts(region).assume_role(**_request(assumption))
            given = answer["Credentials"]
            return RoleSession(
                given["AccessKeyId"],
                Secret(given["SecretAccessKey"]),
                Secret(given["SessionToken"]),
                given["Expiration"].astimezone(UTC),
                region,
                answer.get("PackedPolicySize"),
            )

    def _sts(self, region: str) -> STSClient:
        return cast("STSClient", self._clients.get("sts", region))


def _probe(clients: Clients, region: str) -> Probe:
    begun = monotonic()
    try:
        arn, headers, failure = within_deadline(region, lambda: _answer(clients, region))
    except UnavailableError as error:
        return Probe(region, monotonic() - begun, failure=error)
    return Probe(region, monotonic() - begun, arn, _skew(headers), failure)


def _answer(clients: Clients, region: str) -> tuple[str, Mapping[str, str], BreakglassError | None]:
    """Return who calls, with which headers it was told, and why it was not."""
    headers: Mapping[str, str] = {}
    try:
        with _from(region, "", if_denied=_UNTOLD):
            try:
                answer = cast("STSClient", clients.get("sts", region)).get_caller_identity()
            except ClientError as error:
                headers = error.response["ResponseMetadata"]["HTTPHeaders"]
                raise
            return answer["Arn"], answer["ResponseMetadata"]["HTTPHeaders"], None
    except BreakglassError as error:
        return "", headers, error


@contextmanager
def _from(region: str, account: str, subject: str = "", *, if_denied: str = "") -> Iterator[None]:
    """Translate what STS of a region answers, or what is answered in its place."""
    with (
        in_region(region),
        translated(account, subject, if_denied=if_denied),
        understood(account),
        refused_by_aws(account),
    ):
        yield


@contextmanager
def _as_in(region: str, assumption: Assumption) -> Iterator[None]:
    """Translate what AWS answers to AssumeRole in a region."""
    try:
        with _from(region, assumption.account, assumption.role), _enabled(region, assumption.account):
            yield
    except RejectedError as error:
        raise RejectedError(error.message, subject=error.subject, advice=_REJECTED) from error


@contextmanager
def _enabled(region: str, account: str) -> Iterator[None]:
    """Tell how STS is activated in a region.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
    """
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "RegionDisabledException":
            raise
        advice = f"activate STS in {region} for account {account}"
        raise UnavailableError("STS is deactivated there", subject=region, advice=advice) from error


def _request(assumption: Assumption) -> AssumeRoleRequestTypeDef:
    request: AssumeRoleRequestTypeDef = {"RoleArn": assumption.role, "RoleSessionName": assumption.session_name}
    if assumption.seconds is not None:
        request["DurationSeconds"] = assumption.seconds
    if assumption.tags:
        request["Tags"] = [{"Key": key, "Value": value} for key, value in assumption.tags]
    if assumption.policy:
        request["Policy"] = assumption.policy
    if assumption.token_code is not None:
        request["SerialNumber"] = assumption.serial_number
        request["TokenCode"] = assumption.token_code.reveal()
    return request


def _skew(headers: Mapping[str, str]) -> float | None:
    """Return by how many seconds the clock of AWS is ahead, from the header Date, which has whole seconds."""
    try:
        told = parsedate_to_datetime(headers["date"])
        return (told - datetime.now(UTC)).total_seconds()
    except (KeyError, OverflowError, TypeError, ValueError):
        return None
