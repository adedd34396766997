"""What cannot be true together of people in reserve, and of the playbook that moves them into teams.

Whoever carries out `grant-access` decides who is in the teams that people in reserve may join: who may is decided in
the manifest alone.
"""

from collections.abc import Iterator, Sequence

from breakglass.manifest.engines import Rule
from breakglass.manifest.model import SECURITY
from breakglass.manifest.sheet import Sheet
from breakglass.manifest.tree import Node, Problem, Text, select, shown
from breakglass.naming import GRANT_ACCESS

_YES = frozenset({"1", "on", "t", "true", "y", "yes"})
"""What the model takes for true, in lower case."""


def _misplaced(sheet: Sheet) -> Iterator[Problem]:
    for text in sheet.texts("playbooks[]"):
        if text.text == GRANT_ACCESS:
            yield text.problem(
                f"{shown(GRANT_ACCESS)} is carried out in the security account alone: list it under"
                " `security_playbooks`, and not here"
            )


def _nobody_in_reserve(sheet: Sheet) -> Iterator[Problem]:
    if sheet.names("responders[].id") is None or any(_in_reserve(sheet)):
        return
    for listed in _listed(sheet):
        yield listed.problem(
            "nobody is in reserve, so there is nobody to give access to: give somebody under `responders` the key"
            " `reserve: true`, or leave this out"
        )


def _nobody_grants(sheet: Sheet) -> Iterator[Problem]:
    if any(text.text == GRANT_ACCESS for text in sheet.texts("teams[].playbooks[]")):
        return  # in a team that has it elsewhere alone, that is told
    for listed in _listed(sheet):
        yield listed.problem(
            f"no team may carry it out: make one of `playbooks: [{GRANT_ACCESS}]` and `accounts: [{SECURITY}]`"
        )


def _nowhere(sheet: Sheet) -> Iterator[Problem]:
    """A team has the playbook only where it names the security account."""
    granting = {id(each) for each in _granting(sheet)}
    for team in select(sheet.root, "teams[]"):
        for text in sheet.texts_below(team, "playbooks[]"):
            if text.text == GRANT_ACCESS and id(team) not in granting and any(_listed(sheet)):
                yield text.problem(
                    f"{shown(GRANT_ACCESS)} is carried out in the security account alone: name {shown(SECURITY)} under"
                    " the team's `accounts`, or give it to a team of its own"
                )


def _never_moved(sheet: Sheet) -> Iterator[Problem]:
    if not sheet.lacks("security_playbooks"):
        return
    for person in _in_reserve(sheet):
        for mark in select(person, "reserve"):
            yield mark.problem(
                f"nobody could ever move the person into a team: list `{GRANT_ACCESS}` under `security_playbooks`, or"
                " leave this out"
            )


def _would_grant(sheet: Sheet) -> Iterator[Problem]:
    """Somebody who was moved must not be able to move others."""
    granting = {text.text for team in _granting(sheet) for text in sheet.texts_below(team, "name")}
    for person in _in_reserve(sheet):
        for text in sheet.texts_below(person, "teams[]"):
            if text.text in granting:
                yield text.problem(
                    f"the team {shown(text.text)} may carry out {shown(GRANT_ACCESS)}: who is in reserve may not be"
                    " moved into it, as they could then move others"
                )


def _listed(sheet: Sheet) -> Iterator[Text]:
    return (text for text in sheet.texts("security_playbooks[]") if text.text == GRANT_ACCESS)


def _in_reserve(sheet: Sheet) -> Iterator[Node]:
    for person in select(sheet.root, "responders[]"):
        if any(text.text.casefold() in _YES for text in sheet.texts_below(person, "reserve")):
            yield person


def _granting(sheet: Sheet) -> Iterator[Node]:
    """Yield the teams that may carry it out."""
    for team in select(sheet.root, "teams[]"):
        playbooks, accounts = (
            {text.text for text in sheet.texts_below(team, f"{key}[]")} for key in ("playbooks", "accounts")
        )
        if GRANT_ACCESS in playbooks and SECURITY in accounts:
            yield team


RULES: Sequence[Rule] = (_misplaced, _nobody_in_reserve, _nobody_grants, _nowhere, _never_moved, _would_grant)
