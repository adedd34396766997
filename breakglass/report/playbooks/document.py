"""Playbooks as JSON documents, with the commands of each step."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from breakglass.documents import Json
from breakglass.playbooks.filling import filled_text
from breakglass.playbooks.model import Playbook, Step
from breakglass.playbooks.rights import needs
from breakglass.report.playbooks.commands import commands
from breakglass.report.playbooks.where import Link, Where

LIST_SCHEMA: Final = "breakglass/playbooks"
SHOW_SCHEMA: Final = "breakglass/playbook"


def listed_document(every: Sequence[tuple[Playbook, Where | None]]) -> Json:
    """Return all playbooks in short; `places` is null where no manifest was read."""
    return {
        "schema": LIST_SCHEMA,
        "version": 1,
        "playbooks": [
            {
                "name": playbook.name,
                "title": playbook.title,
                "phases": [name for name, _ in playbook.every_phase()],
                "steps": len(playbook.steps),
                **_where(where, links=False),
            }
            for playbook, where in every
        ],
    }


def playbook_document(
    playbook: Playbook, where: Where | None, phases: Collection[str], values: Mapping[str, str]
) -> Json:
    """Return a playbook, or these phases of it, with what is known filled into its commands."""
    return {
        "schema": SHOW_SCHEMA,
        "version": 1,
        "name": playbook.name,
        "title": playbook.title,
        "scenario": playbook.scenario,
        "when": playbook.when,
        "instead": playbook.instead,
        "prepared": playbook.prepared,
        "relies_on": playbook.relies_on,
        "parameters": [
            {"name": each.name, "what": each.what, "example": each.example, "value": values.get(each.name)}
            for each in playbook.parameters
        ],
        **_where(where, links=True),
        "phases": [
            {
                "name": name,
                "goal": phase.goal,
                "steps": [_step(playbook, step, values) for step in phase.steps],
            }
            for name, phase in playbook.every_phase()
            if name in phases
        ],
    }


def _step(playbook: Playbook, step: Step, values: Mapping[str, str]) -> Json:
    return {
        "id": step.id,
        "title": step.title,
        "kind": step.kind,
        "changes": step.changes,
        "after": step.after,
        "why": step.why,
        "do": step.do,
        "commands": commands(playbook, step, values),
        "on_host": [filled_text(each, values) for each in step.commands],
        "actions": sorted({action for need in needs(playbook, step) for action in need.actions}),
        "evidence": step.evidence,
        "undo": step.undo,
        "tell": step.tell,
    }


def _where(where: Where | None, *, links: bool) -> dict[str, Json]:
    """Return where it is carried out; null where no manifest was read."""
    if where is None:
        return {"places": None}
    places: list[Json] = [
        {
            "account": each.account,
            "account_name": each.name,
            "teams": each.teams,
            **({"switch_role": _links(each.links)} if links else {}),
        }
        for each in where.places
    ]
    found: dict[str, Json] = {"role": where.role, "places": places, "organizational_units": where.units}
    if links:
        found |= {"security_account": where.security_account, "sign_in": _links(where.sign_in)}
    return found


def _links(links: Sequence[Link]) -> Json:
    return [{"region": each.region, "url": each.url} for each in links]
