"""The one WSGI callable before moto: whose key it is, whether the call may go on, where it acts, what was answered.

Nothing unsigned and nothing undecided comes past it: moto's own pages and switches are out of reach. A connection
that is to be dropped ends as ConnectionAbortedError, which the server takes for a client that has gone.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from breakglass.sandbox import sts
from breakglass.sandbox.answers import Answer, ApiError, failure
from breakglass.sandbox.authenticate import authenticate
from breakglass.sandbox.clock import SandboxClock
from breakglass.sandbox.decide import ASSUME_ROLE, WHO_AM_I, Rules, decide, denied
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.faults import DEAD, Faults
from breakglass.sandbox.record import Call, Calls
from breakglass.sandbox.request import Request, read
from breakglass.sandbox.sessions import Session, Sessions


class Door:
    """What stands between the network and the emulator."""

    def __init__(
        self, rules: Rules, emulator: Emulator, sessions: Sessions, clock: SandboxClock, faults: Faults, calls: Calls
    ) -> None:
        self._rules = rules
        self._emulator = emulator
        self._sessions = sessions
        self._clock = clock
        self._faults = faults
        self._calls = calls

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; raises ConnectionAbortedError to drop the connection."""
        try:
            answer = self._recorded(read(environ))
        except ApiError as error:
            answer = failure("", error.code, error.message)
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body)))]
        start_response(answer.reason, headers)
        return [answer.body]

    def _recorded(self, request: Request) -> Answer:
        session: Session | None = None
        try:
            self._reach(self._emulator.region(request))
            session = authenticate(request, self._find, self._clock.now())
            answer = self._answer(request, session)
        except ConnectionAbortedError:
            self._record(request, session, DEAD)
            raise
        except ApiError as error:
            answer = failure(request.service, error.code, error.message)
        self._record(request, session, answer.error)
        return answer

    def _reach(self, region: str) -> None:
        if region in self._faults.dead_regions:
            raise ConnectionAbortedError(region)

    def _answer(self, request: Request, session: Session) -> Answer:
        self._meet_fault(request, session)
        if request.operation == ASSUME_ROLE:
            sts.validate(request)
        decision = decide(self._rules, session, request)
        if not decision.allowed:
            raise ApiError("AccessDenied", decision.why)
        if request.operation == WHO_AM_I:
            return sts.identity(session)
        if request.operation == ASSUME_ROLE:
            return self._assume(request, session)
        if not self._emulator.knows(request):
            why = f"because this sandbox cannot judge it: {request.operation} is not modelled"
            raise ApiError("AccessDenied", denied(self._rules, session, request, why))
        return self._emulator.answer(request, session.account)

    def _meet_fault(self, request: Request, session: Session) -> None:
        error = self._faults.strike(_where(request, session), request.operation)
        if error == DEAD:
            raise ConnectionAbortedError(request.operation)
        if error:
            raise ApiError(error, f"A fault planted at {request.operation}")

    def _assume(self, request: Request, session: Session) -> Answer:
        role = self._emulator.role(request.parameters["RoleArn"])
        if role is None:
            raise ApiError("AccessDenied", denied(self._rules, session, request, "because the role does not exist"))
        assumed = sts.assume(request, role, self._rules.partition, self._clock.now())
        self._sessions.add(assumed)
        return sts.assumed(assumed)

    def _find(self, access_key: str) -> Session | None:
        session = self._sessions.find(access_key) or self._emulator.key(access_key)
        if session is None or not session.role:
            return session
        role = self._emulator.role(session.role)
        return session if role and session.identifier.startswith(f"{role.identifier}:") else None

    def _record(self, request: Request, session: Session | None, error: str) -> None:
        call = Call(
            time=self._clock.now(),
            account=_where(request, session),
            principal=session.arn if session else "",
            action=request.operation,
            region=self._emulator.region(request),
            error=error,
        )
        self._calls.add(call)


def _where(request: Request, session: Session | None) -> str:
    """Return the account a call acts in: that of the role to assume, else the caller's; empty where nobody knows."""
    if request.operation == ASSUME_ROLE:
        return sts.role_account(request.parameters.get("RoleArn", ""))
    return session.account if session else ""
