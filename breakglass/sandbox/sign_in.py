"""Signing in as a person does: with password and code in the console, and from there with `aws login` in a shell.

No signed request over the network comes here; what happens is judged as elsewhere, and CloudTrail tells of it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/console_sign-in-mfa.html
https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html
"""

from breakglass import naming
from breakglass.errors import DeniedError, UnavailableError
from breakglass.sandbox import sts
from breakglass.sandbox.answers import Answer, failure
from breakglass.sandbox.cloudtrail import console
from breakglass.sandbox.cloudtrail.calls import INTERNAL
from breakglass.sandbox.console import Console, request
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.faults import Faults
from breakglass.sandbox.judgement.ask import Ask
from breakglass.sandbox.judgement.decide import Moment
from breakglass.sandbox.recognition import Typed, recognized
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session, Sessions
from breakglass.sandbox.witness import Witness

REFUSED = "Your authentication information is incorrect. Please try again."
"""All that the console says, whatever was wrong."""

_AWS_LOGIN = ("AuthorizeOAuth2Access", "CreateOAuth2Token")


class SignIn:
    """The sign-in endpoints of one partition, one to a region."""

    def __init__(self, console: Console, emulator: Emulator, sessions: Sessions, faults: Faults, seen: Witness) -> None:
        self._console = console
        self._emulator = emulator
        self._sessions = sessions
        self._faults = faults
        self._witness = seen

    def enter(self, typed: Typed, region: str) -> Session:
        """Return the temporary credentials of who signs in; a code is spent even where another password is wanted.

        Raises DeniedError where anything is wrong, UnavailableError where the region's endpoint does not answer.
        """
        self._reach(region, "the sign-in endpoint")
        now = self._witness.clock.now()
        with self._emulator.opened() as held:
            found = recognized(held, typed, now)
        if found is None:
            self._console.fail_to_sign_in(typed.account, typed.user, region, mfa=bool(typed.code))
            advice = "see to user, password and code: a code is good once, for about a minute"
            raise DeniedError(REFUSED, subject=typed.user, advice=advice)
        session = sts.signed_in(found.session, now, mfa=found.session.mfa)
        if found.must_change:
            self._change_password(session, typed)
        found.enters(now)
        self._sessions.add(session)
        self._witness.tell([console.signed_in(session, region, now)])
        return session

    def log_in(self, session: Session, region: str, *, mfa: bool) -> Session:
        """Return what `aws login` has from a user who signed in: `mfa` tells whether it says that MFA was used.

        Raises DeniedError where the user may not, UnavailableError where the region's endpoint does not answer.
        """
        self._reach(region, "the sign-in endpoint")
        now = self._witness.clock.now()
        decision = self._emulator.judge(session, _aws_login(session, region), Moment(now, region))
        if not decision.allowed:
            advice = "see who may use `aws login`: a team's policy allows it"
            raise DeniedError(decision.why, subject=session.arn, advice=advice)
        logged_in = sts.logged_in(session, mfa=mfa)
        self._sessions.add(logged_in)
        self._witness.tell([console.authorized(session, each, region, now) for each in _AWS_LOGIN])
        return logged_in

    def _change_password(self, session: Session, typed: Typed) -> None:
        """Set the new password, which is a write of IAM's; raises DeniedError, UnavailableError."""
        if not typed.new_password:
            advice = "sign in again with a new password (`--new-password`), and with the next code"
            raise DeniedError("the password must be changed first", subject=typed.user, advice=advice)
        home = naming.GLOBAL_REGIONS[session.arn.split(":")[1]]
        self._reach(home, "IAM, which changes passwords,")
        parameters = {"UserName": typed.user, "OldPassword": typed.password, "NewPassword": typed.new_password}
        answer = self._asked(session, request(session, "iam", "ChangePassword", parameters, home))
        if answer.error:
            message = f"the password was not changed: {answer.message}"
            advice = "see the password policy, and who may change passwords; the next try needs the next code"
            raise DeniedError(message, subject=typed.user, advice=advice)

    def _asked(self, session: Session, asked: Request) -> Answer:
        """Ask as somebody whose credentials nobody has yet, and let CloudTrail tell of it."""
        now = self._witness.clock.now()
        decision = self._emulator.decide(session, asked, now)
        if decision.allowed:
            answer = self._emulator.answer(asked, session.account, session.account, now)
        else:
            answer = failure(asked.service, "AccessDenied", decision.why)
        self._witness.see(asked, session, answer, through=INTERNAL)
        return answer

    def _reach(self, region: str, what: str) -> None:
        if region in self._faults.silent_regions:
            raise UnavailableError(
                f"{what} of {region} does not answer", subject=region, advice="try that of another region"
            )


def _aws_login(session: Session, region: str) -> tuple[Ask, ...]:
    """Return what `aws login` on this machine asks.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/SignInLocalDevelopmentAccess.html
    """
    partition = session.arn.split(":")[1]
    client = f"arn:{partition}:signin:{region}:{session.account}:oauth2/public-client/localhost"
    return tuple(Ask(f"signin:{each}", client) for each in _AWS_LOGIN)
