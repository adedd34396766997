"""enroll."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TypedDict, Unpack

import click

from breakglass.cli import options, wiring
from breakglass.cli.answers import require_an_answer, somebody_is_there
from breakglass.cli.signals import as_ctrl_c
from breakglass.cli.units import complete
from breakglass.errors import UsageError
from breakglass.estate.enrolled import Enrolled
from breakglass.manifest.model import Manifest, Responder
from breakglass.report.enrolled import enrolled_document, enrolled_text
from breakglass.report.terminal import show, show_json, tell
from breakglass.respond.enrolment import passkey
from breakglass.respond.enrolment.custody import private_folder
from breakglass.respond.enrolment.desk import Desk, Order, Way
from breakglass.respond.enrolment.enroll import enroll as carry_out
from breakglass.respond.enrolment.means import Means
from breakglass.respond.envelope import page
from breakglass.respond.people import people


class _Chosen(TypedDict):
    """What the options say; their names are those of the parameters below."""

    everyone: bool
    renew: bool
    handover: bool
    second_device: bool
    passkey: bool
    single: str | None
    take_over: bool
    folder: Path
    yes: bool


@click.command()
@options.manifest
@options.profile
@options.output
@click.argument("ids", metavar="PERSON...", nargs=-1)
@click.option("--all", "everyone", is_flag=True, help="Everybody who has a user and is not enrolled yet.")
@click.option("--renew", is_flag=True, help="Replace password and device: after every use.")
@click.option("--handover", is_flag=True, help="The person must choose another password at the first sign-in: today.")
@click.option("--second-device", is_flag=True, help="Add an MFA device; the password stays.")
@click.option("--passkey", is_flag=True, help="Tell how a passkey is registered, and see that it was.")
@click.option("--single", metavar="REASON", help="Both factors in one envelope, for this reason.")
@click.option(
    "-o",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("envelopes"),
    show_default=True,
    help="The folder for the envelopes, which nobody else may open.",
)
@click.option("--take-over", is_flag=True, help="Begin anew where an enrolment was killed, and nobody else is at it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def enroll(path: Path, profile: str | None, form: str, ids: tuple[str, ...], **chosen: Unpack[_Chosen]) -> int:
    """Give people a password and an MFA device, in sealed envelopes; or replace them."""
    order = _order(chosen)
    manifest = complete(path, profile).manifest
    who = _people(manifest, ids, chosen)
    if order.way is Way.RENEW and not chosen["yes"] and not _is_confirmed(who, form):
        tell("not renewed; nothing was changed")
        return 1
    if chosen["passkey"]:
        asked = somebody_is_there(form) and not chosen["yes"]
        done = _passkeys(wiring.enrolment(manifest, profile), manifest, who, asked=asked)
    else:
        folder = private_folder(chosen["folder"])
        done = _enrolled(wiring.enrolment(manifest, profile), manifest, who, order, folder)
    return _shown(done, manifest, form)


def _order(chosen: _Chosen) -> Order:
    """Return what is asked for; UsageError where the options contradict each other."""
    ways = [name for name in ("renew", "second_device", "passkey") if chosen.get(name)]
    if len(ways) > 1:
        _contradict(*ways)
    with_password = [name for name in ("handover", "single") if chosen.get(name) not in (False, None)]
    if with_password and ways and ways != ["renew"]:
        _contradict(*ways, *with_password)
    if chosen["passkey"] and chosen["take_over"]:
        _contradict("passkey", "take_over")
    if chosen["single"] is not None and not chosen["single"].strip():
        raise UsageError("--single wants a reason", advice="say why one custodian is to hold both factors")
    way = {"renew": Way.RENEW, "second_device": Way.SECOND_DEVICE}.get("".join(ways), Way.FIRST)
    return Order(
        way,
        must_change=chosen["handover"],
        single=(chosen["single"] or "").strip(),
        take_over=chosen["take_over"],
        everybody=chosen["everyone"],
    )


def _contradict(*names: str) -> None:
    told = " and ".join(f"--{name.replace('_', '-')}" for name in names)
    raise UsageError(f"{told} do not go together", advice="run `breakglass enroll --help`, and choose one")


_OF_WHOM_IS_NAMED = ("renew", "second_device", "passkey", "take_over")


def _people(manifest: Manifest, ids: Sequence[str], chosen: _Chosen) -> tuple[Responder, ...]:
    if chosen["everyone"] and (ids or any(chosen.get(each) for each in _OF_WHOM_IS_NAMED)):
        raise UsageError(
            "--all is everybody who is not enrolled yet, and nothing else", advice="name the people instead"
        )
    if not (ids or chosen["everyone"]):
        raise UsageError("nobody is named", advice="name people by their ids in the manifest, or pass --all")
    return manifest.responders if chosen["everyone"] else people(manifest, ids)


def _is_confirmed(who: Sequence[Responder], form: str) -> bool:
    require_an_answer(form, given=False, option="--yes")
    names = ", ".join(person.id for person in who)
    return click.confirm(f"Replace what {names} signs in with? Earlier envelopes hold no longer then.", err=True)


def _enrolled(
    means: Means, manifest: Manifest, who: Sequence[Responder], order: Order, folder: Path
) -> tuple[Enrolled, ...]:
    if order.single:
        tell(f"ONE ENVELOPE HOLDS BOTH FACTORS: {order.single}")
    with as_ctrl_c():
        return carry_out(Desk(means, manifest, folder, partial(page, manifest=manifest), tell), who, order)


def _passkeys(means: Means, manifest: Manifest, who: Sequence[Responder], *, asked: bool) -> tuple[Enrolled, ...]:
    return tuple(_passkey(means, manifest, person, asked=asked) for person in who)


def _passkey(means: Means, manifest: Manifest, person: Responder, *, asked: bool) -> Enrolled:
    """Tell how it is done; where somebody says that it is, see that there is another one than before."""
    before = passkey.enrolled(means.sign_in, person)
    for line in passkey.steps(manifest, person):
        tell(line)
    if not asked:
        return passkey.outcome(person, before, passkey.keys(before))
    click.prompt("Press Enter when it is registered", default="", show_default=False, err=True)
    return passkey.registered(means.sign_in, means.clock, person, passkey.keys(before))


def _shown(done: Sequence[Enrolled], manifest: Manifest, form: str) -> int:
    if form == options.JSON:
        show_json(enrolled_document(done))
    else:
        show(enrolled_text(done, manifest.partition))
    return max(each.exit_code for each in done)
