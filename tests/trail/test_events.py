"""Records out of files as people have them; what cannot be read is told with its place, and stops nothing else."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from io import BufferedReader

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakglass.trail.events import Event, read_events
from breakglass.trail.values import Problem, Value, Values

ALL: list[Event] = [{"eventVersion": "1.11", "eventName": "X", "eventID": name} for name in ("one", "two", "three")]
ONE, TWO, THREE = ALL


def stream(content: bytes) -> BufferedReader:
    return BufferedReader(io.BytesIO(content))


def read(content: str | bytes) -> list[Event | Problem]:
    return list(read_events(stream(content.encode() if isinstance(content, str) else content), "f"))


def lines(*values: object) -> str:
    return "\n".join(json.dumps(value) for value in values)


def notification(message: object) -> dict[str, object]:
    """Return what SNS hands on: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html"""
    return {"Type": "Notification", "MessageId": "1", "Subject": "x", "Message": json.dumps(message), "Signature": "x"}


def bridged(record: Event) -> dict[str, object]:
    return {"detail-type": "AWS API Call via CloudTrail", "source": "aws.sts", "detail": record}


CONTAINERS = {
    "lines": lines(*ALL),
    "lines with an end": lines(*ALL) + "\n",
    "lines of Windows, with a mark": "\ufeff" + lines(*ALL).replace("\n", "\r\n"),
    "records over several lines": "\n".join(json.dumps(each, indent=2) for each in ALL),
    "records behind one another": "".join(json.dumps(each) for each in ALL),
    "an array": json.dumps(ALL),
    "a log file": json.dumps({"Records": ALL}),
    "a log file over several lines": json.dumps({"Records": ALL}, indent=4),
    "log files behind one another": json.dumps({"Records": [ONE]}) + json.dumps({"Records": [TWO, THREE]}),
    "log files with an empty one": lines({"Records": [ONE, TWO]}, {"Records": []}, {"Records": [THREE]}),
    "a log file with more in it": json.dumps({"Records": ALL, "more": {"a": [1]}}) + "\n",
    "a log file with more before": json.dumps({"more": 1, "Records": ALL}),
    "compressed": gzip.compress(json.dumps({"Records": ALL}).encode()),
    "compressed files behind one another": b"".join(gzip.compress(json.dumps({"Records": [x]}).encode()) for x in ALL),
    "events of EventBridge": lines(*map(bridged, ALL)),
    "what CloudWatch Logs hands out": json.dumps(
        {"events": [{"message": json.dumps(each)} for each in ALL], "searchedLogStreams": []}, indent=2
    ),
    "what CloudWatch Logs hands on": json.dumps(
        {"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "message": json.dumps(each)} for each in ALL]}
    ),
    "what CloudWatch Logs exports": "\n".join(f"2026-11-20T03:02:00.000Z {json.dumps(each)}" for each in ALL),
    "lines of messages": lines(*({"message": json.dumps(each)} for each in ALL)),
    "notifications of SNS": lines(*map(notification, ALL)),
    "notifications of events of EventBridge": lines(*(notification(bridged(each)) for each in ALL)),
    "a notification of a log file": json.dumps(notification({"Records": ALL})),
    "what SQS hands out": json.dumps({"Messages": [{"MessageId": "1", "Body": json.dumps(each)} for each in ALL]}),
    "what SQS hands out of SNS": json.dumps(
        {"Messages": [{"Body": json.dumps(notification(x))} for x in ALL]}, indent=1
    ),
    "events of Lambda from SNS": json.dumps(
        {"Records": [{"EventSource": "aws:sns", "Sns": notification(x)} for x in ALL]}
    ),
    "what lookup-events prints": json.dumps({"Events": [{"CloudTrailEvent": json.dumps(each)} for each in ALL]}),
}


@pytest.mark.parametrize("content", CONTAINERS.values(), ids=CONTAINERS)
def test_records_are_read_out_of(content: str | bytes) -> None:
    assert read(content) == ALL


@pytest.mark.parametrize("content", ["", "\n\n", '{"Records": []}', "[]"])
def test_nothing_is_nothing(content: str) -> None:
    assert read(content) == []


LOG = json.dumps({"Records": ALL})
BROKEN: dict[str, tuple[str | bytes, list[Event], list[str]]] = {
    "a line of prose": ("\n".join([lines(ONE), "hello", lines(TWO, THREE)]), ALL, ["f:2"]),
    "lines of prose": ("\n".join(["a", "b", lines(*ALL)]), ALL, ["f:1", "f:2"]),
    "a line that is cut": ("\n".join([lines(ONE), '{"eventID": {"a": 1', lines(TWO, THREE)]), ALL, ["f:2"]),
    "a line whose string is cut": ("\n".join([lines(ONE), '{"eventID": "tw', lines(TWO)]), [ONE, TWO], ["f:2"]),
    "a line that is no object": (lines(ONE, 5, "x", None, TWO), [ONE, TWO], ["f:2", "f:3", "f:4"]),
    "a line too deep": ("\n".join(['{"a":' + "[" * 100_000, lines(*ALL)]), ALL, ["f:1"]),
    "a number too long": ("\n".join(['{"a": ' + "9" * 5000 + "}", lines(*ALL)]), ALL, ["f:1"]),
    "the last line is cut": (lines(ONE, TWO) + '\n{"eventID": "thr', [ONE, TWO], ["f:3"]),
    "a closed list that was never open": (lines(ONE) + "\n]}\n" + lines(TWO), [ONE, TWO], ["f:2"]),
    "records that are none": (
        json.dumps({"Records": [ONE, None, 5, "x", [], TWO]}),
        [ONE, TWO],
        [f"f:1, record {number}" for number in (2, 3, 4, 5)],
    ),
    "a record that is damaged": (LOG.replace('"two"', "two"), [ONE, THREE], ["f:1, record 2"]),
    "a record that is damaged, over lines": (
        json.dumps({"Records": ALL}, indent=1).replace('"two"', "two"),
        [ONE, THREE],
        ["f:8, record 2"],
    ),
    "a log file that is cut in a record": (LOG[:-30], [ONE, TWO], ["f:1, record 3", "f:1, record 3"]),
    "a log file that is cut between records": (LOG[: LOG.index(', {"eventVersion"')], [ONE], ["f:1, record 1"]),
    "a log file whose object is not closed": (LOG[:-1], ALL, ["f:1"]),
    "a message that is no JSON": (lines({"message": "START"}, {"message": "5"}, ONE), [ONE], ["f:1", "f:2"]),
    "an event of EventBridge without a record": (lines({"detail-type": "x"}, ONE), [ONE], ["f:1"]),
    "what is no record": (lines({}, {"alarm": "x"}, {"eventname": "x"}, ONE), [ONE], ["f:1", "f:2", "f:3"]),
    "a notification of something else": (lines(notification({"AlarmName": "x"}), ONE), [ONE], ["f:1"]),
    "a message that is a list": (lines({"message": json.dumps([TWO])}, ONE), [ONE], ["f:1"]),
    "a message within messages": (
        lines({"Messages": [{"Body": "x"}, {"Body": "5"}]}),
        [],
        ["f:1, record 1", "f:1, record 2"],
    ),
    "an event of a queue, by Lambda": (
        lines({"Records": [{"eventSource": "aws:sqs", "body": "{}"}]}),
        [],
        ["f:1, record 1"],
    ),
    "a record around records": (lines({"eventName": "x", "Records": [ONE]}, TWO), [TWO], ["f:1"]),
    "a record around none": (lines({"eventSource": "x", "Records": []}, TWO), [TWO], ["f:1"]),
    "a record behind records": (lines({"Records": [ONE], "eventName": "x"}, TWO), [ONE, TWO], ["f:1"]),
    "records behind records": (lines({"Records": [ONE], "Events": [TWO]}, THREE), [ONE, THREE], ["f:1"]),
    "records beside records": (lines({"x": 1, "Records": [ONE], "Events": [TWO]}, THREE), [THREE], ["f:1"]),
    "a record around a message": (lines({**ONE, "message": json.dumps(TWO)}, THREE), [THREE], ["f:1"]),
    "a record around an event": (lines({**ONE, "detail": TWO}, THREE), [THREE], ["f:1"]),
    "envelopes within envelopes": ('{"detail": ' * 900 + json.dumps(ONE) + "}" * 900 + "\n" + lines(TWO), ALL[:2], []),
    "a compressed file that is cut": (gzip.compress(lines(*ALL).encode())[:-4], ALL, ["f"]),
    "a compressed file that is damaged": (b"\x1f\x8b\x08" + b"\xff" * 40, [], ["f"]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_told_and_stops_nothing_else(name: str) -> None:
    content, events, places = BROKEN[name]
    found = read(content)
    assert [each for each in found if not isinstance(each, Problem)] == events
    assert [each.where for each in found if isinstance(each, Problem)] == places
    assert all(each.why for each in found if isinstance(each, Problem))


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert read(b'{"eventName": "X", "a": "\xff"}') == [{"eventName": "X", "a": "\ufffd"}]


def test_values_longer_than_a_piece_are_read_whole() -> None:
    long = {"eventName": "X", "a": "é" * 300_000}
    assert read(lines(ONE, long, TWO)) == [ONE, long, TWO]
    assert read(json.dumps({"Records": [ONE, long], "more": "x" * 200_000}) + lines(TWO)) == [ONE, long, TWO]


def test_what_follows_the_records_may_be_long() -> None:
    assert read(json.dumps({"Records": [ONE], "more": "x" * 200_000}) + lines(TWO)) == [ONE, TWO]


def test_a_value_that_never_ends_is_a_problem_and_no_memory() -> None:
    content = '{"a": "' + "x" * (1 << 25) + lines(ONE)
    found = read(content)
    assert [type(each) for each in found] == [Problem, dict]


NESTED: dict[str, bytes] = {
    "lists in records": b'{"eventVersion":[' * 300 + b"0," * 200_000,
    "records in records": b'{"eventVersion":' * 5_000,
    "lines in lines": (b'{"a": "' + b"x" * 100 + b'", "b":\n') * 2_000,
}


@pytest.mark.parametrize("content", NESTED.values(), ids=NESTED)
def test_what_cannot_be_read_is_not_read_again_and_again(content: bytes) -> None:
    """Each problem stands for one more attempt: attempts that reach far are few."""
    found = read(content + b"\n" + lines(*[TWO] * 10_000, THREE).encode())
    assert found[-1] == THREE
    assert sum(isinstance(each, Problem) for each in found) < 50


AFTER: dict[str, tuple[bytes, int]] = {
    "blank lines in a damaged record": (b'{"Records": [x' + b"\n" * 1_000_000 + b"]}", 1),
    "lists with more behind them": (b'{"Records": [], "a": 1}\n' * 40_000, 0),
    "lists that are not closed": (b'{"Records": []x\n' * 20_000, 20_000),
    "damaged lines": (b"{x\n" * 20_000, 20_000),
}


@pytest.mark.parametrize(("content", "problems"), AFTER.values(), ids=AFTER)
def test_what_follows_a_long_value_costs_no_more_for_it(content: bytes, problems: int) -> None:
    """Were the whole buffer gone through for each of these, this would take hours."""
    long = {"eventName": "X", "a": "x" * (1 << 23)}
    found = read(lines(long).encode() + b"\n" + content + b"\n" + lines(TWO).encode())
    assert [found[0], found[-1]] == [long, TWO]
    assert len(found) == problems + 2


@given(
    values=st.lists(st.dictionaries(st.text(max_size=3), st.floats(allow_nan=False) | st.text(), max_size=3)),
    pieces=st.integers(1, 40),
)
def test_however_the_text_is_cut_the_same_is_read(values: list[dict[str, object]], pieces: int) -> None:
    for text in (json.dumps({"Records": values, "x": 1}), lines(*values)):
        cut = (text[start : start + pieces] for start in range(0, len(text), pieces))
        assert [each.json for each in Values(cut, "f") if isinstance(each, Value)] == values


def test_memory_does_not_grow_with_the_file() -> None:
    record = json.dumps({**ONE, "requestParameters": {"x": "y" * 900}}).encode()

    def records(number: int) -> Iterator[bytes]:
        yield b'{"Records": ['
        for _ in range(number):
            yield record + b","
        yield record + b"]}"

    peaks = []
    for number in (1_000, 20_000):
        tracemalloc.start()
        source = stream(gzip.compress(b"".join(records(number)), 1))
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        assert sum(1 for _ in read_events(source, "f")) == number + 1
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]
