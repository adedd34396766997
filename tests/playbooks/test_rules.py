"""What a playbook says of itself in two places must agree; each mistake is told at its line, all of them at once."""

from pathlib import Path

import pytest

from breakglass.errors import PlaybookError
from breakglass.playbooks.model import PHASES
from breakglass.playbooks.read import read, understood
from tests.playbooks.support import STEPS, Mistake, line_of, replaced

MISTAKES = [
    Mistake("name", "name: stuck-host", "name: other", "name: is 'other': the file is named 'stuck-host'"),
    Mistake(
        "step twice",
        "id: tell-owner",
        "id: see-host",
        "phases.close.steps[0].id: the step 'see-host' is given twice: first on line 15",
        "id: see-host\n        title: Tell",
    ),
    Mistake(
        "parameter twice",
        "    example: i-0123456789abcdef0\n",
        "    example: i-0123456789abcdef0\n  - name: instance\n    what: Again.\n    example: x\n",
        "parameters[1].name: the parameter 'instance' is given twice: first on line 8",
        "name: instance\n    what: Again.",
    ),
    Mistake(
        "after nothing",
        "after: [see-host]",
        "after: [see-hosts]",
        "after[0]: 'see-hosts': no step has this id; did you mean `see-host`?",
    ),
    Mistake("after what is unlike", "after: [see-host]", "after: [qqq]", "after[0]: 'qqq': no step has this id"),
    Mistake(
        "after a later one",
        "after: [see-host]",
        "after: [tell-owner]",
        "after[0]: 'tell-owner' comes later than the step that is to wait for it",
    ),
    Mistake(
        "after itself",
        "after: [see-host]",
        "after: [stop-host]",
        "phases.contain.steps[0]: steps wait for each other in a circle: stop-host → stop-host",
        "id: stop-host",
    ),
    Mistake(
        "kind without its key",
        "        do:\n          - Call the owner of the host.\n",
        "",
        "phases.close.steps[0]: the key `do` is missing: a step of the kind `manual` has it",
        "id: tell-owner",
    ),
    Mistake(
        "key of another kind",
        "        kind: manual\n",
        "        kind: manual\n        secret: x\n",
        "phases.close.steps[0].secret: has no meaning in a step of the kind `manual`",
        "secret: x",
    ),
    Mistake(
        "parameter of nobody",
        'InstanceIds: ["{{instance}}"]',
        'InstanceIds: ["{{instanse}}"]',
        "{{instanse}}: no parameter has this name; did you mean `instance`?",
    ),
    Mistake(
        "parameter for nobody",
        "    example: i-0123456789abcdef0\n",
        "    example: i-0123456789abcdef0\n  - name: nobody\n    what: Nothing.\n    example: x\n",
        "parameters[1].name: 'nobody': no step asks for it",
        "name: nobody",
    ),
    Mistake("unknown key", "scenario:", "scenery:", "scenery: is not a known key; did you mean `scenario`?"),
    Mistake(
        "no IAM action",
        '"ec2:StopInstances"',
        '"StopInstances"',
        "is 'StopInstances': must be an IAM action such as `ec2:StopInstances`",
    ),
    Mistake(
        "example that asks",
        "example: i-0123456789abcdef0",
        'example: "{{instance}}"',
        "parameters[0].example: an example stands for itself",
        'example: "{{instance}}"',
    ),
]


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "stuck-host.yaml"
    path.write_text(text, "utf-8")
    return [each.at("stuck-host.yaml") for each in sorted(set(understood(path).problems))]


def test_a_sound_playbook_is_read(tmp_path: Path) -> None:
    assert problems(tmp_path, STEPS) == []
    playbook = read(tmp_path / "stuck-host.yaml")
    assert [each.id for each in playbook.steps] == ["see-host", "stop-host", "tell-owner"]
    assert [name for name, _ in playbook.every_phase()] == ["investigate", "contain", "close"]
    assert [each.changes for each in playbook.steps] == [False, True, False]
    assert playbook.examples == {"instance": "i-0123456789abcdef0"}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_a_mistake_is_told_at_its_line(tmp_path: Path, mistake: Mistake) -> None:
    text = replaced(STEPS, mistake.old, mistake.new)
    place = f"stuck-host.yaml:{line_of(text, mistake.at or mistake.new)} "
    found = problems(tmp_path, text)
    assert any(each.startswith(place) and mistake.says in each for each in found), found


def test_everything_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = STEPS
    for each in (MISTAKES[0], MISTAKES[3], MISTAKES[7], MISTAKES[11]):
        text = replaced(text, each.old, each.new)
    found = problems(tmp_path, text)
    assert len(found) == 4
    with pytest.raises(PlaybookError) as caught:
        read(tmp_path / "stuck-host.yaml")
    assert caught.value.problems == tuple(f"{tmp_path}/{each}" for each in found)
    assert caught.value.exit_code == 2
    assert "playbook check" in caught.value.advice


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        id: x", "        id: x"),
        ("id: see-host", "id: [see-host]"),
        ("kind: manual", "kind: [manual]"),
        ("after: [see-host]", "after: see-host"),
        ("      - id: tell-owner\n", "      - tell-owner\n      - id: tell-owner\n"),
        ("  - name: instance", "  - name: [instance]"),
        ("phases:", "phases: nothing\nother:"),
    ],
)
def test_a_wrong_shape_is_told_and_hides_nothing_else(tmp_path: Path, old: str, new: str) -> None:
    text = STEPS.replace(old, new, 1)
    found = problems(tmp_path, replaced(text, "name: stuck-host", "name: other"))
    assert any("the file is named" in each for each in found)
    assert len(found) == 1 if old == new else len(found) > 1


def test_phases_are_those_of_an_incident_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    head, _, rest = STEPS.partition("phases:\n")
    first, _, second = rest.partition("  contain:\n")
    assert problems(tmp_path, f"{head}phases:\n  contain:\n{second}{first}") == []
    assert [name for name, _ in read(tmp_path / "stuck-host.yaml").every_phase()] == [
        each for each in PHASES if each in ("investigate", "contain", "close")
    ]


def test_what_a_call_takes_has_the_type_it_is_written_in(tmp_path: Path) -> None:
    text = replaced(STEPS, '["{{instance}}"]', '["{{instance}}", 7, "7", true, 007, {a: 1}]')
    (tmp_path / "stuck-host.yaml").write_text(text, "utf-8")
    (call,) = read(tmp_path / "stuck-host.yaml").steps[0].calls
    assert call.parameters == {"InstanceIds": ["{{instance}}", 7, "7", True, "007", {"a": 1}]}
    assert call.authorized_as == "ec2:DescribeInstances"


def test_a_file_that_is_not_there_or_holds_nothing_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match="there is no such file"):
        read(tmp_path / "absent.yaml")
    assert problems(tmp_path, "") == ["stuck-host.yaml:1: the file is empty"]
