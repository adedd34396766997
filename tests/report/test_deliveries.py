"""What stacks do fits on a line, and no place is named twice."""

from dataclasses import replace

from breakglass.errors import RejectedError
from breakglass.estate.intents import Intent
from breakglass.estate.organization import Resolved
from breakglass.manifest.model import Account, Manifest
from breakglass.provision.deliveries import deliveries
from breakglass.report.deliveries import failures_text, places_label
from breakglass.report.deploy import intents_text
from breakglass.resources import Scope
from tests.memory_stacks import SHARED, stacked

REGIONS = tuple(f"eu-{side}-{each}" for side in ("north", "west") for each in range(1, 9))


def test_no_line_is_wide_however_many_places_there_are(acme: Manifest) -> None:
    accounts = tuple(Account(id=f"7000000000{each}", name=f"workloads-{each}") for each in range(10, 60))
    alerts = replace(acme.alerts, regions=("us-east-1", "us-west-2", *REGIONS))
    manifest = stacked(replace(acme, accounts=(*acme.accounts, *accounts), alerts=alerts), SHARED)
    todo = [Intent(each, places=each.scopes) for each in deliveries(Resolved(manifest))]
    lines = [text.plain for text in intents_text(todo, manifest)]
    assert max(map(len, lines)) <= 100
    assert "+ StackSet break-glass-acme-workload: create, 54 accounts, stacks in eu-west-1" in lines
    assert "    prod (222222222222), payments (444444444444), data (555555555555) and 51 more" in lines
    text = "\n".join(lines)
    assert "regions\n    security (111111111111) eu-north-1, eu-north-2, eu-north-3 and 13 more regions" in text


def test_one_account_is_named_however_long_that_is(acme: Manifest) -> None:
    manifest = replace(acme, accounts=(Account(id="700000000010", name="x" * 50), Account(id="700000000011", name="y")))
    places = [Scope("700000000010", f"ap-southeast-{each}") for each in (1, 2, 3)]
    assert places_label([*places, Scope("700000000011")], manifest).endswith("ap-southeast-3 and 1 more")
    assert places_label([Scope("700000000011")], manifest) == "y (700000000011)"


def test_the_same_reason_in_many_accounts_is_told_once(acme: Manifest) -> None:
    def why(account: str) -> RejectedError:
        return RejectedError(f"no in {account}", advice=f"see {account}: all of {account}")

    places = [Scope(account) for account in ("222222222222", "444444444444")]
    told = [text.plain for text in failures_text([(each, why(each.account)) for each in places], acme)]
    assert told == [
        "failed: prod (222222222222), payments (444444444444): no in ACCOUNT",
        "  → see ACCOUNT: all of ACCOUNT",
    ]
    told = [text.plain for text in failures_text([(places[0], why("222222222222"))], acme)]
    assert told == ["failed: prod (222222222222): no in 222222222222", "  → see 222222222222: all of 222222222222"]
