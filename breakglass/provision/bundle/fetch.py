"""Wheels from wherever pip takes packages from here: no index is named by us."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from packaging.utils import NormalizedName

from breakglass.errors import UsageError
from breakglass.legible import legible
from breakglass.provision.bundle.target import Target

_PATIENCE = 900
"""Seconds."""


def fetch(pins: Mapping[NormalizedName, str], target: Target, folder: Path) -> None:
    """Put the wheels of these versions for a target into a folder, with the pip of this interpreter.

    Raises UsageError where pip is absent, or does not bring them.
    https://pip.pypa.io/en/stable/cli/pip_download/
    """
    if not pins:
        return
    abis = [word for abi in (target.abi, "abi3", "none") for word in ("--abi", abi)]
    platforms = [word for platform in target.platforms for word in ("--platform", platform)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--only-binary=:all:", "--no-deps", "--dest", str(folder), "--implementation", "cp"]
    command += ["--python-version", target.python, *abis, *platforms]
    command += [f"{name}=={version}" for name, version in pins.items()]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _without("pip did not answer") from error
    if done.returncode:
        raise _without(_last_words(done.stderr))


def _last_words(said: str) -> str:
    """Return what pip says is wrong, which is in its last lines."""
    lines = [legible(line).strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["pip failed"])[-1][:500]


def _without(why: str) -> UsageError:
    return UsageError(
        f"the wheels could not be fetched: {why}",
        subject="pip",
        advice="see that pip reaches its index from here, or name a folder that has the wheels with --wheels",
    )
