"""Claims about the people: which roles they get into, and that they can do nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from breakglass import naming
from breakglass.documents import Document, text
from breakglass.estate.access import Access
from breakglass.estate.claims.case import Case, allow, likeness
from breakglass.estate.documents import document
from breakglass.estate.matrix import intended
from breakglass.iam.prove import Documents, Question, Setting
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource

_ASSUME = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
_SIGN_IN = ["signin:Authenticate", "signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"]
_OWN = ["iam:ChangePassword", "iam:GetUser"]
_NOTHING: Document = {"Version": "2012-10-17", "Statement": []}


def into_the_teams_roles(manifest: Manifest, access: Access) -> Iterator[Case]:
    """With MFA, under their own name, everybody gets into every role of their teams."""
    roles = {role.arn: role for role in access.playbook_roles}
    users = {user.name: user for user in access.users}
    for name, meant in sorted(_roles_of(manifest).items()):
        for trust, there in _by_trust_of(access, [roles[arn] for arn in sorted(meant) if arn in roles]).items():
            ...


def only_the_teams_roles(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Nobody of the namespace gets into a role that exists and is not of a team of theirs, in any way."""
    meant = _roles_of(manifest)
    for user in access.users:
        own = meant.get(user.name, frozenset())
        for trust, roles in _by_trust(access).items():
            others = tuple(role.arn for role in roles if role.arn not in own)
            if others:
                asked = partial(_into, user, access, access.trust(roles[0]), others)
                yield Case(user.name, _of(user, access, trust, *others), asked)


def nothing_else(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Of its own policies a user has the sign-in, its own password, and roles of the namespace: over all actions."""
    roles = naming.iam_arn(manifest.partition, "*", f"role/{naming.ROLE_PREFIX}*")
    own = naming.iam_arn(manifest.partition, manifest.security_account, f"user{naming.PATH}${{aws:username}}")
    reference = document(
        allow(_OWN, own),
        allow("iam:GetAccountPasswordPolicy"),
        allow(_SIGN_IN),
        allow(_ASSUME, roles, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    )
    for user in access.users:
        documents = Documents(access.identity(user), boundary=access.boundary(user))
        asked = partial(Question, (_setting(user, documents),), Documents((reference,)))
        yield Case(user.name, _of(user, access), asked)


def nothing_else_by_others_grace(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Whatever policies and resource policies grant a user, the boundary lets only roles of the namespace through.

    A boundary's implicit deny does not bind resource policies of the same account, its explicit denies do.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    roles = naming.iam_arn(manifest.partition, "*", f"role/{naming.ROLE_PREFIX}*")
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    reference = document(
        allow([*_OWN, "iam:GetAccountPasswordPolicy", *_SIGN_IN]),
        allow(_ASSUME, roles, mfa),
    )
    everything = document(allow("*"))
    for user in access.users:
        grace = document({"Effect": "Allow", "Principal": {"AWS": user.arn}, "Action": "*", "Resource": "*"})
        documents = Documents((everything,), grace, access.boundary(user))
        asked = partial(Question, (_setting(user, documents),), Documents((reference,)))
        yield Case(user.name, likeness(access.boundary(user)), asked)


def _into(user: Resource, access: Access, trust: Document, roles: Sequence[str]) -> Question:
    documents = Documents(access.identity(user), trust, access.boundary(user))
    return Question((_setting(user, documents),), Documents((_NOTHING,)), ("sts:AssumeRole*",), tuple(roles))


def _setting(user: Resource, documents: Documents) -> Setting:
    return Setting(user.arn, documents)


def _by_trust(access: Access) -> Mapping[str, Sequence[Resource]]:
    found: dict[str, list[Resource]] = {}
    for role in access.playbook_roles:
        found.setdefault(text(access.trust(role)), []).append(role)
    return found


def _of(user: Resource, access: Access, *more: str) -> str:
    return "\n".join((likeness(*access.identity(user), access.boundary(user)), *more))


def _roles_of(manifest: Manifest) -> Mapping[str, frozenset[str]]:
    """Return the ARNs of the roles each user is meant to get into."""
    found: dict[str, set[str]] = {}
    for each in intended(manifest):
        role = naming.iam_arn(manifest.partition, each.account, f"role/{naming.role_name(each.playbook)}")
        found.setdefault(naming.user_name(each.person), set()).add(role)
    return {name: frozenset(roles) for name, roles in found.items()}
