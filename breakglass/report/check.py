"""What a manifest amounts to, for people and for machines."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.matrix import grants
from breakglass.estate.quotas import told, uses
from breakglass.estate.readiness_matrix import Matrix
from breakglass.estate.teams import NAMED_ACCOUNTS, encode
from breakglass.estate.wording import counted
from breakglass.findings import Finding
from breakglass.manifest.model import ALL, Manifest, Team
from breakglass.report.findings import finding_document
from breakglass.report.matrix import matrix_document, matrix_text
from breakglass.resources import State

SCHEMA = "breakglass/check"


def check_text(manifest: Manifest, desired: State, matrix: Matrix) -> Iterator[Text]:
    """Yield what the manifest stands for, team by team."""
    yield Text(f"{manifest.name}", style="bold")
    for team in manifest.teams:
        people = [each.id for each in manifest.responders if team.name in each.member_of]
        yield Text(f"  team {team.name}", style="bold").append(
            f": {_named(people)} → {', '.join(team.playbooks)} in {_where(manifest, team)}", style="not bold"
        )
    if manifest.reserve:
        waiting = ", ".join(f"{each.id} ({', '.join(each.teams)})" for each in manifest.reserve)
        yield Text("  in reserve", style="bold").append(f": {waiting}", style="not bold")
    yield Text(
        f"{counted(len(manifest.responders), 'person', 'people')}, {counted(len(manifest.account_ids), 'account')},"
        f" {counted(len(desired), 'resource')};"
        f" {counted(grants(manifest), 'grant')} of a playbook in an account to a person"
    )
    if manifest.organizational_units:
        units = ", ".join(each.name for each in manifest.organizational_units)
        yield Text(f"not counted are the accounts in organizational units, which AWS tells when asked: {units}")
    if any(_units(manifest, team) for team in manifest.teams):
        yield Text(
            f"a team that names an organizational unit has rights in about {NAMED_ACCOUNTS:,} accounts at most; beyond"
            " that, write `accounts: all` for it"
        )
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
        "reserve": [each.id for each in manifest.reserve],
        "accounts": len(manifest.account_ids),
        "organizational_units": [each.name for each in manifest.organizational_units],
        "teams": [
            {"name": team.name, "encoding": encode(manifest, team).says, "organizational_units": _units(manifest, team)}
            for team in manifest.teams
        ],
        "grants": grants(manifest),
        "matrix": matrix_document(matrix),
        "resources": len(desired),
        "quotas": [
            {"what": use.quota.what, "subject": use.subject, "used": use.used, "most": use.quota.most}
            for use in uses(desired)
        ],
        "findings": [finding_document(finding) for finding in findings],
    }


def _where(manifest: Manifest, team: Team) -> str:
    """Return in which accounts a team has rights, and how that is written in IAM."""
    accounts, units = {account for account, _ in manifest.grants(team)}, _units(manifest, team)
    listed = f"{counted(len(accounts), 'account')} (as {encode(manifest, team).says})"
    if not units:
        return listed
    of = f"the accounts of the organizational unit{'s' * (len(units) > 1)} {', '.join(units)}"
    return f"{listed} and {of}" if accounts else of


def _units(manifest: Manifest, team: Team) -> list[str]:
    return [each.name for each in manifest.organizational_units if team.accounts != ALL and each.name in team.accounts]


def _named(people: list[str]) -> str:
    return ", ".join(people) if people else "nobody yet"
