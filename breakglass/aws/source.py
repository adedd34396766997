"""The credentials a session of the SDK finds, before any call of ours."""

from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from breakglass.aws.failures import translated
from breakglass.errors import CredentialsError


def credentials(session: Session) -> ReadOnlyCredentials:
    """Find the credentials: a program or a file they come from may be broken in any way.

    Raises CredentialsError, or what a role they are taken through answers.
    """
    try:
        with translated("", if_denied="see the role_arn of this profile, and who may assume that role"):
            found = session.get_credentials()
            if found is None:
                raise NoCredentialsError
            return found.get_frozen_credentials()
    except (EOFError, OSError, ValueError) as error:
        message = f"the source of the AWS credentials fails: {type(error).__name__}"
        raise CredentialsError(message, advice="try `aws sts get-caller-identity` and mend what it says") from error
