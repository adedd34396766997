"""A verification in the AWS Security Finding Format, as Security Hub imports it.

A finding has one and the same id in every run, so that importing it again updates it; one that is gone is archived.
Notes and workflow are the business of those who work on findings, and never imported:
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from breakglass.controls import Control
from breakglass.documents import Json
from breakglass.estate.verification import Result, Verification
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest, Suppression
from breakglass.report.verification.asff_resources import resources_of
from breakglass.report.verification.changes import (
    LONGEST,
    NO_CHANGES,
    SCHEMA,
    VERSION,
    Changes,
    Earlier,
    Identity,
    Past,
    identity,
    in_utc,
)
from breakglass.report.verification.outcomes import NOT_PROVED
from breakglass.report.verification.wording import shortened

SCHEMA_VERSION: Final = "2018-10-08"
GENERATOR: Final = "breakglass/"
"""What the generator id of every finding begins with; the control follows."""

_TYPE = "Software and Configuration Checks/AWS Security Best Practices/Emergency Access"
_FIELD = "breakglass/"
_REQUIREMENTS = 32
"""How many requirements a finding may be related to."""


def asff(verification: Verification, region: str, changes: Changes = NO_CHANGES) -> list[dict[str, Json]]:
    """Return all findings, those set aside among them, to be imported in a region of the audit account.

    What has one control, code and subject is one finding, as grave as the gravest. How grave it is stands in it twice:
    what a finding becomes once it was imported, a provider tells in fields of its own.
    https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
    """
    alike: dict[Identity, list[Result]] = {}
    for each in verification.results:
        alike.setdefault(identity(each), []).append(each)
    controls = {each.id: each for each in verification.controls}
    return [
        _finding(verification, region, several, changes, controls.get(several[0].control)) for several in alike.values()
    ]


def finding_id(manifest: str, known_by: Identity) -> str:
    """Return the id of a finding; its subject, which may be longer than an id, is in it by its digest."""
    control, code, subject = known_by
    return f"{id_prefix(manifest)}{control}/{code}/{sha256(subject.encode()).hexdigest()[:32]}"


def id_prefix(manifest: str) -> str:
    """Return what the ids of all findings of a manifest begin with."""
    return f"breakglass/{manifest}/"


def product_arn(manifest: Manifest, region: str) -> str:
    """Return the ARN of the product that every account has for findings of its own, here the audit account's.

    https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-custom-providers.html
    """
    account = manifest.audit_account
    return f"arn:{manifest.partition}:securityhub:{region}:{account}:product/{account}/default"


def imported(known: Sequence[Mapping[str, Json]], manifest: str, moment: datetime) -> Past:
    """Return what earlier runs imported as an earlier run, given the active findings that Security Hub has of them.

    What lacks the fields that ours have is not ours, and left out. `moment` is when they were asked for.
    """
    rows = (_earlier(each) for each in known if str(each.get("Id")).startswith(id_prefix(manifest)))
    return Past(SCHEMA, VERSION, manifest, moment, tuple(each for each in rows if each), (), ())


def archived(
    known: Sequence[Mapping[str, Json]], changes: Changes, manifest: str, moment: datetime
) -> list[dict[str, Json]]:
    """Return those findings that Security Hub has and that are gone, to be imported as archived.

    `changes` are those since `imported(known)`. Only what a provider may import is in them: no note, no workflow, and
    no field of the product but our own, since Security Hub adds some.
    """
    gone = {finding_id(manifest, each.identity) for each in changes.gone}
    return [
        {**_ours(each), "RecordState": "ARCHIVED", "UpdatedAt": _iso(moment)}
        for each in known
        if each.get("Id") in gone
    ]


_OURS = (
    *("SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "Types", "FirstObservedAt", "LastObservedAt"),
    *("CreatedAt", "Severity", "Title", "Description", "Remediation", "Resources", "Compliance"),
    *("FindingProviderFields", "ProductFields"),
)


def _ours(known: Mapping[str, Json]) -> dict[str, Json]:
    found = {key: known[key] for key in _OURS if key in known}
    fields = found.get("ProductFields")
    told = fields.items() if isinstance(fields, Mapping) else ()
    return {**found, "ProductFields": {name: value for name, value in told if name.startswith(_FIELD)}}


def _finding(
    verification: Verification, region: str, results: Sequence[Result], changes: Changes, control: Control | None
) -> dict[str, Json]:
    manifest, first = verification.manifest, results[0]
    finding = first.finding
    severity = max(each.finding.severity for each in results)
    now, since = _iso(verification.moment), _iso(changes.since(first, verification.moment))
    title = f"{finding.code}: {finding.subject}"
    provided: dict[str, Json] = {"Types": [_TYPE], "Severity": {"Label": severity.name, "Original": severity.name}}
    return {
        "SchemaVersion": SCHEMA_VERSION,
        "Id": finding_id(manifest.name, identity(first)),
        "ProductArn": product_arn(manifest, region),
        "GeneratorId": f"{GENERATOR}{first.control}",
        "AwsAccountId": manifest.audit_account,
        **provided,
        "FindingProviderFields": provided,
        "FirstObservedAt": since,
        "LastObservedAt": now,
        "CreatedAt": since,
        "UpdatedAt": now,
        "Title": shortened(title, 256),
        "Description": shortened(_joined(each.finding.detail for each in results) or title, 1024),
        "Remediation": {"Recommendation": {"Text": shortened(_joined(each.finding.advice for each in results), 512)}},
        "ProductFields": _fields(manifest, first, verification.step),
        "Resources": resources_of(manifest, finding.subject, first.account),
        "Compliance": _compliance(finding, control),
        "RecordState": "ACTIVE",
    }


def _joined(sentences: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(each for each in sentences if each))


def _fields(manifest: Manifest, result: Result, step: str) -> dict[str, Json]:
    fields = {
        "manifest": manifest.name,
        "control": result.control,
        "code": result.finding.code,
        "subject": result.finding.subject,
        "account": result.account,
        "account-name": manifest.account_name(result.account),
        "step": step,
        **_set_aside(result.suppression),
    }
    return {f"{_FIELD}{name}": shortened(value, LONGEST) for name, value in fields.items() if value}


def _set_aside(suppression: Suppression | None) -> Mapping[str, str]:
    if suppression is None:
        return {}
    return {
        "set-aside-by": suppression.owner,
        "set-aside-because": suppression.reason,
        "set-aside-until": suppression.expires.isoformat(),
    }


def _compliance(finding: Finding, control: Control | None) -> Json:
    frameworks = sorted(control.frameworks.items()) if control else ()
    related = [f"{name} {each}" for name, ids in frameworks for each in ids][:_REQUIREMENTS]
    status = "NOT_AVAILABLE" if finding.code == NOT_PROVED else "FAILED"
    return {"Status": status, "RelatedRequirements": related} if related else {"Status": status}


def _earlier(known: Mapping[str, Json]) -> Earlier | None:
    fields, severity = known.get("ProductFields"), known.get("Severity")
    try:
        if not isinstance(fields, Mapping) or not isinstance(severity, Mapping):
            return None
        control, code, subject = (str(fields[f"{_FIELD}{name}"]) for name in ("control", "code", "subject"))
        first_seen = _moment(str(known["CreatedAt"]))
        gravity = Severity[str(severity.get("Label"))]
    except (KeyError, ValueError):
        return None
    account, step = (str(fields.get(f"{_FIELD}{name}", "")) for name in ("account", "step"))
    return Earlier(control, account, code, gravity, subject, str(known.get("Description", "")), "", first_seen, step)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return in_utc(found if found.tzinfo else found.replace(tzinfo=UTC))


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
