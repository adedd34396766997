"""The policy that moves people: sound, exactly what its steps need, and the one way in which it may differ."""

import json
from collections.abc import Mapping

import pytest

from breakglass import data
from breakglass.authorization.reading import actions, statements
from breakglass.documents import Document, Json, text
from breakglass.estate.desired import desired
from breakglass.iam.prove import Documents, Question, Setting, Status, prove
from breakglass.naming import GRANT_ACCESS
from breakglass.playbooks.denials import denials
from breakglass.playbooks.model import Step
from breakglass.playbooks.read import read
from breakglass.playbooks.rights import MOST_SESSION as MOST
from breakglass.playbooks.rights import calls, needed, needs, session_policy
from breakglass.resources import MANAGED_POLICY, Key, Scope, items
from tests.policies.judge import faults
from tests.reserve import granting

PLAYBOOK = read(data.playbook_file(GRANT_ACCESS))
POLICY = data.playbook_policy(GRANT_ACCESS)
FILE = data.folder("policies") / f"{GRANT_ACCESS}.json"
GROUP = "arn:${AWS::Partition}:iam::${AWS::AccountId}:group/break-glass/%s"
USER = "arn:${AWS::Partition}:iam::${AWS::AccountId}:user/break-glass/%s"


def held(document: Document) -> Setting:
    settled = {
        "aws:principalarn": ("arn:aws:iam::111111111111:role/BREAK-GLASS-GRANT-ACCESS",),
        "aws:userid": ("AROAEXAMPLE:ana-break-glass",),
    }
    arn = "arn:aws:sts::111111111111:assumed-role/BREAK-GLASS-GRANT-ACCESS/ana-break-glass"
    return Setting(arn, Documents((document,)), settled)


def filled(document: Document) -> Document:
    """Return a document with the placeholders as names of their own: what is proved of one is proved of all."""
    written = text(document)
    for placeholder, value in (
        ("${AWS::Partition}", "aws"),
        ("${AWS::AccountId}", "111111111111"),
        ("${ProvisioningRole}", "Provisioner"),
        ("${ReserveTeam}", "break-glass-incident"),
        ("${ReserveUser}", "kim-break-glass"),
    ):
        written = written.replace(placeholder, value)
    found: Document = json.loads(written)
    return found


def planted(*actions: str, resource: Json) -> list[str]:
    extra = {"Sid": "Planted", "Effect": "Allow", "Action": [*actions], "Resource": resource}
    return faults({**POLICY, "Statement": [*items(POLICY["Statement"]), extra]})


def test_it_is_sound_and_written_to_be_read() -> None:
    assert faults(POLICY) == []
    written = FILE.read_text("utf-8")
    assert written == json.dumps(json.loads(written), indent=2) + "\n"


def test_its_changes_are_counted() -> None:
    allowed = (action for each in statements(POLICY, "Allow") for action in actions(each))
    assert {each.name for each in allowed if not each.reads} == {
        "iam:AddUserToGroup",
        "iam:DeleteLoginProfile",
        "iam:RemoveUserFromGroup",
    }


def test_it_grants_exactly_what_its_steps_need() -> None:
    wanted, there = filled(needed(PLAYBOOK, denials(GRANT_ACCESS))), filled(POLICY)
    for one, other in ((wanted, there), (there, wanted)):
        assert prove(Question((held(one),), Documents((other,)))).status is Status.PROVED


@pytest.mark.parametrize("step", PLAYBOOK.steps, ids=lambda step: step.id)
def test_every_call_of_a_step_has_its_right_and_no_right_is_without_a_call(step: Step) -> None:
    asked = {each.authorized_as for each in calls(PLAYBOOK, step)}
    assert {action for need in needs(PLAYBOOK, step) for action in need.actions} == asked
    changes = asked & {"iam:AddUserToGroup", "iam:DeleteLoginProfile", "iam:RemoveUserFromGroup"}
    assert step.changes == bool(changes)


def test_each_phase_fits_a_session_policy() -> None:
    assert max(len(text(session_policy(phase, PLAYBOOK))) for _, phase in PLAYBOOK.every_phase()) < MOST


def test_in_the_account_it_names_people_and_teams() -> None:
    key = Key(Scope("111111111111"), MANAGED_POLICY, "BREAK-GLASS-GRANT-ACCESS")
    document = desired(granting())[key].properties["PolicyDocument"]
    assert isinstance(document, Mapping)
    by_sid = {str(each["Sid"]): each["Resource"] for each in statements(document, "Allow")}
    own = "arn:aws:iam::111111111111:"
    assert set(items(by_sid["MovePeople"])) == {
        f"{own}group/break-glass/break-glass-{team}" for team in ("incident", "payments")
    }
    assert by_sid["SeeAndEndSignIns"] == f"{own}user/break-glass/kim-break-glass"


@pytest.mark.parametrize(
    ("action", "resource", "fault"),
    [
        ("iam:AddUserToGroup", GROUP % "*", "more rights: iam:AddUserToGroup"),
        ("iam:AddUserToGroup", GROUP % "break-glass-leads", "more rights: iam:AddUserToGroup"),
        ("iam:AddUserToGroup", [GROUP % "${ReserveTeam}", GROUP % "admins"], "more rights: iam:AddUserToGroup"),
        ("iam:DeleteLoginProfile", USER % "*", "iam:DeleteLoginProfile on arn:aws:iam::111111111111:user"),
        ("iam:CreateLoginProfile", USER % "${ReserveUser}", "make or renew a credential: iam:CreateLoginProfile"),
        ("iam:DeleteUserPermissionsBoundary", USER % "${ReserveUser}", "iam:DeleteUserPermissionsBoundary"),
        ("iam:CreateUser", USER % "${ReserveUser}", "iam:CreateUser"),
        ("iam:AttachGroupPolicy", GROUP % "${ReserveTeam}", "iam:AttachGroupPolicy"),
        ("iam:Remove*", GROUP % "${ReserveTeam}", "iam:Remove* writes"),
    ],
)
def test_a_planted_mistake_is_found(action: str, resource: Json, fault: str) -> None:
    assert any(fault in each for each in planted(action, resource=resource))


def test_another_playbook_may_not_leave_the_moves_open() -> None:
    """Only who is allowed to move people by name is spared by the denials."""
    kept = [each for each in items(POLICY["Statement"]) if isinstance(each, Mapping) and each["Sid"] != "MovePeople"]
    found = faults({**POLICY, "Statement": kept})
    assert any(each.startswith("iam:AddUserToGroup on ") for each in found)
