"""How much of AWS's quotas the desired state takes, and where it takes more than there is.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from breakglass.documents import size
from breakglass.findings import Finding, Severity
from breakglass.resources import (
    GROUP,
    MANAGED_POLICY,
    METRIC_FILTER,
    ROLE,
    RULE,
    SERVICE_CONTROL_POLICY,
    USER,
    Resource,
    State,
    items,
)


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit of AWS on what one thing has: characters without white space, or other things, which need no unit."""

    what: str
    most: int
    unit: str
    advice: str


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a quota something takes; `subject` is an ARN, a name or an account id."""

    quota: Quota
    subject: str
    used: int


_Measure: TypeAlias = Callable[[State], Iterator[tuple[str, int]]]


def uses(state: State) -> tuple[Use, ...]:
    """Return for each quota whatever takes most of it."""
    fullest = ((quota, max(measure(state), key=lambda found: found[1], default=None)) for quota, measure in _MEASURES)
    return tuple(Use(quota, *found) for quota, found in fullest if found)


def bursts(state: State) -> Iterator[Finding]:
    """Tell everything that takes more of a quota than there is."""
    for quota, measure in _MEASURES:
        for subject, used in measure(state):
            if used > quota.most:
                yield Finding(
                    "QUOTA",
                    Severity.HIGH,
                    subject,
                    f"{quota.what}: {told(used, quota)}",
                    quota.advice,
                )


def told(used: int, quota: Quota) -> str:
    """Return in words how much of a quota is taken."""
    return f"{used:,} of {quota.most:,} {quota.unit}".rstrip()


def _document(type_: str, name: str) -> _Measure:
    def measure(state: State) -> Iterator[tuple[str, int]]:
        for resource in _of(type_, state):
            content = resource.properties.get(name)
            if isinstance(content, Mapping):
                yield resource.subject, size(content)

    return measure


def _listed(type_: str, name: str) -> _Measure:
    def measure(state: State) -> Iterator[tuple[str, int]]:
        yield from ((resource.subject, len(items(resource.properties[name]))) for resource in _of(type_, state))

    return measure


def _in_account(type_: str) -> _Measure:
    def measure(state: State) -> Iterator[tuple[str, int]]:
        yield from Counter(resource.scope.account for resource in _of(type_, state)).items()

    return measure


def _of(type_: str, state: State) -> Iterator[Resource]:
    yield from (resource for _, resource in sorted(state.items()) if resource.type == type_)


_RAISE = "ask for more in Service Quotas of that account before apply"
_MEASURES: tuple[tuple[Quota, _Measure], ...] = (
    (
        Quota("a role's trust policy", 2048, "characters", "report this with the manifest: it holds nothing of yours"),
        _document(ROLE, "AssumeRolePolicyDocument"),
    ),
    (
        Quota(
            "a managed policy",
            6144,
            "characters",
            "split the team, or give it all accounts; of a playbook of yours: divide the statement",
        ),
        _document(MANAGED_POLICY, "PolicyDocument"),
    ),
    (
        Quota(
            "managed policies of a role",
            10,
            "",
            "make two of the playbook; of grant-access: put fewer `responders` in `reserve`",
        ),
        _listed(ROLE, "ManagedPolicyArns"),
    ),
    (
        # Newer organizations take 10,240; what fits here fits everywhere.
        Quota("a service control policy", 5120, "characters", "give the provisioning role a shorter name"),
        _document(SERVICE_CONTROL_POLICY, "Content"),
    ),
    (
        Quota("groups of a user", 10, "", "put the person into fewer teams, or merge teams"),
        _listed(USER, "Groups"),
    ),
    (
        Quota("policies of a group", 10, "", "split the team, or give it all accounts"),
        _listed(GROUP, "ManagedPolicyArns"),
    ),
    (Quota("groups of an account", 300, "", f"merge teams, or {_RAISE}"), _in_account(GROUP)),
    (Quota("users of an account", 5000, "", "have fewer responders: AWS grants no more users"), _in_account(USER)),
    (
        Quota("a rule's event pattern", 2048, "characters", "give the log group a shorter name"),
        _document(RULE, "EventPattern"),
    ),
    (
        Quota("metric filters of a log group", 100, "", "delete filters nobody needs"),
        _in_account(METRIC_FILTER),
    ),
    (
        Quota("managed policies of an account", 1500, "", f"merge teams, or {_RAISE}"),
        _in_account(MANAGED_POLICY),
    ),
)
