"""Destroying says who loses what, once for accounts alike, and no more than is so."""

from breakglass import resources
from breakglass.estate.desired import desired
from breakglass.estate.plan import Change, Plan
from breakglass.manifest.model import Manifest
from breakglass.report.losses import losses, some
from breakglass.resources import Key, Scope

PROD = Scope("222222222222")


def gone(manifest: Manifest, *keys: Key) -> list[str]:
    before = desired(manifest)
    return list(losses(Plan(before, tuple(Change(before[key], None) for key in keys)), manifest))


def test_an_account_is_lost_with_its_playbook_roles(acme: Manifest) -> None:
    role = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")
    assert gone(acme, role) == ["Emergency access to prod (222222222222) is lost by ana, bo, chidi, dana."]
    assert gone(acme, Key(PROD, resources.ROLE, "BreakGlassVerifier")) == []
    assert gone(acme) == []


def test_whoever_has_no_user_any_more_loses_every_account(acme: Manifest) -> None:
    found = gone(acme, Key(Scope(acme.security_account), resources.USER, "ana-break-glass"))
    assert all(line.endswith(" is lost by ana.") for line in found)
    assert len(found) == 1
    assert "prod (222222222222), " in found[0]


def test_of_many_names_some_are_told() -> None:
    assert some([f"a{each}" for each in range(20)]).endswith(", a19")
    assert some([f"a{each}" for each in range(23)]).endswith(", a19 and 3 more")
