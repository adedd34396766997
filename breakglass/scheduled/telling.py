"""What is told of a verification: evidence, findings in Security Hub, metrics, and a line of the log."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from breakglass import naming
from breakglass.assure.controls import MANUAL
from breakglass.cloud import EvidenceStore, FindingsHub, Point
from breakglass.documents import Document, Json
from breakglass.estate.verification import Result, Verification
from breakglass.findings import Severity
from breakglass.manifest.model import Suppression
from breakglass.report.verification.asff import GENERATOR, archived, asff, finding_id
from breakglass.report.verification.changes import Changes, identity
from breakglass.report.verification.document import verification_document
from breakglass.report.verification.outcomes import NOT_PROVED
from breakglass.report.verification.page import verification_page
from breakglass.scheduled.task import Kind, Task

AUTHOR: Final = "breakglass"
"""Who notes in Security Hub that a finding is set aside."""

_SET_ASIDE: Final = "SUPPRESSED"
_AGAIN: Final = "NEW"


def evidence_key(task: Task, manifest: str, moment: datetime) -> str:
    """Return the key of the evidence of an invocation, without its ending: it tells when, and of which run."""
    step = f"-{task.place}" if task.place else ""
    return f"{naming.evidence_prefix(manifest)}{moment.astimezone(UTC):%Y/%m/%d/%H%M%SZ}-{task.run}{step}"


def keep_document(store: EvidenceStore, key: str, verification: Verification, changes: Changes) -> None:
    """Keep a verification as JSON."""
    document = verification_document(verification, changes, MANUAL)
    store.put(f"{key}.json", (json.dumps(document, indent=1) + "\n").encode(), "application/json")


def keep_page(store: EvidenceStore, key: str, verification: Verification, changes: Changes) -> None:
    """Keep a verification as a page."""
    page = verification_page(verification, changes, MANUAL)
    store.put(f"{key}.html", page.encode(), "text/html; charset=utf-8")


def known(hub: FindingsHub, manifest: str) -> Sequence[Document]:
    """Return the findings of a manifest that are open in Security Hub."""
    return hub.known(GENERATOR, {"breakglass/manifest": manifest})


def publish(
    hub: FindingsHub, region: str, verification: Verification, changes: Changes, before: Sequence[Document]
) -> None:
    """Bring Security Hub up to date: what is found is there, what is gone is archived, what is set aside says so.

    `before` is what was open there. Whatever people noted or decided there of a finding stays.
    """
    name = verification.manifest.name
    hub.put([*asff(verification, region, changes), *archived(before, changes, name, verification.moment)])
    for suppression, ids in _set_aside(verification, before).items():
        hub.mark(ids, _SET_ASIDE, _note(suppression), AUTHOR)
    again = _set_aside_no_more(verification, before)
    if again:
        hub.mark(again, _AGAIN, "the manifest sets it aside no more", AUTHOR)


def points(task: Task, verification: Verification, *, complete: bool) -> list[Point]:
    """Return the metrics of a verification; `complete` tells that it went over everything and that evidence is kept."""
    manifest = {"Manifest": verification.manifest.name}
    counts = Counter(each.finding.severity for each in verification.open)
    unproved = sum(each.finding.code == NOT_PROVED for each in verification.open)
    told = [Point("Findings", counts[each], {**manifest, "Severity": each.name}) for each in Severity]
    told += [
        Point("NotProved", unproved, manifest),
        Point("Unread", len(verification.observation.unread), manifest),
    ]
    return [*told, completed(verification.manifest.name)] if complete and task.kind is Kind.EVERYTHING else told


def completed(manifest: str) -> Point:
    """Return the metric of a run that went over everything: where it is missing, alarms tell."""
    return Point("CompletedRuns", 1, {"Manifest": manifest})


def counts(results: Iterable[Result]) -> Mapping[str, Json]:
    """Return how many findings of each severity there are, gravest first."""
    found = Counter(each.finding.severity for each in results)
    return {each.name: found[each] for each in reversed(Severity)}


def _set_aside(verification: Verification, before: Sequence[Document]) -> Mapping[Suppression, list[str]]:
    """Return what is to be marked as set aside, by what sets it aside: not what is so already."""
    name = verification.manifest.name
    already = {str(each["Id"]) for each in before if _status(each) == _SET_ASIDE}
    found: dict[Suppression, dict[str, None]] = {}
    for each in verification.suppressed:
        id_ = finding_id(name, identity(each))
        if each.suppression is not None and id_ not in already:
            found.setdefault(each.suppression, {})[id_] = None
    return {suppression: list(ids) for suppression, ids in found.items()}


def _set_aside_no_more(verification: Verification, before: Sequence[Document]) -> list[str]:
    """Return what we set aside and the manifest does not any more; what people set aside there is their business."""
    counting = {finding_id(verification.manifest.name, identity(each)) for each in verification.open}
    ours = [str(each["Id"]) for each in before if _status(each) == _SET_ASIDE and _author(each) == AUTHOR]
    return [each for each in ours if each in counting]


def _note(suppression: Suppression) -> str:
    """Return what is noted: at most 512 characters.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_NoteUpdate.html
    """
    return f"set aside until {suppression.expires} by {suppression.owner}: {suppression.reason}"


def _status(finding: Document) -> str:
    workflow = finding.get("Workflow")
    return str(workflow.get("Status")) if isinstance(workflow, Mapping) else ""


def _author(finding: Document) -> str:
    note = finding.get("Note")
    return str(note.get("UpdatedBy")) if isinstance(note, Mapping) else ""
