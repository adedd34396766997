"""Controls of what is there against what should be: drift, strays, and versions of policies that wait."""

from collections.abc import Iterator, Sequence

from breakglass import naming, resources
from breakglass.assure.checks.alerting import breaks, who_did
from breakglass.assure.checks.guardrails import is_open
from breakglass.assure.checks.settling import to_settle
from breakglass.assure.evidence import Evidence
from breakglass.assure.subjects import subject_of
from breakglass.estate.alerting.weakening import weakenings
from breakglass.estate.broadening import broadens
from breakglass.estate.difference import Difference, differences
from breakglass.estate.plan import Change, Plan, Verb
from breakglass.estate.wording import GRANT, describe, describe_drift
from breakglass.facts import IdleVersion
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.resources import KINDS, Resource, items

_USER_RIGHTS = frozenset({"ManagedPolicyArns", "Policies"})
_EXPIRY = frozenset({"HardExpiry", "MaxPasswordAge"})
_ROLE_RIGHTS = _USER_RIGHTS | {"AssumeRolePolicyDocument", "MaxSessionDuration", "PermissionsBoundary"}
_CONTROLLED = {resources.USER: _USER_RIGHTS | {"PermissionsBoundary"}, resources.PASSWORD_POLICY: _EXPIRY}
"""Properties with a control of their own: drift does not say the same twice."""

_GRAVE = frozenset({"AssumeRolePolicyDocument", "Content", "PolicyDocument", "Policies", "ManagedPolicyArns", "Groups"})
_HARMLESS = frozenset({"AlarmDescription", "Description", "DisplayName"})


def drift(evidence: Evidence) -> Iterator[Finding]:
    """Tell what is missing, changed or left over among what is ours; or once that nothing was ever made."""
    if evidence.is_blank:
        yield unmade(evidence.manifest)
        return
    for change in evidence.plan.changes:
        if is_open(change, change.before) or breaks(change) or _turns_a_role(change):
            continue
        if change.changed <= _CONTROLLED.get(change.key.type, frozenset()) and change.verb is Verb.UPDATE:
            continue
        if change.key not in evidence.observation.strays:
            yield _drifted(change, evidence.manifest)


def roles(evidence: Evidence) -> Iterator[Finding]:
    """Tell every role of ours that trusts others, has other policies, sessions or another boundary than is meant."""
    for change in evidence.plan.changes:
        if _turns_a_role(change) and change.key not in evidence.observation.strays:
            yield _drifted(change, evidence.manifest)


def strays(evidence: Evidence) -> Iterator[Finding]:
    """Tell what lies in the namespace and is not ours."""
    for key, stray in sorted(evidence.observation.strays.items()):
        trusted = key.type == resources.USER and key.name.endswith(naming.USER_SUFFIX)
        differs = _against_the_manifest(stray, evidence.plan)
        grave = any(each.path.partition(".")[0] in _GRAVE for each in differs)
        yield Finding(
            "STRAY",
            Severity.CRITICAL if trusted or grave else Severity.HIGH,
            subject_of(stray),
            f"{describe(stray)} {_what_is_ours(stray)} and no manifest of this name made it{_memberships(stray)}"
            + "".join(f"; {describe_drift(each)}" for each in differs),
            f"find out in CloudTrail who made it; {to_settle(stray, evidence.manifest.name)}",
            stray.scope.account,
        )


def policy_versions(evidence: Evidence) -> Iterator[Finding]:
    """Tell every version of our policies that waits and would allow more than is meant."""
    meant = {each.arn: each for each in evidence.plan.after.values() if each.type == resources.MANAGED_POLICY}
    waiting: dict[str, list[IdleVersion]] = {}
    for fact in evidence.observation.facts:
        if isinstance(fact, IdleVersion) and fact.policy.arn in meant and broadens(meant[fact.policy.arn], fact.policy):
            waiting.setdefault(fact.policy.arn, []).append(fact)
    for arn, versions in sorted(waiting.items()):
        yield Finding(
            "POLICY_VERSION",
            Severity.HIGH,
            arn,
            f"{_named(versions)} more than is meant, one call away",
            f"as the provisioning role of {versions[0].scope.account} run: "
            + "; ".join(
                f"aws iam delete-policy-version --policy-arn {arn} --version-id {each.version}" for each in versions
            ),
        )


def _drifted(change: Change, manifest: Manifest) -> Finding:
    resource = change.resource
    subject = resource.name if resource.type == resources.USER else subject_of(resource)
    told = {
        Verb.CREATE: f"{describe(resource)} is missing",
        Verb.DELETE: f"{describe(resource)} is not in the manifest",
        Verb.UPDATE: f"{describe(resource)}: " + "; ".join(map(describe_drift, change.differences)),
    }
    return Finding(
        "DRIFT",
        _gravity(change),
        subject,
        told[change.verb],
        f"run plan to see the repair and what leave it asks for, and {manifest.writer}{_by_leave(change)} to make it;"
        f" {who_did(change)}{_or_left(change)}{_or_granted(change)}",
        resource.scope.account,
    )


def unmade(manifest: Manifest) -> Finding:
    """Return the finding that stands for all that is missing where nothing was ever made."""
    return Finding(
        "NOTHING_APPLIED",
        Severity.CRITICAL,
        manifest.name,
        "nothing of what the manifest means is there: neither people nor roles, guardrails or alerts",
        f"run plan to see what is made, and {manifest.writer} to make it; if it was there before, find out in"
        " CloudTrail who deleted it",
    )


def _turns_a_role(change: Change) -> bool:
    return change.key.type == resources.ROLE and change.verb is Verb.UPDATE and bool(change.changed & _ROLE_RIGHTS)


def _or_left(change: Change) -> str:
    """Return what else it may be, of a user who is missing: the repair would make it again."""
    if change.key.type != resources.USER or change.verb is not Verb.CREATE:
        return ""
    return "; after `offboard`, take the person out of `responders` instead"


def _or_granted(change: Change) -> str:
    """Return what else it may be, of somebody in reserve who is in a team."""
    return f"; {GRANT}" if change.ends_grant else ""


def _by_leave(change: Change) -> str:
    """Return what lets a repair pass that takes something of alerting away: somebody else's as well."""
    return " --allow weakens-alert" if any(weakenings((change,))) else ""


def _gravity(change: Change) -> Severity:
    """A user nobody knows is one the roles trust; a description moves nothing but people."""
    if change.verb is Verb.UPDATE and change.changed & _GRAVE:
        return Severity.CRITICAL
    if change.verb is Verb.DELETE and change.key.type == resources.USER:
        return Severity.CRITICAL
    if change.verb is Verb.DELETE and change.key.type == resources.SUBSCRIPTION:  # somebody else is told, nobody less
        return Severity.MEDIUM
    return Severity.LOW if change.verb is Verb.UPDATE and change.changed <= _HARMLESS else Severity.HIGH


def _against_the_manifest(stray: Resource, plan: Plan) -> tuple[Difference, ...]:
    """Return where something that has the name of ours, and not our tag, is other than ours would be."""
    wanted = next((change.after for change in plan.changes if change.key == stray.key and change.after), None)
    if wanted is None:
        return ()
    found = differences(stray.properties, wanted.properties)
    return tuple(each for each in found if not each.path.startswith("Tags"))


def _what_is_ours(stray: Resource) -> str:
    named = naming.is_ours_by_name(KINDS[stray.type].arn, stray.name, stray.path)
    return "is in our namespace" if named else "bears our tag and none of our names"


def _named(versions: Sequence[IdleVersion]) -> str:
    names = ", ".join(each.version for each in versions)
    return f"version {names} of the policy allows" if len(versions) == 1 else f"versions {names} of the policy allow"


def _memberships(stray: Resource) -> str:
    groups = ", ".join(str(each) for each in items(stray.properties.get("Groups", ())))
    return f"; it is in {groups}" if groups else ""
