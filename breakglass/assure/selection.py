"""Some of the controls, by their ids as people write them."""

from collections.abc import Collection
from typing import Final

from breakglass.assure.controls import ALWAYS, ASSESSMENTS, MANUAL
from breakglass.assure.evidence import Assessment
from breakglass.errors import UsageError
from breakglass.manifest.wording import near, suggestion

_ADVICE: Final = "`breakglass verify --list` shows the controls and their ids"


def selected(ids: Collection[str]) -> tuple[Assessment, ...]:
    """Return the assessments of these controls in their own order; all of them where none is named.

    Raises UsageError for an id that is no control's, or that of one which cannot be chosen.
    """
    known = {each.control.id for each in ASSESSMENTS}
    for id_ in ids:
        if id_ not in known:
            raise UsageError(_why_not(id_, known), subject=id_, advice=_ADVICE)
    return tuple(each for each in ASSESSMENTS if not ids or each.control.id in ids)


def _why_not(id_: str, known: Collection[str]) -> str:
    if any(each.id == id_ for each in ALWAYS):
        return f"the control {id_} is part of every run: name those to run besides"
    manual = next((each for each in MANUAL if each.id == id_), None)
    if manual:
        return f"the control {id_} is deliberately left to people: {manual.answerable} would know"
    return f"there is no control {id_!r}{suggestion(near(id_, known))}"
