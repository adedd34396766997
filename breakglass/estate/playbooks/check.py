"""Every problem of a playbook and its policy at once."""

from collections.abc import Iterator

from breakglass.cloud import ApiModels
from breakglass.estate.playbooks import fit, limits, soundness, steps
from breakglass.estate.playbooks.fit import Fit
from breakglass.estate.playbooks.places import Mistake
from breakglass.manifest.tree import Problem
from breakglass.playbooks.pairs import Pair


def mistakes(pair: Pair, models: ApiModels) -> tuple[Mistake, ...]:
    """Return everything that is wrong with a playbook and its policy, by file and line, each once."""
    source, rights = pair.source, pair.rights
    found = [
        *(Mistake(source.path, each) for each in (*source.problems, *_of_steps(pair, models), *_lacking(pair))),
        *(Mistake(rights.path, each) for each in (*rights.problems, *_of_policy(pair), *_beyond(pair))),
    ]
    return tuple(sorted(set(found)))


def _of_steps(pair: Pair, models: ApiModels) -> Iterator[Problem]:
    playbook, root = pair.source.playbook, pair.source.root
    if playbook is not None and root is not None:
        yield from soundness.needing(playbook, root)
        yield from steps.undoing(playbook, root)
        yield from steps.calling(playbook, root, models)
        yield from steps.sessions(playbook, root)


def _of_policy(pair: Pair) -> Iterator[Problem]:
    document, root = pair.rights.document, pair.rights.root
    if document is not None and root is not None:
        yield from soundness.judged(document, root)


def _lacking(pair: Pair) -> Iterator[Problem]:
    for each in _both(pair):
        yield from fit.lacking(each)


def _beyond(pair: Pair) -> Iterator[Problem]:
    for each in _both(pair):
        yield from fit.beyond(each)
        yield from fit.undenied(each)
        yield from limits.excesses(each)


def _both(pair: Pair) -> Iterator[Fit]:
    """Yield the playbook with its policy, where both could be read and the engine has nothing to say against either."""
    playbook, steps_root = pair.source.playbook, pair.source.root
    document, root = pair.rights.document, pair.rights.root
    if playbook is None or steps_root is None or document is None or root is None:
        return
    if not any((*soundness.unread(document), *soundness.unread(soundness.needed(playbook)))):
        yield Fit(playbook, steps_root, document, root)
