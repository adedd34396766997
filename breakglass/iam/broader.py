"""Whether one document may allow what another does not: what cannot be proved not to be broader counts as broader.

Everything that is not compared is taken to allow all, so that the answer rests on the two documents alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from breakglass.documents import Document
from breakglass.iam.policy import policy
from breakglass.iam.prove import ANY_ACTION, Documents, Question, Setting, Status, everybody, prove
from breakglass.iam.truth import Unsupported
from breakglass.iam.witnesses import TooMany

_ALLOW: Final[Document] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_ANYTHING: Final[Document] = {"Version": "2012-10-17", "Statement": [_ALLOW]}
_NOTHING: Final[Document] = {"Version": "2012-10-17", "Statement": []}
_INTO_ROLES: Final = ("sts:AssumeRole*",)
"""What lets somebody into a role; to label a session lets nobody in."""

_USER_ID: Final = "aws:userid"


def rights_broaden(before: Document, after: Document, account: str, partition: str) -> bool:
    """Tell whether a policy of users and roles of an account may allow them more than another."""
    return _exceeds(_rights(before, after, account, partition, ANY_ACTION))


def grants(policy: Document, actions: Sequence[str], account: str, partition: str) -> Status:
    """Try to prove that a policy of users and roles of an account allows none of some actions, upon whatever."""
    return prove(_rights(_NOTHING, policy, account, partition, tuple(actions))).status


def trust_broadens(before: Document, after: Document, role: str) -> bool:
    """Tell whether a role's trust may let in whom another does not, or in other ways; `role` is the role's ARN."""
    return _exceeds(_trusts(before, after, role, _INTO_ROLES))


def trust_exceeds(before: Document, after: Document, role: str) -> Status:
    """Try to prove that a role's trust allows nothing that another does not, the labels of sessions included."""
    return prove(_trusts(before, after, role, ANY_ACTION)).status


def _rights(before: Document, after: Document, account: str, partition: str, actions: tuple[str, ...]) -> Question:
    root = {"AWS": f"arn:{partition}:iam::{account}:root"}
    # Every resource leaves it to the principal's own policies, also one of another account.
    resources: Document = {"Version": "2012-10-17", "Statement": [{**_ALLOW, "Principal": root}]}
    limit = Documents((before,), resources)
    found = _everybody(Documents((after,), resources), limit, account, partition)
    own = (f"arn:{partition}:iam::{account}:user/", f"arn:{partition}:sts::{account}:assumed-role/")
    settings = [each for each in found if each.principal.startswith(own)]
    if not any(_tells_ids_apart(each) for each in (before, after)):
        settings = [_identified(each) for each in settings]
    return Question(settings, limit, actions)


def _trusts(before: Document, after: Document, role: str, actions: tuple[str, ...]) -> Question:
    _, partition, _, _, account, _ = role.split(":", 5)
    limit = Documents((_ANYTHING,), before)
    settings = _everybody(Documents((_ANYTHING,), after), limit, account, partition)
    return Question(settings, limit, actions, (role,))


def guardrail_broadens(before: Document, after: Document, account: str, partition: str) -> bool:
    """Tell whether a service control policy, beside FullAWSAccess, may let more through than another."""
    resources: Document = {"Version": "2012-10-17", "Statement": [{**_ALLOW, "Principal": "*"}]}
    limit, wider = (
        Documents((_ANYTHING,), resources, service_control=((_ANYTHING, each),)) for each in (before, after)
    )
    return _exceeds(Question(_everybody(wider, limit, account, partition), limit))


def _everybody(wider: Documents, limit: Documents, account: str, partition: str) -> Sequence[Setting]:
    """Return all whom the documents tell apart; nobody, of whom nothing is proved, where that cannot be told."""
    try:
        return everybody(wider, limit, (account,), partition)
    except (TooMany, Unsupported):
        return ()


def _exceeds(question: Question) -> bool:
    return prove(question).status is not Status.PROVED


def _tells_ids_apart(document: Document) -> bool:
    return any(condition.key == _USER_ID for each in policy(document).statements for condition in each.conditions)


def _identified(setting: Setting) -> Setting:
    """Give somebody a unique id, which resources may be named after."""
    session = setting.principal.rpartition("/")[2]
    identity = f"AROAEXAMPLE:{session}" if ":assumed-role/" in setting.principal else "AIDAEXAMPLE"
    return replace(setting, settled={**setting.settled, _USER_ID: (identity,)})
