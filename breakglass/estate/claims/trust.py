"""Claims about who is let in: what a playbook role's trust allows to any principal of any account.

Everybody is taken to have every right of their own, so that what is proved rests on the trust alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from breakglass import naming
from breakglass.documents import Document, Json
from breakglass.estate.access import Access
from breakglass.estate.claims.case import ANYTHING, Case
from breakglass.estate.documents import document
from breakglass.iam.prove import Documents, Question, Verdict, everybody, prove
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource, items

_LABELS = ["sts:SetSourceIdentity", "sts:TagSession"]


def only_with_mfa(manifest: Manifest, access: Access) -> Iterator[Case]:
    """To get in takes MFA; to label a session lets nobody in."""
    condition: Json = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    statements = [_entry(NotAction=_LABELS, Condition=condition), _entry(Action=_LABELS)]
    yield from _of_every_role(manifest, access, statements)


def only_one_account(manifest: Manifest, access: Access) -> Iterator[Case]:
    """The principals it names are those of the security account, also if no condition held: each layer for itself."""
    condition: Json = {"StringEquals": {"aws:PrincipalAccount": manifest.security_account}}
    limit = Documents((ANYTHING,), document(_entry(Action="*", Condition=condition)))
    for role in access.playbook_roles:
        trust = _without_conditions(access.trust(role))
        alike = access.likeness(trust, account=role.scope.account)
        yield Case(role.arn, alike, partial(_judge, manifest, role, trust, limit))


def only_the_namespace(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Whoever gets in is a user of the namespace."""
    users = naming.iam_arn(manifest.partition, manifest.security_account, f"user{naming.PATH}*{naming.USER_SUFFIX}")
    condition: Json = {"ArnLike": {"aws:PrincipalArn": users}}
    yield from _of_every_role(manifest, access, [_entry(Action="*", Condition=condition)])


def only_under_ones_own_name(manifest: Manifest, access: Access) -> Iterator[Case]:
    """A session has its user's name, and a source identity, where there is one, is that name."""
    own = "${aws:username}"
    statements = [
        _entry(Action="sts:AssumeRole", Condition={"StringEquals": {"sts:RoleSessionName": own}}),
        _entry(Action="sts:SetSourceIdentity", Condition={"StringEqualsIfExists": {"sts:SourceIdentity": own}}),
        _entry(Action="sts:TagSession"),
    ]
    yield from _of_every_role(manifest, access, statements)


def only_harmless_tags(manifest: Manifest, access: Access) -> Iterator[Case]:
    """A session carries no tag but the two, and hands none on, so that none counts for attribute-based access control.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    condition: Json = {
        "ForAllValues:StringEquals": {"aws:TagKeys": list(naming.SESSION_TAGS)},
        "Null": {"sts:TransitiveTagKeys": "true"},
    }
    statements = [_entry(Action="sts:TagSession", Condition=condition), _entry(NotAction="sts:TagSession")]
    yield from _of_every_role(manifest, access, statements)


def only_the_verification_role(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Whoever gets into a verifier is the verification role of the audit account."""
    yield from _only_verification(manifest, access, naming.VERIFIER)


def only_the_canary_run(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Whoever gets into the canary is the verification role of the audit account."""
    yield from _only_verification(manifest, access, naming.role_name(naming.CANARY))


def _only_verification(manifest: Manifest, access: Access, name: str) -> Iterator[Case]:
    role = naming.verification_arn(manifest.partition, manifest.audit_account)
    condition: Json = {"ArnEquals": {"aws:PrincipalArn": role}}
    limit = Documents((ANYTHING,), document(_entry(Action="*", Condition=condition)))
    for each in access.roles(name):
        held = access.trust(each)
        alike = access.likeness(held, account=each.scope.account)
        yield Case(each.arn, alike, partial(_judge, manifest, each, held, limit))


def only_the_scheduled_function(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Whoever becomes the verification role is one function, or who provisions the account and could anyway."""
    scheduled = f"arn:{manifest.partition}:lambda:*:{manifest.audit_account}:function:{naming.SCHEDULED}*"
    function: Document = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:SourceArn": scheduled}},
    }
    provisioner = naming.iam_arn(manifest.partition, manifest.audit_account, f"role/{manifest.provisioning_role}")
    by_hand = _entry(Action="*", Condition={"ArnEquals": {"aws:PrincipalArn": provisioner}})
    limit = Documents((ANYTHING,), document(function, by_hand))
    for verification in access.roles(naming.VERIFICATION):
        held = access.trust(verification)
        yield Case(verification.arn, verification.arn, partial(_judge, manifest, verification, held, limit))


def _without_conditions(trust: Document) -> Document:
    statements = [each for each in items(trust.get("Statement")) if isinstance(each, Mapping)]
    bare = [{name: value for name, value in each.items() if name != "Condition"} for each in statements]
    return {**trust, "Statement": bare} if "Statement" in trust else trust


def _entry(**elements: Json) -> Document:
    return {"Effect": "Allow", "Principal": "*", **elements}


def _of_every_role(manifest: Manifest, access: Access, statements: Sequence[Document]) -> Iterator[Case]:
    reference = Documents((ANYTHING,), document(*statements))
    for role in access.playbook_roles:
        trust = access.trust(role)
        alike = access.likeness(trust, account=role.scope.account)
        yield Case(role.arn, alike, partial(_judge, manifest, role, trust, reference))


def _judge(manifest: Manifest, role: Resource, trust: Document, reference: Documents) -> Verdict:
    documents = Documents((ANYTHING,), trust)
    homes = (manifest.security_account, role.scope.account)
    found = everybody(documents, reference, homes, manifest.partition)
    return prove(Question(found, reference, resources=(role.arn,)))
