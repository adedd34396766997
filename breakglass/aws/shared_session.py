"""A session whose clients cost little: what is the same for every account is made a few times only.

To make a client takes botocore longer than to make a call: half of all the work, where that is a few calls in each of
thousands of accounts. Here clients with credentials of their own share what botocore has made for others of the same
service, region and configuration, and differ in what their requests are signed with.

They also share botocore's count of retries, and the pace it keeps where a service throttles. So that hardly anybody
waits for the throttling of another account there are some of each; which one an account gets follows from its key.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias
from zlib import crc32

from botocore.client import BaseClient
from botocore.credentials import Credentials
from botocore.handlers import json_decode_policies
from botocore.session import Session

SHARED = 16
"""Clients made at most for IAM, which everything is written through."""

SHARED_OTHERWISE = 4
"""Clients made at most for any other service in one region: a client of S3 takes a megabyte."""

_KEPT = 128
"""Clients kept at most, of all services and regions: more than these come to in thousands of accounts."""

_KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")


_Context: TypeAlias = dict[str, dict[str, object]]


class SharedSession(Session):
    """A session of botocore; like it, it lets no two threads make clients at once."""

    def __init__(self, profile: str | None = None) -> None:
        super().__init__(profile=profile)
        # Whoever reads policies decodes them, and most are the same in many accounts; here each would be decoded.
        self.unregister("after-call.iam", json_decode_policies)  # type: ignore[arg-type]  # the stubs know one shape
        self._shared = lru_cache(maxsize=_KEPT)(self._made)

    def create_client(self, service_name: str, **named: object) -> BaseClient:  # type: ignore[override]
        """Return a client as botocore does; one with temporary credentials of its own shares what others have."""
        keys = tuple(str(named[name]) for name in _KEYS if named.get(name) is not None)
        if len(keys) < len(_KEYS):
            return self._plain(service_name, **named)
        mine = Credentials(*keys)
        others = {name: value for name, value in named.items() if name not in _KEYS}
        shares = SHARED if service_name == "iam" else SHARED_OTHERWISE
        return _acting(self._shared(crc32(mine.access_key.encode()) % shares, service_name, **others), mine)

    def _made(self, _number: int, service: str, **named: object) -> BaseClient:
        made = self._plain(service, **named, **dict.fromkeys(_KEYS, "shared"))
        made.__class__ = type(type(made).__name__, (_Acting, type(made)), {})
        return made

    @property
    def _plain(self) -> Callable[..., BaseClient]:
        return super().create_client


class _Acting(BaseClient):
    """What a client does otherwise so that others can be made of it."""

    _acts_with: Credentials | None = None
    """Nobody's in the client all others are made of: botocore itself asks through it where a bucket is.

    That is told also to who may not have it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    """

    def _make_request(self, operation_model: object, request_dict: object, request_context: _Context) -> object:
        """Sign with credentials of its own: botocore itself has requests signed so that S3 lends credentials for."""
        if self._acts_with is not None:
            signing = {**request_context.get("signing", {}), "request_credentials": self._acts_with}
            request_context["signing"] = signing
        return super()._make_request(operation_model, request_dict, request_context)  # type: ignore[misc]


def _acting(client: BaseClient, credentials: Credentials) -> BaseClient:
    """Return the same client for other credentials."""
    found = object.__new__(type(client))
    vars(found).update(vars(client), _acts_with=credentials)
    return found
