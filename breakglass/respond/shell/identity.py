"""Who the caller is, told from an ARN: an emergency user of the security account, or why not."""

from breakglass import naming
from breakglass.errors import CredentialsError

SIGN_IN = "sign in as your emergency user: `aws login`, then --profile with the profile it asked you for"


def emergency_user(arn: str, partition: str, security_account: str) -> str:
    """Return the name of the emergency user whose ARN this is.

    Raises CredentialsError where it is of a role, of another account or of a user outside the namespace: the trust
    policy of every role of ours would refuse each of them.
    """
    begins = naming.iam_arn(partition, security_account, f"user{naming.PATH}")
    name = arn.removeprefix(begins)
    if arn.startswith(begins) and name.endswith(naming.USER_SUFFIX) and "/" not in name:
        return name
    raise CredentialsError(f"you are {arn}: {_why(arn, security_account)}", subject=arn, advice=SIGN_IN)


def _why(arn: str, security_account: str) -> str:
    account = arn.split(":")[4] if arn.count(":") >= 5 else ""
    if ":assumed-role/" in arn:
        return "a session of a role cannot become an emergency role; the user itself must"
    if account != security_account:
        return f"emergency users are in the security account, {security_account}, and nowhere else"
    return f"that is no emergency user, which are under {naming.PATH} with names that end in {naming.USER_SUFFIX}"
