"""What is told to do about a stray can be done: the call exists, and names what it is about."""

import pytest
from botocore import xform_name
from botocore.session import Session

from breakglass import naming, resources
from breakglass.assure.checks.settling import to_settle
from breakglass.estate.desired import desired
from breakglass.manifest.model import Manifest
from breakglass.resources import KINDS, Resource, Scope, tags

SERVICES = {"s3api": "s3"}
TAGGED = [type_ for type_, kind in KINDS.items() if kind.ownership == "tag"]
OURS = tags({naming.OWNER_TAG: "acme"})


def call_of(advice: str) -> tuple[str, str, str]:
    """Return the service, the operation as the CLI calls it, and the rest."""
    service, operation, rest = advice.partition(" run: aws ")[2].split(" ", 2)
    return service, operation, rest


@pytest.mark.parametrize("type_", TAGGED)
def test_what_may_be_ours_is_tagged_with_a_call_that_exists(acme: Manifest, type_: str) -> None:
    stray = next(each for each in desired(acme).values() if each.type == type_)
    advice = to_settle(Resource(type_, stray.scope, {**stray.properties, "Tags": ()}), "acme")
    service, operation, rest = call_of(advice)
    names = Session().get_service_model(SERVICES.get(service, service)).operation_names
    assert operation in {xform_name(each, "-") for each in names}
    assert "break-glass:manifest" in rest
    assert "acme" in rest
    assert ("--region " in rest) == (stray.scope.region != "global")
    assert stray.name in rest or stray.arn in rest or " tells the " in rest


@pytest.mark.parametrize(
    ("stray", "call"),
    [
        (
            Resource(resources.USER, Scope("111111111111"), {"UserName": "eve", "Tags": OURS}),
            "aws iam untag-user --user-name eve --tag-keys break-glass:manifest;",
        ),
        (
            Resource(resources.ROLE, Scope("111111111111"), {"RoleName": "Ops", "Tags": OURS}),
            "aws iam untag-role --role-name Ops --tag-keys break-glass:manifest;",
        ),
    ],
)
def test_what_bears_our_tag_alone_is_untagged(stray: Resource, call: str) -> None:
    assert call in to_settle(stray, "acme")
