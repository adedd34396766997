"""What the steps of the demo share: an organization on the sandbox, and the deeds each step is told by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pyotp import TOTP
from rich.text import Text

from breakglass import naming
from breakglass.assure.controls import CONTROLS
from breakglass.assure.verify import verify
from breakglass.cli import wiring
from breakglass.cli.envelopes import Opened, opened
from breakglass.errors import DeniedError
from breakglass.estate.plan import Plan
from breakglass.findings import Finding
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import apply
from breakglass.provision.converge import plan_for, provisioned, remaining
from breakglass.report.findings import findings_text
from breakglass.report.outcome import outcome_text
from breakglass.report.plan import plan_text
from breakglass.report.terminal import show

if TYPE_CHECKING:
    from breakglass.sandbox.server import Sandbox
    from breakglass.sandbox.sessions import Session

USER = "ana-break-glass"
OTHER = "emeka-break-glass"
ROLE = "BREAK-GLASS-RANSOMWARE"
TARGET = "222222222222"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, what is said of it, and what must come out."""

    title: str
    says: str
    run: "Callable[[Story], bool]"


class Story:
    """What the steps share: a manifest, and the sandbox that has its organization."""

    def __init__(self, manifest: Manifest, sandbox: "Sandbox", folder: Path) -> None:
        self.manifest = manifest
        self.sandbox = sandbox
        self.folder = folder
        self.goal = provisioned(manifest)
        self.sessions = wiring.sessions(manifest, None)
        self.estate = wiring.estate_of(self.sessions)
        self.key = ""
        self._read = 0

    def plan(self) -> Plan:
        """Look, and show what would change."""
        found = plan_for(self.estate, self.goal)
        show(plan_text(found, self.manifest))
        return found

    def apply(self) -> bool:
        """Make it so, and read it back."""
        outcome = apply(self.estate, plan_for(self.estate, self.goal), self.goal.surveys, wiring.clock())
        left = remaining(self.estate, self.goal, wiring.clock())
        show(outcome_text(outcome, left, self.manifest))
        return outcome.complete and not left.changes

    def verify(self) -> tuple[Finding, ...]:
        """Run the controls over what is read back."""
        verified = verify(self.estate, self.manifest, wiring.clock().now())
        findings = tuple(each.finding for each in verified.open)
        show(findings_text(findings, f"{len(CONTROLS)} controls over {len(self.manifest.account_ids)} accounts"))
        return findings

    def enter(self, user: str, *, mfa: bool) -> str:
        """Try to assume the role as a user, tell how it went, and return what stood against it."""
        role = naming.iam_arn(self.manifest.partition, TARGET, f"role/{ROLE}")
        who = f"{user}, signed in with{' password and code' if mfa else 'out MFA'}"
        session = self.by_envelopes(user) if mfa else self._without_mfa(user)
        try:
            entered = wiring.enter(self.manifest.regions[0], _credentials(session), role, user)
        except DeniedError as error:
            show([Text(f"  x {who}: {in_short(error)}", style="yellow")])
            return error.message
        show([Text(f"  > {who}: {entered}", style="green")])
        return ""

    def told(self) -> Sequence[tuple[str, str]]:
        """Return the subjects and texts that one address received since this was asked before."""
        address = self.manifest.alerts.email[0]
        received = [(mail.subject, mail.text) for mail in self.sandbox.mail if mail.address == address]
        new, self._read = received[self._read :], len(received)
        return new

    def later(self, minutes: int) -> None:
        """Let time pass."""
        self.sandbox.clock.advance(minutes * 60)

    def others_are_denied(self) -> bool:
        """Try it without MFA, and as somebody of another team; tell whether neither got in."""
        denied = [self.enter(USER, mfa=False), self.enter(OTHER, mfa=True)]
        return all("not authorized to perform: sts:AssumeRole" in each for each in denied)

    def envelopes(self, user: str) -> Opened:
        """Open both envelopes of a person."""
        return opened(path.read_text("utf-8") for path in self.folder.iterdir() if path.name.startswith(f"{user}-"))

    def by_envelopes(self, user: str) -> "Session":
        """Sign in with what is in a person's envelopes."""
        return self.sign_in(user, self.envelopes(user))

    def sign_in(self, user: str, envelopes: Opened) -> "Session":
        """Sign in with a password and the next code of a device: each counts once."""
        self.sandbox.clock.advance(TOTP(envelopes.seed.reveal()).interval)
        code = TOTP(envelopes.seed.reveal()).at(self.sandbox.clock.now())
        password = envelopes.password.reveal()
        return self.sandbox.sign_in_with(self.manifest.security_account, user, password, code=code)

    def _without_mfa(self, user: str) -> "Session":
        return self.sandbox.console_sign_in(self.manifest.security_account, user, mfa=False)


def _credentials(session: "Session") -> wiring.Credentials:
    return wiring.Credentials(session.access_key, session.secret, session.token, session.expires or datetime.max)


def in_short(error: DeniedError) -> str:
    """Return what AWS said."""
    return error.message.partition(" was denied: ")[2].removesuffix(" (AccessDenied)")
