"""Why AWS denied a role, as far as the caller can know: what AWS says, and what is known besides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

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
    """Whether one of them may carry out the playbook there; None where no manifest was read."""

    @property
    def person(self) -> str:
        """Who it is, with their teams if these are known."""
        if self.teams is None:
            return self.user
        return f"{self.user} ({', '.join(self.teams) or 'in no team of the manifest'})"


Explanation: TypeAlias = Callable[[Known], tuple[str, str]]


def explain(denied: DeniedError, known: Known, *, could_ask: bool) -> DeniedError:
    """Return the denial with what it comes of and what to do next; `could_ask`: a person could give a code."""
    said = denied.message
    cause, advice = next(
        (explanation(known) for phrase, explanation in _SAID if phrase in said.lower()), _unsaid(known, could_ask)
    )
    return DeniedError(f"{said}\n{cause}", subject=known.role, advice=advice)


def mfa_may_help(said: str, known: Known) -> bool:
    """Tell whether an MFA code may turn a denial around: not where something else stands in the way."""
    return known.mfa is not True and known.may is not False and not any(phrase in said.lower() for phrase in _FIRM)


def _code(known: Known) -> tuple[str, str]:
    return (
        f"AWS does not accept the MFA code for {known.user}",
        "wait for the next code, as each counts once, and name another device with --mfa-serial if it is not this one",
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
    code = "" if could_ask else "; on a terminal, this command asks for an MFA code instead"
    return f"the role demands MFA, which {carries}; or the role does not exist there", _SIGN_IN + code


_SAID: tuple[tuple[str, Explanation], ...] = (
    ("multifactorauthentication failed", _code),
    ("service control policy", _guardrail),
    ("resource control policy", _guardrail),
    ("permissions boundary", _boundary),
    ("explicit deny in an identity-based policy", _identity_deny),
    ("no identity-based policy allows", _not_allowed),
    ("resource-based policy", _trust),
)
"""What AWS says, in lower case -> what it comes of; the first that is said counts."""

_FIRM = (
    "multifactorauthentication failed",
    "service control policy",
    "resource control policy",
    "explicit deny in an identity-based policy",
    "no identity-based policy allows",
)
"""What no MFA code changes."""
