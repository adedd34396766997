"""A playbook on a terminal and as JSON: what to do, in its order, with commands to paste."""

import json
from collections.abc import Iterable

import pytest
from rich.text import Text

from breakglass.playbooks.model import PHASES, Playbook
from breakglass.report.playbooks.commands import commands
from breakglass.report.playbooks.document import listed_document, playbook_document
from breakglass.report.playbooks.text import listed_text, playbook_text
from breakglass.report.playbooks.where import Place, Where
from breakglass.report.terminal import json_text
from tests.report.playbooks.samples import ALL, EVERYTHING, NOWHERE, SIGN_IN, WHERE, named

VALUES = {"instance_id": "i-1", "bucket": "b"}


def plain(lines: Iterable[Text]) -> str:
    return "\n".join(line.plain for line in lines) + "\n"


def shown(where: Where | None = None, phases: Iterable[str] = PHASES) -> str:
    return plain(playbook_text(EVERYTHING, where, [*phases], VALUES))


@pytest.mark.parametrize("playbook", ALL, ids=named)
def test_everything_a_playbook_says_is_shown(playbook: Playbook) -> None:
    text = plain(playbook_text(playbook, None, PHASES, {}))
    for number, each in enumerate(playbook.steps, 1):
        assert f"{number:>2}. {each.title}" in text
        for line in (*each.do, *each.evidence, *each.tell, each.why or "", each.undo or "", *commands(playbook, each)):
            assert all(part in text for part in line.splitlines())
    for heading in (*playbook.when, *playbook.instead, *playbook.prepared, *playbook.relies_on):
        assert f"  - {heading}\n" in text


def test_what_is_filled_in_stands_in_commands_also_in_those_typed_on_a_host() -> None:
    text = shown()
    assert "aws ssm start-session --target i-1\n" in text
    assert "sudo ps auxww | grep 'b'\n" in text
    assert "  instance_id  = i-1\n" in text
    assert "  from  such as 2026-11-22T00:00:00Z\n" in text
    assert "{{bucket}}" not in text
    assert "{{call}}" in text


def test_a_command_is_never_broken_and_what_changes_something_is_told() -> None:
    lines = list(playbook_text(EVERYTHING, None, PHASES, {}))
    assert all(line.no_wrap for line in lines if line.plain.strip().startswith("aws "))
    assert "6. Stop it on the host.  Run Command, changes\n    after 1, 5\n" in plain(lines)


def test_of_one_phase_only_what_is_done_is_shown() -> None:
    text = shown(phases=["recover"])
    assert " RECOVER  It is as it was." in text
    assert " 9. Restart the host" in text
    assert "Stop it on the host" not in text
    assert "Use it when" not in text
    assert "  instance_id  = i-1\n" in text
    assert "  bucket  " not in text


def test_with_a_manifest_the_way_there_is_shown() -> None:
    text = shown(WHERE)
    assert "Get there  role BREAK-GLASS-EVERYTHING\n" in text
    assert "    us-west-2  https://us-west-2.console.aws.amazon.com/\n" in text
    assert "  switch in prod <1> | main (222222222222), team incident, payments\n" in text
    assert "  switch in payments (444444444444), no team may\n" in text
    assert f"    eu-west-1  {WHERE.places[1].links[0].url}\n" in text
    assert "organizational unit apps: by their ids, with `breakglass console ID/PLAYBOOK`" in text
    assert "  nowhere: the manifest acme does not provision it\n" in shown(NOWHERE)
    assert "Get there" not in shown()


def test_an_account_known_by_its_id_alone_is_told_once() -> None:
    unnamed = Where("acme", "111111111111", "R", SIGN_IN, (Place("700000000001", "700000000001", ("a",), ()),), ())
    assert "  switch in (700000000001), team a\n" in shown(unnamed)


def test_a_list_tells_where_and_by_whom_each_set_of_teams_once() -> None:
    many = tuple(Place(f"{each:012}", f"app-{each}", ("incident",), ()) for each in range(12))
    found = [(EVERYTHING, Where("acme", "1", "R", SIGN_IN, (*many, Place("9", "odd", (), ())), ("apps", "web")))]
    text = plain(listed_text(found))
    assert text.startswith(f"everything  Every kind <b> of step & every key\n  {EVERYTHING.when[0]}\n")
    assert "\n  10 steps: investigate, contain, recover, " in text
    assert "  in app-0, app-1, app-2, app-3, app-4, app-5, app-6, app-7, app-8, app-9 and 2 more, by incident\n" in text
    assert "  in odd, by nobody: no team may\n" in text
    assert "  and in every account of the organizational units apps, web\n" in text
    assert "nowhere: the manifest acme" in plain(listed_text([(EVERYTHING, NOWHERE)]))
    assert len(plain(listed_text([(EVERYTHING, None)])).splitlines()) == 3


def test_the_documents_have_the_same() -> None:
    found = json.loads(json_text(playbook_document(EVERYTHING, WHERE, PHASES, VALUES)))
    assert (found["schema"], found["version"], found["name"]) == ("breakglass/playbook", 1, "everything")
    assert found["parameters"][0]["value"] == "i-1"
    assert found["parameters"][1]["value"] is None
    assert [each["name"] for each in found["phases"]] == ["investigate", "contain", "recover", "close"]
    first, host = found["phases"][0]["steps"][0], found["phases"][1]["steps"][0]
    assert first["commands"] == list(commands(EVERYTHING, EVERYTHING.steps[0], VALUES))
    assert first["actions"] == ["cloudtrail:LookupEvents", "ec2:DescribeInstances", "s3:ListBucket"]
    assert host["on_host"][0] == "sudo ps auxww | grep 'b'"
    assert found["places"][0]["switch_role"][0] == {"region": "eu-west-1", "url": WHERE.places[0].links[0].url}
    assert (found["role"], found["organizational_units"]) == ("BREAK-GLASS-EVERYTHING", ["apps"])
    assert found["sign_in"][0]["region"] == "eu-west-1"


def test_without_a_manifest_nothing_is_said_of_places() -> None:
    (listed,) = json.loads(json_text(listed_document([(EVERYTHING, None)])))["playbooks"]
    assert (listed["places"], listed["steps"]) == (None, 10)
    assert "role" not in listed
    (placed,) = json.loads(json_text(listed_document([(EVERYTHING, WHERE)])))["playbooks"]
    assert placed["places"][1] == {"account": "444444444444", "account_name": "payments", "teams": []}
    alone = json.loads(json_text(playbook_document(EVERYTHING, None, ["close"], {})))
    assert (alone["places"], len(alone["phases"])) == (None, 1)
