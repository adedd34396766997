"""The entry: commands loaded when called for, errors told in one way, one exit code.

0 done, nothing to say; 1 findings, drift or changes pending; 2 usage or manifest; 3 refused by a guard;
4 AWS denied; 5 AWS unavailable, partly applied, or the report could not be written. The largest that applies wins.
130 after an interrupt, 141 where the reader of a pipe went away.
`exec` is apart: what it runs has codes of its own, so whatever goes wrong before is 125, 126 or 127, as of env(1).
"""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from itertools import pairwise
from typing import NamedTuple

import click

from breakglass.errors import BreakglassError, UsageError
from breakglass.legible import legible

NOT_STARTED = 125
INTERRUPTED = 130
READER_GONE = 141
"""As the shell tells of a program that a closed pipe has ended."""


class _Entry(NamedTuple):
    section: str
    module: str
    help: str


_PLATFORM = "Platform team"
_RESPOND = "Responders"
_REVIEW = "Review runs"
_TRY = "Try it"

COMMANDS: dict[str, _Entry] = {
    "init": _Entry(_PLATFORM, "manifest", "Write a commented manifest to start from."),
    "check": _Entry(_PLATFORM, "manifest", "Check the manifest, without AWS."),
    "plan": _Entry(_PLATFORM, "provision", "Show what would change."),
    "apply": _Entry(_PLATFORM, "provision", "Make the manifest real, and read it back."),
    "enroll": _Entry(_PLATFORM, "enroll", "Give people a password and an MFA device, in sealed envelopes."),
    "render": _Entry(_PLATFORM, "render", "Write the same state as plain CloudFormation templates."),
    "deploy": _Entry(_PLATFORM, "deploy", "Make the manifest real, with CloudFormation in target accounts."),
    "adopt": _Entry(_PLATFORM, "adopt", "Let stacks take over what apply made, without replacing it."),
    "destroy": _Entry(_PLATFORM, "destroy", "Delete everything the manifest made."),
    "offboard": _Entry(_PLATFORM, "offboard", "Take a person's access away: password, teams, devices, user."),
    "bundle": _Entry(_PLATFORM, "bundle", "Make the deployment package of the function that verifies on schedule."),
    "permissions": _Entry(_PLATFORM, "permissions", "Print the policies the toolkit itself needs."),
    "card": _Entry(_RESPOND, "card", "Write the offline emergency card."),
    "console": _Entry(_RESPOND, "console", "Show the links that lead to a role in the console."),
    "playbook": _Entry(_RESPOND, "playbook", "What to do in which emergency: step by step, with commands to paste."),
    "exec": _Entry(_RESPOND, "exec", "Run a command in a playbook's role, or on a terminal a shell."),
    "credentials": _Entry(_RESPOND, "credentials", "Print temporary credentials of a playbook's role."),
    "profiles": _Entry(_RESPOND, "profiles", "Write a profile for each of your roles into the AWS configuration."),
    "doctor": _Entry(_RESPOND, "doctor", "Show what would stop you right now."),
    "verify": _Entry(_REVIEW, "assure", "Verify that exactly the intended access exists."),
    "canary": _Entry(_REVIEW, "canary", "Prove that a use reaches people."),
    "activity": _Entry(_REVIEW, "canary", "Show who used which role where and when."),
    "prove": _Entry(_REVIEW, "engine", "Prove what is claimed of the set-up, over all requests."),
    "simulate": _Entry(_REVIEW, "engine", "Decide requests as IAM would, from policy documents alone."),
    "alerts": _Entry(_REVIEW, "alerts", "List the alerts, and test which of them CloudTrail events fire."),
    "demo": _Entry(_TRY, "demo", "Tell the whole story on the embedded sandbox."),
    "sandbox": _Entry(_TRY, "sandbox", "An organization on this machine, to try things on."),
}


class _Lazy(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        with _uncollected():
            module = import_module(f"breakglass.cli.{entry.module}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        for section in dict.fromkeys(entry.section for entry in COMMANDS.values()):
            with formatter.section(section):
                rows = [(name, entry.help) for name, entry in COMMANDS.items() if entry.section == section]
                formatter.write_dl(rows)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage while modules are imported: there is none, and looking takes a tenth of that time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's
    if wanted and not ctx.resilient_parsing:
        metadata = import_module("importlib.metadata")
        click.echo(f"breakglass {metadata.version('breakglass')}")
        ctx.exit()


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, callback=_version, expose_value=False, is_eager=True, help="Show the version.")
def breakglass() -> None:
    """Emergency access for AWS organizations, provisioned from one manifest and verified."""


def collect_rarely() -> None:
    """Look for garbage less often.

    What is known of thousands of accounts stays to the end, and to look through all of it again and again takes a sixth
    of the time of a plan.
    """
    gc.set_threshold(50_000, 20, 50)


def main() -> None:
    """Run the command line and exit; what the terminal's encoding lacks is shown as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    collect_rarely()
    code = run(sys.argv[1:])
    gc.freeze()  # the process ends: to look through all of it for garbage once more takes longer than one would think
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code: never a traceback for bad input or an AWS error."""
    code = _run(arguments)
    return NOT_STARTED if arguments[:1] == ["exec"] and 0 < code < NOT_STARTED else code


def _run(arguments: Sequence[str]) -> int:
    try:
        code = _attempt(arguments)
        sys.stdout.flush()
    except OSError as error:
        return _unwritable(error)
    return code


def _attempt(arguments: Sequence[str]) -> int:
    try:
        result = breakglass.main(list(arguments), prog_name="breakglass", standalone_mode=False)
    except BreakglassError as error:
        _tell(error, arguments)
        return error.exit_code
    except click.ClickException as error:
        return _usage(error, arguments)
    except click.Abort:
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, a user gets a sentence
        return _unexpected(error)
    except SystemExit:  # click's own way out where the reader of a pipe went away, and only there
        return READER_GONE
    return result if isinstance(result, int) else 0


def _unexpected(error: Exception) -> int:
    """Tell of a defect of ours by its kind alone: what else it says may hold a secret."""
    if isinstance(error, OSError) or os.environ.get("BREAKGLASS_DEBUG"):
        raise error
    click.echo(f"error: this should not have happened: {type(error).__name__}", err=True)
    click.echo("  → run it again with BREAKGLASS_DEBUG=1 and report what it prints; what was applied stays", err=True)
    return BreakglassError.exit_code


def _unwritable(error: OSError) -> int:
    """Tell that the report could not be written; the interpreter must not try again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return READER_GONE
    click.echo(f"error: the report cannot be written: {error.strerror}", err=True)
    return BreakglassError.exit_code


def _usage(error: click.ClickException, arguments: Sequence[str]) -> int:
    if _wants_json(arguments):
        _tell(UsageError(error.format_message(), advice="run the command with --help"), arguments)
    else:
        error.show()
    return UsageError.exit_code


def _tell(error: BreakglassError, arguments: Sequence[str]) -> None:
    """Tell an error: as JSON on stdout where JSON was asked for, else as text on stderr."""
    if _wants_json(arguments):
        report = import_module("breakglass.report.errors")
        import_module("breakglass.report.terminal").show_json(report.error_document(error))
        return
    first, *rest = (legible(line) for line in error.message.splitlines() or [""])
    click.echo(f"{_styled('error:')} {first}", err=True)
    for line in rest:
        click.echo(f"       {line}", err=True)
    if error.advice:
        click.echo(f"  → {legible(error.advice)}", err=True)


def _styled(label: str) -> str:
    return click.style(label, fg="red", bold=True) if sys.stderr.isatty() and not os.environ.get("NO_COLOR") else label


def _wants_json(arguments: Sequence[str]) -> bool:
    """Tell from the words alone, since what failed may be the reading of the words."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--format=json" in own or ("--format", "json") in pairwise(own)
