"""Whom a command is about: people of the manifest, by their ids."""

from collections.abc import Sequence

from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest, Responder
from breakglass.manifest.wording import near, suggestion


def people(manifest: Manifest, ids: Sequence[str]) -> tuple[Responder, ...]:
    """Return the responders of these ids, each once; raises UsageError that tells of all that are unknown."""
    known = {each.id: each for each in manifest.responders}
    unknown = [each for each in dict.fromkeys(ids) if each not in known]
    if unknown:
        raise UsageError(
            "\n".join(f"there is no responder {each!r}{suggestion(near(each, known))}" for each in unknown),
            subject=unknown[0],
            advice="name the ids of people listed under `responders`",
        )
    return tuple(known[each] for each in dict.fromkeys(ids))
