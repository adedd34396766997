"""A sandbox in the foreground of a process, and one that is left running behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Event
from typing import Protocol

from breakglass.errors import UnavailableError, UsageError
from breakglass.sandbox.state import State, folder, forget, is_alive, running, save

PROGRAM = (sys.executable, "-m", "breakglass", "sandbox", "up")
"""What runs a sandbox in the foreground; `-m MANIFEST --port N` and further options follow."""

_LOG = "sandbox.log"
_START, _STOP = 30.0, 10.0
"""Seconds to wait for the other process."""
_STEP = 0.02


class Serving(Protocol):
    """A sandbox that runs."""

    @property
    def url(self) -> str:
        """Where it answers."""
        ...

    def environment(self) -> dict[str, str]:
        """The variables that lead a client to it."""
        ...


def serve(sandbox: AbstractContextManager[Serving], ready: Callable[[State], None]) -> None:
    """Run a sandbox until this process is interrupted or told to end, and tell other shells of it meanwhile.

    `ready` is called once it answers. Raises UsageError where this user has one already; the main thread only.
    """
    _refuse_second()
    with _stopping() as stop, sandbox as serving:
        state = State(serving.url, os.getpid(), serving.environment())
        save(state)
        try:
            ready(state)
            stop.wait()
        finally:
            forget(state.pid)


def start(manifest: Path, port: int = 0, options: Sequence[str] = (), *, program: Sequence[str] = PROGRAM) -> State:
    """Leave a sandbox running behind, and return once it answers; `options` are further ones of the program.

    Raises UsageError where this user has one already, UnavailableError where it does not come up.
    """
    _refuse_second()
    command = (*program, "-m", str(manifest.absolute()), "--port", str(port), *options)
    log = folder() / _LOG
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        process = subprocess.Popen(  # noqa: S603 - this program itself
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        state = _awaited(process, log)
    except BaseException:
        process.kill()
        process.wait()
        forget(process.pid)
        raise
    process.returncode = 0  # it outlives this process: nobody here waits for it
    return state


def stop() -> State | None:
    """End this user's sandbox and return what it was; None where there is none.

    Raises UnavailableError where it does not end.
    """
    state = running()
    if state is None:
        return None
    os.kill(state.pid, signal.SIGTERM)
    for _ in _ticks(_STOP):
        if not is_alive(state.pid):
            forget(state.pid)
            return state
    raise UnavailableError(
        f"the sandbox in process {state.pid} does not end", subject=state.url, advice=f"kill -9 {state.pid}"
    )


def _refuse_second() -> None:
    state = running()
    if state is not None:
        raise UsageError(
            f"a sandbox already runs at {state.url} (process {state.pid})",
            subject=state.url,
            advice="use it, or stop it with: breakglass sandbox down",
        )


def _awaited(process: subprocess.Popen[bytes], log: Path) -> State:
    for _ in _ticks(_START):
        state = running()
        if state is not None and state.pid == process.pid:
            return state
        if process.poll() is not None:
            break
    raise UnavailableError(
        f"the sandbox did not come up: {log.read_text('utf-8', 'replace').strip()[-500:] or 'it said nothing'}",
        subject="sandbox",
        advice="start it in the foreground, without --detach, and look",
    )


def _ticks(seconds: float) -> Iterator[None]:
    """Yield now and then until the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(_STEP)


@contextmanager
def _stopping() -> Iterator[Event]:
    """Yield what is set when the process is asked to end, in place of what it would do then."""
    asked = Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, lambda *_: asked.set()) for each in signals]
    try:
        yield asked
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)
