"""What asks a process to end is heard as Ctrl-C is, so that what was begun is taken back."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Final, NoReturn

_ASKED_TO_END: Final = (signal.SIGHUP, signal.SIGTERM)


@contextmanager
def as_ctrl_c() -> Iterator[None]:
    """Hear SIGHUP and SIGTERM as KeyboardInterrupt; only the main thread hears signals. What is ignored stays so."""
    if current_thread() is not main_thread():
        yield
        return
    heard = {each: signal.getsignal(each) for each in _ASKED_TO_END}
    try:
        for each, before in heard.items():
            if before is not signal.SIG_IGN:
                signal.signal(each, _interrupt)
        yield
    finally:
        for each, before in heard.items():
            signal.signal(each, before)


def _interrupt(number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt(signal.Signals(number).name)
