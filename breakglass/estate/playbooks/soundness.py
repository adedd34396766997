"""What AWS's own reference says against a policy or against the needs of a playbook's steps."""

from collections.abc import Iterator

from breakglass.authorization import judges
from breakglass.authorization.judges import Fault
from breakglass.documents import Document
from breakglass.estate.documents import document
from breakglass.estate.playbooks import places
from breakglass.iam.policy import policy
from breakglass.manifest.tree import Node, Problem
from breakglass.playbooks import rights
from breakglass.playbooks.model import Playbook
from breakglass.playbooks.parts import MOST_POLICIES, MOST_POLICY, division, statements
from breakglass.playbooks.placeholders import WIDEST, expanded, misplaced


def unread(written: Document) -> Iterator[Fault]:
    """Yield what the policy engine cannot read of a policy: nothing can be proved of it."""
    for statement in policy(written).statements:
        conditions = (each.problem for each in statement.conditions if each.problem)
        yield from (Fault(each, statement.index) for each in (*statement.problems, *conditions))


def judged(written: Document, root: Node) -> Iterator[Problem]:
    """Yield what is wrong with a policy by itself, and that it is too large."""
    for each in (*unread(written), *judges.faults(written)):
        yield _placed(each, places.statement(root, each.statement))
    yield from _reserved(written, root)
    divided = len(division(expanded(written, WIDEST)))
    if divided > MOST_POLICIES:
        yield root.problem(
            f"takes {divided} managed policies of {MOST_POLICY:,} characters, and a role takes {MOST_POLICIES}"
        )


def _reserved(written: Document, root: Node) -> Iterator[Problem]:
    """Yield each statement with people in reserve where they are not filled in: anywhere but in a Resource."""
    for index, each in enumerate(statements(written)):
        if misplaced(each):
            yield places.statement(root, index).problem(
                "`${ReserveTeam}` and `${ReserveUser}` are filled in in a Resource alone"
            )


def needing(playbook: Playbook, root: Node) -> Iterator[Problem]:
    """Yield what is wrong with the needs the steps say they have, each judged as a statement of a policy."""
    nodes = [node for placed in places.steps(playbook, root) for _, node in places.own_needs(placed)]
    written = needed(playbook)
    for each in (*unread(written), *judges.faults(written)):
        yield _placed(each, root if each.statement is None else nodes[each.statement])


def needed(playbook: Playbook) -> Document:
    """Return a statement for each need that a step says it has, in their order."""
    own = [(step.id.replace("-", ""), need) for step in playbook.steps for need in step.needs]
    return document(*(rights.statement(need, f"{step}{number}") for number, (step, need) in enumerate(own)))


def _placed(fault: Fault, node: Node) -> Problem:
    return places.word(node, fault.word).problem(fault.message)
