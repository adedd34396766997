"""What YAML allows and a manifest does not, and what is not even YAML: each gives one problem, on its line."""

from pathlib import Path

import pytest

from tests.manifest.support import Mistake, assert_told

PROD = '{id: "222222222222", name: prod}'
PAYMENTS = "{name: payments, playbooks: [data-breach], accounts: [payments]}"
SECURITY = 'security_account: "111111111111"'


REFUSED = (
    Mistake(
        "key-twice",
        "engine: direct",
        "engine: direct\nengine: direct",
        "engine",
        ("twice", "first on line"),
        at="engine: direct\n\n",
    ),
    Mistake(
        "key-twice-below", PROD, '{id: "222222222222", name: prod, id: "777777777777"}', "accounts[0].id", ("twice",)
    ),
    Mistake("anchor", PROD, f"&prod {PROD}", "accounts[0]", ("anchor 'prod'",)),
    Mistake("alias", PROD, "*prod", "accounts[0]", ("anchor 'prod'", "write the value out")),
    Mistake("tag", "name: acme", "name: !!str acme", "name", ("tag", "leave it out")),
    Mistake("tag-own", PROD, f"!account {PROD}", "accounts[0]", ("'!account'",)),
    Mistake("no-value", "name: acme", "name:", "name", ("has no value",)),
    Mistake("null", SECURITY, "security_account: null", "security_account", ("has no value",)),
    Mistake("tilde", "name: prod}", "name: ~}", "accounts[0].name", ("has no value",)),
    Mistake("no-item", f"- {PROD}", "-", "accounts[0]", ("has no value",), at='\n  - {id: "4444'),
    Mistake("no-mapping", "limits: {session_hours: 1, minimum_ways_in: 2}", "limits:", "limits", ("has no value",)),
    Mistake("key-null", "engine: direct", "~: direct", "", ("a key has no name",)),
    Mistake("key-list", "engine: direct", "? [a, b]\n: direct", "", ("a key must be one word",)),
    Mistake("key-mapping", "engine: direct", "? {a: b}\n: {c: d}", "", ("a key must be one word",)),
    Mistake("key-alias", "engine: direct", "*a : direct", "", ("anchor 'a'",)),
)

BROKEN = (
    Mistake("quote-open", "minimum_ways_in: 2}", 'minimum_ways_in: "2}', "", ("never closed",)),
    Mistake(
        "quote",
        'security_account: "111111111111"',
        'security_account: "111111111111',
        "",
        ("quotes",),
        at='"333333333333"  ',
    ),
    Mistake("bracket", "accounts: [payments]}", "accounts: [payments}", "", ("closing ]",)),
    Mistake("brace", "name: staging}", "name: staging", "", ("closing }",)),
    Mistake("tab", "  email: [sec", "\temail: [sec", "", ("indent with spaces",)),
    Mistake("reserved", "name: acme", "name: @acme", "", ("quotes",)),
    Mistake("indent", "  minimum_receivers", "   minimum_receivers", "", ("indentation",)),
    Mistake("indent-list", f"  - {PAYMENTS}", f" - {PAYMENTS}", "", ("indentation",)),
    Mistake("colon", "engine: direct", "engine direct", "", ("a colon and a space",)),
    Mistake("two-colons", "engine: direct", "engine: direct: now", "", ("quote text",)),
    Mistake("escape", "name: acme", r'name: "\q"', "", ("escape",)),
    Mistake("commas", "[eu-west-1, us-west-2,", "[eu-west-1,, us-west-2,", "", ("a value is missing",)),
    Mistake("directive", "version: 1", "%FOO bar\nversion: 1", "", ("not YAML",)),
    Mistake("documents", "engine: direct", "---\nengine: direct", "", ("second document",)),
    Mistake("control", "name: acme", "name: ac\x07me", "", ("U+0007",)),
)


@pytest.mark.parametrize("mistake", [*REFUSED, *BROKEN], ids=lambda mistake: mistake.id)
def test_a_mistake_gives_one_problem_on_its_line(mistake: Mistake, tmp_path: Path) -> None:
    assert_told(mistake, tmp_path)
