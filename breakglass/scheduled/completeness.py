"""Whether a run saw enough to count as one: a little that is unread is told, and blindness is no run."""

from collections.abc import Iterator

from breakglass.estate.organization import is_unresolved
from breakglass.estate.surveys import surveys, types
from breakglass.estate.verification import Verification


def blind(verification: Verification) -> Iterator[str]:
    """Yield why a run does not count: what it did not see is too much for the rest to tell that all is well.

    One account that cannot be read for weeks is a finding every day, and does not keep runs from counting.
    """
    if any(map(is_unresolved, verification.observation.unread)):
        yield "which accounts there are is not known"
    dark = sum(_is_dark(verification, each) for each in verification.accounts)
    if 2 * dark >= len(verification.accounts):
        yield f"{dark} of {len(verification.accounts)} accounts could not be read"
    unseen = sorted(_unseen(verification))
    if unseen:
        yield f"nothing could be read of {', '.join(unseen)}"


def _is_dark(verification: Verification, account: str) -> bool:
    """Tell whether nothing of ours could be read in an account."""
    manifest = verification.manifest
    scope = manifest.scope(account)
    return not any(verification.observation.shows(scope, each) for each in types(manifest, scope))


def _unseen(verification: Verification) -> set[str]:
    """Return the types of which nothing could be read, wherever there is any: some are in one account alone."""
    observation = verification.observation
    looks = surveys(verification.manifest, facts=True)
    wanted = {(each.scope, type_) for each in looks for type_ in each.types} - observation.passed_over
    seen = {type_ for scope, type_ in wanted if observation.shows(scope, type_)}
    return {type_ for _, type_ in wanted} - seen
