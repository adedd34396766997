"""The alerts about people who use emergency access, or try to."""

from typing import Final

from breakglass import naming
from breakglass.findings import Severity
from breakglass.trail.alert import Alert
from breakglass.trail.terms import (
    FEDERATED_FROM_USER,
    OUR_ROLE,
    OUR_SESSION,
    OUR_USER,
    SIGN_IN,
    STS,
    absent,
    equal,
    every,
    pattern,
    query,
    some,
    unequal,
    user_arn,
)

_ASSUME: Final = equal("eventName", "AssumeRole*")
_LOGIN: Final = equal("eventName", "ConsoleLogin")
_SUCCESS: Final = equal("responseElements.ConsoleLogin", "Success")
_USER: Final = f"{naming.USER_SUFFIX}$"
_ROLE: Final = naming.ROLE_PREFIX
_TOKENS: Final = (
    "GetSessionToken",
    "GetFederationToken",
    "GetWebIdentityToken",
    "GetSigninToken",
    "AcceptDelegationRequest",
    "SendDelegationToken",
)
_ISSUER: Final = "userIdentity.sessionContext.sessionIssuer.arn"
_SESSION: Final = "userIdentity.arn"
_VERIFICATION: Final = f"*:role{naming.PATH}{naming.VERIFICATION}"
_PROBES: Final = tuple(
    f"*:assumed-role/{naming.VERIFICATION}/{name}" for name in (f"{naming.PROBE}-*", naming.SCHEDULED)
)
"""The sessions that probe: by hand under the name of a probe, on schedule under that of the function.

A session's ARN has no path: whose it is stands in its issuer. A role of that path only who provisions can make; one of
the name alone anybody can.
"""
_BY_OURS: Final = f"userIdentity.arn like /:user.*{_USER}/"
_LOGIN_OF_OURS: Final = f'eventName = "ConsoleLogin" and userIdentity.userName like /{_USER}/'

ROLE_ASSUMED: Final = Alert(
    "RoleAssumed",
    Severity.HIGH,
    # The answer names the role as IAM spells it, whatever path or letter case the caller gave: the console takes any.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html
    # No word about userIdentity.invokedBy: the copy of a console switch in the user's account carries it.
    pattern(
        STS,
        _ASSUME,
        "$.errorCode NOT EXISTS",
        some(equal("requestParameters.roleArn", OUR_ROLE), equal("responseElements.assumedRoleUser.arn", OUR_SESSION)),
    ),
    "Somebody has got into an emergency role.",
    "ask the person whether an incident is open. If nobody knows of one, take it for an intruder: revoke the session"
    " and the sign-in.",
    "compromised-credentials",
    query(f'eventName like /^AssumeRole/ and @message like "role/{_ROLE}"'),
)

_DENIED: Final = (
    STS,
    _ASSUME,
    equal("errorCode", "*"),
    some(OUR_USER, equal("requestParameters.roleArn", OUR_ROLE), equal("errorMessage", OUR_ROLE)),
)
DENIED: Final = pattern(*_DENIED)
"""The filter pattern of every denial, those of probes too."""

ASSUMPTION_DENIED: Final = Alert(
    "AssumptionDenied",
    Severity.MEDIUM,
    # A denied call has no request parameters: what was wanted is in the message alone. Probes are left out, and
    # nothing else is: a denial is logged in the caller's account alone, and nobody else has such a session there.
    pattern(
        *_DENIED,
        some(
            unequal("errorCode", "AccessDenied"),
            unequal(_ISSUER, _VERIFICATION),
            absent(_ISSUER),
            every(*(unequal(_SESSION, each) for each in _PROBES)),
            absent(_SESSION),
        ),
    ),
    "A user of ours was refused a role, or somebody was refused an emergency role.",
    "if it is a responder, help: MFA, the session's name and the team are what the trust asks for. If it is nobody you"
    " know, somebody is trying doors.",
    "compromised-credentials",
    query(f'eventName like /^AssumeRole/ and ispresent(errorCode) and ({_BY_OURS} or @message like "role/{_ROLE}")'),
)

PROBE_DENIED: Final = Alert(
    "ProbeDenied",
    Severity.INFORMATIONAL,
    pattern(
        STS,
        _ASSUME,
        equal("errorCode", "AccessDenied"),
        equal("errorMessage", OUR_ROLE),
        equal(_ISSUER, _VERIFICATION),
        equal(_SESSION, *_PROBES),
    ),
    "Verification asked for an emergency role, as a probe, and was denied, as it must be.",
    "nothing, as long as a verification ran at that time. If none did, somebody acts as the verification role.",
    "compromised-credentials",
    query(f'eventName = "AssumeRole" and ispresent(errorCode) and userIdentity.arn like "/{naming.VERIFICATION}/"'),
    pages=False,
)

ROLE_SWITCHED: Final = Alert(
    "RoleSwitched",
    Severity.HIGH,
    # The one event of a console switch that has the person's address; it lies in the account of the role.
    pattern(
        SIGN_IN,
        equal("eventName", "SwitchRole"),
        some(
            equal("userIdentity.arn", OUR_SESSION),
            equal("additionalEventData.SwitchFrom", OUR_SESSION),
            user_arn("additionalEventData.SwitchFrom"),
        ),
    ),
    "Somebody has switched roles in the console, from a user or a role of ours or into one.",
    "as for RoleAssumed, which the same switch fires; this event has the person's own address and browser.",
    "compromised-credentials",
    query(f'eventName = "SwitchRole" and @message like /{naming.USER_SUFFIX}|{_ROLE}/'),
)

ROLE_ACTIVITY: Final = Alert(
    "RoleActivity",
    Severity.INFORMATIONAL,
    # Sign-in records have no session issuer, and services acting for a session may have no ARN.
    pattern(
        some(
            equal("userIdentity.sessionContext.sessionIssuer.userName", f"{naming.ROLE_PREFIX}*"),
            equal("userIdentity.arn", OUR_SESSION),
        )
    ),
    "Something is done in a session of an emergency role; it shows a use even where the assumption was missed.",
    "compare what was done with the steps of the playbook that is open.",
    "compromised-credentials",
    query(f'userIdentity.arn like ":assumed-role/{_ROLE}"'),
    pages=False,
)

USER_ACTIVITY: Final = Alert(
    "UserActivity",
    Severity.INFORMATIONAL,
    pattern(some(OUR_USER, FEDERATED_FROM_USER)),
    "Something is done by an emergency user; one who is signed in to the console is denied dozens of calls a minute.",
    "look for anything but signing in and assuming roles.",
    "compromised-credentials",
    query(f"{_BY_OURS} or userIdentity.sessionContext.sessionIssuer.arn like /:user.*{_USER}/"),
    pages=False,
)

SIGNED_IN: Final = Alert(
    "SignIn",
    Severity.HIGH,
    pattern(SIGN_IN, _LOGIN, OUR_USER, _SUCCESS),
    "An emergency user has signed in to the console.",
    "ask the person whether an incident is open. If nobody knows of one, delete the login profile and revoke sessions.",
    "compromised-credentials",
    query(_LOGIN_OF_OURS),
)

SIGN_IN_FAILED: Final = Alert(
    "SignInFailed",
    Severity.MEDIUM,
    # A name that does not exist is logged as HIDDEN_DUE_TO_SECURITY_REASONS: nobody can say whose it was meant to be.
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
    pattern(SIGN_IN, _LOGIN, OUR_USER, equal("responseElements.ConsoleLogin", "Failure")),
    "Somebody has tried to sign in as an emergency user and failed: a wrong password, a wrong code, or a policy.",
    "ask the person. Again and again, from an address nobody knows: renew the envelope.",
    "compromised-credentials",
    query(f'{_LOGIN_OF_OURS} and responseElements.ConsoleLogin = "Failure"'),
)

SIGN_IN_WITHOUT_MFA: Final = Alert(
    "SignInWithoutMfa",
    Severity.CRITICAL,
    # Federated people carry MFAUsed "No" by nature: only users of ours count. `!=` says nothing of an absent field.
    pattern(
        SIGN_IN,
        _LOGIN,
        OUR_USER,
        _SUCCESS,
        some(
            "$.additionalEventData.MFAUsed NOT EXISTS",
            every('$.additionalEventData.MFAUsed != "Yes"', '$.additionalEventData.MFAUsed != "YES"'),
        ),
    ),
    "An emergency user has signed in without MFA: the user's device is missing, or was taken away.",
    "find out who removed the device (CredentialCreated), end the session, enrol the person again.",
    "compromised-credentials",
    query(f'{_LOGIN_OF_OURS} and additionalEventData.MFAUsed != "Yes"'),
)

CLI_SIGN_IN: Final = Alert(
    "CliSignIn",
    Severity.HIGH,
    # https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html
    pattern(
        SIGN_IN,
        equal("eventName", "AuthorizeOAuth2Access", "CreateOAuth2Token*"),
        some(OUR_USER, equal("userIdentity.arn", OUR_SESSION)),
    ),
    "Credentials for the command line are drawn from a console session of ours (`aws login`), or renewed.",
    "ask the person. Where the manifest does not allow `aws login` to the team, it should not have worked.",
    "compromised-credentials",
    query(f"eventName like /OAuth2/ and userIdentity.arn like /{_USER}|{_ROLE}/"),
)

TOKEN_REQUESTED: Final = Alert(
    "TokenRequested",
    Severity.HIGH,
    # GetSessionToken needs no permission: no policy can forbid it to a user with an access key.
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    # A delegation hands rights of the session that accepts it to somebody outside.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html
    # After one more AssumeRole nothing bears a name of ours; a token for the web or for signing in leaves AWS's logs.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
    pattern(
        some(
            every(equal("eventName", *_TOKENS), some(OUR_USER, equal("userIdentity.arn", OUR_SESSION))),
            every(equal("eventName", "AssumeRole"), equal("userIdentity.arn", OUR_SESSION)),
        )
    ),
    "Further credentials are drawn from a user or session of ours, or its rights are delegated: nothing needs that.",
    "take it for an intruder: find the access key that was used, delete it, revoke sessions.",
    "compromised-credentials",
    query(
        "eventName like /Session|Federation|WebIdentity|Signin|Delegation|^AssumeRole$/"
        f' and ({_BY_OURS} or userIdentity.arn like ":assumed-role/{_ROLE}")'
    ),
)

USES: Final = (
    ROLE_ASSUMED,
    ASSUMPTION_DENIED,
    PROBE_DENIED,
    ROLE_SWITCHED,
    ROLE_ACTIVITY,
    USER_ACTIVITY,
    SIGNED_IN,
    SIGN_IN_FAILED,
    SIGN_IN_WITHOUT_MFA,
    CLI_SIGN_IN,
    TOKEN_REQUESTED,
)
