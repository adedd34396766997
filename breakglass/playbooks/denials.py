"""What the policy of every playbook denies, for the day somebody attaches one policy more to its role."""

from typing import Final

from breakglass import naming
from breakglass.documents import Document

_VERBS: Final = {
    "cloudwatch": ("Delete", "Disable", "Enable", "Put", "Set", "Start", "Stop", "Tag", "Untag"),
    "cloudtrail": ("Delete", "Put", "Stop", "Update"),
    "config": ("Delete", "Put", "Stop"),
    "guardduty": ("Archive", "Create", "Delete", "Disassociate", "Stop", "Update"),
    "securityhub": (
        *("Accept", "BatchDelete", "BatchDisable", "BatchImport", "BatchUpdate", "Create", "Decline", "Delete"),
        *("Disable", "Disassociate", "Enable", "Invite", "Start", "Tag", "Untag", "Update"),
    ),
}
"""How the names of actions begin that silence what watches."""

_SHUT: Final = ("events", "logs", "sns")
"""Services in which no playbook has anything to do: they carry the alerts, or hold data."""

_READS: Final = ("iam:Get*", "iam:List*", "iam:Simulate*")
_MOVES: Final = ("iam:AddUserToGroup", "iam:DeleteLoginProfile", "iam:RemoveUserFromGroup")


def denials(playbook: str) -> tuple[Document, ...]:
    """Return the denials of a playbook: break-glass itself, what watches it, and the guardrails that hold it."""
    spared = (*_READS, *_MOVES) if playbook == naming.GRANT_ACCESS else _READS
    ours = [f"{kind}{naming.PATH}*" for kind in ("group", "policy", "role", "user")]
    named = [*ours, f"role/{naming.ROLE_PREFIX}*", "role/${ProvisioningRole}"]
    watching = [f"{service}:{verb}*" for service, verbs in _VERBS.items() for verb in verbs]
    return (
        {
            "Sid": "HandsOffBreakGlass",
            "Effect": "Deny",
            "NotAction": sorted(spared),
            "Resource": sorted(naming.iam_arn("${AWS::Partition}", "*", each) for each in named),
        },
        {
            "Sid": "HandsOffAlerting",
            "Effect": "Deny",
            "Action": sorted([*watching, *(f"{service}:*" for service in _SHUT), "sts:Assume*"]),
            "Resource": "*",
        },
        {
            "Sid": "HandsOffGuardrails",
            "Effect": "Deny",
            "Action": [f"organizations:{verb}*" for verb in ("Attach", "Delete", "Detach", "Tag", "Untag", "Update")],
            "Resource": "*",
            "Condition": {"Null": {f"aws:ResourceTag/{naming.OWNER_TAG}": "false"}},
        },
    )
