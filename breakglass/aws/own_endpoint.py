"""AWS Sign-In at an endpoint of one's own: the SDK's rules for its control plane pass over it. Seen in botocore 1.44.5.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

from collections.abc import Mapping, MutableMapping
from typing import Final
from urllib.parse import urlsplit

from botocore.client import BaseClient

_KEY: Final = "breakglass_own_endpoint"


def heed(client: BaseClient) -> None:
    """Let a client go to the endpoint it was told to, if it was; those of other services do already.

    Clients of many accounts share their events, so that once is enough.
    """
    client.meta.events.register("before-endpoint-resolution.signin", _learn, unique_id=f"{_KEY}-learn")
    client.meta.events.register("before-call.signin", _lead, unique_id=f"{_KEY}-lead")


def _learn(builtins: Mapping[str, object], context: MutableMapping[str, object], **_: object) -> None:
    context[_KEY] = builtins.get("SDK::Endpoint")


def _lead(params: MutableMapping[str, object], context: Mapping[str, object], **_: object) -> None:
    own = context.get(_KEY)
    if own:
        told = urlsplit(str(own))
        params["url"] = urlsplit(str(params["url"]))._replace(scheme=told.scheme, netloc=told.netloc).geturl()
