"""Every form a playbook is rendered in."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from breakglass.documents import Document
from breakglass.playbooks.denials import denials
from breakglass.playbooks.model import Playbook
from breakglass.playbooks.phases import phase_policy
from breakglass.playbooks.rights import needed
from breakglass.report.playbooks.automation import automation
from breakglass.report.playbooks.markdown import markdown
from breakglass.report.playbooks.notebook import notebook
from breakglass.report.playbooks.page import page
from breakglass.report.playbooks.rendered import Rendered
from breakglass.report.playbooks.run_command import run_command
from breakglass.report.playbooks.where import Where

POLICY: Final = "policy"

FORMS: Final[Mapping[str, Callable[[Playbook, Where | None], Rendered]]] = {
    "markdown": lambda playbook, where: Rendered({f"{playbook.name}.md": markdown(playbook, where)}),
    "html": lambda playbook, where: Rendered({f"{playbook.name}.html": page(playbook, where)}),
    "notebook": lambda playbook, where: Rendered({f"{playbook.name}.ipynb": notebook(playbook, where)}),
    "automation": lambda playbook, _where: automation(playbook),
    "command": lambda playbook, _where: run_command(playbook),
    POLICY: lambda playbook, _where: policy(playbook),
}
"""The name of a form -> what renders a playbook in it."""


def policy(playbook: Playbook) -> Rendered:
    """Return the least privilege of a playbook, named as it lies beside its file."""
    return Rendered({f"{playbook.name}.json": _text(needed(playbook, denials(playbook.name)))})


def session_policy(playbook: Playbook, phase: str) -> Rendered:
    """Return what narrows a session to one phase. Raises UsageError where there can be none."""
    return Rendered({f"{playbook.name}.{phase}.json": _text(phase_policy(playbook, phase))})


def _text(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
