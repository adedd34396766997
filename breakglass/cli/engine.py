"""simulate."""

from typing import TextIO

import click

from breakglass.errors import UsageError
from breakglass.iam import scenarios
from breakglass.report.terminal import show_json


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
def simulate(file: TextIO) -> int:
    """Decide requests as IAM would, from policy documents alone.

    FILE holds scenarios, a JSON array or one JSON object a line; - reads standard input. Exit 1 if a scenario
    is not well-formed; the others are decided all the same.
    """
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise UsageError("the scenarios are not UTF-8", subject=file.name, advice="save the file as UTF-8") from error
    results = scenarios.simulate(scenarios.load(text))
    show_json(results)
    return int(any("error" in each for each in results))
