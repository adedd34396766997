"""The controls: each a question asked of what was read back, answered with findings.

A control never answers for what could not be read: `verify` adds NOT_PROVED for that.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from breakglass import naming, resources
from breakglass.estate.broadening import broadens
from breakglass.estate.difference import Difference, differences
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Change, Plan, Verb
from breakglass.estate.wording import describe, describe_drift
from breakglass.facts import Credential, CredentialType, ForeignUser, IdleVersion
from breakglass.findings import Finding, Severity
from breakglass.resources import KINDS, Resource, items


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a control judges: what was read back, and what would have to change for the manifest to hold."""

    observation: Observation
    plan: Plan

    def users(self) -> Iterator[Resource]:
        """Yield every user in the namespace, whoever made it."""
        everything = {**self.observation.state, **self.observation.strays}
        yield from (resource for key, resource in sorted(everything.items()) if key.type == resources.USER)


Check: TypeAlias = Callable[[Evidence], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Control:
    """One question to ask of the evidence."""

    id: str
    title: str
    sources: tuple[str, ...]
    """The demands it answers, by their ids in docs/reference/controls.md."""
    check: Check


_USER_RIGHTS = frozenset({"ManagedPolicyArns", "Policies"})
_CONTROLLED = {resources.USER: _USER_RIGHTS | {"PermissionsBoundary"}}
"""Properties with a control of their own: drift does not say the same twice."""

_GRAVE = frozenset({"AssumeRolePolicyDocument", "PolicyDocument", "Policies", "ManagedPolicyArns", "Groups"})
_HARMLESS = frozenset({"Description"})


def drift(evidence: Evidence) -> Iterator[Finding]:
    """Tell what is missing, changed or left over among what is ours."""
    for change in evidence.plan.changes:
        if change.changed <= _CONTROLLED.get(change.key.type, frozenset()) and change.verb is Verb.UPDATE:
            continue
        if change.key not in evidence.observation.strays:
            yield _drifted(change)


def strays(evidence: Evidence) -> Iterator[Finding]:
    """Tell what lies in the namespace and is not ours."""
    for key, stray in sorted(evidence.observation.strays.items()):
        trusted = key.type == resources.USER and key.name.endswith(naming.USER_SUFFIX)
        differs = _against_the_manifest(stray, evidence.plan)
        grave = any(each.path.partition(".")[0] in _GRAVE for each in differs)
        yield Finding(
            "STRAY",
            Severity.CRITICAL if trusted or grave else Severity.HIGH,
            stray.arn,
            f"{describe(stray)} {_what_is_ours(stray)} and no manifest of this name made it{_memberships(stray)}"
            + "".join(f"; {describe_drift(each)}" for each in differs),
            "find out who made it in CloudTrail; delete it, or make it ours by its tag or path",
        )
    for fact in evidence.observation.facts:
        if isinstance(fact, ForeignUser):
            yield from _strangers(fact, evidence.observation)


def credentials(evidence: Evidence) -> Iterator[Finding]:
    """Tell every long-lived credential but the password: none is ever meant to exist."""
    for fact in evidence.observation.facts:
        if isinstance(fact, Credential):
            yield _credential(fact)


def user_policies(evidence: Evidence) -> Iterator[Finding]:
    """Tell every policy on a user: rights come from teams."""
    for user in evidence.users():
        attached = [str(arn) for arn in items(user.properties["ManagedPolicyArns"])]
        inline = [str(each["PolicyName"]) for each in items(user.properties["Policies"]) if isinstance(each, dict)]
        for policy in (*attached, *(f"inline policy {name}" for name in inline)):
            yield Finding(
                "USER_POLICY",
                Severity.HIGH,
                user.name,
                f"{policy} is attached to the user",
                _to_restore("detach it", user, evidence),
            )


def boundaries(evidence: Evidence) -> Iterator[Finding]:
    """Tell every user in the namespace without the one permissions boundary."""
    for user in evidence.users():
        wanted = naming.boundary_arn(user.scope.partition, user.scope.account)
        found = user.properties.get("PermissionsBoundary")
        if found != wanted:
            yield Finding(
                "BOUNDARY",
                Severity.CRITICAL,
                user.name,
                f"the permissions boundary is {found or 'missing'}, not {wanted}",
                _to_restore("put it back", user, evidence),
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
            f"{', '.join(each.version for each in versions)} of the policy allow more than is meant, one call away",
            f"as the provisioning role of {versions[0].scope.account} run: "
            + "; ".join(
                f"aws iam delete-policy-version --policy-arn {arn} --version-id {each.version}" for each in versions
            ),
        )


def password_policy(evidence: Evidence) -> Iterator[Finding]:
    """Tell where the account's password policy binds users who are not ours."""
    foreign = [fact for fact in evidence.observation.facts if isinstance(fact, ForeignUser)]
    if foreign:
        yield Finding(
            "FOREIGN_USERS",
            Severity.MEDIUM,
            foreign[0].scope.account,
            f"the security account has users who are not ours ({len(foreign)}: {_some(foreign)}):"
            " its password policy binds them too",
            "move them to another account: the security account holds emergency users and nothing else",
        )


CONTROLS: tuple[Control, ...] = (
    Control(
        "drift",
        "Everything is as the manifest says",
        (
            "PA1",
            "PA7",
            "CC5",
        ),
        drift,
    ),
    Control(
        "strays",
        "Nothing foreign lies in the namespace",
        (
            "PA9",
            "PA13",
        ),
        strays,
    ),
    Control("credentials", "Nobody has a long-lived credential but a password", ("PA12",), credentials),
    Control(
        "user-policies",
        "No user has a policy of their own",
        (
            "PA7",
            "PA13",
        ),
        user_policies,
    ),
    Control("boundaries", "Every user is under the permissions boundary", ("PA13",), boundaries),
    Control("policy-versions", "No version of a policy waits to be put in effect", ("PA7", "PA13"), policy_versions),
    Control("password-policy", "The password policy binds nobody else", ("PA11",), password_policy),
)


def _drifted(change: Change) -> Finding:
    resource = change.resource
    subject = resource.name if resource.type == resources.USER else resource.arn or resource.scope.account
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
        "run plan to see the repair and apply to make it, and find out in CloudTrail who changed it",
    )


def _gravity(change: Change) -> Severity:
    """A user nobody knows is one the roles trust; a description moves nothing but people."""
    if change.verb is Verb.UPDATE and change.changed & _GRAVE:
        return Severity.CRITICAL
    if change.verb is Verb.DELETE and change.key.type == resources.USER:
        return Severity.CRITICAL
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


def _memberships(stray: Resource) -> str:
    groups = ", ".join(str(each) for each in items(stray.properties.get("Groups", ())))
    return f"; it is in {groups}" if groups else ""


def _to_restore(deed: str, user: Resource, evidence: Evidence) -> str:
    """Return what to do about a user: apply mends ours, and never touches another's."""
    if user.key in evidence.observation.strays:
        return "the user is not ours and apply will not touch it: delete it, or make it ours by its tag and path"
    return f"run apply to {deed}, and find out in CloudTrail who did it"


def _strangers(user: ForeignUser, observation: Observation) -> Iterator[Finding]:
    everything = (*observation.state, *observation.strays)  # a group moved out of our path keeps its rights
    groups = [key.name for key in everything if key.type == resources.GROUP and key.scope == user.scope]
    for group in sorted(set(groups) & set(user.groups)):
        yield Finding(
            "STRANGER_IN_TEAM",
            Severity.HIGH,
            user.name,
            f"the user is in the group {group} and is not one of ours",
            f"run: aws iam remove-user-from-group --group-name {group} --user-name {user.name}",
        )


_REMOVAL: dict[CredentialType, tuple[str, str]] = {
    "access key": ("ACCESS_KEY", "delete-access-key --user-name {0} --access-key-id {1}"),
    "service-specific credential": (
        "SERVICE_SPECIFIC_CREDENTIAL",
        "delete-service-specific-credential --user-name {0} --service-specific-credential-id {1}",
    ),
    "SSH public key": ("SSH_PUBLIC_KEY", "delete-ssh-public-key --user-name {0} --ssh-public-key-id {1}"),
    "signing certificate": (
        "SIGNING_CERTIFICATE",
        "delete-signing-certificate --user-name {0} --certificate-id {1}",
    ),
}


def _credential(fact: Credential) -> Finding:
    code, command = _REMOVAL[fact.type]
    return Finding(
        code,
        Severity.CRITICAL if fact.active else Severity.HIGH,
        fact.user,
        f"the user has an {'active' if fact.active else 'inactive'} {fact.type}: {fact.identifier}",
        f"as the provisioning role of {fact.scope.account} run: aws iam {command.format(fact.user, fact.identifier)}",
    )


def _some(users: list[ForeignUser]) -> str:
    names = [user.name for user in users[:3]]
    return ", ".join(names) + (" …" if len(users) > len(names) else "")
