"""The page of a sealed envelope: what one person signs in with, or half of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from html import escape

from breakglass import naming
from breakglass.manifest.model import Manifest, Responder
from breakglass.secret import Secret


class Part(StrEnum):
    """Which of the two factors an envelope holds."""

    PASSWORD = "password"  # noqa: S105 - a word, not a password
    MFA = "mfa"
    BOTH = "both"


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


def file_name(envelope: Envelope) -> str:
    """Return a name such as `ana-break-glass-20261122T112603Z-password.html`."""
    user = naming.user_name(envelope.person.id)
    return f"{user}-{envelope.sealed.astimezone(UTC):%Y%m%dT%H%M%SZ}-{envelope.part}.html"


def page(envelope: Envelope, manifest: Manifest) -> str:
    """Return the page to print and to seal: self-contained HTML, whose elements hold the secrets and nothing else."""
    told = {
        "account": manifest.security_account,
        "user": naming.user_name(envelope.person.id),
        "device": envelope.device,
        "password": envelope.password.reveal() if envelope.password else "",
        "seed": envelope.seed.reveal() if envelope.seed else "",
    }
    rows = "".join(f'<p>{name}: <code id="{name}">{escape(value)}</code></p>' for name, value in told.items() if value)
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Emergency envelope</title>{rows}</html>\n'
