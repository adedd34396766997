"""A resource is a value: equal when AWS could not tell two apart."""

import pytest

from breakglass import naming
from breakglass.resources import GROUP, PASSWORD_POLICY, ROLE, SUBSCRIPTION, USER, Resource, Scope, needs, tags

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


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        ("https://pager.example/7c6f0e?key=7c6f0e", "https://pager.example/…"),
        ("https://pager.example:8443/7c6f0e", "https://pager.example:8443/…"),
        ("https://7c6f0e:7c6f0e@pager.example/7c6f0e@x", "https://pager.example/…"),
        ("HTTP://pager.example?key=7c6f0e", "HTTP://pager.example/…"),
        ("https://pager.example#7c6f0e", "https://pager.example/…"),
        ("https://[7c6f0e", "https://…"),
        ("https://pager.example/", "https://pager.example/"),
        ("https://pager.example", "https://pager.example"),
        ("oncall@acme.example", "oncall@acme.example"),
        ("arn:aws:sqs:eu-west-1:333333333333:pager", "arn:aws:sqs:eu-west-1:333333333333:pager"),
    ],
)
def test_of_the_address_of_a_pager_only_the_host_is_shown(endpoint: str, shown: str) -> None:
    subscription = Resource(SUBSCRIPTION, SCOPE, {"TopicArn": "x", "Protocol": "https", "Endpoint": endpoint})
    assert (subscription.shown, subscription.subject) == (shown, shown)
    assert subscription.name == endpoint


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
