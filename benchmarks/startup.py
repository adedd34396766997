"""How long `breakglass --help` takes, against the import of click alone: python benchmarks/startup.py

Both run in turn as whole processes of this interpreter. The last line is the figures as JSON; the aim is a ratio
under 2.
"""

import json
import statistics
import subprocess
import sys
import time

RUNS = 15
HELP = (sys.executable, "-m", "breakglass", "--help")
CLICK = (sys.executable, "-c", "import click")


def seconds(command: tuple[str, ...]) -> float:
    """Return how long one run of a command takes."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    for command in (HELP, CLICK):
        seconds(command)
    pairs = [(seconds(HELP), seconds(CLICK)) for _ in range(RUNS)]
    ratio = statistics.median(help_ / click for help_, click in pairs)
    figures = {
        "help_seconds": round(statistics.median(help_ for help_, _ in pairs), 4),
        "click_seconds": round(statistics.median(click for _, click in pairs), 4),
        "ratio": round(ratio, 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
