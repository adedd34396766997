"""All controls: those that are assessed, each with how, those that always are, and those left to people."""

from typing import Final

from breakglass.assure.catalogue.access import ACCESS
from breakglass.assure.catalogue.alerting import ALERTING
from breakglass.assure.catalogue.always import EVERYTHING_READ, SUPPRESSIONS
from breakglass.assure.catalogue.lock_outs import LOCK_OUTS
from breakglass.assure.catalogue.manual import MANUAL
from breakglass.assure.catalogue.namespace import NAMESPACE
from breakglass.assure.catalogue.people import PEOPLE
from breakglass.assure.catalogue.probes import PROBES
from breakglass.assure.catalogue.surroundings import SURROUNDINGS
from breakglass.assure.evidence import Assessment
from breakglass.controls import Control

__all__ = ["ALWAYS", "ASSESSMENTS", "CONTROLS", "MANUAL"]

ASSESSMENTS: Final[tuple[Assessment, ...]] = (
    *NAMESPACE,
    *ACCESS,
    *PEOPLE,
    *ALERTING,
    *SURROUNDINGS,
    *LOCK_OUTS,
    *PROBES,
)
"""What `verify` runs, unless told which."""

ALWAYS: Final[tuple[Control, ...]] = (EVERYTHING_READ, SUPPRESSIONS)
"""What it answers for besides, whichever it runs."""

CONTROLS: Final[tuple[Control, ...]] = (*ALWAYS, *(each.control for each in ASSESSMENTS))
"""All that are automated."""
