"""What a playbook becomes in one form: files, and what is left to people."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rendered:
    """Files by their names, and sentences about what is in none of them."""

    files: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
