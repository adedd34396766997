"""The page of a sealed envelope: what one person signs in with, or half of it, and what to do with it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, auto

import pyotp
import segno
from markupsafe import Markup

from breakglass import naming
from breakglass.estate.desired import PASSWORD_POLICY
from breakglass.manifest.model import Manifest, Responder
from breakglass.report.pages import when
from breakglass.respond.legibility import groups, legend
from breakglass.respond.links import doors
from breakglass.respond.pages import calls, render
from breakglass.secret import Secret

_ISSUER = "Amazon Web Services"


class Part(StrEnum):
    """Which of the two factors an envelope holds."""

    PASSWORD = auto()
    MFA = auto()
    SECOND = "second-mfa"
    """A device beside the first, which stays valid."""
    BOTH = auto()

    @property
    def holds_password(self) -> bool:
        """Whether the password is in it."""
        return self in (Part.PASSWORD, Part.BOTH)

    @property
    def holds_seed(self) -> bool:
        """Whether the seed of the MFA device is in it."""
        return self is not Part.PASSWORD


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is sealed for a person; only the secret of its part is ever printed."""

    part: Part
    person: Responder
    device: str
    """The serial number of the MFA device, empty where the page has none to tell."""
    sealed: datetime
    password: Secret | None
    seed: Secret | None
    """In base 32."""
    must_change: bool = False
    """Whether AWS demands another password at the first sign-in."""

    def __post_init__(self) -> None:
        if self.part.holds_password and self.password is None:
            raise ValueError("this envelope is to hold a password, and there is none")
        if self.part.holds_seed and self.seed is None:
            raise ValueError("this envelope is to hold the seed of an MFA device, and there is none")


def file_name(envelope: Envelope) -> str:
    """Return a name such as `ana-break-glass-20261122T112603Z-password.html`."""
    user = naming.user_name(envelope.person.id)
    return f"{user}-{envelope.sealed.astimezone(UTC):%Y%m%dT%H%M%SZ}-{envelope.part}.html"


def page(envelope: Envelope, manifest: Manifest) -> str:
    """Return the page to print and to seal: self-contained HTML in UTF-8.

    The elements `password` and `seed` hold the secret of its part and nothing else, `account`, `user` and `device`
    what goes with it. It fills one sheet of A4 or Letter where names are ordinary and regions few.
    """
    password = envelope.password.reveal() if envelope.password and envelope.part.holds_password else ""
    seed = envelope.seed.reveal() if envelope.seed and envelope.part.holds_seed else ""
    user = naming.user_name(envelope.person.id)
    return render(
        "envelope.html",
        envelope=envelope,
        manifest=manifest,
        user=user,
        names_device=_is_not_the_first(envelope, manifest),
        sealed=when(envelope.sealed),
        password=groups(password),
        legend=tuple(legend(password)),
        seed=groups(seed),
        qr=_qr(seed, f"{user}@{manifest.security_account}") if seed else "",
        issuer=_ISSUER,
        doors=doors(manifest),
        calls=tuple(calls(manifest)),
        home=naming.GLOBAL_REGIONS[manifest.partition],
        shortest=PASSWORD_POLICY["MinimumPasswordLength"],
    )


def _is_not_the_first(envelope: Envelope, manifest: Manifest) -> bool:
    """Tell whether the device is another than the shell takes it for where none is named: it is after a renewal."""
    first = naming.mfa_device_name(naming.user_name(envelope.person.id))
    return envelope.device not in ("", naming.mfa_arn(manifest.partition, manifest.security_account, first))


def _qr(seed: str, label: str) -> Markup:
    """Return the QR code an authenticator scans, as a drawing.

    AWS labels its own codes in the same way, without an issuer.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
    """
    uri = pyotp.TOTP(seed).provisioning_uri(name=label, issuer_name=_ISSUER)
    return Markup(segno.make(uri, error="m", micro=False).svg_inline(omitsize=True))  # noqa: S704 - paths and numbers
