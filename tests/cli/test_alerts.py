"""alerts list and test: from records to names, with one exit code."""

import json
from pathlib import Path

import pytest

from breakglass.cli import wiring
from breakglass.cli.main import run
from breakglass.trail.catalogue import catalogue
from breakglass.trail.samples import SAMPLES
from tests.conftest import ACME
from tests.trail.events import PROD, Record, admin, assumed, call, foreign, session, user
from tests.trail.judge import ALERTS, Judge
from tests.trail.shapes import ORDINARY, SHAPES


def numbered(record: Record, number: int) -> Record:
    return {**record, "eventID": f"event-{number}"}


def saved(folder: Path, *records: object) -> str:
    path = folder / "events.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in records), "utf-8")
    return str(path)


USES = {
    17: (assumed(user()), ["RoleAssumed", "UserActivity"]),
    5_000: (assumed(foreign(), recipientAccountId=PROD), ["RoleAssumed"]),
    9_999: (call("ec2", "DescribeInstances", session()), ["RoleActivity"]),
}


@pytest.mark.parametrize("container", ["lines", "log file"])
def test_three_uses_among_ten_thousand_ordinary_events_are_named_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], container: str
) -> None:
    ordinary = [shape.record for shape in ORDINARY.values()]
    records = [numbered(ordinary[number % len(ordinary)], number) for number in range(10_000)]
    for number, (use, _) in USES.items():
        records.insert(number, numbered(use, 10_000 + number))
    path = saved(tmp_path, *(records if container == "lines" else [{"Records": records}]))
    assert run(["alerts", "test", path, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"event": f"event-{10_000 + number}", "alerts": alerts} for number, (_, alerts) in USES.items()
    ]


def test_text_says_when_who_and_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["alerts", "test", saved(tmp_path, assumed(user()), call("s3", "ListBuckets", admin()))]) == 0
    line, last = capsys.readouterr().out.splitlines()
    for told in ("2026-11-20T03:02:00Z", "111111111111", "RoleAssumed, UserActivity", "ana-break-glass", "AssumeRole"):
        assert told in line
    assert last == "1 of 2 events fire alerts"


def test_standard_input_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path(saved(tmp_path, {"Records": [assumed(user())]})).open("r", encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert run(["alerts", "test", "-", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_what_cannot_be_read_makes_the_exit_code_one_and_hides_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, *range(30), numbered(assumed(user()), 1))
    assert run(["alerts", "test", path, "--format", "json"]) == 1
    captured = capsys.readouterr()
    assert [each["event"] for each in json.loads(captured.out)] == ["event-1"]
    assert f"{path}:1: " in captured.err
    assert "and 10 more" in captured.err


@pytest.mark.parametrize("content", [{"alarm": "x"}, {"eventName": "x", "Records": [assumed(user())]}])
def test_what_was_not_understood_is_not_said_to_fire_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: object
) -> None:
    path = saved(tmp_path, content)
    assert run(["alerts", "test", path]) == 1
    captured = capsys.readouterr()
    assert captured.out == "0 of 0 events fire alerts\n"
    assert f"{path}:1: not a CloudTrail record" in captured.err


@pytest.mark.parametrize("value", [None, [], {}, 7, "x" * 100_000])
def test_fields_of_whatever_kind_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str], value: object) -> None:
    fields = ("eventID", "eventTime", "recipientAccountId", "userIdentity")
    records = [{**assumed(foreign()), field: value} for field in fields]
    assert run(["alerts", "test", saved(tmp_path, *records)]) == 0
    out = capsys.readouterr().out
    assert out.count("RoleAssumed") == len(records)
    assert len(out) < 3_000
    assert run(["alerts", "test", saved(tmp_path, *records), "--format", "json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert first["event"] == (value if isinstance(value, str) else None)


@pytest.mark.parametrize("arguments", [["test"], ["test", "nowhere.json"], ["test", "."], ["frob"]])
def test_a_file_that_is_not_there_is_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["alerts", *arguments]) == 2
    assert capsys.readouterr().out == ""


def test_the_log_group_of_the_trail_may_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path, call("logs", "DeleteLogGroup", admin(), {"logGroupName": "audit"}))
    for more, fired in (([], 0), (["--log-group", "audit"], 1)):
        assert run(["alerts", "test", path, "--format", "json", *more]) == 0
        assert len(json.loads(capsys.readouterr().out)) == fired


def test_the_list_has_every_alert_with_all_there_is_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["alerts", "list", "--format", "json"]) == 0
    rows = {row["alert"]: row for row in json.loads(capsys.readouterr().out)}
    assert list(rows) == list(catalogue())
    for name, alert in catalogue().items():
        assert rows[name]["pattern"] == alert.pattern
        assert rows[name]["query"] == alert.query
        assert rows[name]["alarm"] == f"BreakGlass-{name}"
    assert run(["alerts", "list"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert len(out) == len(rows)
    assert [line.split()[0] for line in out] == list(rows)
    assert sum("pages" in line for line in out) == sum(row["pages"] for row in rows.values())


def test_every_shape_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = [numbered(shape.record, number) for number, shape in enumerate(SHAPES.values())]
    assert run(["alerts", "test", saved(tmp_path, *records), "--format", "json"]) == 0
    firing = {f"event-{n}": shape.fires.split() for n, shape in enumerate(SHAPES.values()) if shape.fires}
    assert {row["event"]: row["alerts"] for row in json.loads(capsys.readouterr().out)} == firing


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    judge = Judge()
    monkeypatch.setattr(wiring, "filter_test", lambda _manifest, _profile: judge)
    return judge


LIVE = ["alerts", "test", "--live", "-m", str(ACME)]


@pytest.mark.usefixtures("judge")
def test_live_tells_where_aws_matches_as_we_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(LIVE) == 0
    told = f"0 differences between CloudWatch Logs and us: {len(ALERTS)} patterns, {len(SAMPLES)} events\n"
    assert capsys.readouterr().out == told


def test_live_tells_each_difference_by_alert_and_event(judge: Judge, capsys: pytest.CaptureFixture[str]) -> None:
    for sample, aws, said in (("assumed-by-api", False, "here, not in AWS"), ("key-made", True, "in AWS, not here")):
        judge.odd = (ALERTS["RoleAssumed"].pattern, sample)
        assert run(LIVE) == 1
        first, last = capsys.readouterr().out.splitlines()
        assert first.split() == ["RoleAssumed", sample, "matches", *said.split()]
        assert last.startswith("1 difference between")
        assert run([*LIVE, "--format", "json"]) == 1
        told = {"alert": "RoleAssumed", "event": sample, "aws": aws, "ours": not aws}
        assert json.loads(capsys.readouterr().out) == [told]


@pytest.mark.parametrize("arguments", [(), ("--live", "-")])
def test_a_file_or_live_and_not_both(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["alerts", "test", *arguments]) == 2
    assert "--live" in capsys.readouterr().err
