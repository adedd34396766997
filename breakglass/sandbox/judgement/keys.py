"""The condition keys AWS sets for every request: who asks, from where, when, and with what kind of session.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from datetime import datetime

from moto.iam.models import Role, User

from breakglass.iam.nouns import UNKNOWN
from breakglass.sandbox.judgement.ask import Keys
from breakglass.sandbox.judgement.held import Held, tags
from breakglass.sandbox.sessions import Session

MFA, MFA_AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"


def request_keys(now: datetime, region: str) -> Keys:
    """Return what is so whoever asks.

    The transport is called secure, as that to AWS's own endpoints is, for which the loopback interface stands.
    """
    return {
        "aws:CurrentTime": (_time(now),),
        "aws:EpochTime": (str(int(now.timestamp())),),
        "aws:RequestedRegion": (region,),
        "aws:SecureTransport": ("true",),
        "aws:SourceIp": ("127.0.0.1",),
        "aws:UserAgent": UNKNOWN,
        "aws:ViaAWSService": ("false",),
    }


def principal_keys(held: Held, session: Session, principal: User | Role, now: datetime) -> Keys:
    """Return what follows from the session; the tags of a session hide those of its role."""
    own = {**tags(principal), **dict(session.tags)}
    keys: Keys = {f"aws:PrincipalTag/{name}": (value,) for name, value in own.items()}
    keys |= {
        "aws:PrincipalArn": (principal.arn,),
        "aws:PrincipalOrgID": (held.organization,),
        "aws:PrincipalOrgPaths": (held.path(session.account),),
        "aws:userid": (session.identifier,),
    }
    if session.source_identity:
        keys["aws:SourceIdentity"] = (session.source_identity,)
    if session.issued:
        keys["aws:TokenIssueTime"] = (_time(session.issued),)
    return {**keys, **_mfa(session, now)}


def resource_keys(held: Held, account: str) -> Keys:
    """Return what follows from the account a resource lies in."""
    if not held.has(account):
        return {}
    return {"aws:ResourceOrgID": (held.organization,), "aws:ResourceOrgPaths": (held.path(account),)}


def _mfa(session: Session, now: datetime) -> Keys:
    """Return the keys of MFA: long-term keys have none without a code; of sessions of roles AWS's pages do not agree.

    "The temporary credentials returned by AssumeRole do not include MFA information in the context" stands against
    "included only when the principal uses temporary credentials".
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """
    if session.role:
        return {MFA: UNKNOWN, MFA_AGE: UNKNOWN}
    if session.proven:
        return {MFA: ("true",), MFA_AGE: ("0",)}
    if session.issued is None:
        return {}
    age: Keys = {MFA_AGE: (str(int((now - session.issued).total_seconds())),)} if session.mfa else {}
    return {MFA: ("true" if session.mfa else "false",), **age}


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
