"""The shipped templates say what `apply` makes: read back from the sandbox, account by account."""

from pathlib import Path

import pytest
import yaml

from breakglass.cli import wiring
from breakglass.estate.observation import observe
from breakglass.estate.surveys import surveys
from breakglass.estate.template import parse
from breakglass.manifest.model import Manifest
from breakglass.resources import KINDS, state
from tests.cli.conftest import Run

pytestmark = pytest.mark.uncounted

TEMPLATES = Path(__file__).parents[2] / "cloudformation"


def kind(manifest: Manifest, account: str) -> str:
    named = {
        manifest.management_account.id: "management",
        manifest.security_account: "security",
        manifest.audit_account: "audit",
    }
    return named.get(account, "workload")


@pytest.mark.usefixtures("sandbox")
def test_each_template_is_what_apply_made(cli: Run, acme: Manifest) -> None:
    assert cli("apply", "--yes").code == 0
    there = observe(wiring.estate(acme, None), surveys(acme), acme.name)
    assert there.unread == ()
    for account in acme.account_ids:
        scope = acme.scope(account)
        made = [each for key, each in there.state.items() if key.scope == scope and KINDS[key.type].rendered]
        template = yaml.safe_load((TEMPLATES / f"{kind(acme, account)}.yaml").read_text("utf-8"))
        assert state(made) == parse(template, scope)
