"""How far the canary was followed, for people and for machines."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.report.columns import aligned
from breakglass.trail.delivery import Channel, Delivery, Outcome, Stage

SCHEMA = "breakglass/canary"

_SILENCE = "; until the alarm is over, in about five minutes, the net tells of no further one"
_HEADING = ("channel", "stage", "region", "seconds", "outcome")
_STYLES = {
    Outcome.OK: "green",
    Outcome.BROKEN: "bold red",
    Outcome.SILENT: "bold yellow",
    Outcome.NOT_REACHED: "dim",
}


def delivery_text(delivery: Delivery) -> Iterator[Text]:
    """Yield a line for each stage, what to look at where one is not in order, and one closing line."""
    heading, *rows = aligned([_HEADING, *map(_row, delivery.stages)])
    yield Text("".join(heading), style="bold")
    for row, stage in zip(rows, delivery.stages, strict=True):
        yield Text("".join(row[:-1])).append(row[-1], style=_STYLES[stage.outcome])
    for stage in delivery.stages:
        if stage.detail:
            yield Text(f"{_called(stage)}: ", style="bold").append(stage.detail, style="not bold")
            yield Text(f"  → {stage.advice}", no_wrap=True)
    yield _closing(delivery)


def delivery_document(delivery: Delivery, manifest: str) -> Json:
    """Return the stages as a JSON document."""
    return {
        "schema": SCHEMA,
        "version": 1,
        "manifest": manifest,
        "denied": delivery.denied,
        "proved": delivery.exit_code == 0,
        "sessions": list(delivery.sessions),
        "stages": [
            {
                "channel": each.point.channel.value,
                "stage": each.point.stage,
                "region": each.point.region or None,
                "outcome": each.outcome.value,
                "seconds": None if each.seconds is None else round(each.seconds, 1),
                "detail": each.detail,
                "advice": each.advice,
            }
            for each in delivery.stages
        ],
    }


def _row(stage: Stage) -> tuple[str, ...]:
    seconds = "" if stage.seconds is None else f"{stage.seconds:.1f}"
    return (stage.point.channel.value, stage.point.stage, stage.point.region, seconds, stage.outcome.value)


def _called(stage: Stage) -> str:
    channel = "" if stage.point.channel is Channel.BOTH else f"{stage.point.channel.value} channel, "
    return f"{channel}{stage.point.stage}" + (f" of {stage.point.region}" if stage.point.region else "")


def _closing(delivery: Delivery) -> Text:
    if delivery.exit_code == 0:
        proved = "a denied attempt is told by the net" if delivery.denied else "a use is told on both channels"
        return Text(f"proved: {proved}", style="bold green").append(_SILENCE, style="not bold")
    missing = [each for each in delivery.stages if each.outcome is not Outcome.OK and each.detail]
    return Text(f"not proved: {_enumerated(missing)}", style="bold red")


def _enumerated(stages: Sequence[Stage]) -> str:
    return "; ".join(f"{_called(each)}, {each.outcome.value}" for each in stages)
