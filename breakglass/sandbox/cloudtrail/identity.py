"""The element userIdentity: who did it, as CloudTrail tells it by the kind of principal.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.sessions import Session


def identity(session: Session) -> Event:
    """Return who acts with a session's credentials."""
    told: Event = {
        "type": kind(session),
        "principalId": session.identifier,
        "arn": session.arn,
        "accountId": session.account,
        "accessKeyId": session.access_key,
    }
    if kind(session) == "IAMUser":
        told["userName"] = name(session)
    if session.issued is not None:
        told["sessionContext"] = _context(session)
    return told


def outsider(session: Session) -> Event:
    """Return who acts, as it is told to the account of a resource that is not the caller's own."""
    return {"type": "AWSAccount", "principalId": session.identifier, "accountId": session.account}


def kind(session: Session) -> str:
    """Return the type of a principal."""
    if session.role:
        return "AssumedRole"
    return "Root" if session.arn.endswith(":root") else "IAMUser"


def name(session: Session) -> str:
    """Return the name of a user, or of a session of a role."""
    return session.arn.rpartition("/")[2]


def _context(session: Session) -> Event:
    issued = session.issued.strftime("%Y-%m-%dT%H:%M:%SZ") if session.issued else ""
    attributes = {"creationDate": issued, "mfaAuthenticated": str(session.mfa).lower()}
    context: Event = {"sessionIssuer": _issuer(session), "webIdFederationData": {}, "attributes": attributes}
    if session.source_identity:
        context["sourceIdentity"] = session.source_identity
    return context


def _issuer(session: Session) -> Event:
    if not session.role:
        return {}
    return {
        "type": "Role",
        "principalId": session.identifier.partition(":")[0],
        "arn": session.role,
        "accountId": session.account,
        "userName": session.role.rpartition("/")[2],
    }
