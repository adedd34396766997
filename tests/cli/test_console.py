"""console: links for people and machines, and the browser that may not be there."""

import webbrowser
from collections.abc import Callable

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool | Exception], list[str]]:
    """Put a browser there that opens what it is given, does not, or breaks."""

    def put(outcome: bool | Exception) -> list[str]:
        opened: list[str] = []

        def run(url: str) -> bool:
            opened.append(url)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(webbrowser, "open", run)
        return opened

    return put


def test_links_of_every_region_stand_in_order_and_are_not_wrapped(cli: Run) -> None:
    ran = cli("console", "prod/ransomware")
    assert ran.code == 0
    links = [line.split() for line in ran.out.splitlines() if "https://" in line]
    regions = ["eu-west-1", "us-west-2", "ap-southeast-2"]
    assert [region for region, _ in links] == [*regions, *regions, *regions, "any"]
    assert links[0][1] == "https://eu-west-1.console.aws.amazon.com/"
    assert all(len({line.index("https") for line in ran.out.splitlines() if "https" in line}) == 1 for _ in links)


def test_as_json_it_is_one_document(cli: Run) -> None:
    document = cli("console", "222222222222/lost-access", "--format", "json").document
    assert (document["schema"], document["version"], document["manifest"]) == ("breakglass/console", 1, "acme")
    assert (document["account_name"], document["role"]) == ("prod", "BREAK-GLASS-LOST-ACCESS")
    assert [each["region"] for each in document["sign_in"]] == ["eu-west-1", "us-west-2", "ap-southeast-2"]
    assert [each["region"] for each in document["switch_role"]] == ["eu-west-1", "us-west-2", "ap-southeast-2"]
    assert document["switch_role_documented"].startswith("https://signin.aws.amazon.com/switchrole?account=2222")


@pytest.mark.parametrize("region", ["us-west-2", "us-east-1"])
def test_one_region_can_be_chosen_of_those_in_which_a_use_is_noticed(cli: Run, region: str) -> None:
    document = cli("console", "prod/ransomware", "--region", region, "--format", "json").document
    assert [each["region"] for each in document["sign_in"] + document["switch_role"]] == [region, region]


def test_another_region_is_refused_with_those_there_are(cli: Run) -> None:
    ran = cli("console", "prod/ransomware", "--region", "eu-west-9")
    assert ran.code == 2
    assert "did you mean `eu-west-1`" in ran.err
    assert "us-east-1" in ran.err


def test_two_mistakes_are_told_at_once(cli: Run) -> None:
    ran = cli("console", "prood/ransom")
    assert ran.code == 2
    assert "`prod`" in ran.err
    assert "`ransomware`" in ran.err
    assert not ran.out


def test_the_first_regions_sign_in_is_opened_and_the_switch_told(
    cli: Run, browser: Callable[[bool | Exception], list[str]]
) -> None:
    opened = browser(True)
    ran = cli("console", "prod/ransomware", "--open", "--format", "json")
    assert opened == [ran.document["sign_in"][0]["url"]]
    assert ran.document["switch_role"][0]["url"] in ran.err


@pytest.mark.parametrize("outcome", [False, webbrowser.Error("no browser"), OSError("no fork")])
def test_without_a_browser_the_link_is_told(
    cli: Run, browser: Callable[[bool | Exception], list[str]], outcome: bool | Exception
) -> None:
    browser(outcome)
    ran = cli("console", "prod/ransomware", "--open")
    assert ran.code == 0
    assert "open https://eu-west-1.console.aws.amazon.com/ yourself" in ran.err
    assert "switchrole" in ran.err
