"""The sandbox as a server on the loopback interface, in a thread of this process.

moto keeps its state in the process, so there is one sandbox to a process at a time. It logs no request, reaches no
network and reads nothing of the user's AWS configuration.
"""

import socket
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.sandbox import sts
from breakglass.sandbox.clock import SandboxClock
from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.console import Console
from breakglass.sandbox.door import Door
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.environment import environment
from breakglass.sandbox.faults import Faults
from breakglass.sandbox.record import Calls, Mail, Record
from breakglass.sandbox.sessions import LONG_TERM, Session, Sessions, new_identifier, new_secret
from breakglass.sandbox.state import SERVER_NAME
from breakglass.sandbox.witness import Witness

HOST = "127.0.0.1"
_PATIENCE = 5.0
"""Seconds a connection may be silent before it is closed."""
_POLL = 0.05
"""Seconds between two looks at whether to stop."""
_BACKLOG = 128

_one_at_a_time = Lock()


class Sandbox:
    """An organization as the manifest describes it, empty but for the provisioning roles.

    `port` 0 means a free one. `people_confirm` tells whether whoever is subscribed to a topic confirms it at once, so
    that only they can end it. `start` raises UsageError where the port is taken or a sandbox runs in this process.
    """

    def __init__(self, manifest: Manifest, port: int = 0, *, people_confirm: bool = True) -> None:
        self._manifest = manifest
        self._port = port
        self._people_confirm = people_confirm
        self._administrator = _administrator(manifest)
        self._sessions = Sessions()
        self._emulator: Emulator | None = None
        self._server: _Server | None = None
        self._thread: Thread | None = None
        self._console: Console | None = None
        self.calls = Calls()
        self.events: Record[Event] = Record()
        self.mail: Record[Mail] = Record()
        self.faults = Faults()
        self.clock = SandboxClock()

    def start(self) -> Self:
        """Take the port and answer from now on."""
        if not _one_at_a_time.acquire(blocking=False):
            raise UsageError(
                "a sandbox already runs in this process, and the emulator keeps one state to a process",
                subject="sandbox",
                advice="stop the first, or start the second in a process of its own",
            )
        try:
            with _listen(self._port) as listener:
                self._emulator = Emulator(
                    self._manifest, self._administrator, self.mail, people_confirm=self._people_confirm
                )
                partition, witness = self._manifest.partition, Witness(self._emulator, self.clock, self.events)
                self._console = Console(partition, self._emulator, self._sessions, self.clock, witness)
                door = Door(partition, self._emulator, self._sessions, self.faults, (self.calls, witness))
                self._server = _Server(HOST, 0, door, _Handler, fd=listener.fileno())
        except BaseException:
            _one_at_a_time.release()
            raise
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL,), name=SERVER_NAME, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Answer what is under way, then close the port; what does not run is left alone."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server = self._thread = self._emulator = self._console = None
        _one_at_a_time.release()

    def reset(self) -> None:
        """Make everything anew, save for the port and the administrator's key."""
        if self._emulator is not None:
            self._emulator.reset()
        self._sessions.clear()
        self.calls.clear()
        self.events.clear()
        self.mail.clear()
        self.faults.clear()
        self.clock.reset()

    @property
    def url(self) -> str:
        """Where it answers; raises UsageError while it does not run."""
        if self._server is None:
            raise UsageError("the sandbox does not run", subject="sandbox", advice="start it first")
        return f"http://{HOST}:{self._server.port}"

    def environment(self) -> dict[str, str]:
        """Return the variables with which a client is the administrator of the management account.

        The names in `breakglass.sandbox.environment.UNSET` must be unset beside them.
        """
        admin = self._administrator
        return environment(self.url, self._manifest.regions[0], admin.access_key, admin.secret)

    def sign_in(self, account: str, user: str, *, mfa: bool) -> Session:
        """Return the temporary credentials of a user who signed in to the console, with MFA or without.

        No request over the network comes here. Raises UsageError where there is no such user.
        """
        found = self._emulator.user(account, user) if self._emulator is not None else None
        if found is None:
            raise UsageError(
                f"the sandbox has no user {user} in account {account}", subject=user, advice="apply a manifest first"
            )
        session = sts.signed_in(found, self.clock.now(), mfa=mfa)
        self._sessions.add(session)
        return session

    def console_sign_in(self, account: str, user: str, *, mfa: bool, region: str = "") -> Session:
        """Return the temporary credentials of a user who signed in to the console, of which CloudTrail tells.

        `root` is the account's root user, `region` that of the sign-in endpoint, else the manifest's first. Raises
        UsageError where there is no such user.
        """
        return self._pages.sign_in(account, user, region or self._manifest.regions[0], mfa=mfa)

    def console_sign_in_failed(self, account: str, user: str, *, mfa: bool = False, region: str = "") -> None:
        """Let a sign-in to the console fail, of a user who exists or of nobody."""
        self._pages.fail_to_sign_in(account, user, region or self._manifest.regions[0], mfa=mfa)

    def switch_role(self, session: Session, role_arn: str, region: str = "") -> Session:
        """Return the session of a role that somebody switched into in the console.

        Raises DeniedError where the user may not assume it.
        """
        return self._pages.switch_role(session, role_arn, region or self._manifest.regions[0])

    def confirm_subscriptions(self, address: str) -> int:
        """Follow the links in all requests for confirmation that an address has; return how many there were."""
        return self._emulator.confirm(address) if self._emulator is not None else 0

    @property
    def _pages(self) -> Console:
        if self._console is None:
            raise UsageError("the sandbox does not run", subject="sandbox", advice="start it first")
        return self._console

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Handler(WSGIRequestHandler):
    """Keeps silent, and closes what is dropped or says nothing."""

    timeout = _PATIENCE

    server_version = SERVER_NAME
    sys_version = ""

    def log(self, *_details: object, **_more: object) -> None:
        pass

    def connection_dropped(self, *_details: object, **_more: object) -> None:
        self.close_connection = True


class _Server(ThreadedWSGIServer):
    """Waits for the answers under way when it closes."""

    daemon_threads = False


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"port {port} of {HOST} cannot be had: {error}", subject=str(port), advice="choose another with --port"
        ) from error
    listener.listen(_BACKLOG)
    return listener


def _administrator(manifest: Manifest) -> Session:
    return Session(
        access_key=new_identifier(LONG_TERM),
        secret=new_secret(),
        account=manifest.management_account.id,
        arn=naming.iam_arn(manifest.partition, manifest.management_account.id, "user/administrator"),
        identifier=new_identifier("AIDA"),
    )
