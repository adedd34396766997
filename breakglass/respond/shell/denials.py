"""Why AWS denied a role, as far as the caller can know: what AWS says, and what is known besides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from breakglass import naming
from breakglass.errors import DeniedError

_SIGN_IN = "sign in again, with MFA: `aws login`, or switch roles in the console"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an attempt: the user's name, where to, and what the manifest says of both."""

    user: str
    role: str
    """Its ARN."""
    mfa: bool | None
    """Whether the credentials carry MFA; None where only AWS knows."""
    teams: tuple[str, ...] | None = None
    """The teams of this person; None where no manifest was read."""
    may: bool | None = None
    """Whether one of them may carry out the playbook there; None where AWS alone knows."""
    reserve: bool = False
    """Whether the person is in reserve, and may once they are moved into a team."""
    is_listed: bool = True
    """Whether the manifest lists the account; if not, it may be in a unit with this playbook, or in none."""

    @property
    def person(self) -> str:
        """Who it is, with their teams if these are known."""
        if self.teams is None:
            return self.user
        if self.reserve:
            return f"{self.user} (in reserve)"
        return f"{self.user} ({', '.join(self.teams) or 'in no team of the manifest'})"


Explanation: TypeAlias = Callable[[Known], tuple[str, str]]


def explain(denied: DeniedError, known: Known, *, could_ask: bool, regions: Sequence[str] = ()) -> DeniedError:
    """Return the denial with what it comes of and what to do next.

    `could_ask`: a person could give a code; `regions`: which of them denied it.
    """
    said = denied.message
    cause, advice = next(
        (explanation(known) for phrase, explanation in _SAID if phrase in said.lower()), _unsaid(known, could_ask)
    )
    return DeniedError(f"{said}\n{cause}{everywhere(regions)}", subject=known.role, advice=advice)


def everywhere(regions: Sequence[str]) -> str:
    """Return a line on which regions denied alike, where there are several."""
    return f"\nso it was in each of {', '.join(regions)}" if len(regions) > 1 else ""


def mfa_may_help(said: str, known: Known) -> bool:
    """Tell whether an MFA code may turn a denial around: not where something else stands in the way."""
    return known.mfa is not True and known.may is not False and not any(phrase in said.lower() for phrase in _FIRM)


def region_may_differ(said: str, known: Known) -> bool:
    """Tell whether another region may grant what this one denies.

    A region lock and the policy of a VPC endpoint hold for one region alone, and AWS does not always name them; every
    other reason holds everywhere, and so does a lack of MFA.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
    """
    words = said.lower()
    if any(phrase in words for phrase in _REGIONAL):
        return True
    return known.mfa is not False and not any(phrase in words for phrase in _REASONED)


def code_refused(said: str) -> bool:
    """Tell whether AWS does not take a code for the device it was sent with."""
    return _NOT_ACCEPTED in said.lower()


def _code(known: Known) -> tuple[str, str]:
    advice = "wait for the next code, as each counts once; if it is of another device, name that one with --mfa-serial"
    return (
        f"AWS does not accept the MFA code for {known.user}",
        f"{advice}: its serial number is in the envelope of the MFA device",
    )


def _endpoint(_known: Known) -> tuple[str, str]:
    return (
        "the policy of a VPC endpoint of this network forbids it: no MFA code helps",
        "run the command from another network, or use the console from there",
    )


def _guardrail(_known: Known) -> tuple[str, str]:
    return (
        "a control policy of the organization forbids it, whoever asks: no MFA code helps",
        "use another account or playbook, or go through the management account; `breakglass verify` finds the policy",
    )


def _boundary(known: Known) -> tuple[str, str]:
    if known.mfa is True:
        return (
            "the permissions boundary forbids this role to everybody",
            "see `breakglass verify` with the platform team",
        )
    return f"the boundary of {known.user} forbids everything to credentials without MFA", _SIGN_IN


def _identity_deny(known: Known) -> tuple[str, str]:
    return f"the access of {known.user} has been taken away", "ask whoever leads the incident why, before anything else"


def _not_allowed(known: Known) -> tuple[str, str]:
    if known.reserve:
        return (
            f"{known.person} is in no team that may assume this role, or was moved into one a moment ago",
            f"call who carries out the playbook {naming.GRANT_ACCESS}: they move you into a team",
        )
    if known.may:
        cause = f"the manifest lets {known.person} do this, and AWS does not know of it yet"
        return cause, "the platform team runs `breakglass plan`, then `breakglass apply`"
    return _no_team(known)


def _no_team(known: Known) -> tuple[str, str]:
    return (
        f"no team of {known.person} may assume this role",
        "take an account and a playbook of your own (`breakglass profiles`, or your card), or call who may",
    )


def _trust(known: Known) -> tuple[str, str]:
    if known.mfa is True:
        return _absent_role(known)
    return "the trust policy of the role demands MFA, and to sign in as the user itself", _SIGN_IN


def _absent_role(known: Known) -> tuple[str, str]:
    account = known.role.split(":")[4]
    if not known.is_listed:
        return (
            f"account {account} may be in no organizational unit with this playbook, so that the role does not exist",
            "look at the card for what the account has; else the platform team runs `breakglass verify`",
        )
    return (
        f"either the role does not exist in account {account}, or its trust policy is another than ours",
        "the platform team runs `breakglass verify`",
    )


def _unsaid(known: Known, could_ask: bool) -> tuple[str, str]:  # noqa: FBT001 - of one caller, above
    """Return what is likely where AWS gives no reason."""
    if known.may is False:
        return _no_team(known)
    if known.mfa is True:
        return _absent_role(known)
    carries = "a long-term key never carries" if known.mfa is False else "these credentials may not carry"
    absent = "the role does not exist there" if known.is_listed else f"{_absent_role(known)[0]}"
    code = "" if could_ask else "; on a terminal, this command asks for an MFA code instead"
    return f"the role demands MFA, which {carries}; or {absent}", _SIGN_IN + code


_NOT_ACCEPTED = "multifactorauthentication failed"

_SAID: tuple[tuple[str, Explanation], ...] = (
    (_NOT_ACCEPTED, _code),
    ("vpc endpoint policy", _endpoint),
    ("service control policy", _guardrail),
    ("resource control policy", _guardrail),
    ("permissions boundary", _boundary),
    ("explicit deny in an identity-based policy", _identity_deny),
    ("no identity-based policy allows", _not_allowed),
    ("resource-based policy", _trust),
)
"""What AWS says, in lower case -> what it comes of; the first that is said counts."""

_REGIONAL = ("service control policy", "resource control policy", "vpc endpoint policy")
"""What may forbid in one region what it allows in another."""

_REASONED = (_NOT_ACCEPTED, "with an explicit deny", "because no")
"""How AWS begins to give a reason."""

_FIRM = (
    _NOT_ACCEPTED,
    *_REGIONAL,
    "explicit deny in an identity-based policy",
    "no identity-based policy allows",
)
"""What no MFA code changes."""
