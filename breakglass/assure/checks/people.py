"""Controls of the people: credentials, policies of their own, boundaries, strangers among them."""

from collections.abc import Iterator, Sequence

from breakglass import naming, resources
from breakglass.assure.evidence import Evidence
from breakglass.facts import Credential, CredentialType, ForeignUser
from breakglass.findings import Finding, Severity
from breakglass.resources import Resource, items


def credentials(evidence: Evidence) -> Iterator[Finding]:
    """Tell every long-lived credential but the password: none is ever meant to exist."""
    alike: dict[tuple[str, str], list[Credential]] = {}
    for fact in evidence.observation.facts:
        if isinstance(fact, Credential):
            alike.setdefault((fact.type, fact.user), []).append(fact)
    for same in alike.values():
        yield _credential(same)


def user_policies(evidence: Evidence) -> Iterator[Finding]:
    """Tell every policy on a user: rights come from teams."""
    for user in evidence.users():
        attached = [str(arn) for arn in items(user.properties["ManagedPolicyArns"])]
        inline = [str(each["PolicyName"]) for each in items(user.properties["Policies"]) if isinstance(each, dict)]
        policies = (*attached, *(f"inline policy {name}" for name in inline))
        if policies:
            yield Finding(
                "USER_POLICY",
                Severity.HIGH,
                user.name,
                "; ".join(f"{each} is attached to the user" for each in policies),
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


def strangers(evidence: Evidence) -> Iterator[Finding]:
    """Tell every user outside the namespace who is in a team's group."""
    observation = evidence.observation
    groups = {key for key in (*observation.state, *observation.strays) if key.type == resources.GROUP}
    for user in observation.facts:
        if isinstance(user, ForeignUser):
            ours = {key.name for key in groups if key.scope == user.scope}  # one moved out of our path keeps its rights
            if theirs := sorted(ours & set(user.groups)):
                yield _stranger(user, theirs)


def password_policy(evidence: Evidence) -> Iterator[Finding]:
    """Tell where the account's password policy binds users who are not ours."""
    foreign = [fact for fact in evidence.observation.facts if isinstance(fact, ForeignUser)]
    if foreign:
        names = ", ".join(each.name for each in foreign)
        yield Finding(
            "FOREIGN_USERS",
            Severity.MEDIUM,
            foreign[0].scope.account,
            f"the security account has users who are not ours ({len(foreign)}: {names}):"
            " its password policy binds them too",
            "move them to another account: the security account holds emergency users and nothing else",
        )


def _to_restore(deed: str, user: Resource, evidence: Evidence) -> str:
    """Return what to do about a user: apply or deploy mends ours, and never touches another's."""
    writer = evidence.manifest.writer
    if user.key in evidence.observation.strays:
        return f"the user is not ours and {writer} will not touch it: do as its finding STRAY says"
    repair = f"run plan to see the repair and what leave it asks for, and {writer} to {deed}"
    return f"{repair}; find out in CloudTrail who did it"


def _stranger(user: ForeignUser, groups: Sequence[str]) -> Finding:
    return Finding(
        "STRANGER_IN_TEAM",
        Severity.HIGH,
        user.name,
        f"the user is in the {'group' if len(groups) == 1 else 'groups'} {', '.join(groups)} and is not one of ours",
        "run: "
        + "; ".join(f"aws iam remove-user-from-group --group-name {each} --user-name {user.name}" for each in groups),
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


def _credential(same: Sequence[Credential]) -> Finding:
    """Return the finding about the credentials of one type that a user has."""
    first = same[0]
    code, command = _REMOVAL[first.type]
    return Finding(
        code,
        Severity.CRITICAL if any(each.active for each in same) else Severity.HIGH,
        first.user,
        "; ".join(
            f"the user has an {'active' if each.active else 'inactive'} {each.type}: {each.identifier}" for each in same
        ),
        f"as the provisioning role of {first.scope.account} run: "
        + "; ".join(f"aws iam {command.format(each.user, each.identifier)}" for each in same),
    )
