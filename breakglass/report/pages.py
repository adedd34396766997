"""Pages that stand by themselves: one file each, without a script and without a request to anywhere."""

from collections.abc import Callable
from datetime import UTC, datetime

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


def when(time: datetime) -> str:
    """Return a time as it is printed: in UTC, to the minute."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def environment(package: str, shown: Callable[[object], object] | None = None) -> Environment:
    """Return what renders the templates of a package, all of which extend `page.html`: whatever is put in is escaped.

    `shown` makes of each value what is put in for it.
    """
    return Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("breakglass.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
