"""The sandbox as a server on the loopback interface, in a thread of this process.

moto keeps its state in the process, so there is one sandbox to a process at a time. It logs no request, reaches no
network and reads nothing of the user's AWS configuration.
"""

import socket
from email.utils import format_datetime
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.sandbox.accounts import Accounts
from breakglass.sandbox.clock import SandboxClock
from breakglass.sandbox.cloudformation.service import CloudFormation
from breakglass.sandbox.desk import Desk
from breakglass.sandbox.door import Door
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.environment import environment
from breakglass.sandbox.people import People
from breakglass.sandbox.record import Calls, Mail, Record
from breakglass.sandbox.sessions import LONG_TERM, Session, new_identifier, new_secret
from breakglass.sandbox.state import SERVER_NAME
from breakglass.sandbox.witness import Witness

HOST = "127.0.0.1"
_PATIENCE = 5.0
"""Seconds a connection may be silent before it is closed."""
_POLL = 0.05
"""Seconds between two looks at whether to stop."""
_BACKLOG = 128

_one_at_a_time = Lock()


class Sandbox(People):
    """An organization as the manifest describes it, empty but for the provisioning roles.

    `port` 0 means a free one. `people_confirm` tells whether whoever is subscribed to a topic confirms it at once, so
    that only they can end it. `start` raises UsageError where the port is taken or a sandbox runs in this process.
    """

    def __init__(self, manifest: Manifest, port: int = 0, *, people_confirm: bool = True) -> None:
        super().__init__(manifest)
        self._port = port
        self._people_confirm = people_confirm
        self._administrator = _administrator(manifest)
        self._emulator: Emulator | None = None
        self._door: Door | None = None
        self._server: _Server | None = None
        self._thread: Thread | None = None
        self.calls = Calls()
        self.mail: Record[Mail] = Record()

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
                self._open(self._emulator, witness)
                self._door = Door(partition, self._emulator, self._sessions, self.faults, (self.calls, witness))
                desk = Desk(self._door, self._administrator.secret, self._enter)
                self._server = _Server(HOST, 0, desk, _Handler, fd=listener.fileno())
                self._server.clock = self.clock
                self.faults.start()
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
        self.faults.stop()
        self._server.shutdown()
        self._thread.join()
        self._server = self._thread = self._emulator = self._door = self._pages = None
        _one_at_a_time.release()

    def reset(self) -> None:
        """Make everything anew, save for the port and the administrator's key."""
        if self._emulator is not None:
            self._emulator.reset()
            self.stack_sets.reset()
        self._sessions.clear()
        self.calls.clear()
        self.events.clear()
        self.mail.clear()
        self.faults.clear()
        self.clock.reset()

    @property
    def accounts(self) -> Accounts:
        """What opens, moves, suspends and closes accounts; raises UsageError while it does not run."""
        if self._emulator is None:
            raise UsageError("the sandbox does not run", subject="sandbox", advice="start it first")
        return Accounts(self._emulator, self._manifest, self.stack_sets.follow)

    @property
    def url(self) -> str:
        """Where it answers; raises UsageError while it does not run."""
        if self._server is None:
            raise UsageError("the sandbox does not run", subject="sandbox", advice="start it first")
        return f"http://{HOST}:{self._server.port}"

    @property
    def stack_sets(self) -> CloudFormation:
        """What StackSets do here that nobody asks them to by the API; raises UsageError while it does not run."""
        if self._door is None:
            raise UsageError("the sandbox does not run", subject="sandbox", advice="start it first")
        return self._door.stacks

    def environment(self) -> dict[str, str]:
        """Return the variables with which a client is the administrator of the management account.

        The names in `breakglass.sandbox.environment.UNSET` must be unset beside them.
        """
        admin = self._administrator
        return environment(self.url, self._manifest.regions[0], admin.access_key, admin.secret)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Handler(WSGIRequestHandler):
    """Keeps silent, and closes what is dropped or says nothing."""

    timeout = _PATIENCE
    server: "_Server"

    server_version = SERVER_NAME
    sys_version = ""

    def log(self, *_details: object, **_more: object) -> None:
        pass

    def date_time_string(self, _timestamp: float | None = None) -> str:
        """Return what time it is in the sandbox, for the header Date."""
        return format_datetime(self.server.clock.now(), usegmt=True)

    def connection_dropped(self, *_details: object, **_more: object) -> None:
        self.close_connection = True


class _Server(ThreadedWSGIServer):
    """Waits for the answers under way when it closes."""

    daemon_threads = False
    clock: SandboxClock


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
