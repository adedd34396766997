"""The credentials a session of the SDK finds, before any call of ours.

A program or a file they come from may be broken in any way: CredentialsError is raised, or what a role they are taken
through answers.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from breakglass.aws.failures import translated
from breakglass.errors import CredentialsError


def credentials(session: Session) -> ReadOnlyCredentials:
    """Return the credentials as they are now."""
    with _readable():
        given = found(session)
        if given is None:
            raise NoCredentialsError
        return given.get_frozen_credentials()


def found(session: Session) -> Credentials | None:
    """Return where the credentials come from, if there are any; those of a role are taken only when they are needed."""
    with _readable():
        return session.get_credentials()


@contextmanager
def _readable() -> Iterator[None]:
    try:
        with translated("", if_denied="see the role_arn of this profile, and who may assume that role"):
            yield
    except (EOFError, OSError, ValueError) as error:
        message = f"the source of the AWS credentials fails: {type(error).__name__}"
        raise CredentialsError(message, advice="try `aws sts get-caller-identity` and mend what it says") from error
