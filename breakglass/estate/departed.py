"""Accounts that the manifest has no more and that the rights read back still name: somebody's way in may be there.

An organizational unit that is emptied, or an account that is taken out of the manifest, takes those rights away.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from breakglass import naming
from breakglass.documents import text
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan
from breakglass.facts import Survey, Unread
from breakglass.resources import MANAGED_POLICY, ROLE, Scope, State

_ROLE: Final = re.compile(rf":iam::(\d{{12}}):role/{naming.ROLE_PREFIX}")
_ACCOUNTS: Final = re.compile(r'"aws:ResourceAccount":(\[[^\]]*\]|"[^"]*")', re.IGNORECASE)
_ID: Final = re.compile(r"\b\d{12}\b")
_TYPES: Final = frozenset({ROLE, MANAGED_POLICY})


@dataclass(frozen=True, slots=True)
class Departed:
    """What is in these accounts, and which could not be read."""

    state: State = field(default_factory=dict)
    """Whoever made it: it is looked at, and never changed."""
    unread: tuple[Unread, ...] = ()

    @property
    def accounts(self) -> frozenset[str]:
        """All that were found to hold anything, or could not be read."""
        return frozenset({key.scope.account for key in self.state} | {each.scope.account for each in self.unread})

    def beside(self, plan: Plan) -> Plan:
        """Return a plan that knows of these accounts too; it changes nothing there."""
        return replace(plan, before={**self.state, **plan.before}) if self.state else plan


def departed(seen: Observation) -> Departed:
    """Return what a look at these accounts alone has found."""
    return Departed({**seen.strays, **seen.state}, tuple(each for each in seen.unread if each.types))


def surveys(plan: Plan, known: Collection[str], partition: str) -> tuple[Survey, ...]:
    """Return what to read in the accounts that policies name and that are not known; nothing if nothing changes."""
    named = _named(plan.before) if plan.changes else frozenset()
    return tuple(Survey(Scope(account, partition=partition), _TYPES) for account in sorted(named - {*known}))


def _named(state: State) -> frozenset[str]:
    """Return the accounts that managed policies name: in the ARNs of playbook roles, or as those resources are in."""
    documents = (each.properties.get("PolicyDocument") for each in state.values() if each.type == MANAGED_POLICY)
    written = "\n".join(text(each) for each in documents if isinstance(each, Mapping))
    return frozenset(_ROLE.findall(written)).union(*map(_ID.findall, _ACCOUNTS.findall(written)))
