"""The codes of findings there are: what is set aside must have one of them."""

from typing import Final

from breakglass.assure.controls import CONTROLS
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.manifest.wording import near, suggestion

CODES: Final = frozenset(code for each in CONTROLS for code in each.codes)
"""Of all controls."""


def require_known(manifest: Manifest) -> None:
    """Refuse a manifest that sets aside what no control finds. Raises UsageError, with all such codes."""
    unknown = dict.fromkeys(each.code for each in manifest.suppressions if each.code not in CODES)
    if unknown:
        raise UsageError(
            "\n".join(f"suppressions: no control has findings {each}{_meant(each)}" for each in unknown),
            subject=next(iter(unknown)),
            advice="write the code of a finding of `verify` into `suppressions[].code`: see docs/reference/controls.md",
        )


def _meant(code: str) -> str:
    return suggestion(near(code, CODES))
