"""Judges a responder's policy: each judge yields, in a sentence, every way in which the policy is wrong.

The judges hold no policy by name, so that a planted mistake shows whether they can fail. What they are given has been
read as a policy before: `iam` has nothing to say against its form.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from breakglass.authorization.forbidden import CLOSING, FORBIDDEN, WATCHING
from breakglass.authorization.reading import (
    ACCOUNT,
    Statement,
    actions,
    conditions,
    is_named,
    name,
    numbered,
    of_effect,
    resources,
    strings,
)
from breakglass.authorization.reference import Action, ResourceType, expand, overlap
from breakglass.documents import Document
from breakglass.playbooks.parts import MOST_POLICY, too_large


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in which statement of the document (from 0), and at which word of it; empty is all of it.

    Without a statement it is the document as a whole.
    """

    message: str
    statement: int | None = None
    word: str = ""


Judge: TypeAlias = Callable[[Document], Iterator[Fault]]

_UNFENCED = ("StringNotEquals", "ssm:resourceTag/break-glass-shell", "never")
_OWN_SESSION = ("StringLike", "ssm:resourceTag/aws:ssmmessages:session-id", "${aws:userid}")
MARK = {"StringEquals": {"aws:ResourceTag/break-glass-repair": "allowed"}}
MARKED = {"iam:UpdateSAMLProvider", "iam:UpdateOpenIDConnectProviderThumbprint"}
"""Whoever may do these can in the end become what the provider's roles are: only where its owner said so before."""

MOVES = {"iam:AddUserToGroup", "iam:DeleteLoginProfile", "iam:RemoveUserFromGroup"}
"""How people are moved between teams, and how a sign-in is ended."""

_RUNBOOK_OF_AWS = re.compile(r"arn:aws:ssm:[a-z0-9*-]+::(document/[\w-]+|automation-definition/[\w-]+:\*)")

ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition"}
GLOBAL_KEYS = {"aws:resourceaccount", "aws:resourceorgid", "aws:principalarn", "aws:userid", "aws:requestedregion"}
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""


def form(document: Document) -> Iterator[Fault]:
    """It is a policy of ours: small enough, of one version, each statement named once, each element known."""
    for index, characters in too_large(document):
        yield Fault(f"{characters} characters are more than {MOST_POLICY}", index)
    if document.get("Version") != "2012-10-17":
        yield Fault("the version is not 2012-10-17")
    sids = [str(each.get("Sid", "")) for _, each in numbered(document)]
    for index, each in numbered(document):
        if not _is_name(sids[index], sids):
            yield Fault(f"the name {sids[index]!r} is no name or not the only one", index, sids[index])
        if not _elements(each):
            yield Fault(f"{name(each)} has unknown elements", index)


def _is_name(sid: str, sids: list[str]) -> bool:
    return sid.isalnum() and sid.isascii() and sids.count(sid) == 1


def _elements(statement: Statement) -> bool:
    inverted = {"NotAction"} if statement["Effect"] == "Deny" else set()
    return ELEMENTS | inverted >= set(statement) and bool(resources(statement))


def unknown_actions(document: Document) -> Iterator[Fault]:
    """Every action, and every wildcard, stands for something that exists."""
    for index, statement in numbered(document):
        patterns = strings(statement, "Action") + strings(statement, "NotAction")
        yield from (
            Fault(f"no action is named {pattern}", index, pattern) for pattern in patterns if not expand(pattern)
        )


def writing_wildcards(document: Document) -> Iterator[Fault]:
    """A wildcard only ever reads, and stays within one service."""
    for index, statement in of_effect(document, "Allow"):
        for pattern in strings(statement, "Action"):
            if "*" in pattern.partition(":")[0] or pattern.endswith(":*"):
                yield Fault(f"{pattern} is every action", index, pattern)
            elif "*" in pattern or "?" in pattern:
                writing = (each.name for each in expand(pattern) if not each.reads)
                yield from (Fault(f"{pattern} writes: {each}", index, pattern) for each in writing)


def forbidden_actions(document: Document) -> Iterator[Fault]:
    """No allowed pattern reaches a forbidden action, nor any change in a service that watches.

    Save to move people into the teams of those in reserve, one by one, which is what grant-access is for.
    """
    for index, statement in of_effect(document, "Allow"):
        for pattern in strings(statement, "Action"):
            for each in FORBIDDEN:
                if is_named(each, [pattern]) and not (each in MOVES and is_of_reserve(statement)):
                    yield Fault(f"{pattern} lets a responder {FORBIDDEN[each]}: {each}", index, pattern)
            for action in expand(pattern):
                if not action.reads and action.name.partition(":")[0] in WATCHING:
                    yield Fault(f"{action.name} changes what watches", index, pattern)


def managed_permissions(document: Document) -> Iterator[Fault]:
    """Of what AWS rates as managing permissions, only what closes is allowed: a list of names is never complete."""
    for index, statement in of_effect(document, "Allow"):
        for pattern in strings(statement, "Action"):
            for each in expand(pattern):
                if "Permissions management" in each.levels and each.name not in (*CLOSING, *FORBIDDEN):
                    yield Fault(f"{each.name} manages permissions", index, pattern)


def is_of_reserve(statement: Statement) -> bool:
    """Tell whether a statement stands on what is named in the manifest as of people in reserve, and on nothing else."""
    named = ("group/break-glass/${ReserveTeam}", "user/break-glass/${ReserveUser}")
    return all(each.endswith(tuple(f":iam::{ACCOUNT}:{name}" for name in named)) for each in resources(statement))


def guarded_actions(document: Document) -> Iterator[Fault]:
    """What is only safe under a condition has that condition."""
    for index, statement in of_effect(document, "Allow"):
        for pattern in strings(statement, "Action"):
            for action in expand(pattern):
                guard = _GUARDS.get(action.name) or (_labels_with_the_ticket if _tags(action) else None)
                if guard and not guard(statement):
                    yield Fault(f"{action.name} in {name(statement)} is not bound as it must be", index, pattern)


def _passes_one_role(statement: Statement) -> bool:
    named = all("*" not in each.removeprefix("arn:").partition(":")[2] for each in resources(statement))
    return named and _requires(statement, "iam:PassedToService")


def _requires(statement: Statement, key: str) -> bool:
    positive = {"StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"}
    values = {value for operator, each, value in conditions(statement) if operator in positive and each == key}
    return bool(values) and not values & {"*", "false"}


def _is_marked(statement: Statement) -> bool:
    return statement.get("Condition") == MARK


def _attaches_what_is_vouched_for(statement: Statement) -> bool:
    """AWS asks about the policy and the place apart: only the policy is bound."""
    attached = [each for each in resources(statement) if ":policy/" in each or each == "*"]
    return _is_marked(statement) or all(
        each.endswith(":policy/service_control_policy/p-FullAWSAccess") for each in attached
    )


def _is_prepared(statement: Statement) -> bool:
    return all("/break-glass-" in each for each in resources(statement))


def _reads_named_secrets(statement: Statement) -> bool:
    return all(":secret:break-glass/" in each for each in resources(statement))


def _starts_runbooks_of_aws(statement: Statement) -> bool:
    """Tell whether each runbook is one of AWS's, named in full: one of the account's own could pass a role it names."""
    runs = f":{ACCOUNT}:automation-execution/"
    others = [each for each in resources(statement) if runs not in each]
    return all(_RUNBOOK_OF_AWS.fullmatch(each) for each in others)


def _tags(action: Action) -> bool:
    return "Tagging" in action.levels and "Tag" in action.name.partition(":")[2]


def _labels_with_the_ticket(statement: Statement) -> bool:
    """Tags must not become rights, and a fence is a tag: only the ticket may be written."""
    keys = {(operator, value) for operator, key, value in conditions(statement) if key == "aws:TagKeys"}
    return keys == {("ForAllValues:StringEquals", "break-glass-ticket"), ("Null", "false")}


def _is_own_session(statement: Statement) -> bool:
    return _OWN_SESSION in conditions(statement)


def _opens_shells_only(statement: Statement) -> bool:
    return _UNFENCED in conditions(statement) and _documents(statement) <= {"SSM-SessionManagerRunShell"}


def _runs_shell_commands(statement: Statement) -> bool:
    scripts = {"AWS-RunPowerShellScript", "AWS-RunShellScript"}
    return _UNFENCED in conditions(statement) and _documents(statement) <= scripts


def _calls_named_functions(statement: Statement) -> bool:
    """Tell whether only functions of some name are called: each has a role, and code of its own."""
    return all(":function:" in each and ":function:*" not in each for each in resources(statement))


def _stands_on_something(statement: Statement) -> bool:
    return "*" not in resources(statement)


def _rotates_as_set_up(statement: Statement) -> bool:
    """Tell whether the call may name neither a function nor a role: it would choose what code gets the secret."""
    keys = ("secretsmanager:ExternalSecretRotationRoleArn", "secretsmanager:RotationLambdaARN")
    return all(("Null", key, "true") in conditions(statement) for key in keys)


def _documents(statement: Statement) -> set[str]:
    """Return the documents of Systems Manager that a statement names; `*` where it may be any."""
    arns = resources(statement)
    named = {each.partition(":document/")[2] for each in arns if ":document/" in each}
    return named if all(":document/" in each or "instance/" in each for each in arns) else {"*"}


_GUARDS: Mapping[str, Callable[[Statement], bool]] = {
    "iam:PassRole": _passes_one_role,
    "kms:Decrypt": lambda statement: _requires(statement, "kms:ViaService"),
    "kms:CreateGrant": lambda statement: _requires(statement, "kms:GrantIsForAWSResource"),
    "lambda:DeleteFunctionConcurrency": _is_marked,
    "lambda:InvokeFunction": _calls_named_functions,
    "lambda:PutFunctionConcurrency": _is_marked,
    "organizations:AttachPolicy": _attaches_what_is_vouched_for,
    "secretsmanager:GetSecretValue": _reads_named_secrets,
    "rds:ModifyDBClusterSnapshotAttribute": _stands_on_something,
    "rds:ModifyDBSnapshotAttribute": _stands_on_something,
    "secretsmanager:RotateSecret": _rotates_as_set_up,
    "ssm:ResumeSession": _is_own_session,
    "ssm:SendCommand": _runs_shell_commands,
    "ssm:StartAutomationExecution": _starts_runbooks_of_aws,
    "ssm:StartSession": _opens_shells_only,
    "ssm:TerminateSession": _is_own_session,
    "wafv2:UpdateIPSet": _is_prepared,
    "wafv2:UpdateRuleGroup": _is_prepared,
    **dict.fromkeys(MARKED, _is_marked),
}


def misfitting_resources(document: Document) -> Iterator[Fault]:
    """Every ARN is of a type its actions know; an action that knows no type stands on `*`."""
    for index, statement in of_effect(document, "Allow"):
        named, arns = actions(statement), resources(statement)
        if "*" in arns:
            continue
        for action in named:
            if not _fits(action, arns):
                yield Fault(f"{action.name} can never match in {name(statement)}", index, action.name)
        known = [each for action in named for each in action.types]
        for arn, written in zip(arns, strings(statement, "Resource"), strict=True):
            if not _of_type(arn, known):
                yield Fault(f"{arn} fits no action of {name(statement)}", index, written)


def _fits(action: Action, arns: list[str]) -> bool:
    return any(_of_type(arn, action.types) for arn in arns)


def _of_type(arn: str, types: tuple[ResourceType, ...] | list[ResourceType]) -> bool:
    return any(each.knows(arn) for each in types)


def missing_resources(document: Document) -> Iterator[Fault]:
    """An allowed change is allowed on every type of resource AWS asks about, else it would always be denied."""
    allowed = list(of_effect(document, "Allow"))
    first = {each.name: (each, index) for index, statement in reversed(allowed) for each in actions(statement)}
    for action, index in first.values():
        arns = [arn for _, each in allowed if action in actions(each) for arn in resources(each)]
        lacking = (each for each in action.types if each.required and not _reached(each, arns))
        yield from (Fault(f"{action.name} is allowed on no {each.name}", index, action.name) for each in lacking)


def _reached(type_: ResourceType, arns: list[str]) -> bool:
    return "*" in arns or any(_of_type(arn, [type_]) for arn in arns)


def misfitting_keys(document: Document) -> Iterator[Fault]:
    """Every condition key can be there when its statement is judged, and none asks for MFA.

    Role sessions carry no MFA:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """
    for index, statement in numbered(document):
        for operator, key, value in conditions(statement) if "Action" in statement else ():
            carrying = [_carries(action, key) for action in actions(statement)]
            enough = all(carrying) if _needs_key(statement, operator, value) else any(carrying)
            if not enough or "multifactor" in key.lower():
                yield Fault(f"{operator} {key} cannot hold in {name(statement)}", index, value)


def _needs_key(statement: Statement, operator: str, value: str) -> bool:
    """Tell whether an Allow is dead for an action that never carries the key."""
    absent_is_fine = operator.endswith("IfExists") or "Not" in operator or (operator, value) == ("Null", "true")
    return statement["Effect"] == "Allow" and not absent_is_fine


def _carries(action: Action, key: str) -> bool:
    return key.lower() in GLOBAL_KEYS or any(overlap(key.lower(), each) for each in action.keys)


JUDGES: tuple[Judge, ...] = (
    form,
    unknown_actions,
    writing_wildcards,
    forbidden_actions,
    managed_permissions,
    guarded_actions,
    misfitting_resources,
    missing_resources,
    misfitting_keys,
)


def faults(document: Document) -> Iterator[Fault]:
    """Yield everything that is wrong with a policy."""
    for judge in JUDGES:
        yield from judge(document)
