"""Tests that run without the measure of coverage, which doubles the time they take.

They repeat at length what narrower tests reach line by line: whole stories, one deviation after the other. What is
counted without them is the less, never the more.
"""

import os
import warnings
from dataclasses import dataclass

import pytest
from coverage import Coverage
from coverage.exceptions import CoverageWarning

_INHERITED = "COVERAGE_PROCESS_CONFIG"
"""What has processes that are started measured as well."""


def is_uncounted(item: pytest.Item | None) -> bool:
    return item is not None and item.get_closest_marker("uncounted") is not None


@dataclass
class Measure:
    """The measure of coverage of this process, of its threads and of the processes it starts."""

    _resting: Coverage | None = None
    _inherited: str = ""

    def save(self) -> None:
        """Write down what was measured so far: a worker that takes too long to end is ended before it does."""
        running = Coverage.current()
        if running is not None:
            running.save()

    def rest(self) -> None:
        """Measure nothing from now on; what is not measured at all stays so."""
        running = Coverage.current()
        if running is not None:
            running.stop()
            self._resting, self._inherited = running, os.environ.pop(_INHERITED, "")

    def resume(self) -> None:
        """Go on, where it rests."""
        resting, self._resting = self._resting, None
        if resting is None:
            return
        if self._inherited:
            os.environ[_INHERITED] = self._inherited
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CoverageWarning)  # that what it goes on with is imported already
            resting.start()
