"""What narrows a session to one phase of a playbook, as it is handed to STS."""

from breakglass.documents import Document, text
from breakglass.errors import UsageError
from breakglass.manifest.wording import near, suggestion
from breakglass.playbooks.model import Phase, Playbook
from breakglass.playbooks.rights import MOST_SESSION, session_policy


def phase_policy(playbook: Playbook, name: str) -> Document:
    """Return the session policy of a phase.

    Raises UsageError where the playbook has no such phase, where nothing is called in it, and where the policy is
    longer than STS takes.
    """
    document = session_policy(phase(playbook, name), playbook)
    if not document["Statement"]:
        message = f"nothing is called in the phase {name} of {playbook.name}: its steps are done by hand"
        raise UsageError(message, subject=name, advice="no session is needed for it")
    length = len(text(document))
    if length > MOST_SESSION:
        message = f"the session policy of the phase {name} of {playbook.name} has {length:,} characters"
        advice = f"STS takes {MOST_SESSION:,}: leave out --phase, or name a policy of your own with --session-policy"
        raise UsageError(message, subject=name, advice=advice)
    return document


def phase(playbook: Playbook, name: str) -> Phase:
    """Return a phase of a playbook. Raises UsageError where it has no such phase."""
    phases = dict(playbook.every_phase())
    if name not in phases:
        message = f"the playbook {playbook.name} has no phase {name!r}{suggestion(near(name, phases))}"
        raise UsageError(message, subject=name, advice=f"its phases are {', '.join(phases)}")
    return phases[name]
