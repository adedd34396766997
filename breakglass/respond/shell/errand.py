"""From what a person wants to a session of a role: what is known is said before the call, what came of it after.

Where the errand comes from, a manifest or a command line, is not known here: this path imports no manifest.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from breakglass import naming
from breakglass.assuming import Assumption, RoleSession, Source, Sts
from breakglass.errors import CredentialsError
from breakglass.respond.shell import wishes
from breakglass.respond.shell.access import Served, enter, first
from breakglass.respond.shell.denials import Known
from breakglass.respond.shell.environment import expiry
from breakglass.respond.shell.identity import SIGN_IN, emergency_user
from breakglass.secret import Secret

Say: TypeAlias = Callable[[str], None]
AskCode: TypeAlias = Callable[[str], Secret]
"""Ask a person for a code of the MFA device that is described."""

_DEVICES = 3
"""MFA devices of a user that one code is tried with: each renewal makes another."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Which role, where, and what is known of who may assume it."""

    label: str
    """How people call it: ACCOUNT/PLAYBOOK."""
    role: str
    """Its ARN."""
    regions: Sequence[str]
    """Whose STS are asked, one after the other."""
    session_name: str = ""
    """The user's name where it is known; else AWS is asked for it."""
    security_account: str = ""
    """Where the emergency users are; empty where it is not known."""
    session_hours: int | None = None
    """The role's MaxSessionDuration; None where it is not known."""
    teams: Mapping[str, Sequence[str]] | None = None
    """The teams of each user; None where no manifest was read."""
    may: Collection[str] = ()
    """The users who may, by the manifest."""
    reserve: Collection[str] = ()
    """The users in reserve who may once they are moved into a team."""
    phase: str = ""
    """The phase of its playbook that the session is narrowed to; empty for all of it."""
    policy: str = ""
    """The session policy of that phase."""
    is_listed: bool = True
    """Whether the manifest lists the account, or it may be one of an organizational unit, for all that is known."""

    @property
    def partition(self) -> str:
        """The partition of the role."""
        return self.role.split(":")[1]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for besides, as they wrote it."""

    duration: str | None = None
    reason: str | None = None
    ticket: str | None = None
    session_policy: Path | None = None
    mfa_serial: str | None = None
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, and what was asked for it."""

    errand: Errand
    assumption: Assumption
    session: RoleSession = field(repr=False)


def run(sts: Sts, errand: Errand, wish: Wish, say: Say, ask: AskCode | None) -> Opened:
    """Open the session.

    Raises UsageError for a wish AWS would not grant, CredentialsError where the trust policy would refuse whose
    credentials they are, and what `enter` raises.
    """
    wanted = _wanted(errand, wish)
    source = sts.source()
    told = _user(sts, source, errand)
    assumption, known = replace(wanted, session_name=told.answer), _known(errand, told.answer, source)
    for line in _before(errand, assumption, known):
        say(line)
    get_code = None if ask is None else partial(_coded, sts, errand, wish, assumption, source.arn, ask)
    served = enter(sts, assumption, tuple(dict.fromkeys((told.region, *errand.regions))), known, get_code)
    for line in _after(served, told.skipped):
        say(line)
    return Opened(errand, assumption, served.answer)


def _wanted(errand: Errand, wish: Wish) -> Assumption:
    return Assumption(
        errand.role,
        errand.session_name,
        None if wish.duration is None else wishes.seconds(wish.duration, errand.session_hours),
        wishes.tags(wish.reason, wish.ticket),
        errand.policy if wish.session_policy is None else wishes.session_policy(wish.session_policy),
    )


def _user(sts: Sts, source: Source, errand: Errand) -> Served[str]:
    """Return the user's name, and the region that told it; the first one where nobody had to be asked."""
    begin = errand.regions[0]
    if errand.session_name:
        if source.arn and source.arn.rpartition("/")[2] != errand.session_name:
            message = f"you are {source.arn}, and the session is to be named {errand.session_name}: the role takes none"
            raise CredentialsError(f"{message} but the user's own", subject=source.arn, advice=SIGN_IN)
        return Served(errand.session_name, begin)
    told = Served(source.arn, begin) if source.arn else first(errand.regions, sts.caller)
    return replace(told, answer=emergency_user(told.answer, errand.partition, errand.security_account))


def _known(errand: Errand, user: str, source: Source) -> Known:
    if errand.teams is None:
        return Known(user, errand.role, source.mfa)
    teams, reserve = tuple(errand.teams.get(user, ())), user in errand.reserve
    may = None if reserve else user in errand.may
    return Known(user, errand.role, source.mfa, teams, may, reserve, errand.is_listed)


def _coded(
    sts: Sts, errand: Errand, wish: Wish, assumption: Assumption, arn: str, ask: AskCode, regions: Sequence[str]
) -> tuple[Sequence[str], Secret]:
    """Return the serial numbers the user's device may have, and a code of it."""
    if wish.mfa_serial:
        return [wish.mfa_serial], ask(wish.mfa_serial)
    account = errand.security_account or (arn or first(regions, sts.caller).answer).split(":")[4]
    names = [naming.mfa_device_name(assumption.session_name, number) for number in range(1, _DEVICES + 1)]
    serials = [naming.mfa_arn(errand.partition, account, name) for name in names]
    return serials, ask(f"{serials[0]} (or {' or '.join(names[1:])}, if that is yours)")


def _before(errand: Errand, assumption: Assumption, known: Known) -> Sequence[str]:
    where = f"{errand.label}: {assumption.role_name} in account {assumption.account}"
    return [
        f"{where}, as {assumption.session_name}, for {_lasting(assumption.seconds)} ({_cap(errand)})",
        "MFA: a long-term key never carries it, and the role demands it"
        if known.mfa is False
        else "MFA: unknown, as only AWS knows whether these credentials carry it; the role demands it",
        *([f"the manifest lets no team of {known.person} do this: trying all the same"] if known.may is False else []),
        *(
            [f"{_narrowed(errand)} narrows this session; sessions of the console have none"]
            if assumption.policy
            else []
        ),
    ]


def _narrowed(errand: Errand) -> str:
    return f"the session policy of the phase {errand.phase}" if errand.phase else "a session policy"


def _after(served: Served[RoleSession], skipped: Sequence[str]) -> Sequence[str]:
    session = served.answer
    packed = session.packed_policy_size
    return [
        *(f"no service in {each}" for each in (*skipped, *served.skipped)),
        f"served by {served.region}; the credentials last until {expiry(session)}",
        *([f"session policy and tags take {packed} % of their room"] if packed is not None else []),
    ]


def _lasting(seconds: int | None) -> str:
    """Return how long, in words; unasked, AWS gives an hour."""
    hours, minutes = divmod((3600 if seconds is None else seconds) // 60, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def _cap(errand: Errand) -> str:
    if errand.session_hours is None:
        return "at most the MaxSessionDuration of the role, and 12 h"
    return f"at most {errand.session_hours} h, the MaxSessionDuration of the role: `limits.session_hours`"
