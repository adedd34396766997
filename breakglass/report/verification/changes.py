"""What changed since an earlier verification, of which the document is at hand."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, TypeAdapter, ValidationError

from breakglass.controls import Reach
from breakglass.errors import UsageError
from breakglass.estate.organization import is_unresolved
from breakglass.estate.verification import Result, Verification
from breakglass.findings import Finding, Severity
from breakglass.report.verification.wording import shortened

Identity: TypeAlias = tuple[str, str, str]
"""What a finding is known by from one run to the next: its control, its code and its subject, made legible."""

LONGEST: Final = 2048
"""Characters of a subject that something is known by: as many as Security Hub keeps."""

SCHEMA: Final = "breakglass/verify"
VERSION: Final = 1


def identity(result: Result) -> Identity:
    """Return what a finding is known by from one run to the next."""
    return _identity(result.control, result.finding.code, result.finding.subject)


def _identity(control: str, code: str, subject: str) -> Identity:
    return control, code, shortened(subject, LONGEST)


def _severity(name: object) -> Severity:
    found = Severity.__members__.get(name) if isinstance(name, str) else None
    if found is None:
        raise ValueError("no severity")
    return found


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC. Raises ValueError where it is none of this era, of which not every zone has it."""
    if not _FIRST <= moment <= _LAST:
        raise ValueError("a moment of another era")
    return moment.astimezone(UTC)


_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_Moment: TypeAlias = Annotated[AwareDatetime, AfterValidator(in_utc)]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A finding as an earlier document has it."""

    control: str
    account: str
    code: str
    severity: Annotated[Severity, BeforeValidator(_severity)]
    subject: str
    detail: str
    advice: str
    first_seen: _Moment
    step: str = ""
    """Which step of a run told it, where it is a run in steps."""

    @property
    def identity(self) -> Identity:
        """What it is known by."""
        return _identity(self.control, self.code, self.subject)

    @property
    def finding(self) -> Finding:
        """The finding by itself."""
        return Finding(self.code, self.severity, self.subject, self.detail, self.advice)


@dataclass(frozen=True)
class Past:
    """An earlier document, of which nothing but this is needed."""

    schema: Literal["breakglass/verify"]
    version: Literal[1]
    manifest: str
    moment: _Moment
    findings: tuple[Earlier, ...]
    suppressed: tuple[Earlier, ...]
    unjudged: tuple[Earlier, ...]

    @cached_property
    def first_seen(self) -> Mapping[Identity, datetime]:
        """When each of its findings was seen first."""
        found: dict[Identity, datetime] = {}
        for each in (*self.findings, *self.suppressed, *self.unjudged):
            found[each.identity] = min(each.first_seen, found.get(each.identity, each.first_seen))
        return found


@dataclass(frozen=True)
class Changes:
    """What is other than in an earlier run; nothing is gone that this run could not have seen."""

    before: datetime | None = None
    """When the earlier run began; None where there is none."""
    new: tuple[Result, ...] = ()
    """Open now, and not then."""
    gone: tuple[Earlier, ...] = ()
    """Open then, and neither open nor set aside now."""
    still: tuple[Result, ...] = ()
    """Open then and now."""
    unjudged: tuple[Earlier, ...] = ()
    """Open or set aside then, and not looked at or not read now."""
    first_seen: Mapping[Identity, datetime] = field(default_factory=dict)

    def since(self, result: Result, moment: datetime) -> datetime:
        """Return when a finding was seen first: in the run of this moment, where no earlier one has it."""
        return min(self.first_seen.get(identity(result), moment), moment)


NO_CHANGES = Changes()
"""What changed where no earlier run is known."""


def past(text: str, name: str, manifest: str) -> Past:
    """Return the earlier document that a text is.

    `name` is what people call it. Raises UsageError where it is none, or of another manifest than the one named.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _foreign(name, "it is not JSON") from error
    try:
        found = _PAST.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"]) or "the document"
        raise _foreign(name, f"{place} is absent or not as it should be") from error
    if found.manifest != manifest:
        raise UsageError(
            f"{name} is of the manifest {found.manifest}, not of {manifest}: nothing can be compared",
            subject=name,
            advice=f"name a document of an earlier run over {manifest}",
        )
    return found


def changes(before: Past, verification: Verification) -> Changes:
    """Return what changed since an earlier run over the same manifest."""
    now = {identity(each) for each in verification.results}
    then = {each.identity for each in before.findings}
    was_judged = _judged(verification)
    absent = [each for each in before.findings if each.identity not in now]
    unseen = [each for each in (*before.suppressed, *before.unjudged) if each.identity not in now]
    return Changes(
        before.moment,
        tuple(each for each in verification.open if identity(each) not in then),
        tuple(each for each in absent if was_judged(each)),
        tuple(each for each in verification.open if identity(each) in then),
        tuple(each for each in (*absent, *unseen) if not was_judged(each)),
        before.first_seen,
    )


def _judged(verification: Verification) -> Callable[[Earlier], bool]:
    """Return what tells whether a finding would have been found again, were it still so.

    Its control was run, and everything was looked at and read; or at least all accounts were that the control concludes
    from. What is concluded from several is told by the step of a run that told it before, if that read all it reads.
    """
    controls = {each.id: each for each in verification.controls}
    unread = {each.scope.account for each in verification.observation.unread}
    read = frozenset(verification.accounts) - unread
    whole = verification.is_whole
    everywhere = not any(is_unresolved(each) for each in verification.observation.unread)
    known = frozenset(verification.manifest.account_ids)

    def judged(earlier: Earlier) -> bool:
        if earlier.account not in known:
            return everywhere
        control = controls.get(earlier.control)
        if control is None or whole:
            return control is not None
        homes = verification.homes(control) or ({earlier.account} if control.reach is Reach.ACCOUNT else frozenset())
        if homes:
            return homes <= read
        return not unread and bool(verification.step) and earlier.step == verification.step

    return judged


_PAST = TypeAdapter(Past)


def _foreign(name: str, why: str) -> UsageError:
    return UsageError(
        f"{name} is no document of an earlier verification: {why}",
        subject=name,
        advice="name a file that `breakglass verify --format json` of this version wrote",
    )
