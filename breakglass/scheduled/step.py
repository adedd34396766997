"""The steps of a run that is too large for one invocation: what all accounts share, then each of the others.

What people sign in with is asked for once, in the first step: for each of thousands of accounts it would be the same.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from breakglass import naming
from breakglass.assure.attribution import account_of
from breakglass.cloud import Estate
from breakglass.controls import Control
from breakglass.errors import UsageError
from breakglass.estate.verification import Result, Verification
from breakglass.facts import Enrolment, MfaDevice, Reading, Survey
from breakglass.manifest.model import Manifest
from breakglass.report.verification.outcomes import NOT_PROVED
from breakglass.resources import Scope
from breakglass.scheduled.read_only import ReadOnly
from breakglass.scheduled.task import Kind, Task

SECOND_OPINION: Final = "second-opinion"
"""The control whose answers are charged for: it is of documents, which are the same in account after account."""


def belongs(control: Control, kind: Kind) -> bool:
    """Tell whether a control is for a task of this kind.

    What is of documents alike, or needs what the whole organization has, is the first step's, which judges it for all
    accounts: it would be the same in each.
    """
    return kind is not Kind.ACCOUNT or not (control.needs or control.id == SECOND_OPINION)


def shared(manifest: Manifest) -> frozenset[str]:
    """Return the accounts of the first step.

    They are those that hold what all others rest on, and one of each kind of the others, so that every document there
    should be is in this step.
    """
    fixed = (manifest.management_account.id, manifest.security_account, manifest.audit_account, manifest.trail.account)
    kinds = {manifest.playbooks_in(each.id): each.id for each in reversed(manifest.accounts)}
    return frozenset((*fixed, *kinds.values()))


def accounts(task: Task, manifest: Manifest) -> frozenset[str] | None:
    """Return which accounts a task is about; None is all.

    Raises UsageError for one that is not of the manifest, nor of its organizational units any more, and for the
    security account.
    """
    if task.kind is Kind.SHARED:
        return shared(manifest)
    if task.kind is Kind.EVERYTHING:
        return None
    if task.account == manifest.security_account:
        raise UsageError(
            "the security account is no step of its own: how people sign in there is what the first step looks at",
            subject=task.account,
            advice="ask for the task `shared`",
        )
    if task.account not in manifest.account_ids:
        raise UsageError(
            f"account {task.account} is not in the manifest {manifest.name}, nor in its organizational units any more",
            subject=task.account,
            advice="begin a new run, whose first step tells the accounts there are",
        )
    return frozenset({task.account})


@dataclass(frozen=True, slots=True)
class Apart(ReadOnly):
    """An estate in which it is said beforehand who can sign in, and nothing besides of how; see `cloud.Estate`."""

    estate: Estate
    enrolled: Collection[str]
    moment: datetime

    def read(self, survey: Survey) -> Reading:
        """Read what one account holds, and tell who can sign in without asking."""
        if not survey.enrolment:
            return self.estate.read(survey)
        found = self.estate.read(replace(survey, enrolment=False))
        known = tuple(_enrolment(survey.scope, each, self.moment) for each in sorted(self.enrolled))
        return Reading(survey, found.resources, (*found.facts, *known), found.unread)


def alone(verification: Verification, account: str) -> Verification:
    """Return a verification of one account as this step knows it.

    Who is enrolled is told by the first step. What is told of people is of this account alone, and says so: another
    step may tell the same of another account, and none of them knows whether it is over there.
    """
    results = tuple(_here(each, account, verification.manifest) for each in verification.results)
    return replace(verification, register=(), results=results)


def _here(result: Result, account: str, manifest: Manifest) -> Result:
    finding = result.finding
    if finding.code == NOT_PROVED or account_of(finding, manifest) == account:
        return result
    return replace(result, account=account, finding=replace(finding, subject=f"{finding.subject} in {account}"))


def _enrolment(scope: Scope, user: str, moment: datetime) -> Enrolment:
    device = MfaDevice(naming.mfa_arn(scope.partition, scope.account, naming.mfa_device_name(user)), moment)
    return Enrolment(scope, user, moment, devices=(device,))
