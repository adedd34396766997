"""Who may do what, until the policy engine judges it: few rules, and everything else is denied.

* The administrator of the management account may do anything there, and may assume the provisioning role of every
  other account of the manifest: nothing else, nowhere else.
* A session of the provisioning role may do anything in its account; of the organization it may see only what
  every member may.
* Everybody may ask who they are.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
"""

from dataclasses import dataclass

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

ASSUME_ROLE = "sts:AssumeRole"
WHO_AM_I = "sts:GetCallerIdentity"
_OPEN_TO_MEMBERS = "organizations:DescribeOrganization"
_ASSUME_ROLE_PARAMETERS = frozenset({"Action", "DurationSeconds", "RoleArn", "RoleSessionName", "Version"})
_NAMED = {"RoleArn": "", "PolicyArn": "", "UserName": "user/", "GroupName": "group/", "RoleName": "role/"}


@dataclass(frozen=True, slots=True)
class Rules:
    """The principals a manifest knows: ARNs of the administrator and of the provisioning roles it may assume."""

    partition: str
    administrator: str
    provisioning: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call may go on; `why` says what stands against it."""

    allowed: bool
    why: str = ""


def rules(manifest: Manifest) -> Rules:
    """Return the rules of a manifest's organization."""
    management = manifest.management_account.id
    resource = f"role/{manifest.provisioning_role}"
    return Rules(
        partition=manifest.partition,
        administrator=naming.iam_arn(manifest.partition, management, "user/administrator"),
        provisioning=frozenset(
            naming.iam_arn(manifest.partition, account, resource)
            for account in manifest.account_ids
            if account != management
        ),
    )


def decide(known: Rules, session: Session, request: Request) -> Decision:
    """Judge one call of an authenticated principal."""
    if request.operation == WHO_AM_I:
        return Decision(allowed=True)
    if request.service not in ("iam", "organizations") and request.operation != ASSUME_ROLE:
        return _not_modelled(known, session, request, f"{request.operation} is not modelled")
    if session.arn == known.administrator:
        return _administrator(known, session, request)
    if session.role in known.provisioning:
        return _provisioner(known, session, request)
    return _not_modelled(known, session, request, "the policies of this principal are not modelled")


def _administrator(known: Rules, session: Session, request: Request) -> Decision:
    if request.operation != ASSUME_ROLE:
        return Decision(allowed=True)
    role = request.parameters.get("RoleArn", "")
    if role.split(":")[4:5] not in [arn.split(":")[4:5] for arn in known.provisioning]:
        why = "this sandbox has no such account: start it again with the manifest that lists it"
        return Decision(allowed=False, why=denied(known, session, request, f"because {why}"))
    if role not in known.provisioning:
        return _not_modelled(known, session, request, "trust policies of other roles are not modelled")
    unjudged = sorted({name.partition(".")[0] for name in request.parameters} - _ASSUME_ROLE_PARAMETERS)
    if unjudged:
        return _not_modelled(known, session, request, f"{', '.join(unjudged)} is not modelled")
    return Decision(allowed=True)


def _provisioner(known: Rules, session: Session, request: Request) -> Decision:
    if request.service == "iam" or request.operation == _OPEN_TO_MEMBERS:
        return Decision(allowed=True)
    return _not_modelled(known, session, request, f"{request.operation} from a member account is not modelled")


def denied(known: Rules, session: Session, request: Request, why: str) -> str:
    """Return AWS's sentence for a denial."""
    resource = _resource(known, session, request)
    return f"User: {session.arn} is not authorized to perform: {request.operation} on resource: {resource} {why}"


def _not_modelled(known: Rules, session: Session, request: Request, why: str) -> Decision:
    sentence = denied(known, session, request, f"because this sandbox cannot judge it: {why}")
    return Decision(allowed=False, why=sentence)


def _resource(known: Rules, session: Session, request: Request) -> str:
    for parameter, kind in _NAMED.items():
        name = request.parameters.get(parameter)
        if name:
            return naming.iam_arn(known.partition, session.account, kind + name) if kind else name
    return "*"
