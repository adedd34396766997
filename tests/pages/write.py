"""The pages people print, written to be judged: python -m tests.pages.write FOLDER."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.report.playbooks.page import page as playbook_page
from breakglass.report.verification.page import verification_page
from breakglass.respond import card, envelope
from breakglass.respond.envelope import Envelope, Part
from breakglass.secret import Secret
from tests.conftest import manifest
from tests.report.playbooks import samples as playbooks
from tests.report.verification import samples

MADE = datetime(2026, 11, 22, 11, 26, 3, tzinfo=UTC)
PASSWORD = "7kRm-Xw4q_Vh9T~bNj3&cPz2"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""As long as those AWS draws."""


def sealed(of: Manifest, part: Part, *, must_change: bool = False) -> Envelope:
    """Return an envelope of the first responder."""
    device = naming.mfa_arn(of.partition, of.security_account, "ana-break-glass") if part.holds_seed else ""
    return Envelope(part, of.responders[0], device, MADE, Secret(PASSWORD), Secret(SEED), must_change)


def pages(of: Manifest) -> Iterator[tuple[str, str]]:
    """Yield every kind of page: a name, and the page."""
    for part in Part:
        for must_change in (False, True):
            kind = "handover" if must_change else "sealed"
            yield f"envelope-{part}-{kind}", envelope.page(sealed(of, part, must_change=must_change), of)
    yield "card-person", card.page(of, MADE, of.responders[0])
    yield "card-all", card.page(of, MADE)
    yield "verification-clean", verification_page(samples.clean(), manual=samples.MANUAL)
    yield "verification-telling", verification_page(samples.telling(), samples.since(), samples.MANUAL)
    for playbook in playbooks.ALL:
        yield f"playbook-{playbook.name}", playbook_page(playbook)
    yield "playbook-where", playbook_page(playbooks.EVERYTHING, playbooks.WHERE)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    many = [("verification-large", verification_page(samples.large()))]
    for name, page in (*pages(manifest()), *many):
        (folder / f"{name}.html").write_text(page, "utf-8")
