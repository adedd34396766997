"""Claims about the people: which roles they get into, and that they can do nothing else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from breakglass import naming
from breakglass.documents import Document
from breakglass.estate.access import Access
from breakglass.estate.alike import columns, judged, spoken_of
from breakglass.estate.claims.case import ANYTHING, NOTHING, Case, allow, delegation
from breakglass.estate.documents import document
from breakglass.estate.entry import request
from breakglass.estate.matrix import intended
from breakglass.iam.prove import Documents, Question, Setting, Status, Verdict, demand, prove
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource

_ASSUME = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
_SIGN_IN = ["signin:Authenticate", "signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"]
_OWN = ["iam:ChangePassword", "iam:GetUser"]
_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def into_their_roles(manifest: Manifest, access: Access) -> Iterator[Case]:
    """With MFA, under their own name and from within the organization, everybody gets into every role of their teams.

    The one claim that somebody may: a role is asked for in the one way a person asks for it. A role or a user that is
    not there cannot be got into, which drift tells.
    """
    roles = {role.arn: role for role in access.playbook_roles}
    meant = _meant(manifest)
    for user in access.users:
        wanted = [roles[arn] for arn in sorted(meant.get(user.name, ())) if arn in roles]
        if wanted:
            written = "\n".join((_of(user, access), *(role.arn for role in wanted)))
            yield Case(user.name, written, partial(_let_in, manifest, access, user, wanted))


def into_no_other(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Nobody of the namespace gets into a role that exists and is not of a team of theirs, in any way."""
    meant = _meant(manifest)
    for user in access.users:
        others = [role for role in access.playbook_roles if role.arn not in meant.get(user.name, frozenset())]
        written = "\n".join((_of(user, access), *(role.arn for role in others)))
        yield Case(user.name, written, partial(_kept_out, access, user, others))


def nothing_else(manifest: Manifest, access: Access) -> Iterator[Case]:
    """A user has the sign-in, its own password, and roles of the namespace: over all actions."""
    leave = delegation(manifest.partition, manifest.security_account)
    limit = Documents((_everything_of_a_user(manifest, mfa=True),), leave)
    for user in access.users:
        documents = Documents(access.identity(user), leave, access.boundary(user))
        yield Case(user.name, _of(user, access), partial(_within, user, documents, limit))


def nothing_else_unbounded(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Its own policies give it no more, also if no boundary held: each layer for itself. MFA is the boundary's."""
    leave = delegation(manifest.partition, manifest.security_account)
    limit = Documents((_everything_of_a_user(manifest, mfa=False),), leave)
    for user in access.users:
        identity = access.identity(user)
        alike = access.likeness(*identity, name=user.name)
        yield Case(user.name, alike, partial(_within, user, Documents(identity, leave), limit))


def nothing_else_by_grace(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Whatever policies and resource policies grant a user, the boundary lets only roles of the namespace through.

    A boundary's implicit deny does not bind resource policies of the same account, its explicit denies do.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    limits = (allow([*_OWN, "iam:GetAccountPasswordPolicy", *_SIGN_IN]), allow(_ASSUME, _roles(manifest), _MFA))
    for user in access.users:
        principal = {"Principal": {"AWS": user.arn}}
        grace = document({**allow("*"), **principal})
        limit = Documents((document(*limits),), document(*({**each, **principal} for each in limits)))
        documents = Documents((ANYTHING,), grace, access.boundary(user))
        alike = access.likeness(access.boundary(user), name=user.name)
        yield Case(user.name, alike, partial(_within, user, documents, limit))


def _let_in(manifest: Manifest, access: Access, user: Resource, roles: Sequence[Resource]) -> Verdict:
    identity, boundary = access.identity(user), access.boundary(user)
    return demand(
        (request(user, role, manifest.organization), Documents(identity, access.trust(role), boundary))
        for role in _representatives(access, user, roles)
    )


def _kept_out(access: Access, user: Resource, roles: Sequence[Resource]) -> Verdict:
    identity, boundary = access.identity(user), access.boundary(user)
    by_trust: dict[str, list[Resource]] = {}
    for role in _representatives(access, user, roles):
        by_trust.setdefault(access.likeness(access.trust(role)), []).append(role)
    verdicts = (
        prove(
            Question(
                (Setting(user.arn, Documents(identity, access.trust(alike[0]), boundary)),),
                Documents((NOTHING,)),
                ("sts:AssumeRole*",),
                tuple(role.arn for role in alike),
            )
        )
        for alike in by_trust.values()
    )
    there_is_none = Verdict(Status.PROVED)
    return max(verdicts, key=lambda verdict: (verdict.status.gravity, verdict.seconds), default=there_is_none)


def _everything_of_a_user(manifest: Manifest, *, mfa: bool) -> Document:
    own = naming.iam_arn(manifest.partition, manifest.security_account, f"user{naming.PATH}${{aws:username}}")
    return document(
        allow(_OWN, own),
        allow(["iam:GetAccountPasswordPolicy", *_SIGN_IN]),
        allow(_ASSUME, _roles(manifest), _MFA if mfa else None),
    )


def _within(user: Resource, documents: Documents, limit: Documents) -> Verdict:
    return prove(Question((Setting(user.arn, documents),), limit))


def _representatives(access: Access, user: Resource, roles: Iterable[Resource]) -> Sequence[Resource]:
    """Return of the roles one for all that neither their own documents nor a user's can tell apart."""
    bound = access.boundary(user)
    held = [*access.identity(user), *(() if bound is None else (bound,))]
    found: dict[str, Resource] = {}
    for column in columns((role,) for role in roles):
        ((some,), *_) = column.roles.values()
        words = spoken_of([access.trust(some), *held], (user.scope.account,), entering=False)
        chosen = judged(column, words, lambda role: role[0])
        found |= {each.arn: each for each in (*chosen.special.values(), chosen.others) if each is not None}
    return tuple(found.values())


def _roles(manifest: Manifest) -> str:
    return naming.iam_arn(manifest.partition, "*", f"role/{naming.ROLE_PREFIX}*")


def _of(user: Resource, access: Access) -> str:
    return access.likeness(*access.identity(user), access.boundary(user), name=user.name)


def _meant(manifest: Manifest) -> Mapping[str, frozenset[str]]:
    """Return the ARNs of the roles each user is meant to get into."""
    found: dict[str, set[str]] = {}
    for each in intended(manifest):
        role = naming.iam_arn(manifest.partition, each.account, f"role/{naming.role_name(each.playbook)}")
        found.setdefault(naming.user_name(each.person), set()).add(role)
    return {name: frozenset(roles) for name, roles in found.items()}
