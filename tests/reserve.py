"""The manifest of Acme with Kim in reserve, and Ana and Bo to move her."""

import yaml

from breakglass.manifest.model import Manifest
from tests.conftest import ACME, manifest

LEADS = "  - {name: leads, playbooks: [grant-access], accounts: [security]}\n"
KIM = "  - {id: kim, name: Kim Ito, email: kim@acme.example, teams: [incident, payments], reserve: true}\n"
PLAYBOOKS = "playbooks: [ransomware, data-breach, lost-access]\n"
ORGANIZATION = "  - {name: organization, playbooks: [lost-access], accounts: [management]}\n"
FATIMA = "  - {id: fatima, name: Fatima Zahra, email: fatima@acme.example, teams: [payments]}\n"


def written() -> str:
    """Return it as it stands in a file."""
    text = ACME.read_text("utf-8")
    for line, more in (
        ("\n" + PLAYBOOKS, "security_playbooks: [grant-access]\n"),
        (ORGANIZATION, LEADS),
        (FATIMA, KIM),
    ):
        assert line in text
        text = text.replace(line, line + more, 1)
    return text.replace("teams: [incident, organization]", "teams: [incident, organization, leads]")


def granting(**changes: object) -> Manifest:
    """Return it with these keys changed."""
    return manifest(**{**yaml.safe_load(written()), **changes})
