"""An organization to which everything was applied, whose people are told: what they hear, and ways to look at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3

from breakglass.assure.evidence import Evidence
from breakglass.assure.verify import judge
from breakglass.aws.sessions import Sessions
from breakglass.cli import wiring
from breakglass.cli.wiring import sessions as made
from breakglass.cloud import Timer
from breakglass.estate.alerting.channels import PERIOD
from breakglass.estate.observation import observe
from breakglass.estate.plan import deviations
from breakglass.estate.surveys import surveys
from breakglass.findings import Finding
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import apply
from breakglass.provision.converge import Goal, plan_for, provisioned
from breakglass.resources import GLOBAL
from breakglass.sandbox.clock import SandboxClock
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.sessions import Session
from tests.remembered import Remembered
from tests.stories.conftest import MANAGEMENT, PROD, ROLE, SECURITY, USER, sts
from tests.verified import MOMENT, chosen

AUDIT = "333333333333"
"""Has the log group of the organization trail, the net, and the pager."""
HOME, SECOND, IAM_HOME = "eu-west-1", "us-west-2", "us-east-1"
PAGER = f"arn:aws:sqs:{SECOND}:{AUDIT}:pager"
FAST, NET = "fast", "net"
TOPICS = {
    FAST: f"arn:aws:sns:{SECOND}:{SECURITY}:break-glass-alerts",
    NET: f"arn:aws:sns:{HOME}:{AUDIT}:break-glass-alerts",
}
WHERE = {FAST: (SECURITY, SECOND), NET: (AUDIT, HOME)}
"""Account and region of each channel's topic."""
LASTS = timedelta(minutes=45)
"""For how long sessions are used: they end after an hour, and a story lets minutes pass."""
ALERTING = chosen("drift", "roles", "strays", "alert-links", "trails", "receivers")
"""The controls that look at alerting; what people may do is judged elsewhere."""


class MovedClock:
    """Lets the sandbox's time pass instead of waiting."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self.now = clock.now

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


@dataclass
class Alerted:
    """The sandbox after an apply, plain boto3 in it, the product's eyes on it, and the pager's ears."""

    sandbox: Sandbox
    manifest: Manifest
    touched: set[str] = field(default_factory=set)
    """The accounts in whose IAM something was done."""
    regions: set[tuple[str, str]] = field(default_factory=set)
    """Accounts and regions where something was done."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """What the pager was asked and has not confirmed: topics, and tokens for them."""
    signed_in: tuple[Sessions, datetime] | None = None
    """The product's sessions, and when they were made."""
    estate: Remembered = field(init=False)
    goal: Goal = field(init=False)

    def __post_init__(self) -> None:
        self.goal = provisioned(self.manifest)
        self.estate = Remembered(wiring.estate(self.manifest, None), self)

    def sessions(self, manifest: Manifest, profile: str | None) -> Sessions:
        """Return sessions as the product makes them, and the same for as long as they last: most are made to wait."""
        now = self.sandbox.clock.now()
        if self.signed_in is None or now - self.signed_in[1] > LASTS:
            self.signed_in = (made(manifest, profile), now)
        return self.signed_in[0]

    @property
    def clock(self) -> Timer:
        return MovedClock(self.sandbox.clock)

    def touch(self, account: str, region: str) -> None:
        """Take it that something is not as it was in a region of an account."""
        self.estate.touch(self.manifest.scope(account, region))

    def aws(self, service: str, account: str, region: str = IAM_HOME) -> Any:  # noqa: ANN401 - a client of any service
        """Return plain boto3 in an account, as its provisioning role; something is done with it there."""
        self.touch(account, GLOBAL if service == "iam" else region)
        client: Callable[..., Any] = boto3.client
        if account == MANAGEMENT:
            return client(service, region_name=region)
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        given = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return client(
            service,
            region_name=region,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    def of(self, channel: str, service: str) -> Any:  # noqa: ANN401 - as above
        """Return plain boto3 where a channel's topic is."""
        return self.aws(service, *WHERE[channel])

    def findings(self) -> tuple[Finding, ...]:
        """Return what verify says."""
        seen = observe(self.estate, surveys(self.manifest, facts=True), self.manifest.name)
        evidence = Evidence(seen, deviations(seen, self.goal.target), self.manifest, MOMENT)
        return tuple(each.finding for each in judge(evidence, ALERTING))

    def told(self) -> list[tuple[str, str]]:
        """Return the codes and subjects of what verify says."""
        return sorted((each.code, each.subject) for each in self.findings() if each.code != "UNDELIVERED")

    def lost(self) -> bool:
        """Tell whether verify says that events were not forwarded; they stay where they are for a fortnight."""
        return any(each.code == "UNDELIVERED" for each in self.findings())

    def apply(self) -> None:
        """Make everything as the manifest says."""
        outcome = apply(self.estate, plan_for(self.estate, self.goal), self.goal.surveys, self.clock)
        assert outcome.complete

    def forget(self) -> None:
        """Take what verify saw last for what is there: nothing is done any more."""
        for survey in [each for each in self.estate.readings if self.estate.is_touched(each.scope)]:
            del self.estate.readings[survey]
        self.touched.clear()
        self.regions.clear()

    def rest(self) -> None:
        """Let alarms go back to rest, and forget what the pager has heard; nothing needs to be read again."""
        self.sandbox.clock.advance(PERIOD + 1)
        self.estate.estate = wiring.estate(self.manifest, None)
        self.heard()

    def ana(self) -> Session:
        """Return the session of somebody who has just signed in with MFA."""
        return self.sandbox.sign_in(SECURITY, USER, mfa=True)

    def use(self, region: str = HOME) -> None:
        """Let a person use a role."""
        client = sts(self.ana(), region)
        client.assume_role(RoleArn=f"arn:aws:iam::{PROD}:role/{ROLE}", RoleSessionName=USER)

    def heard(self) -> list[tuple[str, str]]:
        """Take what the pager got since it was last asked: the channel, and what happened."""
        told: list[tuple[str, str]] = []
        for each in self._envelopes():
            if each["Type"] == "Notification":
                told.append(_told(each))
            else:
                self.asked.append((each["TopicArn"], each["Token"]))
        return sorted(told)

    def confirm(self) -> None:
        """Let everybody confirm what they were asked, so that only they can end it."""
        self.heard()
        asked = [*self.asked, *(_asked(each.text) for each in self.sandbox.mail if "Token=" in each.text)]
        self.asked.clear()
        self.sandbox.mail.clear()
        for topic, token in asked:
            sns = self.of(FAST if topic == TOPICS[FAST] else NET, "sns")
            sns.confirm_subscription(TopicArn=topic, Token=token, AuthenticateOnUnsubscribe="true")

    def _envelopes(self) -> Iterator[Mapping[str, str]]:
        """Take the envelopes of SNS out of the pager's queue."""
        regions = self.regions.copy()
        sqs = self.aws("sqs", AUDIT, SECOND)
        self.regions = regions  # the pager is not ours: verify does not look at it
        url = sqs.get_queue_url(QueueName="pager")["QueueUrl"]
        while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for each in batch:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
                yield json.loads(each["Body"])


def _told(envelope: Mapping[str, str]) -> tuple[str, str]:
    message = envelope["Message"]
    if envelope["TopicArn"] == TOPICS[NET]:
        return NET, str(json.loads(message)["AlarmName"]).removeprefix("BreakGlass-")
    return FAST, message.strip('"').removeprefix("Break-glass: ").split()[0]


def _asked(link: str) -> tuple[str, str]:
    topic, _, token = link.partition("TopicArn=")[2].partition("&Token=")
    return topic, token
