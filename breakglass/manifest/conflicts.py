"""What cannot be true together in a manifest, whatever its names and shapes: each refusal says why.

The rules run on the raw tree and pass over whatever has a wrong shape.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from breakglass import naming
from breakglass.manifest import engines, reserve, setting_aside
from breakglass.manifest.engines import Rule
from breakglass.manifest.model import ALL, SECURITY
from breakglass.manifest.sheet import CANARY, Sheet
from breakglass.manifest.tree import List, Map, Node, Problem, select, shown


def conflicts(sheet: Sheet) -> Iterator[Problem]:
    """Yield every contradiction."""
    for rule in _RULES:
        yield from rule(sheet)


_NO_SCP = "service control policies do not bind the management account, so nothing would protect the users there"
_TIER_0 = "the security account holds the emergency users and no workloads, so no playbook is carried out there"
_OWN_DOOR = "the management account has playbooks of its own, under `management_account`"
_JUDGE = "who verifies must not be who is verified"

_APART: tuple[tuple[str, str, str], ...] = (
    ("security_account", "management_account.id", f"is the management account: {_NO_SCP}"),
    ("audit_account", "management_account.id", "is the management account: service control policies do not bind it"),
    ("audit_account", "security_account", f"is the security account: {_JUDGE}"),
    ("accounts[].id", "security_account", f"is the security account: {_TIER_0}"),
    ("accounts[].id", "management_account.id", f"is the management account: {_OWN_DOOR}"),
)
"""Accounts that must not be the same, and why."""


def _mingled(sheet: Sheet) -> Iterator[Problem]:
    for pattern, other, why in _APART:
        for text in sheet.texts(pattern):
            if text.text == sheet.value(other):
                yield text.problem(why)


def _ambiguous(sheet: Sheet) -> Iterator[Problem]:
    """No name has two accounts; the security and the audit account are called by what they are for."""
    taken = {ALL: "all accounts, in a team", SECURITY: "the security account"}
    if sheet.value("audit_account") not in {text.text for text in sheet.texts("accounts[].id")}:
        taken["audit"] = "the audit account"
    yield from _taken(sheet, "management_account.name", taken)
    management = sheet.management_name()
    taken = {management: "the management account", **taken} if management else taken
    yield from _taken(sheet, "accounts[].name", taken)
    accounts = {text.text: f"the account on line {text.line}" for text in sheet.texts("accounts[].name")}
    yield from _taken(sheet, "organizational_units[].name", {**accounts, **taken})


def _taken(sheet: Sheet, pattern: str, taken: Mapping[str, str]) -> Iterator[Problem]:
    for text in sheet.texts(pattern):
        if text.text in taken:
            yield text.problem(f"{shown(text.text)} already means {taken[text.text]}: choose another name")


def _like_ids(sheet: Sheet) -> Iterator[Problem]:
    """Where an account may be named or numbered, a name that looks like an id would be another account's."""
    for pattern in ("management_account.name", "accounts[].name", "organizational_units[].name"):
        for text in sheet.texts(pattern):
            if re.fullmatch(r"[0-9]{12}", text.text):
                yield text.problem(f"{shown(text.text)} looks like the id of an account: give it a name")


def _closed_doors(sheet: Sheet) -> Iterator[Problem]:
    """A team has no right in what it names unless that lists one of the team's playbooks."""
    known = sheet.every_playbook_name()
    if known is None:
        return
    doors = {**_security_door(sheet), **_doors(sheet), **_management_door(sheet)}
    for team in select(sheet.root, "teams[]"):
        playbooks = sheet.names_below(team, "playbooks[]")
        if playbooks and playbooks <= known:
            yield from _closed(sheet, team, playbooks, doors)


def _closed(
    sheet: Sheet, team: Node, playbooks: frozenset[str], doors: Mapping[str, tuple[frozenset[str], str]]
) -> Iterator[Problem]:
    for account in sheet.texts_below(team, "accounts[]"):
        there, where = doors.get(account.text, (playbooks, ""))
        if playbooks.isdisjoint(there):
            yield account.problem(
                f"{shown(account.text)} lists none of the team's playbooks, so the team would have no right there: "
                f"add one to `{where}`, or leave {shown(account.text)} out"
            )


def _management_door(sheet: Sheet) -> Mapping[str, tuple[frozenset[str], str]]:
    name, doors = sheet.management_name(), sheet.management_playbooks()
    return {} if name is None or doors is None else {name: (doors, "management_account.playbooks")}


def _security_door(sheet: Sheet) -> Mapping[str, tuple[frozenset[str], str]]:
    return {SECURITY: (sheet.meant(sheet.texts("security_playbooks[]")), "security_playbooks")}


def _doors(sheet: Sheet) -> Mapping[str, tuple[frozenset[str], str]]:
    """Return the playbooks, as they are meant, of what lists its own, by name, and the key they are listed under."""
    found: dict[str, tuple[frozenset[str], str]] = {}
    for place in (*select(sheet.root, "accounts[]"), *select(sheet.root, "organizational_units[]")):
        for name in sheet.texts_below(place, "name"):
            if sheet.names_below(place, "playbooks[]"):
                found[name.text] = (sheet.meant(sheet.texts_below(place, "playbooks[]")), f"{place.path}.playbooks")
    return found


def _reserved(sheet: Sheet) -> Iterator[Problem]:
    for text in sheet.texts("playbooks[]"):
        if text.text == CANARY:
            yield text.problem(f"{shown(CANARY)} is reserved for the proof that a use is noticed")


_PARTITIONS: tuple[tuple[str, str], ...] = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
)
"""How the names of regions outside the partition `aws` begin.

https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
"""

_REGIONS = ("trail.region", "regions[]", "alerts.second_region", "alerts.regions[]")


def _elsewhere(sheet: Sheet) -> Iterator[Problem]:
    if "partition" in sheet.wrong:
        return
    partition = sheet.value("partition", "aws")
    found = [(text, _partition(text.text), text.text) for pattern in _REGIONS for text in sheet.texts(pattern)]
    found += [(text, *_queue(text.text)) for text in sheet.texts("alerts.sqs[]")]
    for text, actual, what in found:
        if actual != partition:
            yield text.problem(f"{shown(what)} is in the partition {actual}, the manifest is for {partition}")


def _partition(region: str) -> str:
    return next((partition for start, partition in _PARTITIONS if region.startswith(start)), "aws")


def _queue(arn: str) -> tuple[str, str]:
    return arn.split(":")[1], arn


def _unheard(sheet: Sheet) -> Iterator[Problem]:
    for alerts in select(sheet.root, "alerts"):
        receivers = [node for key in ("email", "https", "sqs") for node in select(alerts, key)]
        if isinstance(alerts, Map) and all(isinstance(each, List) and not each.items for each in receivers):
            yield alerts.problem("nobody would be told: name at least one under `email`, `https` or `sqs`")


def _deaf(sheet: Sheet) -> Iterator[Problem]:
    """IAM logs in one region of a partition: without a rule there, changes of the namespace would pass unnoticed."""
    home = naming.GLOBAL_REGIONS.get(sheet.value("partition", "aws"))
    for listed in select(sheet.root, "alerts.regions"):
        known = sheet.names("alerts.regions[]")
        if isinstance(listed, List) and home and known and home not in known:
            yield listed.problem(f"lacks {shown(home)}, where every change of users and roles is logged: add it")


def _provisioning_role(sheet: Sheet) -> Iterator[Problem]:
    taken = {naming.VERIFIER.lower(), naming.VERIFICATION.lower()}
    for text in (*sheet.texts("provisioning_role"), *sheet.texts("stacksets.administration_role")):
        if naming.is_ours_by_name("role", text.text, "/") or text.text.lower() in taken:
            yield text.problem(
                f"{shown(text.text)} lies in the break-glass namespace, which is provisioned with it: name another role"
            )


_RULES: Sequence[Rule] = (
    _mingled,
    _ambiguous,
    _like_ids,
    _closed_doors,
    _reserved,
    _elsewhere,
    _unheard,
    _deaf,
    _provisioning_role,
    *engines.RULES,
    *reserve.RULES,
    *setting_aside.RULES,
)
