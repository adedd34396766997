"""The sandbox's clock: real time, moved as a test or a drill needs it."""

from datetime import UTC, datetime, timedelta


class SandboxClock:
    """What the time is in the sandbox: it goes on ticking wherever it is set to."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the time, in UTC, to the second, as AWS writes expirations."""
        return (datetime.now(UTC) + self._ahead).replace(microsecond=0)

    def set(self, moment: datetime) -> None:
        """Make it `moment` now; `moment` has a time zone."""
        self._ahead = moment - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Move on by some seconds."""
        self._ahead += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Go back to real time."""
        self._ahead = timedelta()
