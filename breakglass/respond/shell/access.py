"""Into a role: the regions in their order, one use each time, and an MFA code where it may help.

STS alone is called, in the region that answers first: nothing here depends on IAM, Organizations or any other region.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeAlias, TypeGuard, TypeVar

from breakglass.assuming import Assumption, RoleSession, Sts
from breakglass.errors import BreakglassError, CredentialsError, DeniedError, RejectedError, UnavailableError
from breakglass.respond.shell.denials import Known, code_refused, everywhere, explain, mfa_may_help, region_may_differ
from breakglass.secret import Secret

Answer = TypeVar("Answer")

GetCode: TypeAlias = Callable[[Sequence[str]], tuple[Sequence[str], Secret]]
"""Get a code of a person's MFA device, and the serial numbers the device may have, likeliest first.

It is given the regions in the order in which they are to be asked for what is not known.
"""


@dataclass(frozen=True, slots=True)
class Served(Generic[Answer]):
    """What one region answered, and why those before it did not."""

    answer: Answer
    region: str
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unserved:
    """Why no region gave an answer."""

    failures: Sequence[tuple[str, BreakglassError]]
    """Each region that was asked, in their order, and what came of it."""

    @property
    def denials(self) -> Sequence[tuple[str, DeniedError]]:
        return [(region, error) for region, error in self.failures if _is_denial(error)]

    @property
    def deniers(self) -> Sequence[str]:
        return [region for region, _ in self.denials]

    def reason(self) -> BreakglassError:
        """Return what counts most: what AWS said of the call, then of the credentials, then that it said nothing."""
        errors = [error for _, error in self.failures]
        for counts in (lambda error: isinstance(error, RejectedError), _is_denial, _is_unaccepted):
            if found := next(filter(counts, errors), None):
                return found
        return UnavailableError(
            "STS serves in no region: " + "; ".join(f"{region}: {error.message}" for region, error in self.failures),
            subject=", ".join(region for region, _ in self.failures),
            advice="see to the network (`breakglass doctor`); the console may work where this machine's network does "
            "not",
        )

    def again(self, regions: Sequence[str], begin: str) -> Sequence[str]:
        """Return the order for a second round: from a region that is known to answer, to those that did not."""
        silent = {region for region, error in self.failures if isinstance(error, UnavailableError)}
        return sorted(regions, key=lambda region: (region != begin, region in silent))


def first(regions: Sequence[str], call: Callable[[str], Answer]) -> Served[Answer]:
    """Return the answer of the first region that gives one, whatever the others say.

    A region that is not enabled answers as if the credentials were not valid, and the policy of a VPC endpoint or of
    the organization may deny a call in one region alone.
    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    Raises what counts most where none does: RejectedError, DeniedError, CredentialsError, or UnavailableError.
    """
    found = _ask(regions, call, lambda _error: True)
    if isinstance(found, Served):
        return found
    reason = found.reason()
    if _is_denial(reason):
        raise DeniedError(reason.message + everywhere(found.deniers), subject=reason.subject, advice=reason.advice)
    raise reason


def enter(
    sts: Sts, assumption: Assumption, regions: Sequence[str], known: Known, get_code: GetCode | None
) -> Served[RoleSession]:
    """Assume the role; where AWS denies it and MFA may be what is missing, ask for a code and try once more.

    `get_code` is None where nobody is there to be asked. Raises DeniedError with what is known of the reason,
    RejectedError as the first region says so, CredentialsError where some region was reached and none accepts the
    credentials, UnavailableError where none was reached.
    """
    found = _assume(sts, assumption, regions, known)
    if isinstance(found, Served):
        return found
    begin = next((region for region, denied in found.denials if mfa_may_help(denied.message, known)), "")
    if get_code is None or not begin or not _is_denial(found.reason()):
        raise _explained(found, known, could_ask=get_code is not None)
    return _enter_with_code(sts, assumption, found.again(regions, begin), replace(known, mfa=True), get_code)


def _enter_with_code(
    sts: Sts, assumption: Assumption, regions: Sequence[str], known: Known, get_code: GetCode
) -> Served[RoleSession]:
    """Try one code with each of the devices it may be of: AWS spends none on a device that is not the user's."""
    serials, code = get_code(regions)
    refusals: list[_Unserved] = []
    for serial in serials:
        coded = replace(assumption, serial_number=serial, token_code=code)
        found = _assume(sts, coded, regions, known)
        if isinstance(found, Served):
            return found
        if not code_refused(found.reason().message):
            raise _explained(found, known, could_ask=True)
        refusals.append(found)
    raise _explained(refusals[0], known, could_ask=True)


def _assume(sts: Sts, assumption: Assumption, regions: Sequence[str], known: Known) -> Served[RoleSession] | _Unserved:
    def goes_on(error: BreakglassError) -> bool:
        if _is_denial(error):
            return region_may_differ(error.message, known)
        return not isinstance(error, RejectedError)

    return _ask(regions, lambda region: sts.assume(region, assumption), goes_on)


def _ask(
    regions: Sequence[str], call: Callable[[str], Answer], goes_on: Callable[[BreakglassError], bool]
) -> Served[Answer] | _Unserved:
    """Ask one region after the other, until one answers or says what ends the search."""
    failures: list[tuple[str, BreakglassError]] = []
    for region in regions:
        try:
            return Served(call(region), region, tuple(f"{each}: {error.message}" for each, error in failures))
        except (DeniedError, RejectedError, UnavailableError) as error:
            failures.append((region, error))
            if not goes_on(error):
                break
    return _Unserved(failures)


def _explained(found: _Unserved, known: Known, *, could_ask: bool) -> BreakglassError:
    reason = found.reason()
    if not _is_denial(reason):
        return reason
    return explain(reason, known, could_ask=could_ask, regions=found.deniers)


def _is_denial(error: BreakglassError) -> TypeGuard[DeniedError]:
    return isinstance(error, DeniedError) and not _is_unaccepted(error)


def _is_unaccepted(error: BreakglassError) -> bool:
    return isinstance(error, CredentialsError)
