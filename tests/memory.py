"""The whole of AWS as one dictionary, with faults on demand: what the port promises and nothing else."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from breakglass import naming
from breakglass.errors import BreakglassError, RejectedError
from breakglass.facts import (
    Enrolment,
    Fact,
    LogGroup,
    MfaDevice,
    Reading,
    Survey,
    TopicSubscription,
    TrailStatus,
    UnassignedDevice,
)
from breakglass.lock_outs import ControlPolicy, OrganizationTree
from breakglass.posture import ACCOUNT, ANALYZER, GUARDED
from breakglass.resources import (
    GROUP,
    KINDS,
    METRIC_FILTER,
    SUBSCRIPTION,
    TRAIL,
    USER,
    Key,
    Resource,
    Scope,
    items,
    needs,
    state,
)
from breakglass.surroundings import ExternalAccess, RootUser, SecurityContact

Fault = Callable[[str, Key | Survey], BreakglassError | None]
"""Given the verb and its object, what goes wrong, if anything."""


def no_fault(_verb: str, _what: Key | Survey) -> None:
    return None


@dataclass
class MemoryEstate:
    """Refuses what IAM refuses: to make what exists, to point at what does not, to delete what is pointed at."""

    resources: dict[Key, Resource] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    fault: Fault = no_fault
    healthy: bool = True
    """Whether whatever alerts depend on is told to be well."""
    enrolled: bool = True
    """Whether everybody with an owner, of whom no fact says otherwise, can sign in, with MFA."""
    writes: list[tuple[str, Key]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @classmethod
    def holding(cls, resources: Iterable[Resource]) -> "MemoryEstate":
        return cls(dict(state(resources)))

    def read(self, survey: Survey) -> Reading:
        with self.lock:
            self._fail("read", survey)
            found = tuple(
                resource
                for key, resource in self.resources.items()
                if key.scope == survey.scope and key.type in survey.types
            )
            chain = healthy(survey, found) if survey.chain and self.healthy else ()
            return Reading(survey, found, (*self._told(survey), *chain, *self._enrolments(survey, found)))

    def create(self, resource: Resource) -> None:
        with self.lock:
            self._write("create", resource.key)
            if resource.key in self.resources:
                raise RejectedError(f"{resource.name} exists", subject=resource.arn)
            self._put(resource)

    def update(self, before: Resource, after: Resource) -> None:
        with self.lock:
            self._write("update", after.key)
            if before.key not in self.resources:
                raise RejectedError(f"{before.name} does not exist", subject=before.arn)
            fixed = KINDS[after.type].fixed
            assert all(before.properties.get(name) == after.properties.get(name) for name in fixed)
            self._put(after)

    def delete(self, resource: Resource) -> None:
        with self.lock:
            self._write("delete", resource.key)
            arns = {each.arn: key for key, each in self.resources.items()}
            beside = [each for key, each in self.resources.items() if key.scope.account == resource.scope.account]
            for other in beside:  # no account is asked whether another points at it
                if resource.key in needs(other, arns):
                    raise RejectedError(f"{resource.name} is needed by {other.name}", subject=resource.arn)
            self.resources.pop(resource.key, None)

    def _told(self, survey: Survey) -> Iterator[Fact]:
        for fact in self.facts:
            if _is_asked_for(fact, survey):
                yield fact

    def _enrolments(self, survey: Survey, found: Iterable[Resource]) -> Iterator[Enrolment]:
        told = {fact.user for fact in self.facts if isinstance(fact, Enrolment)}
        if survey.enrolment and self.enrolled:
            ours = (each for each in found if each.type == USER and naming.OWNER_TAG in each.tags)
            yield from (enrolled(each) for each in ours if each.name not in told)

    def _put(self, resource: Resource) -> None:
        known = {each.arn for each in self.resources.values()}
        absent = [arn for arn in _pointed(resource) if arn not in known]
        groups = {key.name for key in self.resources if key.type == GROUP and key.scope == resource.scope}
        absent += [str(name) for name in items(resource.properties.get("Groups", ())) if name not in groups]
        if absent:
            raise RejectedError(f"{resource.name} points at {absent}, which do not exist", subject=resource.arn)
        self.resources[resource.key] = resource

    def _write(self, verb: str, key: Key) -> None:
        self.writes.append((verb, key))
        self._fail(verb, key)

    def _fail(self, verb: str, what: Key | Survey) -> None:
        error = self.fault(verb, what)
        if error is not None:
            raise error


def _is_asked_for(fact: Fact, survey: Survey) -> bool:
    """What the whole organization has is told where its type is asked for, of whatever account it is."""
    if isinstance(fact, ControlPolicy | OrganizationTree | ExternalAccess):
        type_ = ANALYZER if isinstance(fact, ExternalAccess) else GUARDED
        return type_ in survey.types
    if fact.scope != survey.scope:
        return False
    if isinstance(fact, RootUser | SecurityContact):
        return ACCOUNT in survey.types
    if isinstance(fact, Enrolment | UnassignedDevice):
        return survey.enrolment
    return survey.credentials or survey.chain


SINCE = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def enrolled(user: Resource) -> Enrolment:
    """Return that a user has a password and a virtual MFA device of their own."""
    scope = user.scope
    device = MfaDevice(naming.mfa_arn(scope.partition, scope.account, naming.mfa_device_name(user.name)), SINCE)
    return Enrolment(scope, user.name, SINCE, devices=(device,))


def healthy(survey: Survey, found: Iterable[Resource]) -> Iterator[Fact]:
    """Yield that everybody confirmed, and that the organization's trail and every other deliver."""
    scope = survey.scope
    for each in found:
        told = {name: str(value) for name, value in each.properties.items()}
        if each.type == SUBSCRIPTION:
            topic, protocol, endpoint = (told[name] for name in ("TopicArn", "Protocol", "Endpoint"))
            yield TopicSubscription(scope, topic, protocol, endpoint, True, confirmation_was_authenticated=True)
        if each.type == TRAIL:
            yield trail_status(scope, each.arn)
    if METRIC_FILTER in survey.types:
        name = "organization-trail"
        group = f"arn:{scope.partition}:logs:{scope.region}:{scope.account}:log-group:{name}:*"
        yield trail_status(scope, "arn:aws:cloudtrail:eu-west-1:999999999999:trail/organization", group)
        yield LogGroup(scope, name, None, "")


def trail_status(scope: Scope, arn: str, group: str = "") -> TrailStatus:
    return TrailStatus(
        scope,
        arn,
        is_organization_trail=bool(group),
        is_multi_region_trail=True,
        include_global_service_events=True,
        log_file_validation_enabled=True,
        is_logging=True,
        read_write_type="All",
        cloud_watch_logs_log_group_arn=group,
    )


def _pointed(resource: Resource) -> list[str]:
    text = json.dumps([resource.properties.get(name) for name in KINDS[resource.type].arns])
    found = re.findall(r'"(arn:[a-z-]+:iam::\d{12}:(?:policy|role|user)/[^"*]+)"', text)
    return [arn for arn in found if not arn.endswith(f"role/{naming.PROVISIONING_ROLE}")]  # AWS has made these


@dataclass
class StoppedClock:
    """A clock that only counts."""

    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> datetime:
        return SINCE + timedelta(seconds=sum(self.slept))
