"""What no playbook's role may do, whatever its steps need: the claims every set-up is held to, for one policy alone."""

from collections.abc import Iterator
from typing import Final

from breakglass import naming
from breakglass.authorization.reading import is_named, of_effect, strings
from breakglass.estate.claims.case import allow
from breakglass.estate.claims.roles import namespace_untouched, no_new_rights, watch_unbroken
from breakglass.estate.documents import document
from breakglass.estate.playbooks import places
from breakglass.estate.playbooks.fit import Fit, told
from breakglass.iam.prove import Status, Verdict
from breakglass.manifest.tree import Node, Problem
from breakglass.playbooks.placeholders import EXAMPLE


def excesses(fit: Fit) -> Iterator[Problem]:
    """Yield each limit a policy does not keep, at the line of the action that breaks it."""
    for what, reference in _MOVING if fit.playbook.name == naming.GRANT_ACCESS else _LIMITS:
        verdict = fit.judge(fit.policy, reference)
        if verdict.status is not Status.PROVED:
            yield _place(fit, verdict).problem(f"this playbook's role never {what}: {told(verdict)}")


def _place(fit: Fit, verdict: Verdict) -> Node:
    """Return the word of the policy that allows the counterexample."""
    action = str((verdict.counterexample or {}).get("action", ""))
    for index, statement in of_effect(fit.policy, "Allow"):
        for pattern in strings(statement, "Action"):
            if is_named(action, [pattern]):
                return places.word(places.statement(fit.statements, index), pattern)
    return fit.statements


_LIMITS: Final = (
    ("makes rights or credentials, or borrows another role's", no_new_rights(EXAMPLE.partition)),
    ("changes what emergency access is made of", namespace_untouched(EXAMPLE.partition, EXAMPLE.provisioning_role)),
    ("silences a trail or an alarm", watch_unbroken()),
)
"""What a role never does, and the most it may do then."""


def _own(resource: str) -> str:
    return naming.iam_arn(EXAMPLE.partition, EXAMPLE.account, resource)


_MOVING: Final = (
    (
        "does anything but move people in reserve between teams and end their sign-ins",
        document(
            allow(["cloudtrail:LookupEvents", "iam:Get*", "iam:List*"]),
            allow(
                ["iam:AddUserToGroup", "iam:RemoveUserFromGroup"],
                _own(f"group{naming.PATH}{EXAMPLE.reserve_team}"),
            ),
            allow("iam:DeleteLoginProfile", _own(f"user{naming.PATH}{EXAMPLE.reserve_user}")),
        ),
    ),
)
"""The same of the role that grants access, the one that may change who is in which team."""
