"""The options commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

JSON = "json"


def manifest(command: Command) -> Command:
    """Add -m: the manifest's file."""
    return click.option(
        "-m",
        "--manifest",
        "path",
        type=click.Path(path_type=Path),
        default=Path("breakglass.yaml"),
        show_default=True,
        help="The manifest.",
    )(command)


def profile(command: Command) -> Command:
    """Add --profile: whose credentials to start from."""
    return click.option("--profile", help="A profile of the AWS configuration, instead of the default credentials.")(
        command
    )


def output(command: Command) -> Command:
    """Add --format: for people, or one JSON document on stdout."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", JSON]),
        default="text",
        show_default=True,
        help="Text for people, or one JSON document.",
    )(command)
