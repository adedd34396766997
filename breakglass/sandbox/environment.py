"""The environment in which AWS's own tools, and this one, reach a sandbox and nothing else.

https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
"""

import os
from collections.abc import Mapping
from pathlib import Path

from breakglass.sandbox.sessions import Entered

UNSET = (
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_ENDPOINT_URL_ACCOUNT",
    "AWS_ENDPOINT_URL_CLOUDTRAIL",
    "AWS_ENDPOINT_URL_CLOUDWATCH",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL_EVENTBRIDGE",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_KMS",
    "AWS_ENDPOINT_URL_ORGANIZATIONS",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_SNS",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_ENDPOINT_URL_STS",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
"""What must not be set: each would lead to other credentials or to another endpoint. An empty value is not enough."""


def environment(url: str, region: str, access_key: str, secret: str) -> dict[str, str]:
    """Return the variables to set, for a client with this long-term key."""
    return {
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": region,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


_KEY = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")

UNSET_BESIDE_A_PROFILE = (*(name for name in UNSET if name != "AWS_PROFILE"), *_KEY)
"""What must not be set where a profile says whose credentials are used."""


def of_person(base: Mapping[str, str], entered: Entered) -> dict[str, str]:
    """Return the variables of a sandbox, for a client with the credentials of somebody who signed in."""
    keys = dict(zip(_KEY, (entered.access_key, entered.secret), strict=True))
    return {**base, **keys, **_region(entered), "AWS_SESSION_TOKEN": entered.token}


def of_profile(base: Mapping[str, str], entered: Entered, profile: str, config: Path, cache: Path) -> dict[str, str]:
    """Return the variables of a sandbox, for a client with the profile of somebody who used `aws login`."""
    files = {"AWS_CONFIG_FILE": str(config), "AWS_LOGIN_CACHE_DIRECTORY": str(cache)}
    others = {name: value for name, value in base.items() if name not in _KEY}
    return {**others, **files, **_region(entered), "AWS_PROFILE": profile}


def _region(entered: Entered) -> dict[str, str]:
    return {"AWS_DEFAULT_REGION": entered.region, "AWS_REGION": entered.region}


def merged(base: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return `base` with the variables set and nothing of it in their way: the environment of a child process."""
    return {name: value for name, value in base.items() if name not in UNSET} | dict(variables)
