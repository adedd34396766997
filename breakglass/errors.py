"""One error tree, split by who must act next.

Every error says what happened, to which thing, and what to do; its class carries the exit code:
2 mend the input, 3 a guard refused, 4 AWS denied, 5 AWS is unavailable or the work is done in part.
"""

from typing import ClassVar


class BreakglassError(Exception):
    """What stopped, and who must act: shown to a person, never as a traceback."""

    code: ClassVar[str] = "ERROR"
    exit_code: int = 5
    """Of its class; larger where a graver matter was met besides."""

    def __init__(self, message: str, *, subject: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.advice = advice


def in_part(error: BreakglassError) -> BreakglassError:
    """Return the error of one place among several: whatever its kind is, the work is done in part."""
    error.exit_code = max(error.exit_code, PartlyAppliedError.exit_code)
    return error


class UsageError(BreakglassError):
    """The command was asked for something it cannot mean."""

    code = "USAGE"
    exit_code = 2


class MissingExtraError(UsageError):
    """An optional part of the installation is needed and absent."""

    code = "MISSING_EXTRA"


class PatternError(UsageError):
    """A pattern of events is not one that AWS would take: `subject` says where it is wrong."""

    code = "PATTERN"


class ManifestError(BreakglassError):
    """The manifest has problems: `problems` holds all of them, each with its file and line."""

    code = "MANIFEST"
    exit_code = 2

    def __init__(self, problems: tuple[str, ...], *, subject: str) -> None:
        super().__init__("\n".join(problems), subject=subject, advice="mend the lines named and run check again")
        self.problems = problems


class PlaybookError(ManifestError):
    """Playbooks or their policies have problems: `problems` holds all of them, each with its file and line."""

    code = "PLAYBOOK"

    def __init__(self, problems: tuple[str, ...], *, subject: str) -> None:
        super().__init__(problems, subject=subject)
        self.advice = "mend the lines named and run `breakglass playbook check` again"


class RefusedError(BreakglassError):
    """A guard refused: nothing was changed."""

    code = "REFUSED"
    exit_code = 3


class DeniedError(BreakglassError):
    """AWS denied the call, or the credentials are absent, wrong or expired."""

    code = "AWS_DENIED"
    exit_code = 4


class CredentialsError(DeniedError):
    """There are no credentials, or AWS does not accept them: nothing at all can be done."""

    code = "AWS_CREDENTIALS"


class UnavailableError(BreakglassError):
    """AWS cannot be reached, throttles or fails: the same command may succeed later."""

    code = "AWS_UNAVAILABLE"
    exit_code = 5


class RejectedError(BreakglassError):
    """AWS understood the call and will not do it in the state things are in: a conflict, a quota, a bad value."""

    code = "AWS_REJECTED"
    exit_code = 5


class PartlyAppliedError(BreakglassError):
    """Some changes were made and some were not: a re-run continues."""

    code = "PARTLY_APPLIED"
    exit_code = 5
