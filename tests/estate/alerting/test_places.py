"""Which regions of which accounts have what of alerting."""

from dataclasses import replace

import pytest

from breakglass.estate.alerting import places
from breakglass.estate.alerting.places import CHANGE, EVIDENCE, GATHERING, NET, TAMPER, USE, Place
from breakglass.estate.desired import place_of
from breakglass.manifest.model import Manifest
from breakglass.resources import BUCKET_POLICY, RULE, TRAIL, Key, Scope
from tests.conftest import manifest
from tests.estate.alerting.support import GLOBAL, HOME, MANAGEMENT, PROD, SECOND, SECURITY
from tests.estate.alerting.support import TRAIL as AUDIT

FAR = "ap-southeast-2"


@pytest.mark.parametrize(
    ("account", "region", "parts"),
    [
        (SECURITY, HOME, {USE, TAMPER}),
        (SECURITY, GLOBAL, {USE, CHANGE, TAMPER}),
        (SECURITY, SECOND, {USE, TAMPER, GATHERING}),
        (SECURITY, FAR, {USE, TAMPER}),
        (SECURITY, "sa-east-1", set()),
        (SECURITY, "global", set()),
        (AUDIT, HOME, {NET, TAMPER}),
        (AUDIT, SECOND, {EVIDENCE}),
        (AUDIT, GLOBAL, set()),
        (MANAGEMENT, HOME, {TAMPER}),
        (MANAGEMENT, SECOND, set()),
        (MANAGEMENT, GLOBAL, set()),
        (PROD, HOME, set()),
        (PROD, SECOND, set()),
    ],
)
def test_what_is_where(acme: Manifest, account: str, region: str, parts: set[str]) -> None:
    assert places.parts(acme, Scope(account, region)) == parts
    assert place_of(acme, account, region).parts == parts


@pytest.mark.parametrize(
    ("account", "regions"),
    [
        (SECURITY, (FAR, HOME, GLOBAL, SECOND)),
        (AUDIT, (HOME, SECOND)),
        (MANAGEMENT, (HOME,)),
        (PROD, ()),
    ],
)
def test_the_regions_of_an_account_are_those_with_any_part(
    acme: Manifest, account: str, regions: tuple[str, ...]
) -> None:
    assert places.regions(acme, account) == regions


def test_a_trail_in_an_account_and_region_of_its_own_takes_the_net_there() -> None:
    moved = manifest(trail={"account": PROD, "region": "eu-central-1", "log_group": "events"})
    assert places.parts(moved, Scope(PROD, "eu-central-1")) == {NET, TAMPER}
    assert places.parts(moved, Scope(MANAGEMENT, "eu-central-1")) == {TAMPER}
    assert places.parts(moved, Scope(AUDIT, HOME)) == set()
    assert places.regions(moved, AUDIT) == (SECOND,)
    assert places.forwarders(moved) == (SECURITY, PROD, MANAGEMENT)


def test_a_trail_in_the_management_account_forwards_but_once() -> None:
    there = manifest(trail={"account": MANAGEMENT, "region": HOME, "log_group": "events"})
    assert places.parts(there, Scope(MANAGEMENT, HOME)) == {NET, TAMPER}
    assert places.forwarders(there) == (SECURITY, MANAGEMENT)


@pytest.mark.parametrize(
    ("partition", "region"), [("aws", "us-east-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_changes_of_the_namespace_are_noticed_where_iam_of_the_partition_logs(partition: str, region: str) -> None:
    there = manifest(partition=partition)
    assert CHANGE in places.parts(there, Scope(SECURITY, region, partition))


def test_in_a_template_only_what_is_elsewhere_is_written_out(acme: Manifest) -> None:
    symbolic = Scope("${AWS::AccountId}", "${AWS::Region}", "${AWS::Partition}")
    bus = "event-bus/break-glass"
    here = Place(acme, Scope(SECURITY, SECOND), symbolic)
    assert places.bus(here) == f"arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:{bus}"
    near = Place(acme, Scope(SECURITY, HOME), symbolic)
    assert places.bus(near) == f"arn:${{AWS::Partition}}:events:{SECOND}:${{AWS::AccountId}}:{bus}"
    far = Place(acme, Scope(AUDIT, HOME), symbolic)
    assert places.bus(far) == f"arn:${{AWS::Partition}}:events:{SECOND}:{SECURITY}:{bus}"


def test_a_trail_waits_for_the_policy_of_its_bucket_wherever_that_is() -> None:
    trail = Key(Scope(SECURITY, SECOND), TRAIL, "break-glass")
    bucket = Key(Scope(AUDIT, SECOND), BUCKET_POLICY, "b")
    rule = Key(Scope(SECURITY, SECOND), RULE, "BreakGlass-Use")
    assert places.precedence(frozenset({trail, bucket, rule})) == {trail: {bucket}}
    assert places.precedence(frozenset({trail, rule})) == {trail: frozenset()}
    assert places.precedence(frozenset({bucket, rule})) == {}


def test_the_second_region_may_be_that_of_the_trail(acme: Manifest) -> None:
    one = replace(acme, alerts=replace(acme.alerts, second_region=HOME))
    assert places.parts(one, Scope(SECURITY, HOME)) == {USE, TAMPER, GATHERING}
    assert places.parts(one, Scope(AUDIT, HOME)) == {NET, TAMPER, EVIDENCE}
