"""moto asks boto3 which regions a service has, and boto3 looks at the user's profile first. Seen in 5.2.5."""

import os

from moto.core.base_backend import AccountSpecificBackend

_HIDDEN = ("AWS_CONFIG_FILE", "AWS_DATA_PATH", "AWS_DEFAULT_PROFILE", "AWS_PROFILE")


def learn() -> None:
    """Let boto3 learn the regions, which it keeps, without the user's configuration."""
    hidden = {name: os.environ.pop(name) for name in _HIDDEN if name in os.environ}
    os.environ["AWS_CONFIG_FILE"] = os.devnull
    try:
        AccountSpecificBackend.get_session().get_available_partitions()
    finally:
        del os.environ["AWS_CONFIG_FILE"]
        os.environ.update(hidden)
