"""How templates are sent: in the call, or through a bucket."""

import hashlib

import pytest

from breakglass.errors import DeniedError, RejectedError
from tests.aws.stacks.support import MANAGEMENT, PROD, SELF_MANAGED, Administrator, instance, scopes, stack_set
from tests.aws.stubs import StubbedAws

LARGE = "# " + "x" * 51_198 + "\n"
DIGEST = hashlib.sha256(LARGE.encode()).hexdigest()
DELIVERY = stack_set(PROD, template=LARGE)


@pytest.fixture
def administrator(aws: StubbedAws) -> Administrator:
    found = Administrator(aws, {**SELF_MANAGED, "template_bucket": "acme-templates"})
    found.exists()
    found.instances(instance(PROD))
    return found


def put(**more: object) -> dict[str, object]:
    return {
        "Bucket": "acme-templates",
        "Key": f"break-glass/{DIGEST}.yaml",
        "Body": LARGE.encode(),
        "ContentType": "application/yaml",
        "ExpectedBucketOwner": MANAGEMENT,
        **more,
    }


@pytest.mark.parametrize(("told", "version"), [({}, ""), ({"VersionId": "a+b"}, "?versionId=a%2Bb")])
def test_a_template_too_large_for_a_call_goes_through_the_bucket(
    administrator: Administrator, aws: StubbedAws, told: dict[str, object], version: str
) -> None:
    aws.service("s3").expect("put_object", put(), told)
    url = f"https://s3.eu-west-1.amazonaws.com/acme-templates/break-glass/{DIGEST}.yaml{version}"
    administrator.begins("update_stack_set", TemplateURL=url, **administrator.common)
    administrator.state("SUCCEEDED")
    administrator.instances(instance(PROD))
    assert administrator.brings(DELIVERY, scopes(PROD))[0].why is None


def test_a_bucket_that_may_not_be_written_to(administrator: Administrator, aws: StubbedAws) -> None:
    aws.service("s3").refuse("put_object", put(), "AccessDenied", "no", 403)
    with pytest.raises(DeniedError, match="acme-templates"):
        administrator.stacks.deliver(DELIVERY, scopes(PROD), advance=administrator.advanced)


def test_without_a_bucket_it_says_what_to_make(aws: StubbedAws) -> None:
    administrator = Administrator(aws)
    administrator.absent()
    with pytest.raises(RejectedError, match="has 51,201 bytes") as raised:
        administrator.stacks.deliver(DELIVERY, scopes(PROD), advance=administrator.advanced)
    assert "stacksets.template_bucket" in raised.value.advice


def test_what_just_fits_is_sent_in_the_call(aws: StubbedAws) -> None:
    administrator = Administrator(aws)
    administrator.absent()
    made = {**administrator.of, "TemplateBody": LARGE[1:], **administrator.common}
    administrator.told.expect("create_stack_set", made, {})
    administrator.instances()
    assert administrator.brings(stack_set(PROD, template=LARGE[1:]), []) == []
