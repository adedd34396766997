"""What is known of a request before it is made: keys that follow from who asks, and from how people respond.

All other keys depend on where they sit, on when it is, or on how they ask.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping
from typing import Final

from breakglass import naming
from breakglass.estate.obstacles.obstacles import NEVER
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource

Known = Mapping[str, tuple[str, ...]]

_UNSENT: Final = frozenset({"sts:externalid", "sts:sourceidentity", "sts:transitivetagkeys"})
_TAG: Final = "aws:requesttag/"
_SENT: Final = frozenset(f"{_TAG}{each}" for each in naming.SESSION_TAGS)
"""The tags of a session that `exec` sends where people give a reason or a ticket; the console sends none."""


def is_unsent(key: str) -> bool:
    """Tell whether no way into a role of ours sends a key: neither switching roles in the console, nor `exec`.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    return key in _UNSENT or (key.startswith(_TAG) and key not in _SENT)


def of_user(manifest: Manifest, user: Resource, region: str) -> Known:
    """Return what is known of a person who has signed in with MFA, and asks for a role in a region."""
    return {
        **_of(manifest, user),
        "aws:multifactorauthpresent": ("true",),
        "aws:requestedregion": (region,),
        "sts:rolesessionname": (user.name,),
    }


def before_sign_in(manifest: Manifest, user: Resource, region: str) -> Known:
    """Return what is known of a person who signs in: who they are stands in one key alone.

    https://docs.aws.amazon.com/signin/latest/userguide/console-access-control.html
    """
    return {
        **_of(manifest, user),
        "aws:principalarn": (),
        "aws:requestedregion": (region,),
        "aws:userid": (),
        "aws:username": (),
        "signin:principalarn": (user.arn,),
    }


def of_session(manifest: Manifest, role: Resource) -> Known:
    """Return what is known of a person who has got into a role, with the console or a client of today.

    https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    """
    account = (role.scope.account,)
    return {
        **_of(manifest, role),
        "aws:principalarn": (role.arn,),
        "kms:calleraccount": account,
        "s3:authtype": ("REST-HEADER",),
        "s3:resourceaccount": account,
        "s3:signatureage": ("0",),
        "s3:signatureversion": ("AWS4-HMAC-SHA256",),
        "s3:tlsversion": ("1.3",),
    }


def session_arn(role: Resource) -> str:
    """Return the ARN of somebody's session of a role."""
    scope = role.scope
    return f"arn:{scope.partition}:sts::{scope.account}:assumed-role/{role.name}/someone{naming.USER_SUFFIX}"


def _of(manifest: Manifest, who: Resource) -> Known:
    return {
        **NEVER,
        **{f"aws:principaltag/{key.lower()}": (value,) for key, value in who.tags.items()},
        "aws:principalisawsservice": ("false",),
        "aws:principalorgid": (manifest.organization,),
        "aws:resourceorgid": (manifest.organization,),
        "aws:securetransport": ("true",),
        "aws:sourceidentity": (),
        "aws:viaawsservice": ("false",),
    }
