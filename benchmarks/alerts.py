"""How fast the whole alert catalogue goes over CloudTrail events: python benchmarks/alerts.py

100,000 events, one in a hundred of which fires something, the rest ordinary calls; on one core. `events_per_second`
is the matching alone, over events that are parsed already; `events_per_second_with_parsing` is from the lines of a
file, and `ratio_to_parsing` how much longer that takes than a bare json.loads of the same lines. The last line is the
figures as JSON; the aim is 50,000 events per second for the matching.
"""

import io
import json
import time
from collections import deque
from collections.abc import Callable

from breakglass.trail.catalogue import catalogue
from breakglass.trail.events import read_events
from breakglass.trail.matcher import matcher
from breakglass.trail.pattern import parse
from breakglass.trail.scan import scan
from tests.trail.events import Record, admin, assumed, call, session, user
from tests.trail.shapes import SHAPES

EVENTS = 100_000
RUNS = 3

ORDINARY: tuple[Record, ...] = (
    call("ec2", "DescribeInstances", admin(), {"instancesSet": {}, "filterSet": {}}),
    call("s3", "PutBucketTagging", admin(), {"bucketName": "reports"}),
    call("sts", "AssumeRole", admin(), {"roleArn": "arn:aws:iam::222222222222:role/app", "roleSessionName": "app"}),
    assumed({"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}, "arn:aws:iam::222222222222:role/app"),
    call("kms", "Decrypt", session("app", "i-0123456789abcdef0"), {"keyId": "x", "encryptionAlgorithm": "SYMMETRIC"}),
    call("logs", "CreateLogStream", session("app", "app"), {"logGroupName": "/aws/lambda/app", "logStreamName": "x"}),
    call("iam", "GetRole", admin(), {"roleName": "app"}),
    call("monitoring", "PutMetricAlarm", session("app", "app"), {"alarmName": "TargetTracking-app"}),
    call("dynamodb", "DescribeTable", user("ben", "/"), {"tableName": "orders"}),
    call("signin", "ConsoleLogin", admin(), None),
)


def events() -> list[Record]:
    """Return as many events, in a fixed order: every hundredth one that fires something."""
    uses = [shape.record for shape in SHAPES.values() if shape.fires]
    return [
        uses[number // 100 % len(uses)] if number % 100 == 0 else ORDINARY[number % len(ORDINARY)]
        for number in range(EVENTS)
    ]


def best(work: Callable[[], object]) -> float:
    """Return the least seconds of some runs: what is above it is other people's."""
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def main() -> None:
    """Measure and print."""
    alerts = catalogue()
    match = matcher({name: parse(alert.pattern) for name, alert in alerts.items()})
    lines = [json.dumps(event).encode() for event in events()]
    parsed = [json.loads(line) for line in lines]
    content = b"\n".join(lines)
    fired = sum(bool(match(event)) for event in parsed)
    if fired != EVENTS // 100:
        raise SystemExit(f"{fired} events fire alerts, not {EVENTS // 100}")
    matching = best(lambda: deque(map(match, parsed), maxlen=0))
    texts = [line.decode() for line in lines]
    parsing = best(lambda: deque(map(json.loads, texts), maxlen=0))
    whole = best(lambda: scan(read_events(io.BufferedReader(io.BytesIO(content)), "events"), alerts))
    figures = {
        "events": EVENTS,
        "bytes": len(content),
        "events_per_second": round(EVENTS / matching),
        "events_per_second_with_parsing": round(EVENTS / whole),
        "ratio_to_parsing": round(whole / parsing, 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
