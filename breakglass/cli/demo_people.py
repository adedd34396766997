"""The steps of the demo in which people are enrolled, open their envelopes, and get in from the shell."""

import os
import subprocess
import sys
from functools import partial

from rich.text import Text

from breakglass import data, naming
from breakglass.cli import wiring
from breakglass.cli.story import ROLE, USER, Story
from breakglass.errors import DeniedError
from breakglass.estate.enrolled import End
from breakglass.report.enrolled import enrolled_text
from breakglass.report.terminal import show
from breakglass.respond.enrolment.desk import Desk, Order, Way
from breakglass.respond.enrolment.enroll import enroll
from breakglass.respond.envelope import page
from breakglass.sandbox.environment import environment, merged

_TASK = "import botocore.session as s; print(s.Session().create_client('sts').get_caller_identity()['Arn'])"
"""What is run in the role, in the place of somebody's `aws sts get-caller-identity`."""


def enroll_everybody(story: Story) -> bool:
    """Give everybody a password and a device."""
    return _enroll(story, Order()) == {End.ENROLLED}


def get_in(story: Story) -> bool:
    """Let Ana in by what is in her envelopes, and neither without MFA nor as somebody of another team."""
    story.told()  # of what was done before
    entered = not story.enter(USER, mfa=True)
    return entered and story.others_are_denied()


def get_in_from_the_shell(story: Story) -> bool:
    """Run a command in the role, with the session that Ana signed in with."""
    session = story.by_envelopes(USER)
    region = story.manifest.regions[0]
    variables = environment(story.sandbox.url, region, session.access_key, session.secret)
    command = (
        "exec",
        "prod/ransomware",
        "-m",
        str(data.example()),
        "--reason",
        "a drill",
        "--",
        sys.executable,
        "-c",
        _TASK,
    )
    show([Text(f"  $ breakglass {' '.join(command[:2])} --reason 'a drill' -- aws sts get-caller-identity")])
    ran = subprocess.run(  # noqa: S603 - this program itself
        [sys.executable, "-m", "breakglass", *command],
        env=merged(os.environ, {**variables, "AWS_SESSION_TOKEN": session.token}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    show(Text(f"  {line}", style="dim") for line in ran.stderr.splitlines())
    show(Text(f"  > {line}", style="green") for line in ran.stdout.splitlines())
    return ran.stdout.strip().endswith(f":assumed-role/{ROLE}/{USER}")


def renew(story: Story) -> bool:
    """Replace what Ana's envelopes hold, after they were opened; the opened ones are worth nothing then."""
    before = story.envelopes(USER)
    if _enroll(story, Order(Way.RENEW), USER) != {End.RENEWED}:
        return False
    try:
        story.sign_in(USER, before)
    except DeniedError as error:
        show([Text(f"  x the opened envelopes: {error.message}", style="yellow")])
        return not story.enter(USER, mfa=True)
    return False


def _enroll(story: Story, order: Order, user: str = "") -> set[End]:
    means = wiring.enrolment(story.manifest, None)
    people = [each for each in story.manifest.responders if user in ("", naming.user_name(each.id))]
    desk = Desk(means, story.manifest, story.folder, partial(page, manifest=story.manifest), lambda _step: None)
    done = enroll(desk, people, order)
    show(enrolled_text(done, story.manifest.partition))
    return {each.end for each in done}
