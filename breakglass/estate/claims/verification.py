"""Claims about the verification role: what it can do, by its own rights and by the trusts there are, is to verify.

It may ask for more than it gets: for every emergency role, under the name of a probe.
"""

from collections.abc import Iterator
from functools import partial

from breakglass import naming
from breakglass.documents import Document
from breakglass.estate.access import Access
from breakglass.estate.claims.case import NOTHING, Case, allow
from breakglass.estate.claims.roles import session, within
from breakglass.estate.documents import document
from breakglass.iam.prove import Documents, Question, Status, Verdict, prove
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource


def only_verifies(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Its rights are those it verifies with and to ask as a probe, and nothing it may ask for as a probe lets it in."""
    reference = document(*achieved(manifest), _asked(manifest))
    for role in access.roles(naming.VERIFICATION):
        doors = {each.likeness: each for each in _doors(role, access)}
        parts = (within(role, access, reference), *doors.values())
        yield Case(role.arn, "\n".join((role.arn, *(each.likeness for each in parts))), partial(_gravest, parts))


def probes_are_denied(_manifest: Manifest, access: Access) -> Iterator[Case]:
    """The trust of no playbook role lets it in, whatever it is called then."""
    for role in access.roles(naming.VERIFICATION):
        yield from _doors(role, access)


def achieved(manifest: Manifest) -> tuple[Document, ...]:
    """Return the statements of all that the verification role may achieve."""
    verifiers = naming.iam_arn(manifest.partition, "*", f"role{naming.PATH}{naming.VERIFIER}")
    canary = naming.iam_arn(manifest.partition, manifest.security_account, f"role/{naming.role_name(naming.CANARY)}")
    return (allow("sts:AssumeRole", [verifiers, canary]), *_telling(manifest))


def _telling(manifest: Manifest) -> Iterator[Document]:
    """Yield what it takes to tell: to put evidence where nobody else's is, and read none of it again."""
    partition, audit = manifest.partition, manifest.audit_account
    own = f"arn:{partition}:{{}}:*:{audit}:{{}}".format
    evidence = f"arn:{partition}:s3:::{naming.evidence_bucket(audit, '*')}/{naming.evidence_prefix(manifest.name)}*"
    yield allow("s3:PutObject", evidence, {"StringEquals": {"aws:ResourceAccount": audit}})
    yield allow("kms:GenerateDataKey", own("kms", "key/*"), {"StringLike": {"kms:ViaService": "s3.*"}})
    yield allow("securityhub:BatchImportFindings", own("securityhub", f"product/{audit}/default"))
    yield allow("securityhub:GetFindings", own("securityhub", "hub/default"))
    judged = {
        "Null": {f"securityhub:ASFFSyntaxPath/{each}": "true" for each in ("Severity.Label", "VerificationState")}
    }
    yield allow("securityhub:BatchUpdateFindings", own("securityhub", "hub/default"), judged)
    counted = {"StringEquals": {"cloudwatch:namespace": naming.VERIFICATION_METRICS}}
    yield allow("cloudwatch:PutMetricData", "*", counted)
    log = own("logs", f"log-group:/aws/lambda/{naming.SCHEDULED}:*")
    yield allow(["logs:CreateLogStream", "logs:PutLogEvents"], log)
    yield allow("sqs:SendMessage", own("sqs", naming.UNVERIFIED))


def _asked(manifest: Manifest) -> Document:
    """Return the statement of what it may ask for, and must not get."""
    roles = naming.iam_arn(manifest.partition, "*", f"role/{naming.ROLE_PREFIX}*")
    return allow("sts:AssumeRole", roles, {"StringLike": {"sts:RoleSessionName": f"{naming.PROBE}-*"}})


def _doors(role: Resource, access: Access) -> Iterator[Case]:
    """Yield for each playbook role the case that it lets this one not in."""
    identity, boundary = access.identity(role), access.boundary(role)
    for door in access.playbook_roles:
        documents = Documents(identity, access.trust(door), boundary)
        written = access.likeness(access.trust(door), account=door.scope.account)
        yield Case(door.arn, f"{role.arn}\n{written}", partial(_kept_out, role, documents, door))


def _kept_out(role: Resource, documents: Documents, door: Resource) -> Verdict:
    asked = ("sts:AssumeRole*",)
    return prove(Question((session(role, documents),), Documents((NOTHING,)), asked, (door.arn,)))


def _gravest(cases: tuple[Case, ...]) -> Verdict:
    verdicts: list[Verdict] = []
    for each in cases:
        verdicts.append(each.judge())
        if verdicts[-1].status is Status.REFUTED:
            break
    return max(verdicts, key=lambda verdict: verdict.status.gravity)
