"""moto counts neither characters nor attachments nor groups. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from moto.iam.exceptions import LimitExceededException

from breakglass.sandbox.gaps.asked import Asked
from breakglass.sandbox.gaps.document_syntax import TRUST

_ATTACHED = 10
_GROUPS = 10
_MANAGED = 6144
_TRUST = 2048
_INLINE = {"PutGroupPolicy": 5120, "PutRolePolicy": 10240, "PutUserPolicy": 2048}
"""Characters, white space not counted; inline policies count together."""


def check(asked: Asked) -> None:
    """Refuse what would burst a quota."""
    if asked.action in TRUST:
        _length(asked.text(TRUST[asked.action]), _TRUST, "ACLSizePerRole")
    elif asked.action in ("CreatePolicy", "CreatePolicyVersion"):
        _length(asked.text("PolicyDocument"), _MANAGED, "PolicySize")
    elif asked.action in _INLINE:
        _inline(asked)
    elif asked.action in ("AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy"):
        _attachments(asked)
    elif asked.action == "AddUserToGroup":
        _groups(asked)


def _length(document: str, most: int, quota: str) -> None:
    if _size(document) > most:
        raise LimitExceededException(f"Cannot exceed quota for {quota}: {most}")


def _size(document: str) -> int:
    return sum(not character.isspace() for character in document)


def _inline(asked: Asked) -> None:
    most = _INLINE[asked.action]
    whole = {**asked.entity.policies, asked.text("PolicyName"): asked.text("PolicyDocument")}
    if sum(map(_size, whole.values())) > most:
        raise LimitExceededException(f"Maximum policy size of {most} bytes exceeded for {asked.entity.name}")


def _attachments(asked: Asked) -> None:
    attached = asked.entity.managed_policies
    if len(attached) >= _ATTACHED and asked.text("PolicyArn") not in attached:
        kind = asked.action.removeprefix("Attach").removesuffix("Policy")
        raise LimitExceededException(f"Cannot exceed quota for PoliciesPer{kind}: {_ATTACHED}")


def _groups(asked: Asked) -> None:
    groups = [group.name for group in asked.backend.get_groups_for_user(asked.text("UserName"))]
    if len(groups) >= _GROUPS and asked.text("GroupName") not in groups:
        raise LimitExceededException(f"Cannot exceed quota for GroupsPerUser: {_GROUPS}")
