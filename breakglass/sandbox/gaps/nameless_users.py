"""moto invents a user where a role asks about itself without a name. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
"""

from moto.iam.exceptions import ValidationError

from breakglass.sandbox.gaps.asked import Asked

_OPTIONAL = frozenset(
    {
        "CreateAccessKey",
        "GetUser",
        "ListAccessKeys",
        "ListMFADevices",
        "ListSSHPublicKeys",
        "ListServiceSpecificCredentials",
        "ListSigningCertificates",
        "UploadSigningCertificate",
    }
)
"""Operations that mean the caller where they name no user."""


def check(asked: Asked) -> None:
    """Refuse to take a caller that is no user for one."""
    named = asked.text("UserName") or asked.text("AllUsers").lower() == "true"
    if asked.action in _OPTIONAL and not named and asked.access_key not in asked.backend.access_keys:
        raise ValidationError("Must specify userName when calling with non-User credentials")
