"""An error for machines; for people the command line tells it, without waiting for what draws reports."""

from breakglass.documents import Json
from breakglass.errors import BreakglassError


def error_document(error: BreakglassError) -> Json:
    """Return the error as a JSON document."""
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "subject": error.subject,
            "advice": error.advice,
        }
    }
