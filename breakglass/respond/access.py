"""Into a role: the regions in their order, one use each time, and an MFA code where it may help.

STS alone is called, in the region that answers first: nothing here depends on IAM, Organizations or any other region.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeAlias, TypeVar

from breakglass.assuming import Assumption, RoleSession, Sts
from breakglass.errors import CredentialsError, DeniedError, UnavailableError
from breakglass.respond.denials import Known, explain, mfa_may_help
from breakglass.secret import Secret

Answer = TypeVar("Answer")

GetCode: TypeAlias = Callable[[], tuple[str, Secret]]
"""Get the serial number of a person's MFA device, and a code of it."""


@dataclass(frozen=True, slots=True)
class Served(Generic[Answer]):
    """What one region answered, and why those before it did not."""

    answer: Answer
    region: str
    skipped: tuple[str, ...] = ()


def first(regions: Sequence[str], call: Callable[[str], Answer]) -> Served[Answer]:
    """Return the answer of the first region that gives one.

    A region that is not enabled answers as if the credentials were not valid, so the next one is asked then as well.
    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    Raises CredentialsError where some region was reached and none accepts the credentials, UnavailableError where none
    was reached, DeniedError and RejectedError as the first that says so.
    """
    skipped: list[str] = []
    unaccepted: CredentialsError | None = None
    for region in regions:
        try:
            return Served(call(region), region, tuple(skipped))
        except (CredentialsError, UnavailableError) as error:
            skipped.append(f"{region}: {error.message}")
            unaccepted = error if isinstance(error, CredentialsError) else unaccepted
    if unaccepted is not None:
        raise unaccepted
    raise UnavailableError(
        "STS serves in no region: " + "; ".join(skipped),
        subject=", ".join(regions),
        advice="see to the network (`breakglass doctor`); the console may work where this machine's network does not",
    )


def enter(
    sts: Sts, assumption: Assumption, regions: Sequence[str], known: Known, get_code: GetCode | None
) -> Served[RoleSession]:
    """Assume the role; where AWS denies it and MFA may be what is missing, ask for a code and try once more.

    `get_code` is None where nobody is there to be asked. Raises DeniedError with what is known of the reason, and what
    `first` raises.
    """
    try:
        return first(regions, lambda region: sts.assume(region, assumption))
    except CredentialsError:
        raise
    except DeniedError as denied:
        if get_code is None or not mfa_may_help(denied.message, known):
            raise explain(denied, known, could_ask=get_code is not None) from denied
    serial_number, code = get_code()
    coded = replace(assumption, serial_number=serial_number, token_code=code)
    try:
        return first(regions, lambda region: sts.assume(region, coded))
    except CredentialsError:
        raise
    except DeniedError as denied:
        raise explain(denied, replace(known, mfa=True), could_ask=True) from denied
