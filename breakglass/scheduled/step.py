"""The steps of a run that is too large for one invocation: what all accounts share, then each of the others.

What people sign in with is asked for once, in the first step: for each of thousands of accounts it would be the same.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from breakglass import naming
from breakglass.cloud import Estate
from breakglass.errors import UsageError
from breakglass.facts import Enrolment, MfaDevice, Reading, Survey
from breakglass.manifest.model import Manifest
from breakglass.resources import GLOBAL, KINDS, Resource, Scope
from breakglass.scheduled.task import Kind, Task

SECOND_OPINION: Final = "second-opinion"
"""The control whose answers are charged for: it is of documents, which are the same in account after account."""


def shared(manifest: Manifest) -> frozenset[str]:
    """Return the accounts of the first step.

    They are those that hold what all others rest on, and one of each kind of the others, so that every document there
    should be is in this step.
    """
    fixed = (manifest.management_account.id, manifest.security_account, manifest.audit_account, manifest.trail.account)
    kinds = {manifest.playbooks_in(each.id): each.id for each in reversed(manifest.accounts)}
    return frozenset((*fixed, *kinds.values()))


def accounts(task: Task, manifest: Manifest) -> frozenset[str] | None:
    """Return which accounts a task is about; None is all. Raises UsageError for one that is not of the manifest."""
    if task.kind is Kind.SHARED:
        return shared(manifest)
    if task.kind is Kind.EVERYTHING:
        return None
    if task.account not in manifest.account_ids:
        raise UsageError(
            f"account {task.account} is not in the manifest {manifest.name}, nor in its organizational units any more",
            subject=task.account,
            advice="begin a new run, whose first step tells the accounts there are",
        )
    return frozenset({task.account})


@dataclass(frozen=True, slots=True)
class Apart:
    """An estate of which the security account is not read for more than who may get in where; see `cloud.Estate`.

    Who can sign in is said beforehand, so it is nothing to judge those people by.
    """

    estate: Estate
    security: str
    enrolled: Collection[str]
    moment: datetime

    def read(self, survey: Survey) -> Reading:
        """Read what one account holds; of the regions of the security account nothing."""
        if survey.scope.account != self.security:
            return self.estate.read(survey)
        if survey.scope.region != GLOBAL:
            return Reading(survey)
        asked = replace(survey, types=survey.types & KINDS.keys(), credentials=False, enrolment=False, chain=False)
        found = self.estate.read(asked)
        known = tuple(_enrolment(survey.scope, each, self.moment) for each in sorted(self.enrolled))
        return Reading(survey, found.resources, (*found.facts, *known), found.unread)

    def create(self, resource: Resource) -> None:
        """Make nothing."""
        raise _read_only(resource)

    def update(self, before: Resource, after: Resource) -> None:  # noqa: ARG002 - the port's signature
        """Change nothing."""
        raise _read_only(after)

    def delete(self, resource: Resource) -> None:
        """Delete nothing."""
        raise _read_only(resource)


def _enrolment(scope: Scope, user: str, moment: datetime) -> Enrolment:
    device = MfaDevice(naming.mfa_arn(scope.partition, scope.account, naming.mfa_device_name(user)), moment)
    return Enrolment(scope, user, moment, devices=(device,))


def _read_only(resource: Resource) -> UsageError:
    return UsageError("verification changes nothing", subject=resource.subject, advice="report this")
