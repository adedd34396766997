"""The manifest as the resources it stands for, account by account."""

import json
from collections.abc import Iterator
from functools import cache, lru_cache

from breakglass import data, naming, resources
from breakglass.documents import Document, Json, text
from breakglass.estate import documents
from breakglass.estate.alerting import documents as alerting_documents
from breakglass.estate.alerting.channels import alerting
from breakglass.estate.alerting.places import Place, forwarders
from breakglass.estate.guardrails import guardrails
from breakglass.estate.surveys import account_types, scopes
from breakglass.estate.teams import encode
from breakglass.manifest.model import Manifest, Responder, Team
from breakglass.playbooks.parts import Division, division, parts
from breakglass.playbooks.placeholders import RESERVE, for_reserve
from breakglass.resources import GLOBAL, Resource, Scope, State

PASSWORD_POLICY: dict[str, Json] = {
    "MinimumPasswordLength": 20,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": False,  # each user's own policy allows it; foreign users are not our matter
    "PasswordReusePrevention": 24,
    "HardExpiry": False,
}
"""No MaxPasswordAge: it would silently expire the unused password in a sealed envelope.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
"""

_WIDEST = Scope("000000000000", partition="aws-us-gov")
"""Where ARNs are longest: what fits there fits everywhere, and is divided alike everywhere."""


def desired(manifest: Manifest) -> State:
    """Return every resource the manifest stands for, in all its accounts."""
    return resources.state(
        resource
        for scope in scopes(manifest)
        for resource in desired_in(place_of(manifest, scope.account, scope.region))
    )


def desired_in(place: Place) -> Iterator[Resource]:
    """Yield the resources of one scope."""
    return _global(place) if place.real.region == GLOBAL else alerting(place)


def place_of(manifest: Manifest, account: str, region: str = GLOBAL) -> Place:
    """Return one scope as it is."""
    scope = manifest.scope(account, region)
    return Place(manifest, scope, scope)


def _global(place: Place) -> Iterator[Resource]:
    manifest, scope, account = place.manifest, place.scope, place.real.account
    yield from _verifier(manifest, scope, account)
    if account == manifest.management_account.id:
        yield from guardrails(manifest, scope)
    if account == manifest.audit_account:
        yield from _verification(manifest, scope)
    if account == manifest.security_account:
        yield from _security(manifest, scope)
        yield from _canary(manifest, scope)
    if account in forwarders(manifest):
        yield from _forwarding(place)
    for playbook in playbooks_in(manifest, account):
        yield from _playbook(manifest, scope, playbook)


def playbooks_in(manifest: Manifest, account: str) -> tuple[str, ...]:
    """Return the playbooks that have a role in an account."""
    return manifest.playbooks_in(account)


def _security(manifest: Manifest, scope: Scope) -> Iterator[Resource]:
    yield Resource(resources.PASSWORD_POLICY, scope, PASSWORD_POLICY)
    yield _policy(scope, naming.BOUNDARY, documents.boundary(scope.partition, scope.account))
    own = documents.self_service(scope.partition, scope.account, aws_login=manifest.aws_login)
    yield _policy(scope, naming.SELF_SERVICE, own)
    for team in manifest.teams:
        yield from _team(manifest, scope, team)
    for responder in manifest.responders:
        yield _user(manifest, scope, responder)


def _team(manifest: Manifest, scope: Scope, team: Team) -> Iterator[Resource]:
    policies = [
        _policy(scope, naming.team_policy_name(team.name, number), _placed(document, manifest.partition, scope))
        for number, document in enumerate(encode(manifest, team).policies, start=1)
    ]
    yield from policies
    own = naming.iam_arn(scope.partition, scope.account, f"policy{naming.PATH}{naming.SELF_SERVICE}")
    properties: dict[str, Json] = {
        "GroupName": naming.group_name(team.name),
        "Path": naming.PATH,
        "ManagedPolicyArns": [own, *(policy.arn for policy in policies)],
    }
    yield Resource(resources.GROUP, scope, properties)


def _placed(document: Document, partition: str, scope: Scope) -> Document:
    """Return a document with the scope's partition in its ARNs: how it is packed depends on the real one alone."""
    return _parsed(text(document).replace(f"arn:{partition}:", f"arn:{scope.partition}:"))


def _user(manifest: Manifest, scope: Scope, responder: Responder) -> Resource:
    properties: dict[str, Json] = {
        "UserName": naming.user_name(responder.id),
        "Path": naming.PATH,
        "PermissionsBoundary": naming.boundary_arn(scope.partition, scope.account),
        "Groups": [naming.group_name(team) for team in responder.member_of],
        "Tags": resources.tags({naming.OWNER_TAG: manifest.name}),
    }
    return Resource(resources.USER, scope, properties)


def _playbook(manifest: Manifest, scope: Scope, playbook: str) -> Iterator[Resource]:
    divided = parts(_parsed(_rights(manifest, scope, playbook)), _division(_rights(manifest, _WIDEST, playbook)))
    policies = [
        _policy(scope, naming.playbook_policy_name(playbook, number), document)
        for number, document in enumerate(divided, start=1)
    ]
    yield from policies
    properties: dict[str, Json] = {
        "RoleName": naming.role_name(playbook),
        "Description": f"Emergency access for the playbook {playbook}.",
        "AssumeRolePolicyDocument": documents.playbook_trust(
            scope.partition, manifest.security_account, manifest.organization
        ),
        "MaxSessionDuration": manifest.limits.session_hours * 3600,
    }
    yield _role(manifest, scope, properties, *policies)


def _verifier(manifest: Manifest, scope: Scope, account: str) -> Iterator[Resource]:
    rights = documents.verifier_rights(account_types(manifest, account))
    policy = _policy(scope, naming.VERIFIER, rights)
    yield policy
    properties: dict[str, Json] = {
        "RoleName": naming.VERIFIER,
        "Path": naming.PATH,
        "Description": "Reads what the verification of emergency access needs.",
        "AssumeRolePolicyDocument": documents.verifier_trust(scope.partition, manifest.audit_account),
    }
    yield _role(manifest, scope, properties, policy)


def _verification(manifest: Manifest, scope: Scope) -> Iterator[Resource]:
    rights = documents.verification_rights(
        scope.partition, manifest.organization, manifest.security_account, scope.account, manifest.name
    )
    policy = _policy(scope, naming.VERIFICATION, rights)
    yield policy
    properties: dict[str, Json] = {
        "RoleName": naming.VERIFICATION,
        "Path": naming.PATH,
        "Description": "Verifies emergency access in every account.",
        "AssumeRolePolicyDocument": documents.verification_trust(
            scope.partition, scope.account, manifest.provisioning_role
        ),
    }
    yield _role(manifest, scope, properties, policy)


def _forwarding(place: Place) -> Iterator[Resource]:
    policy = _policy(place.scope, naming.EVENTS_ROLE, alerting_documents.forwarding_rights(place))
    yield policy
    properties: dict[str, Json] = {
        "RoleName": naming.EVENTS_ROLE,
        "Path": naming.PATH,
        "Description": "Forwards what is noticed to the event bus that tells people.",
        "AssumeRolePolicyDocument": alerting_documents.forwarding_trust(place.scope),
    }
    yield _role(place.manifest, place.scope, properties, policy)


def _canary(manifest: Manifest, scope: Scope) -> Iterator[Resource]:
    """Yield the role that is assumed to prove that a use is noticed."""
    name = naming.role_name(naming.CANARY)
    policy = _policy(scope, name, alerting_documents.canary_rights())
    yield policy
    properties: dict[str, Json] = {
        "RoleName": name,
        "Description": "May do nothing: whoever assumes it proves that a use is noticed.",
        "AssumeRolePolicyDocument": documents.verifier_trust(scope.partition, manifest.audit_account),
    }
    yield _role(manifest, scope, properties, policy)


def _role(manifest: Manifest, scope: Scope, properties: dict[str, Json], *policies: Resource) -> Resource:
    owned: dict[str, Json] = {
        "ManagedPolicyArns": [policy.arn for policy in policies],
        "Tags": resources.tags({naming.OWNER_TAG: manifest.name}),
    }
    return Resource(resources.ROLE, scope, {**properties, **owned})


def _policy(scope: Scope, name: str, document: Document) -> Resource:
    properties: dict[str, Json] = {"ManagedPolicyName": name, "Path": naming.PATH, "PolicyDocument": document}
    return Resource(resources.MANAGED_POLICY, scope, properties)


def _rights(manifest: Manifest, scope: Scope, playbook: str) -> str:
    own = manifest.own_policies.get(playbook)
    written = _shipped(playbook) if own is None else text(own)
    for placeholder, value in (
        ("${AWS::Partition}", scope.partition),
        ("${AWS::AccountId}", scope.account),
        ("${ProvisioningRole}", manifest.provisioning_role),
    ):
        written = written.replace(placeholder, value)
    return text(_for_reserve(_parsed(written), manifest)) if RESERVE in written else written


def _for_reserve(document: Document, manifest: Manifest) -> Document:
    """Return a policy with one ARN for each person in reserve, and for each team they may be moved into."""
    users = sorted(naming.user_name(each.id) for each in manifest.reserve)
    teams = sorted({naming.group_name(team) for each in manifest.reserve for team in each.teams})
    return for_reserve(document, users, teams)


@lru_cache(maxsize=256)
def _division(widest: str) -> Division:
    return division(_parsed(widest))


@cache
def _shipped(playbook: str) -> str:
    return text(data.playbook_policy(playbook))


@lru_cache(maxsize=256)
def _parsed(written: str) -> Document:
    document: Document = json.loads(written)
    return document
