"""What people do in a sandbox beside the API: sign in, switch roles, use `aws login`, register a passkey, follow links.

Only programs in the same process come here; from another one, the desk signs people in.
"""

from dataclasses import dataclass

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.sandbox import sts
from breakglass.sandbox.clock import SandboxClock
from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.console import Console, nobody
from breakglass.sandbox.desk import Form
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.faults import Faults
from breakglass.sandbox.gaps import passkeys
from breakglass.sandbox.recognition import Typed
from breakglass.sandbox.record import Record
from breakglass.sandbox.sessions import Entered, Session, Sessions, entered
from breakglass.sandbox.sign_in import SignIn
from breakglass.sandbox.witness import Witness


@dataclass(frozen=True, slots=True)
class Pages:
    """What a sandbox that runs has for people."""

    emulator: Emulator
    console: Console
    sign_in: SignIn


class People:
    """The people of a sandbox; all raise UsageError while it does not run.

    `region` is that of the sign-in endpoint, the manifest's first unless given.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._sessions = Sessions()
        self._pages: Pages | None = None
        self.events: Record[Event] = Record()
        self.faults = Faults()
        self.clock = SandboxClock()

    def sign_in_with(
        self, account: str, user: str, password: str, *, code: str = "", region: str = "", new_password: str = ""
    ) -> Session:
        """Return the temporary credentials of a user who signs in to the console, of which CloudTrail tells.

        `code` is that of a device, `new_password` where the password must be changed. Raises DeniedError where anything
        is wrong, UnavailableError where the region does not answer.
        """
        typed = Typed(account, user, password, code, new_password)
        return self._running.sign_in.enter(typed, region or self._manifest.regions[0])

    def aws_login(self, session: Session, *, mfa: bool, region: str = "") -> Session:
        """Return the credentials that `aws login` has from a user who signed in.

        Whether they say that MFA was used, AWS does not document: `mfa` decides. Raises DeniedError where the user may
        not, UnavailableError where the region does not answer.
        """
        return self._running.sign_in.log_in(session, region or self._manifest.regions[0], mfa=mfa)

    def sign_in(self, account: str, user: str, *, mfa: bool) -> Session:
        """Return the credentials of a user as after a sign-in, without password or code, and without an event.

        Raises UsageError where there is no such user.
        """
        found = self._running.emulator.user(account, user)
        if found is None:
            raise nobody(account, user)
        session = sts.signed_in(found, self.clock.now(), mfa=mfa)
        self._sessions.add(session)
        return session

    def console_sign_in(self, account: str, user: str, *, mfa: bool, region: str = "") -> Session:
        """Return the credentials of a user as after a sign-in, without password or code; CloudTrail tells of it.

        `root` is the account's root user. Raises UsageError where there is no such user.
        """
        return self._running.console.sign_in(account, user, region or self._manifest.regions[0], mfa=mfa)

    def console_sign_in_failed(self, account: str, user: str, *, mfa: bool = False, region: str = "") -> None:
        """Let a sign-in to the console fail, of a user who exists or of nobody."""
        self._running.console.fail_to_sign_in(account, user, region or self._manifest.regions[0], mfa=mfa)

    def switch_role(self, session: Session, role_arn: str, region: str = "") -> Session:
        """Return the session of a role that somebody switched into in the console.

        Raises DeniedError where the user may not assume it.
        """
        return self._running.console.switch_role(session, role_arn, region or self._manifest.regions[0])

    def register_passkey(self, account: str, user: str) -> str:
        """Give a user a passkey, as an administrator does in the console, and return its serial number.

        Raises UsageError where there is no such user.
        """
        with self._running.emulator.opened() as held:
            found = held.user(account, user)
            if found is None:
                raise nobody(account, user)
            return passkeys.register(found, held.partition, self.clock.now())

    def confirm_subscriptions(self, address: str) -> int:
        """Follow the links in all requests for confirmation that an address has; return how many there were."""
        return self._pages.emulator.confirm(address) if self._pages is not None else 0

    def _open(self, emulator: Emulator, witness: Witness) -> None:
        """Let people in from now on."""
        console = Console(self._manifest.partition, emulator, self._sessions, self.clock, witness)
        self._pages = Pages(emulator, console, SignIn(console, emulator, self._sessions, self.faults, witness))

    def _enter(self, form: Form) -> Entered:
        """Sign somebody in for the desk."""
        region = form.region or self._manifest.regions[0]
        people = {each.id for each in self._manifest.responders}
        user = naming.user_name(form.user) if form.user in people else form.user
        typed = Typed(self._manifest.security_account, user, form.password, form.code, form.new_password)
        session = self._running.sign_in.enter(typed, region)
        if form.aws_login:
            session = self.aws_login(session, mfa=session.mfa, region=region)
        return entered(session, region)

    @property
    def _running(self) -> Pages:
        if self._pages is None:
            raise UsageError("the sandbox does not run", subject="sandbox", advice="start it first")
        return self._pages
