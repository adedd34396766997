"""The results of a verification, for people and for machines: what counts, and what the manifest sets aside."""

from collections.abc import Iterator

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.verification import Result, Verification
from breakglass.estate.wording import counted
from breakglass.report.findings import finding_document, findings_document, findings_text


def results_text(verified: Verification) -> Iterator[Text]:
    """Yield the findings, gravest first, what was looked at, and in short what is set aside."""
    scope = f"{counted(len(verified.controls), 'control')} over {counted(len(verified.accounts), 'account')}"
    yield from findings_text([each.finding for each in verified.open], scope)
    for each in verified.suppressed:
        yield Text(f"set aside: {each.finding.code}  {each.finding.subject}: {_answer(each)}", style="dim")


def results_document(verified: Verification) -> dict[str, Json]:
    """Return the findings as a JSON document, each with its control and account; what is set aside is listed apart."""
    controls = [each.id for each in verified.controls]
    return {
        **findings_document((), verified.manifest.name, controls),
        "accounts": list(verified.accounts),
        "findings": [_document(each) for each in verified.open],
        "suppressed": [{**_document(each), **_aside(each)} for each in verified.suppressed],
    }


def _answer(result: Result) -> str:
    aside = result.suppression
    return f"{aside.owner} answers for it until {aside.expires}: {aside.reason}" if aside else ""


def _document(result: Result) -> dict[str, Json]:
    return {**finding_document(result.finding), "control": result.control, "account": result.account}


def _aside(result: Result) -> dict[str, Json]:
    aside = result.suppression
    return {"owner": aside.owner, "reason": aside.reason, "expires": aside.expires.isoformat()} if aside else {}
