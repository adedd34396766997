"""What a manifest amounts to, for people and for machines."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.matrix import grants
from breakglass.estate.quotas import told, uses
from breakglass.estate.readiness_matrix import Matrix
from breakglass.estate.teams import encode
from breakglass.estate.wording import counted
from breakglass.findings import Finding
from breakglass.manifest.model import Manifest
from breakglass.report.findings import finding_document
from breakglass.report.matrix import matrix_document, matrix_text
from breakglass.resources import State

SCHEMA = "breakglass/check"


def check_text(manifest: Manifest, desired: State, matrix: Matrix) -> Iterator[Text]:
    """Yield what the manifest stands for, team by team."""
    yield Text(f"{manifest.name}", style="bold")
    for team in manifest.teams:
        people = [each.id for each in manifest.responders if team.name in each.teams]
        accounts = {account for account, _ in manifest.grants(team)}
        encoding = encode(manifest, team)
        yield Text(f"  team {team.name}", style="bold").append(
            f": {_named(people)} → {', '.join(team.playbooks)} in {counted(len(accounts), 'account')}"
            f" (as {encoding.says})",
            style="not bold",
        )
    yield Text(
        f"{counted(len(manifest.responders), 'person', 'people')}, {counted(len(manifest.account_ids), 'account')},"
        f" {counted(len(desired), 'resource')};"
        f" {counted(grants(manifest), 'grant')} of a playbook in an account to a person"
    )
    if manifest.organizational_units:
        units = ", ".join(each.name for each in manifest.organizational_units)
        yield Text(f"not counted are the accounts in organizational units, which AWS tells when asked: {units}")
    yield from matrix_text(matrix)
    yield Text("quotas of AWS, at the fullest:", style="bold")
    for use in uses(desired):
        style = "red" if use.used > use.quota.most else ""
        yield Text(f"  {use.quota.what}: {told(use.used, use.quota)}", style=style)


def check_document(manifest: Manifest, desired: State, matrix: Matrix, findings: Sequence[Finding]) -> Json:
    """Return as JSON what the manifest stands for, and what is wrong with it."""
    return {
        "schema": SCHEMA,
        "version": 1,
        "manifest": manifest.name,
        "people": len(manifest.responders),
        "accounts": len(manifest.account_ids),
        "organizational_units": [each.name for each in manifest.organizational_units],
        "teams": [{"name": team.name, "encoding": encode(manifest, team).says} for team in manifest.teams],
        "grants": grants(manifest),
        "matrix": matrix_document(matrix),
        "resources": len(desired),
        "quotas": [
            {"what": use.quota.what, "subject": use.subject, "used": use.used, "most": use.quota.most}
            for use in uses(desired)
        ],
        "findings": [finding_document(finding) for finding in findings],
    }


def _named(people: list[str]) -> str:
    return ", ".join(people) if people else "nobody yet"
