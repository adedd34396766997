"""The file that tells other shells where this user's sandbox is.

It holds credentials of the sandbox: its owner alone may read it, in a directory of the owner's. A user has one such
sandbox at a time.
"""

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from breakglass.errors import RefusedError, UsageError

SERVER_NAME = "breakglass-sandbox"
"""What a sandbox calls itself in every answer."""

_FILE = "sandbox.json"
_PATIENCE = 2.0
"""Seconds to wait for an answer on the loopback interface."""


@dataclass(frozen=True, slots=True)
class State:
    """A sandbox that answers: where, in which process, and the variables that lead a client to it."""

    url: str
    pid: int
    environment: Mapping[str, str] = field(repr=False)


def folder() -> Path:
    """Return the directory of this user's sandbox, made if need be.

    Raises RefusedError where another user could read or replace what is in it, UsageError where it cannot be made.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    temporary = Path(tempfile.gettempdir()) / f"breakglass-{os.getuid()}"
    place = Path(runtime) / "breakglass" if runtime else temporary
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        facts = place.lstat()
    except OSError as error:
        raise UsageError(
            f"{place} cannot be used: {error}", subject=str(place), advice="set XDG_RUNTIME_DIR to a directory of yours"
        ) from error
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid() or stat.S_IMODE(facts.st_mode) & 0o077:
        raise RefusedError(
            f"{place} is not a directory that is yours alone",
            subject=str(place),
            advice="look who made it, remove it, and try again",
        )
    return place


def save(state: State) -> None:
    """Tell other shells of a sandbox."""
    write(folder() / _FILE, json.dumps(asdict(state)))


def write(path: Path, text: str) -> None:
    """Write a file that its owner alone reads (0600), over one that is there; no reader ever sees half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def forget(pid: int) -> None:
    """Take back what was told of the sandbox in a process; what another one told stays."""
    known = _load()
    if known is not None and known.pid == pid:
        (folder() / _FILE).unlink(missing_ok=True)


def running() -> State | None:
    """Return this user's sandbox if it answers; what is left of a dead one is removed."""
    state = _load()
    if state is None:
        return None
    if is_alive(state.pid) and _answers(state.url):
        return state
    forget(state.pid)
    return None


def is_alive(pid: int) -> bool:
    """Tell whether a process of this user runs; a child that has ended is reaped."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _load() -> State | None:
    try:
        told = json.loads((folder() / _FILE).read_text("utf-8"))
        return State(str(told["url"]), int(told["pid"]), {str(k): str(v) for k, v in told["environment"].items()})
    except (FileNotFoundError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _answers(url: str) -> bool:
    try:
        with closing(HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE)) as connection:
            connection.request("GET", "/")
            return (connection.getresponse().getheader("Server") or "").startswith(SERVER_NAME)
    except (OSError, ValueError, HTTPException):
        return False
