"""Knows every secret the suite makes, and where a test let one out.

What is written down is searched when the test is over: what was printed, logged, handed to a program as an argument,
or put into a file. Envelopes are where secrets belong, and the cache of `aws login` is AWS's own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess, Popen
from typing import Any

import pytest

from breakglass.sandbox.sessions import Session, Sessions
from breakglass.secret import Secret

SHORTEST = 16
"""Characters: a code of six digits is spent when it has been used, and the same digits may stand anywhere."""

LARGEST = 1_000_000
"""Bytes: what is larger a test has made, to be read."""

ENVELOPE = re.compile(r"-break-glass-\d{8}T\d{6}Z-[\w-]+\.html$|/login/cache/[^/]+$")
_SEALED = re.compile(rb'id="(?:password|seed)"[^>]*>(.*?)</(?:code|output|p|span|div|strong|pre)>', re.DOTALL)
_TAG = re.compile(rb"<[^>]*>|\s")


class Leaks(logging.Handler):
    """Hears what is made and what is let out."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[bytes] = set()
        self.printed: list[tuple[str, bytes]] = []
        self.told: list[tuple[str, bytes]] = []

    def learn(self, *secrets: str) -> None:
        self.secrets.update(each.encode() for each in secrets if len(each) >= SHORTEST)

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append((f"log {record.name}", self.format(record).encode()))

    def hear_output(self, what: str, *outputs: str | bytes | None) -> None:
        self.printed += [(what, each.encode() if isinstance(each, str) else each) for each in outputs if each]

    def hear_arguments(self, arguments: object) -> None:
        words = [arguments] if isinstance(arguments, str | bytes) else arguments
        assert isinstance(words, Iterable)
        self.told.append(("argument list", b"\0".join(str(each).encode() for each in words)))

    def found(self, folder: Path | None, *, may_print: bool) -> list[str]:
        """Return where secrets are that must be nowhere, and forget what was let out."""
        files = list(_files(folder)) if folder else []
        for path, content in files:
            if ENVELOPE.search(str(path)):
                self.learn(*(_TAG.sub(b"", each).decode() for each in _SEALED.findall(content)))
        places = [(str(path), content) for path, content in files if not ENVELOPE.search(str(path))]
        places += self.told + ([] if may_print else self.printed)
        self.told, self.printed = [], []
        return sorted({where for where, content in places if self._is_in(content)})

    def is_secret(self, text: str) -> bool:
        """Tell whether a text has a secret in it."""
        return self._is_in(text.encode())

    def _is_in(self, content: bytes) -> bool:
        return any(each in content for each in self.secrets)


def _files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < LARGEST:
            try:
                yield path, path.read_bytes()
            except OSError:  # made unreadable by a test
                continue


@contextmanager
def listening(leaks: Leaks) -> Iterator[Leaks]:
    """Hear everything from now on."""
    with pytest.MonkeyPatch.context() as patch:
        _hear_what_is_made(patch, leaks)
        _hear_what_is_let_out(patch, leaks)
        logging.getLogger().addHandler(leaks)
        yield leaks
        logging.getLogger().removeHandler(leaks)


def _hear_what_is_made(patch: pytest.MonkeyPatch, leaks: Leaks) -> None:
    make, add = Secret.__init__, Sessions.add

    def made(secret: Secret, text: str) -> None:
        make(secret, text)
        leaks.learn(text)

    def added(sessions: Sessions, session: Session) -> None:
        add(sessions, session)
        leaks.learn(session.secret, session.token)

    patch.setattr(Secret, "__init__", made)
    patch.setattr(Sessions, "add", added)


def _hear_what_is_let_out(patch: pytest.MonkeyPatch, leaks: Leaks) -> None:
    import subprocess  # noqa: PLC0415 - its own name, which is patched

    start, run, read = Popen.__init__, subprocess.run, pytest.CaptureFixture.readouterr

    def started(process: Popen[Any], args: Sequence[str], *rest: Any, **more: Any) -> None:  # noqa: ANN401 - as it is
        leaks.hear_arguments(args)
        start(process, args, *rest, **more)

    def ran(*args: Any, **more: Any) -> CompletedProcess[Any]:  # noqa: ANN401 - as it is
        done = run(*args, **more)
        leaks.hear_output("output of a program", done.stdout, done.stderr)
        return done

    def captured(fixture: pytest.CaptureFixture[Any]) -> Any:  # noqa: ANN401 - as it is
        result = read(fixture)
        leaks.hear_output("output", result.out, result.err)
        return result

    patch.setattr(Popen, "__init__", started)
    patch.setattr(subprocess, "run", ran)
    patch.setattr(pytest.CaptureFixture, "readouterr", captured)
