"""What verification on schedule needs of the outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from breakglass.assure.evidence import Inquiry
from breakglass.cloud import Estate, EvidenceStore, FindingsHub, Meter, Organization, Timer


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside, as the function reaches it."""

    estate: Estate
    organization: Organization
    store: EvidenceStore
    hub: FindingsHub | None
    """None where nobody looks at findings in AWS Security Hub."""
    meter: Meter
    clock: Timer
    region: str
    """Of the function."""
    inquiries: Mapping[str, Inquiry] = field(default_factory=dict)
    """By the ids of the controls that need them."""
