"""Every mistake in a playbook or its policy is found, at its line; and a sound one has none."""

import json
from pathlib import Path

import pytest

from breakglass.authorization.reading import statements, strings
from breakglass.authorization.reference import expand
from breakglass.errors import PlaybookError
from breakglass.estate.playbooks.check import mistakes
from breakglass.playbooks.pairs import Pair, pairs
from breakglass.playbooks.rights import needs, session_policy
from tests.playbooks.support import MODELS, STEPS, Mistake, checked, line_of, policy_of, replaced

HERE = "arn:${AWS::Partition}:%s:*:${AWS::AccountId}:%s"
LARGE = [f'"arn:${{AWS::Partition}}:ec2:*:${{AWS::AccountId}}:instance/i-{number:017d}"' for number in range(99)]

IN_STEPS = [
    Mistake(
        "an action that does not exist",
        'actions: ["ec2:DescribeInstances"]',
        'actions: ["ec2:DescribeInstances", "ec2:DescribeInstanses"]',
        "phases.investigate.steps[0].needs[0].actions[1]: no action is named ec2:DescribeInstanses",
    ),
    Mistake(
        "a step that needs more than its policy",
        'actions: ["ec2:DescribeInstances"]',
        'actions: ["ec2:DescribeInstances", "ec2:DescribeVpcs"]',
        "actions[1]: the policy does not allow it: ec2:describevpcs on",
    ),
    Mistake(
        "a step that needs an action on more than its policy",
        'instance/*"]',
        f'instance/*", "{HERE % ("ec2", "*")}"]',
        "needs[0].actions[0]: the policy does not allow it: ec2:stopinstances on arn:aws:ec2:",
        'actions: ["ec2:StopInstances"]',
    ),
    Mistake(
        "a step that needs an action where its policy has a condition",
        """
            condition:
              StringNotEquals:
                ec2:ResourceTag/break-glass-stop: never
""",
        "\n",
        "with ec2:resourcetag/break-glass-stop never",
        'actions: ["ec2:StopInstances"]',
    ),
    Mistake(
        "a step that needs what every policy denies",
        'actions: ["ec2:DescribeInstances"]',
        'actions: ["ec2:DescribeInstances", "logs:DescribeLogGroups"]',
        "actions[1]: logs:DescribeLogGroups is denied by what every playbook's policy denies",
    ),
    Mistake(
        "a step that changes something and does not say how that is undone",
        "        undo: The owner starts it.\n",
        "",
        "the key `undo` is missing: the step changes something by ec2:StopInstances",
        "id: stop-host",
    ),
    Mistake(
        "a step that only reads and is undone",
        '        needs:\n          - actions: ["ec2:DescribeInstances"]\n',
        '        undo: Look away.\n        needs:\n          - actions: ["ec2:DescribeInstances"]\n',
        "phases.investigate.steps[0].undo: every action the step needs only reads",
    ),
    Mistake(
        "steps in a circle",
        "        kind: api\n        calls",
        "        kind: api\n        after: [stop-host]\n        calls",
        "steps wait for each other in a circle: see-host → stop-host → see-host",
        "id: see-host",
    ),
    Mistake("a service that does not exist", "service: ec2", "service: ec3", "boto3 knows no service `ec3`; did you"),
    Mistake(
        "an operation that does not exist",
        "operation: StopInstances",
        "operation: StopInstance",
        "`ec2` has no operation `StopInstance`; did you mean `StopInstances`?",
        "service: ec2\n            operation: StopInstance",
    ),
    Mistake(
        "a parameter that does not exist",
        "              InstanceIds:",
        '              Instances: ["x"]\n              InstanceIds:',
        '`DescribeInstances`: unknown parameter in input: "Instances"',
        "service: ec2",
    ),
    Mistake(
        "a parameter of the wrong type",
        'InstanceIds: ["{{instance}}"]',
        'InstanceIds: "{{instance}}"',
        "invalid type for parameter InstanceIds, value: i-0123456789abcdef0, type: `str`",
        "service: ec2",
    ),
    Mistake(
        "a query that is none",
        'query: "Reservations[].Instances[].State"',
        'query: "Reservations["',
        "`query` is not JMESPath",
        "service: ec2",
    ),
    Mistake(
        "a call whose right the step does not need",
        "operation: DescribeInstances",
        "operation: DescribeVpcs",
        "is authorized as ec2:DescribeVpcs, which is not among the step's needs",
        "service: ec2",
    ),
    Mistake(
        "a call that is authorized as something else",
        "operation: DescribeInstances",
        "operation: DescribeInstances\n            action: ec2:SeeInstances",
        "no action is named ec2:SeeInstances: say with `action` as what AWS authorizes the call",
        "service: ec2",
    ),
    Mistake(
        "a need on a resource that fits none of its actions",
        'instance/*"]',
        f'instance/*", "{HERE % ("ec2", "volume/*")}"]',
        "needs[0].resources[1]: arn:aws:ec2:*:222222222222:volume/* fits no action of stophost1",
    ),
    Mistake(
        "a need under a condition that cannot hold",
        "ec2:ResourceTag/break-glass-stop: never",
        "ec2:ResorceTag/break-glass-stop: never",
        "StringNotEquals ec2:ResorceTag/break-glass-stop cannot hold in stophost1",
    ),
    Mistake(
        "a need under an operator that is none",
        "StringNotEquals:",
        "StringUnequals:",
        "needs[0]: unknown condition operator: StringUnequals",
        'actions: ["ec2:StopInstances"]',
    ),
    Mistake(
        "a need that no playbook may have",
        'actions: ["ec2:DescribeInstances"]',
        'actions: ["ec2:DescribeInstances", "iam:CreateUser"]',
        "iam:CreateUser lets a responder give oneself or another more rights",
    ),
    Mistake(
        "a need with a wildcard that writes",
        'actions: ["ec2:StopInstances"]',
        'actions: ["ec2:Stop*"]',
        "ec2:Stop* writes: ec2:StopInstances",
    ),
]
"""What is wrong in the steps, where the policy is that of the sound playbook."""

IN_POLICY = [
    Mistake(
        "an action that does not exist",
        '"ec2:StopInstances"',
        '"ec2:StopInstances",\n        "ec2:StopInstence"',
        "Statement[1].Action[1]: no action is named ec2:StopInstence",
        '"ec2:StopInstence"',
    ),
    Mistake(
        "an action no step needs",
        '"ec2:DescribeInstances"',
        '"ec2:DescribeInstances",\n        "ec2:DescribeVpcs"',
        "Statement[0].Action[1]: no step needs it: ec2:describevpcs on",
        '"ec2:DescribeVpcs"',
    ),
    Mistake(
        "a resource no step needs",
        'instance/*"',
        f'instance/*",\n"{HERE % ("ec2", "*")}"',
        "Statement[1].Action[0]: no step needs it: ec2:stopinstances on arn:aws:ec2:",
        '"ec2:StopInstances"',
    ),
    Mistake(
        "a resource of another account",
        ":*:${AWS::AccountId}:instance",
        ":*:*:instance",
        "Statement[1].Action[0]: no step needs it: ec2:stopinstances on arn:aws:ec2::",
        '"ec2:StopInstances"',
    ),
    Mistake(
        "a condition that is gone",
        '"never"',
        '"always"',
        "no step needs it: ec2:stopinstances on arn:aws:ec2",
        '"ec2:StopInstances"',
    ),
    Mistake(
        "a right that raises rights",
        '"ec2:DescribeInstances"',
        '"ec2:DescribeInstances",\n        "iam:PutRolePolicy"',
        "Statement[0].Action[1]: this playbook's role never makes rights or credentials, or borrows",
        '"iam:PutRolePolicy"',
    ),
    Mistake(
        "a right over the trail",
        '"ec2:DescribeInstances"',
        '"ec2:DescribeInstances",\n        "cloudtrail:StartLogging"',
        "Statement[0].Action[1]: this playbook's role never silences a trail or an alarm: cloudtrail:start",
        '"cloudtrail:StartLogging"',
    ),
    Mistake(
        "break-glass itself left open",
        '"Sid": "HandsOffBreakGlass",\n      "Effect": "Deny",\n      "NotAction": [',
        '"Sid": "HandsOffBreakGlass",\n      "Effect": "Deny",\n      "NotAction": [\n        "iam:UpdateAccessKey",',
        ": must deny what the statement HandsOffBreakGlass of every playbook's policy denies: iam:updateaccesskey on",
        "{",
    ),
    Mistake(
        "a resource of which nobody knows the type",
        "instance/*",
        "*/*",
        "Statement[1].Action[0]: no step needs it: not proved (",
        '"ec2:StopInstances"',
    ),
    Mistake(
        "a variable that may have any value",
        "instance/*",
        "instance/${aws:PrincipalTag/host}",
        ": this playbook's role never silences a trail or an alarm: not proved (",
        "{",
    ),
    Mistake(
        "an operator that is none",
        '"StringNotEquals"',
        '"StringNotEqual"',
        "Statement[1]: unknown condition operator: StringNotEqual",
        '{\n      "Sid": "StopHost"',
    ),
    Mistake(
        "a statement that is named twice",
        '"StopHost"',
        '"SeeHost"',
        "the Sid 'SeeHost' is given twice",
        '"SeeHost",\n      "Effect": "Allow",\n      "Action": [\n        "ec2:Stop',
    ),
    Mistake(
        "a key that cannot hold",
        "ec2:ResourceTag/break-glass-stop",
        "rds:db-tag/break-glass-stop",
        "StringNotEquals rds:db-tag/break-glass-stop cannot hold in StopHost",
        '"rds:db-tag',
    ),
    Mistake(
        "a statement that is larger than a policy",
        '"arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*"',
        ",\n".join(LARGE),
        "Statement[1]: 7818 characters are more than 6144",
        '{\n      "Sid": "StopHost"',
    ),
    Mistake(
        "a passed role",
        '"ec2:DescribeInstances"',
        '"ec2:DescribeInstances",\n        "iam:PassRole"',
        "Statement[0].Action[1]: iam:PassRole in SeeHost is not bound as it must be",
        '"iam:PassRole"',
    ),
]


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return policy_of(tmp_path_factory.mktemp("sound"), STEPS)


def test_a_sound_playbook_has_no_problem(tmp_path: Path, policy: str) -> None:
    assert checked(tmp_path, STEPS, policy) == []


def assert_told(found: list[str], name: str, text: str, mistake: Mistake) -> None:
    place = f"{name}:{line_of(text, mistake.at or mistake.new)}"
    assert any(each.startswith((f"{place} ", f"{place}:")) and mistake.says in each for each in found), (place, found)


@pytest.mark.parametrize("mistake", IN_STEPS, ids=lambda mistake: mistake.id)
def test_a_mistake_in_the_steps_is_found_at_its_line(tmp_path: Path, policy: str, mistake: Mistake) -> None:
    text = replaced(STEPS, mistake.old, mistake.new)
    assert_told(checked(tmp_path, text, policy), "stuck-host.yaml", text, mistake)


@pytest.mark.parametrize("mistake", IN_POLICY, ids=lambda mistake: mistake.id)
def test_a_mistake_in_the_policy_is_found_at_its_line(tmp_path: Path, policy: str, mistake: Mistake) -> None:
    text = replaced(policy, mistake.old, mistake.new)
    assert_told(checked(tmp_path, STEPS, text), "stuck-host.json", text, mistake)


def test_every_mistake_in_every_file_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path, policy: str) -> None:
    planted = (IN_STEPS[0], IN_STEPS[5], IN_STEPS[9])
    steps = STEPS
    for each in planted:
        steps = replaced(steps, each.old, each.new)
    rights = replaced(policy, IN_POLICY[0].old, IN_POLICY[0].new)
    found = checked(tmp_path, steps, rights)
    for each in planted:
        assert_told(found, "stuck-host.yaml", steps, Mistake(each.id, "", each.new, each.says, each.at or each.new))
    assert_told(found, "stuck-host.json", rights, IN_POLICY[0])
    lines = [int(each.partition(":")[2].partition(" ")[0]) for each in found if ".yaml:" in each]
    assert lines == sorted(lines)
    assert len(set(found)) == len(found)


def test_half_a_playbook_is_judged_as_far_as_that_goes(tmp_path: Path, policy: str) -> None:
    wrong = replaced(STEPS, "kind: api\n", "kind: wish\n")
    found = checked(tmp_path, wrong, replaced(policy, "ec2:StopInstances", "ec2:StopInstence"))
    assert any("phases.investigate.steps[0].kind: is 'wish'" in each for each in found)
    assert any("no action is named ec2:StopInstence" in each for each in found)
    found = checked(
        tmp_path, replaced(STEPS, "ec2:StopInstances", "ec2:StopInstence"), replaced(policy, '"Sid"', "Sid")
    )
    assert "stuck-host.json:5: the line is not JSON" in found
    assert any("no action is named ec2:StopInstence" in each for each in found)


def test_a_playbook_without_a_policy_and_a_policy_without_a_playbook_are_problems(tmp_path: Path, policy: str) -> None:
    (tmp_path / "stuck-host.yaml").write_text(STEPS, "utf-8")
    (tmp_path / "other.json").write_text(policy, "utf-8")
    found = [str(each) for pair in pairs(tmp_path) for each in mistakes(pair, MODELS)]
    missing = {f"{tmp_path}/other.yaml: there is no such file", f"{tmp_path}/stuck-host.json: there is no such file"}
    assert missing <= set(found)


@pytest.mark.parametrize("name", ["empty", "absent"])
def test_a_folder_without_a_playbook_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PlaybookError) as caught:
        pairs(tmp_path / name)
    assert caught.value.problems == (f"{tmp_path / name}: there is no playbook in it",)


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("bomb", "says"),
    [
        (BOMB, "stuck-host.{0}:1 a: sets the anchor 'a'"),
        (BOMB, "stuck-host.{0}:3 c[1]: refers to the anchor 'b'"),
        ("a: " + "[" * 40 + "]" * 40, "stuck-host.{0}:1 a[0]"),
        ("a: " + "x" * 2_000_001, "stuck-host.{0}: the file is larger than 2 MB"),
    ],
    ids=["anchors", "aliases", "nesting", "size"],
)
def test_a_bomb_does_not_go_off(tmp_path: Path, policy: str, bomb: str, says: str) -> None:
    assert any(each.startswith(says.format("yaml")) for each in checked(tmp_path, bomb, policy))
    assert any(each.startswith(says.format("json")) for each in checked(tmp_path, STEPS, bomb))


def test_a_phase_that_needs_more_than_a_session_policy_holds_is_told(tmp_path: Path) -> None:
    reads = [each.name for each in expand("ec2:Describe*") if each.reads][:70]
    listed = ", ".join(f'"{each}"' for each in ["ec2:DescribeInstances", *reads] if "Attribute" not in each)
    steps = replaced(STEPS, '"ec2:DescribeInstances"', listed)
    found = checked(tmp_path, steps, policy_of(tmp_path, steps))
    (told,) = [each for each in found if "session policy" in each]
    assert told.startswith(
        f"stuck-host.yaml:{line_of(steps, '  investigate:')} phases.investigate: its session policy has 2,"
    )


def test_a_policy_that_takes_more_parts_than_a_role_has_room_for_is_told(tmp_path: Path) -> None:
    arns = [each.strip('"') for each in LARGE[:50]]
    many = [
        {"Sid": f"Stop{each}", "Effect": "Allow", "Action": "ec2:StopInstances", "Resource": arns} for each in range(11)
    ]
    found = checked(tmp_path, "version: 1", json.dumps({"Version": "2012-10-17", "Statement": many}))
    told = "stuck-host.json:1: takes 11 managed policies of 6,144 characters, and a role takes 10"
    assert [each for each in found if ".json" in each] == [told]


def test_every_kind_of_step_can_be_sound(tmp_path: Path) -> None:
    steps = (Path(__file__).parent / "every-kind.yaml").read_text("utf-8")
    assert checked(tmp_path, steps, policy_of(tmp_path, steps, "every-kind"), "every-kind") == []


def test_what_a_kind_of_step_brings_is_missed_at_the_kind(tmp_path: Path) -> None:
    steps = (Path(__file__).parent / "every-kind.yaml").read_text("utf-8")
    policy = replaced(policy_of(tmp_path, steps, "every-kind"), '"ssm:ResumeSession",', "")
    (told,) = checked(tmp_path, steps, policy, "every-kind")
    line = line_of(steps, "kind: session")
    assert told.startswith(
        f"every-kind.yaml:{line} phases.investigate.steps[0].kind: the policy does not allow it: ssm:res"
    )


def test_who_grants_access_may_move_people_and_nobody_else_may(tmp_path: Path) -> None:
    granting = (Path(__file__).parent / "grant-access.yaml").read_text("utf-8")
    assert checked(tmp_path, granting, policy_of(tmp_path, granting, "grant-access"), "grant-access") == []
    steps = granting.replace('["iam:AddUserToGroup"]', '["iam:AddUserToGroup", "iam:UpdateGroup"]')
    steps = steps.replace("${ReserveTeam}", "*")
    found = checked(tmp_path, steps, policy_of(tmp_path, steps, "grant-access"), "grant-access")
    assert any("this playbook's role never does anything but move people in reserve" in each for each in found)
    other = granting.replace("name: grant-access", "name: other")
    other = other.replace("${ReserveTeam}", "break-glass-incident").replace("${ReserveUser}", "kim-break-glass")
    folder = tmp_path / "other"
    folder.mkdir()
    told = checked(folder, other, policy_of(folder, other, "other"), "other")
    assert any("iam:AddUserToGroup is denied by what every playbook's policy denies" in each for each in told)


def test_a_session_policy_of_a_phase_allows_what_its_steps_need(shipped: Pair) -> None:
    playbook = shipped.source.playbook
    assert playbook is not None
    for _, phase in playbook.every_phase():
        named = {action for step in phase.steps for need in needs(playbook, step) for action in need.actions}
        allowed = {
            action
            for each in statements(session_policy(phase, playbook), "Allow")
            for action in strings(each, "Action")
        }
        assert named == allowed


SHIPPED = [each for each in pairs(None) if each.source.root is not None and each.rights.root is not None]


@pytest.fixture(params=SHIPPED, ids=lambda pair: pair.name)
def shipped(request: pytest.FixtureRequest) -> Pair:
    found: Pair = request.param
    return found


def test_a_playbook_that_ships_is_sound(shipped: Pair) -> None:
    assert [str(each) for each in mistakes(shipped, MODELS)] == []
