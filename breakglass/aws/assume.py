"""STS for a person in a hurry: one attempt to a region, short timeouts, no role in between.

- Whoever is a role cannot become a role of ours, so where the SDK would make a session of a role by itself nothing is
  called; the roles of machines are not even asked for.
- Regional endpoints only: what is set to the contrary in the configuration of the SDK does not count.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from botocore.session import Session

from breakglass.assuming import Assumption, Probe, RoleSession, Source
from breakglass.aws import source
from breakglass.aws.clients import Clients, anonymous, impatient
from breakglass.aws.failures import in_region, translated, understood
from breakglass.aws.quick_loader import QuickLoader
from breakglass.errors import BreakglassError, CredentialsError, RejectedError, UnavailableError
from breakglass.secret import Secret

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import AssumeRoleRequestTypeDef

OWN_PROCESS = "credentials --as process"
"""What a credential_process of ours contains."""

_OF_ROLES = frozenset({"assume-role", "assume-role-with-web-identity", "sso"})
"""How botocore calls the ways that end in a session of a role."""
_MACHINES = ("container-role", "iam-role", "ec2-credentials-file")

_SIGN_IN = "sign in as your emergency user: `aws login`, then --profile with its profile; the console works too"
_USER_ITSELF = "the role is for the emergency user itself"
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
            settings = self._settings()
            self._refuse_own(settings)
            resolver = self._session.get_component("credential_provider")
            for provider in _MACHINES:
                resolver.remove(provider)
        found = source.found(self._session)
        if found is None:
            raise CredentialsError("you are not signed in: there are no AWS credentials", advice=_SIGN_IN)
        self._refuse_roles(found.method, settings)
        frozen = source.credentials(self._session)
        return Source(is_temporary=bool(frozen.token), arn=settings.get("login_session", ""))

    def caller(self, region: str) -> str:
        """Return the ARN of the caller."""
        with in_region(region), translated(""), understood(""):
            return self._sts(region).get_caller_identity()["Arn"]

    def assume(self, region: str, assumption: Assumption) -> RoleSession:
        """Assume a role."""
        with _as_in(region, assumption), understood(assumption.account):
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

    def probe(self, region: str) -> Probe:
        """Ask who calls, and keep what came of it."""
        return _probe(self._clients, region)

    def reach(self, region: str) -> Probe:
        """Ask without credentials, which STS refuses in words, and keep what came of it."""
        anyone = Session(session_vars={"profile": (None, None, None, None)})
        anyone.register_component("data_loader", QuickLoader())
        return _probe(Clients(anyone, anonymous), region)

    def _settings(self) -> Mapping[str, Any]:
        profiles: Mapping[str, Mapping[str, Any]] = self._session.full_config.get("profiles", {})
        return profiles.get(self._name, {})

    def _refuse_own(self, settings: Mapping[str, Any]) -> None:
        """Refuse a profile of ours before it runs: the session that would come of it is a use like any other."""
        keys_first = self._profile is None and "AWS_ACCESS_KEY_ID" in os.environ
        if OWN_PROCESS in settings.get("credential_process", "") and not keys_first:
            message = f"the profile {self._name} is one that `breakglass profiles` has written; {_USER_ITSELF}"
            advice = "unset AWS_PROFILE, or name with --profile the one you signed in with"
            raise CredentialsError(message, subject=self._name, advice=advice)

    def _refuse_roles(self, method: str, settings: Mapping[str, Any]) -> None:
        """Refuse, before any call, what ends in a session of a role: the trust policy would."""
        if method in _OF_ROLES:
            base = settings.get("source_profile") or "the one you signed in with"
            message = f"the profile {self._name} leads to a session of a role ({method}); {_USER_ITSELF}"
            raise CredentialsError(message, subject=self._name, advice=f"name with --profile {base}")

    @property
    def _name(self) -> str:
        name: str = self._session.get_config_variable("profile") or "default"
        return name

    def _sts(self, region: str) -> STSClient:
        return cast("STSClient", self._clients.get("sts", region))


def _probe(clients: Clients, region: str) -> Probe:
    begun, arn, headers, failure = monotonic(), "", {}, None
    try:
        with in_region(region), translated(""), understood(""):
            try:
                answer = cast("STSClient", clients.get("sts", region)).get_caller_identity()
                arn, headers = answer["Arn"], answer["ResponseMetadata"]["HTTPHeaders"]
            except ClientError as error:
                headers = error.response["ResponseMetadata"]["HTTPHeaders"]
                raise
    except BreakglassError as error:
        failure = error
    return Probe(region, monotonic() - begun, arn, _skew(headers), failure)


@contextmanager
def _as_in(region: str, assumption: Assumption) -> Iterator[None]:
    """Translate what AWS answers to AssumeRole in a region."""
    try:
        with in_region(region), translated(assumption.account, assumption.role):
            try:
                yield
            except ClientError as error:
                if error.response["Error"]["Code"] == "RegionDisabledException":
                    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
                    message = "STS is deactivated there"
                    advice = f"activate STS in {region} for account {assumption.account}"
                    raise UnavailableError(message, subject=region, advice=advice) from error
                raise
    except RejectedError as error:
        raise RejectedError(error.message, subject=error.subject, advice=_REJECTED) from error


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
    except (KeyError, TypeError, ValueError):
        return None
