"""People in reserve in a policy: one ARN each, never a statement of nothing, never a Deny lost."""

import pytest

from breakglass.documents import Json
from breakglass.playbooks.placeholders import for_reserve, misplaced
from breakglass.resources import items

USER = "arn:aws:iam::222222222222:user/break-glass/${ReserveUser}"
USERS = [USER.replace("${ReserveUser}", name) for name in ("kim", "lee")]


def filled(statement: Json, users: tuple[str, ...] = ("kim", "lee")) -> list[Json]:
    document: dict[str, Json] = {"Version": "2012-10-17", "Statement": statement}
    return list(items(for_reserve(document, users, ("t1", "t2"))["Statement"]))


@pytest.mark.parametrize("resource", [USER, [USER]], ids=["string", "list"])
def test_one_arn_for_each(resource: Json) -> None:
    assert filled({"Effect": "Allow", "Action": "iam:GetUser", "Resource": resource}) == [
        {"Effect": "Allow", "Action": "iam:GetUser", "Resource": [*USERS]}
    ]


def test_teams_beside_what_holds_no_placeholder() -> None:
    (found,) = filled([{"Effect": "Allow", "Action": "x:Y", "Resource": ["a", "${ReserveTeam}"]}])
    assert isinstance(found, dict)
    assert found["Resource"] == ["a", "t1", "t2"]


@pytest.mark.parametrize(
    "more",
    [
        {"NotResource": USER},
        {"Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalArn": "${ReserveUser}"}}},
        {"Resource": "${reserveuser}"},
    ],
)
def test_nothing_but_a_resource_is_touched(more: dict[str, Json]) -> None:
    statement: Json = {"Effect": "Deny", "Action": "x:Y", **more}
    assert filled([statement]) == [statement]


def test_nobody_in_reserve_allows_nothing_and_still_denies() -> None:
    assert filled([{"Effect": "Allow", "Action": "x:Y", "Resource": USER}], users=()) == []
    denied: Json = {"Effect": "Deny", "Action": "x:Y", "Resource": USER}
    assert filled([denied], users=()) == [{"Effect": "Deny", "Action": "x:Y", "Resource": ["*"]}]


def test_many_take_several_statements_of_their_own_names() -> None:
    people = tuple(f"u{number:03}" for number in range(45))
    found = filled([{"Sid": "Move", "Effect": "Allow", "Action": "x:Y", "Resource": "${ReserveUser}"}], people)
    statements = [each for each in found if isinstance(each, dict)]
    assert [each["Sid"] for each in statements] == ["Move", "Move20", "Move40"]
    assert [name for each in statements for name in items(each["Resource"])] == list(people)


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"Resource": USER}, False),
        ({"NotResource": USER}, True),
        ({"Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/x": "${reserveteam}"}}}, True),
    ],
)
def test_people_in_reserve_belong_in_a_resource(more: dict[str, Json], wrong: bool) -> None:
    assert misplaced({"Effect": "Deny", "Action": "iam:GetUser", **more}) is wrong
