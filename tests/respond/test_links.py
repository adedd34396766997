"""Where the links of each partition lead."""

from urllib.parse import parse_qs, urlsplit

import pytest

from breakglass.manifest.model import Manifest
from breakglass.respond.links import documented_switch, doors, switches
from breakglass.respond.target import Target
from tests.conftest import manifest

TARGET = Target("222222222222", "prod", "ransomware", "BREAK-GLASS-RANSOMWARE")


def of(partition: str, *regions: str) -> Manifest:
    return manifest(partition=partition, regions=list(regions))


@pytest.mark.parametrize(
    ("partition", "region", "console", "account", "sign_in"),
    [
        (
            "aws",
            "eu-west-1",
            "eu-west-1.console.aws.amazon.com",
            "111111111111.signin.aws.amazon.com",
            "eu-west-1.signin.aws.amazon.com",
        ),
        (
            "aws",
            "us-east-1",
            "us-east-1.console.aws.amazon.com",
            "111111111111.signin.aws.amazon.com",
            "signin.aws.amazon.com",
        ),
        (
            "aws-cn",
            "cn-northwest-1",
            "cn-northwest-1.console.amazonaws.cn",
            "111111111111.signin.amazonaws.cn",
            "cn-northwest-1.signin.amazonaws.cn",
        ),
        (
            "aws-us-gov",
            "us-gov-east-1",
            "us-gov-east-1.console.amazonaws-us-gov.com",
            "111111111111.signin.amazonaws-us-gov.com",
            "us-gov-east-1.signin.amazonaws-us-gov.com",
        ),
    ],
)
def test_each_partition_has_hosts_of_its_own(
    partition: str, region: str, console: str, account: str, sign_in: str
) -> None:
    here = of(partition, region)
    (door,), (switch,) = doors(here), switches(here, TARGET)
    assert door.console == f"https://{console}/"
    assert door.account == f"https://{account}/console?region={region}"
    assert urlsplit(switch.url)[:3] == ("https", sign_in, "/switchrole")
    assert urlsplit(documented_switch(here, TARGET)).hostname == account.partition(".")[2]


def test_regions_come_in_the_manifests_order() -> None:
    here = of("aws", "us-west-2", "ap-southeast-2", "eu-west-1")
    assert [each.region for each in doors(here)] == [each.region for each in switches(here, TARGET)]
    assert [each.region for each in doors(here)] == list(here.regions)


def test_regions_can_be_chosen(acme: Manifest) -> None:
    assert [each.region for each in doors(acme, ["us-east-1"])] == ["us-east-1"]
    assert [each.region for each in switches(acme, TARGET, ["us-east-1"])] == ["us-east-1"]


def test_what_first_links_need_is_their_own_region_alone(acme: Manifest) -> None:
    for door, switch in zip(doors(acme), switches(acme, TARGET), strict=True):
        assert str(urlsplit(door.console).hostname).startswith(f"{door.region}.")
        assert str(urlsplit(switch.url).hostname).startswith(f"{switch.region}.")


@pytest.mark.parametrize("name", ["R&D #1 ?x=1/a+b%20", '"><script>', "a" * 50])
def test_names_are_encoded_whole(acme: Manifest, name: str) -> None:
    target = Target("222222222222", name, "ransomware", "BREAK-GLASS-RANSOMWARE")
    for url in (switches(acme, target)[0].url, documented_switch(acme, target)):
        query = urlsplit(url).query
        assert not set(query) & set('"<> +#')
        assert parse_qs(query, strict_parsing=True) == {
            "account": ["222222222222"],
            "roleName": ["BREAK-GLASS-RANSOMWARE"],
            "displayName": [f"{name} ransomware"[:64]],
        }
