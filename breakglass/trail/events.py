"""CloudTrail records out of files as people have them, one at a time, in flat memory.

A log file as CloudTrail delivers it, compressed or not; JSON lines; what EventBridge hands on (the record under
`detail`); what CloudWatch Logs hands out or exports (the record as text under `message`); what `aws cloudtrail
lookup-events` prints (as text under `CloudTrailEvent`). What cannot be read is a Problem among the events.
"""

import codecs
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from io import BufferedReader
from typing import Final, TypeAlias

from breakglass.documents import Json
from breakglass.trail.values import Problem, Value, Values

Event: TypeAlias = Mapping[str, Json]

_PIECE: Final = 1 << 14
_GZIP: Final = b"\x1f\x8b"
_LISTS: Final = ("Records", "Events", "events", "logEvents")
_TEXTS: Final = ("message", "CloudTrailEvent")


def read_events(stream: BufferedReader, name: str) -> Iterator[Event | Problem]:
    """Yield the records of a stream, and a Problem for whatever is none; `name` is what problems call the file.

    Nothing is raised for what the stream holds.
    """
    broken: list[str] = []
    for found in Values(_text(stream, broken), name):
        if isinstance(found, Problem):
            yield found
        else:
            yield from _records(found)
    yield from (Problem(name, why) for why in broken)


def _text(stream: BufferedReader, broken: list[str]) -> Iterator[str]:
    """Yield the text; whatever is wrong with the file itself ends it, and is told in `broken`."""
    decode = codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode
    try:
        plain = gzip.GzipFile(fileobj=stream) if stream.peek(2).startswith(_GZIP) else stream
        while piece := plain.read1(_PIECE):
            yield decode(piece)
        yield decode(b"", final=True)
    except (OSError, EOFError, zlib.error) as error:
        broken.append(f"the file cannot be read to its end: {error}")


def _records(found: Value) -> Iterator[Event | Problem]:
    value = found.json
    if not isinstance(value, dict):
        yield Problem(found.where, "a record is an object, and this is none")
        return
    inner = _inner(value)
    if inner is value:
        yield value
    elif isinstance(inner, list):
        for each in inner:
            yield from _records(Value(found.where, each))
    elif isinstance(inner, str):
        yield from _parsed(found.where, inner)
    else:
        yield from _records(Value(found.where, inner))


def _inner(value: dict[str, Json]) -> Json:
    """Return what an envelope holds, or the record itself."""
    if "eventName" in value:
        return value
    if "detail-type" in value:
        return value.get("detail")
    wrapped = (value[key] for key in _LISTS if isinstance(value.get(key), list))
    texts = (value[key] for key in _TEXTS if isinstance(value.get(key), str))
    return next(wrapped, next(texts, value))


def _parsed(where: str, text: str) -> Iterator[Event | Problem]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        yield Problem(where, "the message is not JSON")
        return
    if isinstance(value, dict):
        yield value
    else:
        yield Problem(where, "the message is not a record")
