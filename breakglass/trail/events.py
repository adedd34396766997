"""CloudTrail records out of files as people have them, one at a time, in flat memory.

A log file as CloudTrail delivers it, compressed or not; JSON lines; what EventBridge hands on (the record under
`detail`), also by way of SNS or SQS; what CloudWatch Logs hands out or exports (the record as text under `message`);
what `aws cloudtrail lookup-events` prints (as text under `CloudTrailEvent`). What cannot be read, or is no record, is a
Problem among the events: a use may be hidden in it.
"""

import codecs
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BufferedReader
from typing import Final, TypeAlias

from breakglass.documents import Json
from breakglass.trail.values import LISTS, Problem, Rest, Value, Values

Event: TypeAlias = Mapping[str, Json]
_Found: TypeAlias = "Json | Problem"

_PIECE: Final = 1 << 14
_GZIP: Final = b"\x1f\x8b"
_SIGNS: Final = dict.fromkeys(("eventName", "eventSource")).keys()
"""Every record has both.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""
_HOLDERS: Final[Mapping[str, type]] = {
    **dict.fromkeys(LISTS, list),
    **dict.fromkeys(("detail", "Sns"), dict),
    **dict.fromkeys(("message", "CloudTrailEvent", "Message", "Body", "body"), str),
}
"""The keys under which envelopes hold what is in them, and its type; text is JSON.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""
_KEYS: Final = _HOLDERS.keys()


def read_events(stream: BufferedReader, name: str) -> Iterator[Event | Problem]:
    """Yield the records of a stream, and a Problem for whatever is none; `name` is what problems call the file.

    Nothing is raised for what the stream holds.
    """
    broken: list[str] = []
    for found in Values(_text(stream, broken), name):
        if isinstance(found, Problem):
            yield found
        elif isinstance(found, Rest):
            yield from _hidden(found)
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


def _hidden(rest: Rest) -> Iterator[Problem]:
    """Tell what stands behind the list of an envelope, and would be taken for nothing."""
    if isinstance(rest.json, dict) and (found := [*_signs(rest.json), *_holders(rest.json)]):
        yield Problem(rest.where, f"not a CloudTrail record: behind its list it has {' and '.join(found)}")


def _records(found: Value) -> Iterator[Event | Problem]:
    """Yield what is in a value, within however many envelopes."""
    waiting: list[_Found] = [found.json]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Problem):
            yield value
        elif not isinstance(value, dict):
            yield Problem(found.where, "a record is an object, and this is none")
        elif not _KEYS.isdisjoint(value) and (holders := _holders(value)):
            waiting.extend(reversed(_held(found.where, value, holders)))
        elif _SIGNS.isdisjoint(value):
            yield Problem(found.where, "not a CloudTrail record: it has neither eventName nor eventSource")
        else:
            yield value


def _held(where: str, value: dict[str, Json], holders: Sequence[str]) -> Sequence[_Found]:
    """Return what is in an envelope; nothing may be in two, nor in what is a record itself."""
    if len(found := [*_signs(value), *holders]) > 1:
        return [Problem(where, f"not a CloudTrail record: it has {' and '.join(found)}")]
    held = value[holders[0]]
    if isinstance(held, list):
        return held
    return [_parsed(where, held) if isinstance(held, str) else held]


def _signs(value: dict[str, Json]) -> list[str]:
    return [key for key in _SIGNS if key in value]


def _holders(value: dict[str, Json]) -> list[str]:
    return [key for key, kind in _HOLDERS.items() if isinstance(value.get(key), kind)]


def _parsed(where: str, text: str) -> _Found:
    try:
        parsed: Json = json.loads(text)
    except (ValueError, RecursionError):
        return Problem(where, "the message is not JSON")
    return parsed
