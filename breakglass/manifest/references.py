"""What the manifest says of itself in two places: what must be given once, and what must exist to be referred to.

The rules run on the raw tree, so that a wrong shape in one place hides nothing in another. A node whose own shape is
wrong is passed over, and a name is unknown only if everything it could refer to can be read.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from breakglass import naming
from breakglass.manifest.model import ALL, SECURITY
from breakglass.manifest.sheet import CANARY, Sheet
from breakglass.manifest.tree import Node, Problem, Text, select, shown
from breakglass.manifest.wording import near, suggestion

_SUGGESTIONS = 20
"""Unknown names, of one kind, that get a suggestion: each costs a comparison with every known name."""


def broken(sheet: Sheet) -> Iterator[Problem]:
    """Yield what is given twice, and what refers to nothing."""
    for unique in _UNIQUE:
        for node in select(sheet.root, unique.lists):
            yield from _repeated(sheet, node, unique)
    for reference in _REFERENCES:
        yield from _unknown(sheet, reference)


@dataclass(frozen=True, slots=True)
class _Unique:
    """Lists in which no two entries may be equal, by a key or by themselves."""

    lists: str
    key: str
    what: str
    ignoring_case: bool = False


_UNIQUE = (
    _Unique("accounts", "id", "the account id"),
    _Unique("accounts", "name", "the account name"),
    _Unique("organizational_units", "id", "the id of the organizational unit"),
    _Unique("organizational_units", "name", "the name of the organizational unit"),
    _Unique("teams", "name", "the team"),
    _Unique("responders", "id", "the responder", ignoring_case=True),
    *(
        _Unique(lists, "", what)
        for lists, what in (
            ("playbooks", "the playbook"),
            ("security_playbooks", "the playbook"),
            ("management_account.playbooks", "the playbook"),
            ("accounts[].playbooks", "the playbook"),
            ("organizational_units[].playbooks", "the playbook"),
            ("teams[].playbooks", "the playbook"),
            ("teams[].accounts", "the account"),
            ("responders[].teams", "the team"),
            ("playbook_folders", "the folder"),
            ("regions", "the region"),
            ("alerts.regions", "the region"),
            ("alerts.email", "the address"),
            ("alerts.sqs", "the queue"),
        )
    ),
)


def _repeated(sheet: Sheet, node: Node, unique: _Unique) -> Iterator[Problem]:
    first: dict[str, Text] = {}
    for text in sheet.texts_below(node, f"[].{unique.key}" if unique.key else "[]"):
        name = text.text.casefold() if unique.ignoring_case else text.text
        earlier = first.setdefault(name, text)
        if earlier is not text:
            case = "; IAM does not tell names apart by case" if earlier.text != text.text else ""
            yield text.problem(f"{unique.what} {shown(text.text)} is given twice: first on line {earlier.line}{case}")


@dataclass(frozen=True, slots=True)
class _Reference:
    """Texts that must be among the names given elsewhere."""

    pattern: str
    names: Callable[[Sheet], frozenset[str] | None]
    says: str


def _account_names(sheet: Sheet) -> frozenset[str] | None:
    names, units = sheet.place_names("accounts"), sheet.place_names("organizational_units")
    management = sheet.management_name()
    return None if names is None or units is None or management is None else names | units | {management, SECURITY}


def _regions(sheet: Sheet) -> frozenset[str] | None:
    own, heard = sheet.names("regions[]"), sheet.names("alerts.regions[]")
    return None if own is None or heard is None else own | heard


_UNLISTED = "is not listed under `playbooks`"


_REFERENCES = (
    _Reference(
        "playbooks[]",
        lambda sheet: frozenset(sheet.shipped) | {CANARY},
        "no playbook of this name ships or lies in a playbook folder",
    ),
    _Reference(
        "security_playbooks[]",
        lambda _: frozenset({naming.GRANT_ACCESS}),
        f"only `{naming.GRANT_ACCESS}` is carried out in the security account",
    ),
    _Reference("management_account.playbooks[]", Sheet.playbook_names, _UNLISTED),
    _Reference("accounts[].playbooks[]", Sheet.playbook_names, _UNLISTED),
    _Reference("organizational_units[].playbooks[]", Sheet.playbook_names, _UNLISTED),
    _Reference("teams[].playbooks[]", Sheet.every_playbook_name, _UNLISTED),
    _Reference(
        "teams[].accounts[]",
        _account_names,
        "no account of this name is listed under `accounts`, and no unit under `organizational_units`",
    ),
    _Reference("responders[].teams[]", lambda sheet: sheet.names("teams[].name"), "no team of this name is listed"),
    _Reference("alerts.second_region", lambda sheet: sheet.names("alerts.regions[]"), "is not in `alerts.regions`"),
    _Reference("stacksets.regions[]", _regions, "is neither in `regions` nor in `alerts.regions`"),
)


def _unknown(sheet: Sheet, reference: _Reference) -> Iterator[Problem]:
    names = reference.names(sheet)
    if names is None:
        return
    strangers = [text for text in sheet.texts(reference.pattern) if text.text not in names]
    for number, text in enumerate(strangers):
        hint = _hint(text.text, names) if number < _SUGGESTIONS else ""
        yield text.problem(f"{shown(text.text)}: {reference.says}{hint}")


def _hint(name: str, names: Collection[str]) -> str:
    if name == ALL:
        return f"; for all accounts, write `accounts: {ALL}` without brackets"
    return suggestion(near(name, names))
