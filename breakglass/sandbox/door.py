"""The one WSGI callable before moto: whose key it is, whether the call may go on, where it acts, what was answered.

Nothing unsigned and nothing undecided comes past it: moto's own pages and switches are out of reach. A connection
that is to be dropped ends as ConnectionAbortedError, which the server takes for a client that has gone.
"""

from collections.abc import Iterable
from functools import partial
from select import select
from socket import MSG_PEEK, socket
from wsgiref.types import StartResponse, WSGIEnvironment

from breakglass.iam.arns import account_of
from breakglass.sandbox import session_policies, sts
from breakglass.sandbox.answers import Answer, ApiError, failure
from breakglass.sandbox.authenticate import authenticate
from breakglass.sandbox.cloudformation.place import SERVICE as CLOUDFORMATION
from breakglass.sandbox.cloudformation.service import CloudFormation
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.faults import DEAD, HANGING, Faults
from breakglass.sandbox.judgement import iam
from breakglass.sandbox.judgement.decide import ASSUME_ROLE, WHO_AM_I
from breakglass.sandbox.judgement.sentences import cannot_judge
from breakglass.sandbox.recognition import proven
from breakglass.sandbox.record import Call, Calls
from breakglass.sandbox.request import Request, read
from breakglass.sandbox.sessions import Session, Sessions
from breakglass.sandbox.witness import Witness

_MOVE = "organizations:MoveAccount"
"""What automatic deployment follows."""


class Door:
    """What stands between the network and the emulator."""

    def __init__(
        self, partition: str, emulator: Emulator, sessions: Sessions, faults: Faults, seen: tuple[Calls, Witness]
    ) -> None:
        self._partition = partition
        self._emulator = emulator
        self._sessions = sessions
        self._clock = seen[1].clock
        self._faults = faults
        self._calls, self._witness = seen
        self.stacks = CloudFormation(partition, emulator, self._witness)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; raises ConnectionAbortedError to drop the connection."""
        try:
            request = read(environ)
            self._reach(request, environ)
            answer = self._recorded(request)
        except ApiError as error:
            answer = failure("", error.code, error.message)
        body = b"" if environ.get("REQUEST_METHOD") == "HEAD" else answer.body
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(body))), *answer.headers]
        start_response(answer.reason, headers)
        return [body]

    def _recorded(self, request: Request) -> Answer:
        session: Session | None = None
        try:
            session = authenticate(request, self._find, self._clock.now())
            answer = self._answer(request, session)
        except ConnectionAbortedError:
            self._record(request, session, DEAD)
            raise
        except ApiError as error:
            answer = failure(request.service, error.code, error.message)
        self._record(request, session, answer.error)
        if session is not None:
            self._witness.see(request, session, answer)
        return answer

    def _reach(self, request: Request, environ: WSGIEnvironment) -> None:
        region = self._emulator.region(request)
        if region not in self._faults.silent_regions:
            return
        hanging = region in self._faults.hanging_regions
        self._record(request, None, HANGING if hanging else DEAD)
        if hanging:
            self._faults.hang(region, partial(_has_gone, environ["werkzeug.socket"]))
        raise ConnectionAbortedError(region)

    def _answer(self, request: Request, session: Session) -> Answer:
        self._meet_fault(request, session)
        if request.operation == ASSUME_ROLE:
            sts.validate(request)
            with self._emulator.opened() as held:
                session = proven(held, session, request, self._clock.now())
        request = iam.named(request, session)
        decision = self._emulator.decide(session, request, self._clock.now())
        if not decision.allowed:
            raise ApiError("AccessDenied", decision.why)
        if request.operation == WHO_AM_I:
            return sts.identity(session)
        if request.operation == ASSUME_ROLE:
            return self._assume(request, session)
        if request.service == CLOUDFORMATION:
            return self.stacks.answer(request, session)
        return self._carried_out(request, session, decision.account or session.account)

    def _carried_out(self, request: Request, session: Session, account: str) -> Answer:
        if not self._emulator.knows(request):
            why = f"{request.operation} is not modelled"
            raise ApiError("AccessDenied", cannot_judge(session.arn, request.operation, "*", why))
        answer = self._emulator.answer(request, account, session.account, self._clock.now())
        if request.operation == _MOVE and not answer.error:
            self.stacks.follow(request.parameters["AccountId"])
        return answer

    def _meet_fault(self, request: Request, session: Session) -> None:
        error = self._faults.strike(_where(request, session), request.operation)
        if error == DEAD:
            raise ConnectionAbortedError(request.operation)
        if error:
            raise ApiError(error, f"A fault planted at {request.operation}")

    def _assume(self, request: Request, session: Session) -> Answer:
        role = self._emulator.role(request.parameters["RoleArn"])
        if role is None:
            why = "the role was deleted at this moment"
            raise ApiError("AccessDenied", cannot_judge(session.arn, ASSUME_ROLE, request.parameters["RoleArn"], why))
        assumed = sts.assume(request, session, role, self._partition, self._clock.now())
        self._sessions.add(assumed)
        return sts.assumed(assumed, session_policies.packed(request.parameters))

    def _find(self, access_key: str) -> Session | None:
        session = self._sessions.find(access_key)
        return self._emulator.key(access_key) if session is None else self._emulator.current(session)

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


def _has_gone(client: socket) -> bool:
    """Tell whether a client that has asked and waits has closed the connection."""
    readable, _, _ = select([client], [], [], 0)
    try:
        return bool(readable) and not client.recv(1, MSG_PEEK)
    except ConnectionError:
        return True


def _where(request: Request, session: Session | None) -> str:
    """Return the account a call acts in: that of the role to assume, else the caller's; empty where nobody knows."""
    if request.operation == ASSUME_ROLE:
        return account_of(request.parameters.get("RoleArn", ""))
    return session.account if session else ""
