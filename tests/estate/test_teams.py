"""A team's rights are exactly what the manifest says, in the tightest encoding that fits."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from breakglass import naming
from breakglass.documents import Json, canonical, size
from breakglass.errors import ManifestError
from breakglass.estate.matrix import Access, intended
from breakglass.estate.teams import NAMED_ACCOUNTS, POLICY_QUOTA, Encoding, encode
from breakglass.manifest.model import Manifest, Team
from breakglass.resources import items
from tests.conftest import manifest


def accounts(number: int) -> list[dict[str, str]]:
    return [{"id": f"{100000000000 + each}", "name": f"account-{each}"} for each in range(number)]


def team(**changes: object) -> list[dict[str, object]]:
    return [{"name": "incident", "playbooks": ["ransomware", "data-breach"], "accounts": "all", **changes}]


RESPONDER = [{"id": "ana", "name": "Ana", "email": "ana@acme.example", "teams": ["incident"]}]


def people_of(number: int, **changes: object) -> Manifest:
    return manifest(accounts=accounts(number), teams=team(**changes), responders=RESPONDER)


def allowed(encoding: Encoding, account: str, playbook: str, organization: str = "o-acme12345") -> bool:
    """Judge the few shapes the encodings have, by hand: the role's ARN, and the account it is in."""
    arn = f"arn:aws:iam::{account}:role/{naming.role_name(playbook)}"
    return any(_matches(statement, arn, account, organization) for statement in _statements(encoding))


def _statements(encoding: Encoding) -> Iterator[Mapping[str, Json]]:
    for document in encoding.policies:
        yield from (each for each in items(document["Statement"]) if isinstance(each, Mapping))


def _matches(statement: Mapping[str, Json], arn: str, account: str, organization: str) -> bool:
    if not any(fnmatchcase(arn, str(pattern)) for pattern in items(statement["Resource"])):
        return False
    condition = statement.get("Condition", {})
    assert isinstance(condition, Mapping)
    keys = {"aws:ResourceAccount": account, "aws:ResourceOrgID": organization}
    return all(
        _holds(operator, keys[key], wanted)
        for operator, block in condition.items()
        if isinstance(block, Mapping)
        for key, wanted in block.items()
    )


def _holds(operator: str, value: str, wanted: Json) -> bool:
    found = value in ([wanted] if isinstance(wanted, str) else items(wanted))
    return found if operator == "StringEquals" else not found


def test_every_person_may_go_exactly_where_their_teams_say(acme: Manifest) -> None:
    encodings = {each.name: encode(acme, each) for each in acme.teams}
    found = {
        Access(responder.id, account, playbook)
        for responder in acme.responders
        for name in responder.teams
        for account in acme.account_ids
        for playbook in acme.playbooks
        if allowed(encodings[name], account, playbook)
    }
    assert found == intended(acme)


@pytest.mark.parametrize(
    ("number", "says"),
    [(4, "literal role ARNs"), (500, "roles of the accounts listed"), (5000, "roles of the whole organization")],
)
def test_the_tightest_encoding_that_fits_is_chosen(number: int, says: str) -> None:
    many = people_of(number)
    encoding = encode(many, many.teams[0])
    assert encoding.says.startswith(says)
    assert len(encoding.policies) <= 9
    assert all(size(policy) <= POLICY_QUOTA for policy in encoding.policies)
    for account in (many.accounts[0].id, many.accounts[-1].id):
        assert allowed(encoding, account, "ransomware")
        assert not allowed(encoding, account, "lost-access")
    assert not allowed(encoding, many.management_account.id, "ransomware")
    assert not allowed(encoding, many.security_account, "ransomware")


def test_an_account_wildcard_is_never_without_a_condition() -> None:
    for number in (4, 500, 5000):
        many = people_of(number)
        for statement in _statements(encode(many, many.teams[0])):
            wild = any("::*:" in str(resource) for resource in items(statement["Resource"]))
            assert wild == ("Condition" in statement)


def test_a_wildcard_over_the_organization_stops_at_its_border() -> None:
    many = people_of(5000)
    encoding = encode(many, many.teams[0])
    assert not allowed(encoding, "100000000000", "ransomware", organization="o-other12345")


def test_a_list_of_accounts_too_long_for_any_exact_encoding_is_refused_with_advice() -> None:
    most = people_of(NAMED_ACCOUNTS, accounts=[f"account-{each}" for each in range(NAMED_ACCOUNTS)])
    assert encode(most, most.teams[0]).says == "roles of the accounts listed"
    many = people_of(5000, accounts=[f"account-{each}" for each in range(4500)])
    with pytest.raises(ManifestError) as burst:
        encode(many, many.teams[0])
    assert burst.value.subject == "incident"
    assert "split" in burst.value.message
    assert "3,000 accounts; write `accounts: all`" in burst.value.message


def test_accounts_with_different_playbooks_are_never_given_the_product_of_both() -> None:
    names = [f"account-{each}" for each in range(500)]
    many = people_of(500, accounts=[*names, "management"], playbooks=["ransomware", "lost-access"])
    encoding = encode(many, many.teams[0])
    assert encoding.says == "roles of the accounts listed"
    assert all(size(policy) <= POLICY_QUOTA for policy in encoding.policies)
    management = many.management_account.id
    assert allowed(encoding, management, "lost-access")
    assert not allowed(encoding, management, "ransomware")
    assert all(allowed(encoding, many.accounts[0].id, each) for each in ("ransomware", "lost-access"))


@pytest.mark.parametrize("number", [10, 500])
def test_a_team_has_no_right_to_a_playbook_an_account_does_not_have(number: int) -> None:
    rows = [{**row, "playbooks": ["data-breach"]} if odd % 2 else row for odd, row in enumerate(accounts(number))]
    named = [row["name"] for row in accounts(number)]
    some = manifest(accounts=rows, teams=team(accounts=named), responders=RESPONDER)
    encoding = encode(some, some.teams[0])
    for each in (some.accounts[1], some.accounts[-1]):
        assert allowed(encoding, each.id, "data-breach")
        assert not allowed(encoding, each.id, "ransomware")
    assert allowed(encoding, some.accounts[0].id, "ransomware")
    assert sum(access.playbook == "ransomware" for access in intended(some)) == number / 2


def test_a_team_of_units_nobody_has_looked_up_has_no_right_yet() -> None:
    units = [{"id": "ou-acme-workload", "name": "workload"}]
    some = manifest(organizational_units=units, teams=team(accounts=["workload"]), responders=RESPONDER)
    assert encode(some, some.teams[0]).policies == ()


def test_teams_reads_no_right_out_of_nothing() -> None:
    some = manifest()
    nothing = Team(name="x", playbooks=("ransomware",), accounts=("management",))
    with pytest.raises(ManifestError):
        encode(some, nothing)


def test_an_account_that_comes_changes_one_policy_and_moves_no_other_account() -> None:
    """While policies change one after the other, a role that moves is for a moment in none of them."""
    before, after = people_of(300), people_of(301)
    old, new = (encode(each, each.teams[0]).policies for each in (before, after))
    assert len(old) == len(new) == 9
    assert sum(one != other for one, other in zip(old, new, strict=True)) == 1


def test_the_order_of_accounts_and_playbooks_changes_no_policy() -> None:
    many = people_of(120)
    turned = replace(
        many,
        accounts=tuple(reversed(many.accounts)),
        teams=(replace(many.teams[0], playbooks=tuple(reversed(many.teams[0].playbooks))),),
    )
    one, other = (encode(each, each.teams[0]).policies for each in (many, turned))
    assert [canonical(each) for each in one] == [canonical(each) for each in other]
