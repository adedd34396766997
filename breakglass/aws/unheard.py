"""What libraries log in detail is left out while secrets are in requests and answers: botocore logs both, whole."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_FAMILIES: Final = ("boto3", "botocore", "urllib3")


@contextmanager
def unheard() -> Iterator[None]:
    """Let the libraries that talk to AWS log no details, whatever level somebody has set for one of their loggers."""
    before = {each: each.level for each in _loggers()}
    try:
        for each, level in before.items():
            if level or each.name in _FAMILIES:
                each.setLevel(max(level, logging.INFO))
        yield
    finally:
        for each, level in before.items():
            each.setLevel(level)


def _loggers() -> Iterator[logging.Logger]:
    names = {*_FAMILIES, *(name for name in logging.root.manager.loggerDict if name.split(".")[0] in _FAMILIES)}
    yield from map(logging.getLogger, sorted(names))
