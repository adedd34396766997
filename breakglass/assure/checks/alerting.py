"""Controls of alerting: every link of both channels, from the event to the person.

What differs from the manifest is told by the link it breaks; what nobody can desire, such as that somebody confirmed a
subscription or that a trail delivers, is told from the facts.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from breakglass import naming, resources
from breakglass.assure.evidence import Evidence
from breakglass.assure.subjects import fingerprint, located, subject_of
from breakglass.estate.alerting import places
from breakglass.estate.plan import Change, Verb
from breakglass.estate.wording import counted, describe, describe_drift
from breakglass.facts import AlarmMuteRule, LogGroup, RingingAlarm, TopicSubscription, TrailStatus, UndeliveredEvents
from breakglass.findings import Finding, Severity
from breakglass.resources import Scope

LINKS: Final = frozenset(
    {
        resources.ALARM,
        resources.ALIAS,
        resources.BUCKET_POLICY,
        resources.EVENT_BUS,
        resources.KEY,
        resources.METRIC_FILTER,
        resources.QUEUE_POLICY,
        resources.RULE,
        resources.SUBSCRIPTION,
        resources.TOPIC,
        resources.TOPIC_POLICY,
        resources.TRAIL,
    }
)
"""The types an alert passes through."""

_SAID: Final = frozenset({"AlarmDescription", "Description", "DisplayName", "Tags"})
"""What changes nothing of whether an alert arrives."""

_STOPPED: Final = "it does not log"
_OVER: Final = 15
"""Minutes: three periods, after which somebody keeps an alarm ringing."""

_RETENTION: Final = 90
"""Days: what CloudTrail's own event history keeps, so that a use can still be looked into.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
"""


def breaks(change: Change) -> bool:
    """Tell whether a change puts a link of alerting right that may carry nothing as it is."""
    if change.key.type not in LINKS or change.verb is Verb.DELETE:
        return False
    return change.verb is Verb.CREATE or not change.changed <= _SAID


def links(evidence: Evidence) -> Iterator[Finding]:
    """Tell every link of a channel that is missing or not as it should be, and every alarm that is muted.

    What is there and not ours is not told as missing: strays are told by themselves.
    """
    for change in () if evidence.is_blank else evidence.plan.changes:
        if breaks(change) and change.key not in evidence.observation.strays:
            told = "is missing" if change.verb is Verb.CREATE else "; ".join(map(describe_drift, change.differences))
            yield _broken(evidence, change, f"{describe(change.resource)}: {told}")
    for fact in evidence.observation.facts:
        if isinstance(fact, AlarmMuteRule):
            yield _muted(fact)
        if isinstance(fact, RingingAlarm) and fact.minutes > _OVER:
            yield _ringing(fact)
        if isinstance(fact, UndeliveredEvents):
            yield _lost(fact)


def trails(evidence: Evidence) -> Iterator[Finding]:
    """Tell what keeps the organization trail from delivering every event to the log group that is filtered.

    How the security account's own trail is set is a link of the fast channel; here is told whether it delivers.
    """
    trail = evidence.manifest.trail
    there = evidence.manifest.scope(trail.account, trail.region)
    owner = evidence.manifest.scope(evidence.manifest.management_account.id, trail.region)
    if any(evidence.observation.is_partial(each) for each in (there, owner)):
        return
    group = places.arn(there, "logs", f"log-group:{trail.log_group}")
    seen = [each for each in evidence.observation.facts if isinstance(each, TrailStatus)]
    broken = {each.trail_arn: [*_faults(each)] for each in seen if _delivers(each, group)}
    unheard = [] if broken else ["no trail delivers to this log group"]
    own = f":{evidence.manifest.security_account}:trail/{naming.TRAIL}"
    broken |= {each.trail_arn: [*_undelivered(each)] for each in seen if each.trail_arn.endswith(own)}
    log_group = _log_group(evidence, there)
    unheard += [] if log_group else ["the log group is not there"]
    broken[group] = [f"{each}: the net hears nothing" for each in unheard]
    yield from (_trail(arn, whys) for arn, whys in broken.items() if whys)
    if log_group:
        yield from _kept(log_group, group)


def receivers(evidence: Evidence) -> Iterator[Finding]:
    """Tell every receiver who would hear nothing, and every topic that tells too few: the canary's queue is nobody."""
    heard: dict[str, set[str]] = {}
    for fact in evidence.observation.facts:
        if isinstance(fact, TopicSubscription):
            found = heard.setdefault(fact.topic_arn, set())
            yield from _receiver(fact)
            if fact.confirmed and not fact.filter_policy and not fact.endpoint.endswith(f":{naming.CANARY_QUEUE}"):
                found.add(fact.endpoint)
    least, writer = evidence.manifest.alerts.minimum_receivers, evidence.manifest.writer
    for topic, endpoints in sorted(heard.items()):
        if len(endpoints) < least:
            told = f"{counted(len(endpoints), 'receiver')} would be told; the minimum is {least}"
            advice = f"let the receivers confirm their subscriptions, or name more in the manifest and {writer}"
            yield Finding("TOO_FEW_RECEIVERS", Severity.CRITICAL, topic, told, advice)


def who_did(change: Change) -> str:
    """Return what to find out about who brought a change about; what is missing may never have been made."""
    if change.verb is Verb.CREATE:
        return "if it was there before, find out in CloudTrail who deleted it"
    return "find out in CloudTrail who changed it"


def _broken(evidence: Evidence, change: Change, told: str) -> Finding:
    link = change.resource
    return Finding(
        "ALERT_BROKEN",
        Severity.CRITICAL,
        subject_of(link),
        f"{_channel(evidence, link.scope)} in {link.scope.account}, {link.scope.region}: {told}",
        f"run plan to see the repair and what leave it asks for, and {evidence.manifest.writer} to make it;"
        f" {who_did(change)}",
        link.scope.account,
    )


def _channel(evidence: Evidence, scope: Scope) -> str:
    parts = places.parts(evidence.manifest, scope)
    return "the net" if places.NET in parts else "the fast channel"


def _ringing(fact: RingingAlarm) -> Finding:
    return Finding(
        "ALERT_RINGING",
        Severity.MEDIUM,
        places.arn(fact.scope, "cloudwatch", f"alarm:{fact.name}"),
        f"the alarm has been in ALARM for {counted(fact.minutes, 'minute')}: it tells of nothing further meanwhile",
        "see with `breakglass activity` what sets it off; somebody may do so on purpose",
        fact.scope.account,
    )


def _lost(fact: UndeliveredEvents) -> Finding:
    queue = places.arn(fact.scope, "sqs", naming.UNDELIVERED)
    told = f"about {counted(fact.number, 'event')} could not be forwarded, and nobody was told of them by this channel"
    advice = (
        "the messages in it say why (ERROR_CODE): a service control policy, a role, the bus or the topic; mend that,"
        " see with `breakglass activity` what they were, then purge the queue"
    )
    return Finding("UNDELIVERED", Severity.HIGH, queue, told, advice)


def _muted(fact: AlarmMuteRule) -> Finding:
    active = fact.status == "ACTIVE"
    return Finding(
        "ALERT_MUTED",
        Severity.CRITICAL if active else Severity.HIGH,
        located(f"mute rule {fact.name}", fact.scope),
        f"the mute rule {'mutes' if active else 'will mute'} {', '.join(fact.alarm_names)}",
        f"as the provisioning role of {fact.scope.account} run: aws cloudwatch delete-alarm-mute-rule"
        f" --alarm-mute-rule-name {fact.name} --region {fact.scope.region}",
        fact.scope.account,
    )


def _faults(trail: TrailStatus) -> Iterator[str]:
    """Yield what is wrong with the organization trail, in words."""
    wanted = {
        "it is no organization trail: other accounts are not heard": trail.is_organization_trail,
        _STOPPED: trail.is_logging,
        "it is not for all regions": trail.is_multi_region_trail,
        "it leaves out the events of global services, IAM among them": trail.include_global_service_events,
        "its log files are not validated: nobody could prove that one was changed": trail.log_file_validation_enabled,
        "it does not record all management events, reads and writes": trail.read_write_type == "All",
    }
    yield from (why for why, holds in wanted.items() if not holds)
    if trail.exclude_management_event_sources:
        yield f"it leaves out the events of {', '.join(trail.exclude_management_event_sources)}"
    yield from _undelivered(trail)


def _undelivered(trail: TrailStatus) -> Iterator[str]:
    if trail.latest_delivery_error:
        yield f"its bucket does not take the log files: {trail.latest_delivery_error}"
    if trail.latest_cloud_watch_logs_delivery_error:
        yield f"its role cannot write to the log group: {trail.latest_cloud_watch_logs_delivery_error}"


def _delivers(trail: TrailStatus, group: str) -> bool:
    return trail.cloud_watch_logs_log_group_arn.removesuffix(":*") == group


def _trail(subject: str, whys: Sequence[str]) -> Finding:
    return Finding(
        "TRAIL_BROKEN",
        Severity.CRITICAL,
        subject,
        "; ".join(whys),
        f"with credentials of the account that owns it mend the trail{_start(subject, whys)},"
        " and find out in CloudTrail who changed it",
    )


def _start(trail: str, whys: Sequence[str]) -> str:
    """Return the call that lets a trail log again."""
    region = trail.split(":")[3]
    return f" (aws cloudtrail start-logging --name {trail} --region {region})" if _STOPPED in whys else ""


def _log_group(evidence: Evidence, there: Scope) -> LogGroup | None:
    name = evidence.manifest.trail.log_group
    groups = (each for each in evidence.observation.facts if isinstance(each, LogGroup) and each.scope == there)
    return next((each for each in groups if each.log_group_name == name), None)


def _kept(group: LogGroup, arn: str) -> Iterator[Finding]:
    """Tell what keeps events from being seen in the log group, or from staying there."""
    name, there = group.log_group_name, group.scope
    run = f"as the provisioning role of {there.account} run: aws logs"
    if group.is_masked:
        told = "a data protection policy masks parts of events: metric filters do not see what is masked"
        advice = (
            f"{run} delete-data-protection-policy --log-group-identifier {name} --region {there.region}, or"
            " delete-account-policy where it is the account's, and find out in CloudTrail who made it"
        )
        yield Finding("LOG_GROUP_MASKED", Severity.CRITICAL, arn, told, advice)
    if group.retention_in_days is not None and group.retention_in_days < _RETENTION:
        told = f"events are kept for {counted(group.retention_in_days, 'day')}: too few to look into a use"
        advice = f"{run} put-retention-policy --log-group-name {name} --retention-in-days 365 --region {there.region}"
        yield Finding("LOG_GROUP", Severity.MEDIUM, arn, told, advice)


def _receiver(fact: TopicSubscription) -> Iterable[Finding]:
    endpoint = naming.shown(fact.endpoint)
    who = f"{fact.protocol} {endpoint}"
    subject = located(f"subscription {endpoint}{fingerprint(fact.endpoint)}", fact.scope)
    if not fact.confirmed:
        yield Finding(
            "RECEIVER_SILENT",
            Severity.HIGH,
            subject,
            f"the subscription of {who} is not confirmed: nothing is delivered",
            f"let {endpoint} confirm it; {_confirm(fact)}",
        )
    elif fact.filter_policy:
        yield Finding(
            "RECEIVER_SILENT",
            Severity.HIGH,
            subject,
            f"the subscription of {who} has a filter policy: it is told only what passes",
            "find out in CloudTrail who set it, and take it off",
        )
    elif fact.protocol != "sqs" and not fact.confirmation_was_authenticated:
        yield Finding(
            "RECEIVER_UNSAFE",
            Severity.MEDIUM,
            subject,
            f"whoever holds one message to {who} can end the subscription",
            f"subscribe again; {_confirm(fact)}",
        )


def _confirm(fact: TopicSubscription) -> str:
    """Return the confirmation that only an authenticated call can take back.

    https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
    """
    return (
        f"with the token of the confirmation run: aws sns confirm-subscription --topic-arn {fact.topic_arn}"
        f" --token TOKEN --authenticate-on-unsubscribe true --region {fact.scope.region}"
    )
