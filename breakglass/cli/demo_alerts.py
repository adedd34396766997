"""The steps of the demo in which people are told."""

from collections.abc import Sequence

from rich.text import Text

from breakglass import naming
from breakglass.assure.canary import prove
from breakglass.assure.trial import Trial, session_name
from breakglass.cli import wiring
from breakglass.cli.story import OTHER, USER, Story
from breakglass.estate.alerting import places
from breakglass.report.canary import delivery_text
from breakglass.report.terminal import show
from breakglass.sandbox import intruder

_ALARM = "ALARM:"
"""How the subjects of CloudWatch's mails begin; EventBridge's have none of their own."""
_SECONDS = 60


def told_of_people(story: Story) -> bool:
    """Show what arrived after people entered, and after others tried to."""
    told = show_told(story)
    net = " ".join(subject for subject, _ in told if subject.startswith(_ALARM))
    fast = " ".join(text for subject, text in told if not subject.startswith(_ALARM))
    alarms = ("RoleAssumed", "AssumptionDenied", "SignIn")
    return all(naming.ALERT_PREFIX + each in net for each in alarms) and USER in fast and OTHER in fast


def prove_delivery(story: Story) -> bool:
    """Follow a use by nobody on both channels, once the alarm can go off again."""
    story.later(minutes=10)
    watch = wiring.watch(story.manifest, None)
    sessions = {story.manifest.regions[0]: session_name(watch.clock.now(), "demo")}
    delivery = prove(watch, Trial(story.manifest, sessions, timeout=_SECONDS))
    show(delivery_text(delivery))
    return delivery.exit_code == 0


def silence(story: Story) -> bool:
    """Switch the most important alarm off, as who wants to use a role unseen would."""
    story.told()
    trail = story.manifest.trail
    alarm = naming.alert_name("RoleAssumed")
    intruder.switch_off(story.sessions.client("cloudwatch", trail.account, trail.region), alarm)
    show([Text(f"  ! switched off the actions of the alarm {alarm}", style="red")])
    return any("DisableAlarmActions" in text for subject, text in show_told(story) if not subject.startswith(_ALARM))


def told_of_silence(story: Story) -> bool:
    """Find exactly that link."""
    trail = story.manifest.trail
    where = story.manifest.scope(trail.account, trail.region)
    alarm = places.arn(where, "cloudwatch", f"alarm:{naming.alert_name('RoleAssumed')}")
    return [(each.code, each.subject) for each in story.verify()] == [("ALERT_BROKEN", alarm)]


def show_told(story: Story) -> Sequence[tuple[str, str]]:
    """Show what an address received, a line each."""
    told = [each for each in story.told() if "confirm" not in each[0].lower()]
    for subject, text in told:
        first = text.splitlines()[0].strip('"') if text else ""
        net = subject.startswith(_ALARM)
        show([Text(f"  @ {'net ' if net else 'fast'}  {subject if net else first}", style="magenta")])
    return told
