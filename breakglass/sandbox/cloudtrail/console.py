"""What CloudTrail writes of the console: sign-ins, those that fail, and the switch into a role.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
"""

from datetime import datetime

from breakglass.sandbox.cloudtrail.event import SIGN_IN, Event, common
from breakglass.sandbox.cloudtrail.identity import identity, kind, name
from breakglass.sandbox.sessions import Session

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""In place of a name nobody has: it may be a password that was typed into the wrong field."""

_BROWSER = "Mozilla/5.0"
_SOURCE = "signin"


def signed_in(session: Session, region: str, moment: datetime) -> Event:
    """Return the event of a sign-in; it carries no session of its own."""
    return _sign_in(session.account, region, moment, mfa=session.mfa) | {
        "userIdentity": _who(session),
        "responseElements": {"ConsoleLogin": "Success"},
    }


def failed(account: str, user: str, known: Session | None, region: str, moment: datetime, *, mfa: bool) -> Event:
    """Return the event of a sign-in that failed, of a user who exists or of nobody."""
    told: Event = {"type": "IAMUser", "accountId": account, "accessKeyId": "", "userName": user if known else HIDDEN}
    if known is not None and kind(known) == "Root":
        told = {**_who(known), "accessKeyId": ""}
    elif known is not None:
        told["principalId"] = known.identifier
    return _sign_in(account, region, moment, mfa=mfa) | {
        "userIdentity": told,
        "errorMessage": "Failed authentication" if known else "No username found in supplied account",
        "responseElements": {"ConsoleLogin": "Failure"},
    }


def switched(caller: Session, assumed: Session, region: str, moment: datetime) -> Event:
    """Return the event in the role's account of a switch into the role."""
    return _console("SwitchRole", assumed.account, region, moment) | {
        "userIdentity": _who(assumed),
        "responseElements": {"SwitchRole": "Success"},
        "additionalEventData": {"SwitchFrom": caller.arn},
    }


def authorized(session: Session, action: str, region: str, moment: datetime) -> Event:
    """Return the event of one of the two calls of `aws login`.

    https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html
    """
    told = common(_SOURCE, action, region, session.account, moment, read_only=True)
    return told | {"userAgent": _BROWSER, "userIdentity": identity(session), "requestParameters": None}


def _sign_in(account: str, region: str, moment: datetime, *, mfa: bool) -> Event:
    more = {"LoginTo": f"https://{region}.console.aws.amazon.com/console/home", "MobileVersion": "No"}
    data = {"additionalEventData": {**more, "MFAUsed": "Yes" if mfa else "No"}}
    return _console("ConsoleLogin", account, region, moment) | data


def _console(event: str, account: str, region: str, moment: datetime) -> Event:
    told = common(_SOURCE, event, region, account, moment, read_only=False)
    return told | {"userAgent": _BROWSER, "requestParameters": None, "eventType": SIGN_IN}


def _who(session: Session) -> Event:
    told: Event = {
        "type": kind(session),
        "principalId": session.identifier,
        "arn": session.arn,
        "accountId": session.account,
    }
    return told | ({"userName": name(session)} if kind(session) == "IAMUser" else {})
