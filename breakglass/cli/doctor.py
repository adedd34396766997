"""doctor."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import click

from breakglass import naming
from breakglass.assuming import Probe, Source
from breakglass.checks import Outcome
from breakglass.cli import options, wiring_access
from breakglass.cli.entering import resolving
from breakglass.errors import BreakglassError
from breakglass.manifest.model import Manifest
from breakglass.manifest.read import read_for_access
from breakglass.report.doctor import checks_document, checks_text
from breakglass.report.terminal import show, show_json
from breakglass.respond.shell.doctor import Circumstances, checks
from breakglass.respond.shell.environment import SESSION
from breakglass.respond.target import Target, resolve
from breakglass.workers import parallel

Found = TypeVar("Found")

_PATIENCE = 10
"""Seconds the aws CLI may take to tell its version."""


@click.command()
@options.manifest
@options.profile
@options.output
@click.argument("target", metavar="[ACCOUNT/PLAYBOOK]", required=False)
def doctor(path: Path, profile: str | None, form: str, target: str | None) -> int:
    """Show what would stop you right now, and the next command for each.

    STS is asked who you are, in every region of the manifest; no role is assumed.
    """
    found = checks(_look(path, profile, target))
    if form == options.JSON:
        show_json(checks_document(found))
    else:
        show(checks_text(found))
    return int(any(each.outcome is Outcome.PROBLEM for each in found))


def _look(path: Path, profile: str | None, named: str | None) -> Circumstances:
    manifest = _attempt(lambda: read_for_access(path))
    source, probes = _ask_aws(profile, _regions(manifest))
    return Circumstances(
        manifest=manifest,
        target=_target(manifest, named),
        source=source,
        probes=probes,
        session=os.environ.get(SESSION, ""),
        has_login_extra=find_spec("awscrt") is not None,
        aws_cli=_aws_cli(),
        endpoint=urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).netloc.rpartition("@")[2],
    )


def _attempt(look: Callable[[], Found]) -> Found | BreakglassError:
    try:
        return look()
    except BreakglassError as error:
        return error


def _target(manifest: Manifest | BreakglassError, named: str | None) -> Target | BreakglassError | None:
    if named is None or isinstance(manifest, BreakglassError):
        return None
    return _attempt(lambda: resolve(manifest, named))


def _regions(manifest: Manifest | BreakglassError) -> Sequence[str]:
    if isinstance(manifest, Manifest):
        return manifest.regions
    return [os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or naming.GLOBAL_REGIONS["aws"]]


def _ask_aws(profile: str | None, regions: Sequence[str]) -> tuple[Source | BreakglassError, Sequence[Probe]]:
    """Return whose credentials there are, and what each region says to them or to anyone, all asked at once."""
    with resolving():
        sts = wiring_access.sts(profile)
        source = _attempt(sts.source)
        return source, parallel(sts.reach if isinstance(source, BreakglassError) else sts.probe, regions)


def _aws_cli() -> str:
    """Return what the aws CLI on the path says of itself, in its first words."""
    program = shutil.which("aws")
    try:
        ran = subprocess.run(  # noqa: S603 - the one on the person's own path
            [program or "", "--version"], check=False, capture_output=True, text=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return next(iter((ran.stdout or ran.stderr).split()), "")
