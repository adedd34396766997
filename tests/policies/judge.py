"""Judges a responder's policy: each judge yields, in a sentence, every way in which the policy is wrong.

The judges hold no policy by name, so that a planted mistake shows whether they can fail.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from breakglass.documents import Document, size
from breakglass.resources import items
from tests.policies.forbidden import FORBIDDEN, TAMPERING, WATCHING
from tests.policies.reading import (
    ACCOUNT,
    Statement,
    actions,
    conditions,
    denies,
    is_named,
    resources,
    statements,
    strings,
)
from tests.policies.reference import Action, ResourceType, expand, overlap

Judge: TypeAlias = Callable[[Document], Iterator[str]]

QUOTA = 6144
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

OURS = (
    f"arn:aws:iam::{ACCOUNT}:policy/break-glass/BREAK-GLASS-RANSOMWARE",
    f"arn:aws:iam::{ACCOUNT}:role/BREAK-GLASS-RANSOMWARE",
    f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole",
    f"arn:aws:iam::{ACCOUNT}:role/break-glass/BreakGlassVerifier",
    "arn:aws:iam::111111111111:user/break-glass/ana-break-glass",
)
ELSEWHERE = f"arn:aws:iam::{ACCOUNT}:role/Admin"
MARK = {"StringEquals": {"aws:ResourceTag/break-glass-repair": "allowed"}}
MARKED = {"iam:UpdateSAMLProvider", "iam:UpdateOpenIDConnectProviderThumbprint"}
"""Whoever may do these can in the end become what the provider's roles are: only where its owner said so before."""

_RUNBOOK_OF_AWS = re.compile(r"arn:aws:ssm:[a-z0-9*-]+::(document/[\w-]+|automation-definition/[\w-]+:\*)")
_GRANTS = {"iam:AddUserToGroup", "iam:DeleteLoginProfile", "iam:RemoveUserFromGroup"}
"""How people are moved between teams, and how a sign-in is ended."""

ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition"}
GLOBAL_KEYS = {"aws:resourceaccount", "aws:resourceorgid", "aws:principalarn", "aws:userid", "aws:requestedregion"}
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""


def form(document: Document) -> Iterator[str]:
    """It is a policy of ours: small enough, of one version, each statement named once, each element known."""
    if size(document) > QUOTA:
        yield f"{size(document)} characters are more than {QUOTA}"
    if document.get("Version") != "2012-10-17":
        yield "the version is not 2012-10-17"
    every = [each for each in items(document["Statement"]) if isinstance(each, Mapping)]
    sids = [str(each.get("Sid", "")) for each in every]
    yield from (f"the name {sid!r} is no name or not the only one" for sid in sids if not _is_name(sid, sids))
    yield from (f"{each.get('Sid')} has unknown elements" for each in every if not _elements(each))


def _is_name(sid: str, sids: list[str]) -> bool:
    return sid.isalnum() and sid.isascii() and sids.count(sid) == 1


def _elements(statement: Statement) -> bool:
    inverted = {"NotAction"} if statement["Effect"] == "Deny" else set()
    return ELEMENTS | inverted >= set(statement) and bool(resources(statement))


def unknown_actions(document: Document) -> Iterator[str]:
    """Every action, and every wildcard, stands for something that exists."""
    for statement in items(document["Statement"]):
        assert isinstance(statement, Mapping)
        patterns = strings(statement, "Action") + strings(statement, "NotAction")
        yield from (f"no action is named {pattern}" for pattern in patterns if not expand(pattern))


def writing_wildcards(document: Document) -> Iterator[str]:
    """A wildcard only ever reads, and stays within one service."""
    for statement in statements(document, "Allow"):
        for pattern in strings(statement, "Action"):
            if "*" in pattern.partition(":")[0] or pattern.endswith(":*"):
                yield f"{pattern} is every action"
            elif "*" in pattern or "?" in pattern:
                yield from (f"{pattern} writes: {each.name}" for each in expand(pattern) if not each.reads)


def forbidden_actions(document: Document) -> Iterator[str]:
    """No allowed pattern reaches a forbidden action, nor any change in a service that watches.

    Save to move people into the teams of those in reserve, one by one, which is what grant-access is for.
    """
    for statement in statements(document, "Allow"):
        for pattern in strings(statement, "Action"):
            named = [name for name in FORBIDDEN if is_named(name, [pattern])]
            hit = (name for name in named if not (name in _GRANTS and _is_of_reserve(statement)))
            yield from (f"{pattern} lets a responder {FORBIDDEN[name]}: {name}" for name in hit)
        for action in actions(statement):
            if not action.reads and action.name.partition(":")[0] in WATCHING:
                yield f"{action.name} changes what watches"


def _is_of_reserve(statement: Statement) -> bool:
    """Tell whether a statement stands on what is named in the manifest as of people in reserve, and on nothing else."""
    named = ("group/break-glass/${ReserveTeam}", "user/break-glass/${ReserveUser}")
    return all(each.endswith(tuple(f":iam::{ACCOUNT}:{name}" for name in named)) for each in resources(statement))


def granted(document: Document) -> frozenset[str]:
    """Return the moves that a policy allows, each wherever it does so on people in reserve and their teams alone."""
    allowed = [(action.name, each) for each in statements(document, "Allow") for action in actions(each)]
    beyond = {name for name, each in allowed if not _is_of_reserve(each)}
    return frozenset(name for name, _ in allowed if name in _GRANTS) - beyond


def guarded_actions(document: Document) -> Iterator[str]:
    """What is only safe under a condition has that condition."""
    for statement in statements(document, "Allow"):
        for action in actions(statement):
            guard = _GUARDS.get(action.name)
            if guard and not guard(statement):
                yield f"{action.name} in {statement['Sid']} is not bound as it must be"


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


_GUARDS: Mapping[str, Callable[[Statement], bool]] = {
    "iam:PassRole": _passes_one_role,
    "kms:Decrypt": lambda statement: _requires(statement, "kms:ViaService"),
    "kms:CreateGrant": lambda statement: _requires(statement, "kms:GrantIsForAWSResource"),
    "lambda:DeleteFunctionConcurrency": _is_marked,
    "lambda:PutFunctionConcurrency": _is_marked,
    "organizations:AttachPolicy": _attaches_what_is_vouched_for,
    "secretsmanager:GetSecretValue": _reads_named_secrets,
    "wafv2:UpdateIPSet": _is_prepared,
    "wafv2:UpdateRuleGroup": _is_prepared,
    "ssm:StartAutomationExecution": _starts_runbooks_of_aws,
    **dict.fromkeys(MARKED, _is_marked),
}


def misfitting_resources(document: Document) -> Iterator[str]:
    """Every ARN is of a type its actions know; an action that knows no type stands on `*`."""
    for statement in statements(document, "Allow"):
        named, arns = actions(statement), resources(statement)
        if "*" in arns:
            continue
        yield from (f"{each.name} can never match in {statement['Sid']}" for each in named if not _fits(each, arns))
        known = [each for action in named for each in action.types]
        yield from (f"{arn} fits no action of {statement['Sid']}" for arn in arns if not _of_type(arn, known))


def _fits(action: Action, arns: list[str]) -> bool:
    return any(_of_type(arn, action.types) for arn in arns)


def _of_type(arn: str, types: tuple[ResourceType, ...] | list[ResourceType]) -> bool:
    return any(each.knows(arn) for each in types)


def missing_resources(document: Document) -> Iterator[str]:
    """An allowed change is allowed on every type of resource AWS asks about, else it would always be denied."""
    allowed = statements(document, "Allow")
    for action in {each.name: each for statement in allowed for each in actions(statement)}.values():
        arns = [arn for each in allowed if action in actions(each) for arn in resources(each)]
        lacking = (each for each in action.types if each.required and not _reached(each, arns))
        yield from (f"{action.name} is allowed on no {each.name}" for each in lacking)


def _reached(type_: ResourceType, arns: list[str]) -> bool:
    return "*" in arns or any(_of_type(arn, [type_]) for arn in arns)


def misfitting_keys(document: Document) -> Iterator[str]:
    """Every condition key can be there when its statement is judged, and none asks for MFA.

    Role sessions carry no MFA:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """
    for statement in items(document["Statement"]):
        assert isinstance(statement, Mapping)
        for operator, key, value in conditions(statement):
            carrying = [_carries(action, key) for action in actions(statement)]
            enough = all(carrying) if _needs_key(statement, operator, value) else any(carrying)
            if not enough or "multifactor" in key.lower():
                yield f"{operator} {key} cannot hold in {statement['Sid']}"


def _needs_key(statement: Statement, operator: str, value: str) -> bool:
    """Tell whether an Allow is dead for an action that never carries the key."""
    absent_is_fine = operator.endswith("IfExists") or "Not" in operator or (operator, value) == ("Null", "true")
    return statement["Effect"] == "Allow" and not absent_is_fine


def _carries(action: Action, key: str) -> bool:
    return key.lower() in GLOBAL_KEYS or any(overlap(key.lower(), each) for each in action.keys)


def reach(document: Document) -> Iterator[str]:
    """It denies, whatever else the role holds, changes to break-glass and to what watches it, and becoming another.

    Of break-glass it may leave open the moves it allows.
    """
    spared = granted(document)
    changes = [each.name for each in expand("iam:*") if not (each.reads or each.name in spared)]
    asked = [(action, arn) for arn in OURS for action in changes] + [(action, "*") for action in TAMPERING]
    asked.append(("sts:AssumeRole", ELSEWHERE))
    yield from (f"{action} on {arn} is not denied" for action, arn in asked if not denies(document, action, arn))


JUDGES: tuple[Judge, ...] = (
    form,
    unknown_actions,
    writing_wildcards,
    forbidden_actions,
    guarded_actions,
    misfitting_resources,
    missing_resources,
    misfitting_keys,
    reach,
)


def faults(document: Document) -> list[str]:
    """Return everything that is wrong with a policy."""
    return [fault for judge in JUDGES for fault in judge(document)]
