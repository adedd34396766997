"""Playbooks to be rendered: one with every kind of step and every key, and those that ship."""

from dataclasses import replace
from pathlib import Path

from breakglass.playbooks.library import every, library
from breakglass.playbooks.model import Phases, Playbook, Step
from breakglass.playbooks.read import read
from breakglass.report.playbooks.where import Link, Place, Where

FOLDER = Path(__file__).parent
EVERYTHING = read(FOLDER / "everything.yaml")

_NO_PHASES = Phases(close=EVERYTHING.phases.close)
PLAIN = replace(EVERYTHING, name="plain", parameters=(), phases=_NO_PHASES)
"""Without anything to fill in, or to call."""

ALL = (EVERYTHING, PLAIN, *every(library().values()))

REGIONS = ("eu-west-1", "us-west-2")
SIGN_IN = tuple(Link(each, f"https://{each}.console.aws.amazon.com/") for each in REGIONS)


def switches(account: str) -> tuple[Link, ...]:
    return tuple(Link(each, f"https://{each}.signin.aws.amazon.com/switchrole?account={account}") for each in REGIONS)


WHERE = Where(
    "acme",
    "111111111111",
    "BREAK-GLASS-EVERYTHING",
    SIGN_IN,
    (
        Place("222222222222", "prod <1> | main", ("incident", "payments"), switches("222222222222")),
        Place("444444444444", "payments", (), switches("444444444444")),
    ),
    ("apps",),
)
NOWHERE = Where("acme", "111111111111", "BREAK-GLASS-EVERYTHING", SIGN_IN, (), ())


def step(name: str) -> Step:
    return next(each for each in EVERYTHING.steps if each.id == name)


def named(playbook: Playbook) -> str:
    return playbook.name
