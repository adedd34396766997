"""Whom a command is about: people of the manifest, by their ids."""

from collections.abc import Sequence
from difflib import get_close_matches

from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest, Responder


def people(manifest: Manifest, ids: Sequence[str]) -> tuple[Responder, ...]:
    """Return the responders of these ids, each once; UsageError names all that are unknown, and what was meant."""
    known = {each.id: each for each in manifest.responders}
    unknown = [each for each in dict.fromkeys(ids) if each not in known]
    if unknown:
        meant = [match for each in unknown for match in get_close_matches(each, known, n=1)]
        raise UsageError(
            f"{', '.join(unknown)}: no responder of the manifest has this id",
            subject=unknown[0],
            advice=f"did you mean {' '.join(dict.fromkeys(meant))}?"
            if meant
            else "add the person under `responders`, run `breakglass apply`, and then this again",
        )
    return tuple(known[each] for each in dict.fromkeys(ids))
