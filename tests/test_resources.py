"""A resource is a value: equal when AWS could not tell two apart."""

import pytest

from breakglass import naming
from breakglass.resources import GROUP, PASSWORD_POLICY, ROLE, USER, Resource, Scope, needs, tags

SCOPE = Scope("222222222222")


def user(**properties: object) -> Resource:
    return Resource(USER, SCOPE, {"UserName": "ana-break-glass", **properties})  # type: ignore[dict-item]


def test_an_absent_property_is_its_default() -> None:
    assert user() == user(Path="/", Groups=[], ManagedPolicyArns=[], Policies=[], Tags=[])
    assert user(PermissionsBoundary=None) == user()


def test_the_order_of_a_set_means_nothing() -> None:
    assert user(Groups=["a", "b"]) == user(Groups=["b", "a"])
    assert user(Tags=tags({"a": "1", "b": "2"})) == user(
        Tags=[*reversed([*map(dict, [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])])]
    )


def test_a_name_path_and_account_make_the_arn() -> None:
    assert user(Path="/break-glass/").arn == "arn:aws:iam::222222222222:user/break-glass/ana-break-glass"
    assert Resource(ROLE, Scope("1", partition="aws-cn"), {"RoleName": "X"}).arn == "arn:aws-cn:iam::1:role/X"
    assert Resource(PASSWORD_POLICY, SCOPE, {}).arn == ""


def test_it_needs_what_it_names_and_points_at_and_never_itself() -> None:
    group = Resource(GROUP, SCOPE, {"GroupName": "team", "Path": "/break-glass/"})
    role = Resource(
        ROLE,
        SCOPE,
        {
            "RoleName": "R",
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {"Principal": {"AWS": "arn:aws:iam::222222222222:role/V"}},
                    {"Principal": {"AWS": "arn:aws:iam::222222222222:role/R"}},
                ]
            },
        },
    )
    trusted = Resource(ROLE, SCOPE, {"RoleName": "V"})
    arns = {each.arn: each.key for each in (group, role, trusted)}
    assert needs(user(Groups=["team"]), arns) == {group.key}
    assert needs(role, arns) == {trusted.key}


@pytest.mark.parametrize(
    ("kind", "name", "path", "ours"),
    [
        ("user", "ana-break-glass", "/", True),
        ("user", "ANA-BREAK-GLASS", "/", True),
        ("user", "ana", "/break-glass/", True),
        ("user", "break-glass-ana", "/", False),
        ("role", "BREAK-GLASS-X", "/", True),
        ("role", "break-glass-x", "/", True),
        ("role", "Admin", "/", False),
        ("role", "Admin", "/break-glass/", True),
        ("group", "break-glass-team", "/", True),
        ("policy", "Helpful", "/", False),
    ],
)
def test_the_namespace_is_told_by_name_or_path(kind: str, name: str, path: str, ours: bool) -> None:
    assert naming.is_ours_by_name(kind, name, path) == ours
