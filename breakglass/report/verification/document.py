"""A verification as one JSON document: what docs/reference/verification.schema.json describes.

It holds when each finding was seen first, so that a later run can go on from it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from breakglass.controls import Control
from breakglass.documents import Json
from breakglass.estate.verification import Result, Verification
from breakglass.facts import Unread
from breakglass.findings import Finding
from breakglass.manifest.model import Suppression
from breakglass.report.findings import finding_document
from breakglass.report.matrix import matrix_document
from breakglass.report.register import register_document
from breakglass.report.verification.changes import NO_CHANGES, SCHEMA, VERSION, Changes, Earlier
from breakglass.report.verification.outcomes import Assessed, assessed, by_severity, set_aside, verdict


def verification_document(
    verification: Verification, changes: Changes = NO_CHANGES, manual: Sequence[Control] = ()
) -> dict[str, Json]:
    """Return a verification as JSON; times are in UTC, as in ISO 8601, and null where there is none.

    `manual` are the controls that people answer for.
    """
    manifest, moment = verification.manifest, verification.moment
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "manifest": manifest.name,
        "moment": _iso(moment),
        "verdict": verdict(verification),
        "counts": {severity.name: number for severity, number in by_severity(verification.open).items()},
        "controls": [each.id for each in verification.controls],
        "findings": [_result(each, changes, moment) for each in verification.open],
        "suppressed": [_suppressed(*each, changes, moment) for each in set_aside(verification)],
        "unjudged": [_earlier(each) for each in changes.unjudged],
        "changes": None if changes.before is None else _changes(changes, changes.before, moment),
        "assessed": [_assessed(each) for each in assessed(verification)],
        "manual": [_manual(each) for each in manual],
        "accounts": list(verification.accounts),
        "unread": [_unread(each) for each in verification.observation.unread],
        "matrix": matrix_document(verification.matrix),
        "register": register_document(verification.register),
        "charged": verification.charged,
    }


def _result(result: Result, changes: Changes, moment: datetime) -> dict[str, Json]:
    return _row(result.control, result.account, result.finding, changes.since(result, moment))


def _suppressed(result: Result, why: Suppression, changes: Changes, moment: datetime) -> Json:
    told = {"owner": why.owner, "reason": why.reason, "expires": why.expires.isoformat()}
    return {**_result(result, changes, moment), **told}


def _earlier(earlier: Earlier) -> Json:
    return _row(earlier.control, earlier.account, earlier.finding, earlier.first_seen)


def _row(control: str, account: str, finding: Finding, first_seen: datetime) -> dict[str, Json]:
    return {
        **finding_document(finding),
        "control": control,
        "account": account,
        "first_seen": _iso(first_seen),
    }


def _changes(changes: Changes, before: datetime, moment: datetime) -> Json:
    return {
        "before": _iso(before),
        "new": [_result(each, changes, moment) for each in changes.new],
        "gone": [_earlier(each) for each in changes.gone],
        "still": len(changes.still),
    }


def _assessed(each: Assessed) -> Json:
    return {
        "id": each.control.id,
        "title": each.control.title,
        "means": each.control.means.value,
        "severity": each.control.severity.name,
        "outcome": each.outcome.value,
        "frameworks": _frameworks(each.control),
    }


def _manual(control: Control) -> Json:
    return {
        "id": control.id,
        "title": control.title,
        "severity": control.severity.name,
        "answerable": control.answerable,
        "frameworks": _frameworks(control),
    }


def _frameworks(control: Control) -> Json:
    return {name: list(ids) for name, ids in sorted(control.frameworks.items())}


def _unread(unread: Unread) -> Json:
    return {
        "account": unread.scope.account,
        "region": unread.scope.region,
        "what": unread.what,
        "types": _sorted(unread.types),
        "code": unread.why.code,
        "message": unread.why.message,
        "advice": unread.why.advice,
    }


def _sorted(names: Iterable[str]) -> list[Json]:
    return [*sorted(names)]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
