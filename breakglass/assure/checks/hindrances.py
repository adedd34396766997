"""What keeps responders out, gathered: one finding for a policy and a role, however many accounts it is so in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from breakglass.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Way:
    """What makes findings one: their code and subject, and how they begin and end."""

    code: str
    severity: Severity
    subject: str
    told: str
    """Who denies, and that they do, before whom."""
    advice: str
    account: str = ""
    """Where it is to be mended, where the subject does not tell that."""


@dataclass(slots=True)
class _Gathered:
    whom: dict[str, None] = field(default_factory=dict)
    where: dict[str, None] = field(default_factory=dict)
    what: dict[str, None] = field(default_factory=dict)
    hangs_on: set[str] = field(default_factory=set)


class Hindrances:
    """Findings in the making."""

    def __init__(self) -> None:
        self._found: dict[Way, _Gathered] = {}

    def add(
        self, way: Way, whom: Iterable[str], what: Iterable[str], where: Iterable[str], hangs_on: Iterable[str] = ()
    ) -> None:
        """Add to whom it is so, what is denied, where, and what that hangs on, where it hangs on anything."""
        found = self._found.setdefault(way, _Gathered())
        found.whom |= dict.fromkeys(whom)
        found.where |= dict.fromkeys(where)
        found.what |= dict.fromkeys(what)
        found.hangs_on.update(hangs_on)

    def findings(self) -> Iterator[Finding]:
        """Yield one finding for each way."""
        for way, found in self._found.items():
            hangs = f", depending on {', '.join(sorted(found.hangs_on))}" if found.hangs_on else ""
            what, where = ", ".join(found.what), ", ".join(sorted(found.where))
            detail = f"{way.told} {', '.join(found.whom)}: {what} in {where}{hangs}"
            yield Finding(way.code, way.severity, way.subject, detail, way.advice, way.account)
