"""The embedded sandbox: an organization that answers as AWS does, on this machine and nowhere else.

It needs the extra `sandbox`; importing this package does not, and says what is missing before anything else does.
"""

from importlib.util import find_spec

from breakglass.errors import MissingExtraError

_NEEDED = ("moto", "werkzeug")


def require_extra() -> None:
    """Raise MissingExtraError where the extra `sandbox` is not installed."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            "the sandbox needs the extra `sandbox`, which this installation lacks",
            subject="sandbox",
            advice="install it, in the clone: pip install '.[sandbox]'",
        )
