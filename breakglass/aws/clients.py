"""Clients of AWS services, made by one botocore session and kept while they are in use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock

from botocore import UNSIGNED
from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import Session

from breakglass.aws import own_endpoint
from breakglass.aws.failures import translated
from breakglass.errors import CredentialsError
from breakglass.workers import WORKERS

KEPT = 64
"""Clients kept at most: each takes about 0.4 MB, and no more accounts than this are worked on at once."""


@dataclass(frozen=True, slots=True)
class RoleCredentials:
    """The temporary credentials of an assumed role; the secret parts do not show."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires: datetime


class Clients:
    """The clients of one session, which botocore does not let two threads use at once."""

    def __init__(self, session: Session, config: Callable[[str], Config] | None = None) -> None:
        self._session = session
        self._config = lru_cache(config or patient)
        self._lock = Lock()
        self._kept = lru_cache(maxsize=KEPT)(self._create)

    def get(self, service: str, region: str, credentials: RoleCredentials | None = None) -> BaseClient:
        """Return a client with the credentials of a role, or with the session's own.

        Raises CredentialsError for a configuration the SDK cannot use.
        """
        with self._lock:
            return self._kept(service, region, credentials)

    def _create(self, service: str, region: str, role: RoleCredentials | None) -> BaseClient:
        try:
            with translated(""):
                client = self._session.create_client(
                    service,
                    region_name=region,
                    aws_access_key_id=role.access_key if role else None,
                    aws_secret_access_key=role.secret_key if role else None,
                    aws_session_token=role.session_token if role else None,
                    config=self._config(service),
                )
                own_endpoint.heed(client)
                return client
        except ValueError as error:
            message = f"the AWS SDK cannot be set up for {service} in {region}"
            advice = "see AWS_ENDPOINT_URL, HTTPS_PROXY and ~/.aws/config"
            raise CredentialsError(message, subject=region, advice=advice) from error


def patient(service: str) -> Config:
    """Return how patiently a service is called: STS less, since the next region stands by."""
    long = service != "sts"
    return Config(
        retries={"mode": "adaptive", "total_max_attempts": 6 if long else 3},
        connect_timeout=5,
        read_timeout=30 if long else 10,
        max_pool_connections=WORKERS,
        user_agent_extra=f"breakglass/{_version()}",
    )


def impatient(_service: str) -> Config:
    """Return how a service is called where a person waits: once, and not for long; `deadline` bounds the whole call."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=2,
        read_timeout=3,
        user_agent_extra=f"breakglass/{_version()}",
    )


def anonymous(service: str) -> Config:
    """Return the same for calls without credentials."""
    return impatient(service).merge(Config(signature_version=UNSIGNED))


def _version() -> str:
    try:
        return version("breakglass")
    except PackageNotFoundError:
        return "unreleased"
