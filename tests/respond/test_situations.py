"""What is said to work when something is down, for manifests of several shapes."""

from breakglass.manifest.model import Manifest
from breakglass.respond.situations import Situation, situations
from tests.conftest import manifest


def by_what_is_down(of: Manifest) -> dict[str, Situation]:
    return {each.down: each for each in situations(of)}


def alerts(second_region: str) -> dict[str, object]:
    return {"email": ["a@b"], "second_region": second_region, "regions": ["eu-west-1", "us-east-1", "us-west-2"]}


def test_every_region_that_matters_is_spoken_of(acme: Manifest) -> None:
    assert list(by_what_is_down(acme)) == [
        "The identity provider, or IAM Identity Center",
        "us-east-1, where IAM and Organizations are changed",
        "eu-west-1 or us-west-2 or ap-southeast-2",
        "eu-west-1, where the organization trail is watched",
        "us-west-2, where the event bus gathers uses",
    ]


def test_without_the_control_plane_the_other_regions_let_in(acme: Manifest) -> None:
    found = by_what_is_down(acme)["us-east-1, where IAM and Organizations are changed"]
    assert "eu-west-1, us-west-2 and ap-southeast-2" in found.works
    assert "eu-west-1, us-west-2 and ap-southeast-2" in found.do
    mixed = by_what_is_down(manifest(regions=["us-east-1", "us-west-2"]))
    assert "Use the links of us-west-2." in mixed["us-east-1, where IAM and Organizations are changed"].do
    assert "us-west-2" in mixed
    alone = by_what_is_down(manifest(regions=["us-east-1"]))
    assert "there are no others" in alone["us-east-1, where IAM and Organizations are changed"].do
    assert "" not in alone


def test_a_card_with_one_region_says_so() -> None:
    assert "no other region" in by_what_is_down(manifest(regions=["eu-west-1"]))["eu-west-1"].do


def test_without_the_trails_region_the_second_channel_alone_tells(acme: Manifest) -> None:
    found = by_what_is_down(acme)
    assert "second channel alone, in us-west-2" in found["eu-west-1, where the organization trail is watched"].works
    assert "alarms in eu-west-1 alone" in found["us-west-2, where the event bus gathers uses"].works


def test_where_both_channels_are_in_one_region_nobody_is_told() -> None:
    both = by_what_is_down(manifest(alerts=alerts("eu-west-1")))
    assert both["eu-west-1, where both channels tell of uses"].fails == "Nobody is told of a use."


def test_other_partitions_have_another_control_plane() -> None:
    china = manifest(partition="aws-cn", regions=["cn-northwest-1"])
    assert "cn-north-1, where IAM and Organizations are changed" in by_what_is_down(china)
