"""exec."""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from breakglass.cli import options
from breakglass.cli.entering import opened, planned, say, wishes
from breakglass.errors import UsageError
from breakglass.respond.shell.environment import become, child, expiry, require_outermost
from breakglass.respond.shell.errand import Opened, Wish


class _BeforeDashes(click.Command):
    """Takes what is before `--` for itself, and gives all that is after it to the command it runs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        dashes = args.index("--") if "--" in args else len(args)
        ctx.obj = args[dashes + 1 :]
        try:
            return super().parse_args(ctx, args[:dashes])
        except click.UsageError as error:
            if dashes == len(args) and "extra argument" in error.message:
                advice = "write -- before the command: breakglass exec ACCOUNT/PLAYBOOK -- COMMAND"
                raise click.UsageError(f"{error.message}; {advice}", ctx) from error
            raise

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND ...]"]


@click.command(cls=_BeforeDashes)
@options.manifest
@options.profile
@click.option("--region", help="The region of the command; what is set, or the one that served, unless given.")
@wishes
@click.argument("target", metavar="ACCOUNT/PLAYBOOK")
@click.pass_obj
def exec(  # noqa: A001 - what people call it
    command: Sequence[str], /, path: Path, profile: str | None, region: str | None, wish: Wish, target: str
) -> None:
    """Run a command in a playbook's role, or on a terminal a shell.

    The command takes the place of this one, so its exit code and signals are its own. Before it starts: 125 where the
    role cannot be assumed, 126 where the command cannot be invoked, 127 where there is none.
    """
    require_outermost(os.environ)
    shell = [] if command else _shell()
    session = opened(planned(path, target, wish), wish, profile, say)
    if shell:
        say(_welcome(shell, session))
    become(command or shell, child(os.environ, session.session, session.errand.label, region))


def _shell() -> Sequence[str]:
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        return [os.environ.get("SHELL") or "/bin/sh"]
    advice = "write it after --, such as: breakglass exec prod/ransomware -- aws sts get-caller-identity"
    raise UsageError("there is no command to run, and no terminal for a shell", advice=advice)


def _welcome(shell: Sequence[str], session: Opened) -> str:
    until = expiry(session.session)
    return f"{shlex.join(shell)} in a session of {session.errand.label} until {until}; leave it with `exit`"
