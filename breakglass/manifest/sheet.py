"""The raw manifest as the rules see it: right shapes, names whether right or wrong, and what is still blank."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from breakglass.manifest.model import MANAGEMENT
from breakglass.manifest.tree import List, Map, Node, Problem, Text, nodes, select
from breakglass.manifest.wording import near

BLANK = "FILL-IN"
"""What a new manifest says where only its owner knows better."""

CANARY = "canary"
"""The playbook whose role may do nothing: it proves that a use reaches people, and no team may have it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The raw tree, the paths whose shape is wrong, and the playbooks there are: shipped or beside it."""

    root: Node
    wrong: frozenset[str]
    shipped: Collection[str]

    def texts(self, pattern: str) -> Iterator[Text]:
        """Yield the texts a pattern leads to whose shape is right."""
        return self.texts_below(self.root, pattern)

    def texts_below(self, node: Node, pattern: str) -> Iterator[Text]:
        """Yield the texts a pattern leads to from a node, whose shape is right."""
        return (each for each in select(node, pattern) if isinstance(each, Text) and each.path not in self.wrong)

    def value(self, pattern: str, default: str = "") -> str:
        """Return the one text a pattern leads to, else the default."""
        return next((text.text for text in self.texts(pattern)), default)

    def names(self, pattern: str) -> frozenset[str] | None:
        """Return every name a pattern leads to, right or wrong in shape, or None if one cannot be read."""
        return self.names_below(self.root, pattern)

    def names_below(self, node: Node, pattern: str) -> frozenset[str] | None:
        """Return every name a pattern leads to from a node, or None if one cannot be read."""
        above, _, key = pattern.rpartition("[]")
        lists = [each for each in select(node, above) if isinstance(each, List)]
        items = [item for each in lists for item in each.items]
        found = [node for item in items for node in select(item, key.lstrip(".")) if isinstance(node, Text)]
        return frozenset(text.text for text in found) if lists and len(found) == len(items) else None

    def lacks(self, key: str) -> bool:
        """Tell whether a key of the outermost mapping is not there, nor one that may be meant for it."""
        if not isinstance(self.root, Map):
            return False
        mistyped = [other for other, node in self.root.entries.items() if node.path in self.wrong]
        return key not in self.root.entries and not any(near(other, (key,)) for other in mistyped)

    def place_names(self, key: str) -> frozenset[str] | None:
        """Return the names of what is listed under `accounts` or `organizational_units`, or None if one is unreadable.

        Either may be left out.
        """
        return frozenset() if self.lacks(key) else self.names(f"{key}[].name")

    def sound(self, path: str) -> bool:
        """Tell whether nothing is wrong at a path or below it."""
        return not any(each == path or each.startswith((f"{path}.", f"{path}[")) for each in self.wrong)

    def playbook_names(self) -> frozenset[str] | None:
        """Return the names listed under `playbooks`, or None if one cannot be read.

        A name misspelt there is reported there, and not once more wherever it is spelt right.
        """
        names = self.names("playbooks[]")
        return None if names is None else names | {self._meant(name) for name in names}

    def every_playbook_name(self) -> frozenset[str] | None:
        """Return the names listed under `playbooks` and `security_playbooks`, or None if one cannot be read.

        What belongs under the second and is listed under the first is reported there, and nowhere else.
        """
        names = self.playbook_names()
        own = frozenset() if self.lacks("security_playbooks") else self.names("security_playbooks[]")
        return None if names is None or own is None else names | own | {self._meant(name) for name in own}

    def management_name(self) -> str | None:
        """Return what the management account is called, or None if that cannot be read."""
        written = [node.text for node in select(self.root, "management_account.name") if isinstance(node, Text)]
        default = MANAGEMENT if self._management_is_sound() else None
        return written[0] if written else default

    def management_playbooks(self) -> frozenset[str] | None:
        """Return the playbooks of the management account, as they are meant, or None if they cannot be read."""
        written = any(select(self.root, "management_account.playbooks"))
        if not (self.sound("management_account.playbooks") if written else self._management_is_sound()):
            return None
        return self.meant(self.texts("management_account.playbooks[]"))

    def meant(self, playbooks: Iterator[Text]) -> frozenset[str]:
        """Return the playbooks that are meant, however they are spelt."""
        return frozenset(self._meant(text.text) for text in playbooks)

    def _management_is_sound(self) -> bool:
        return any(select(self.root, "management_account")) and self.sound("management_account")

    def _meant(self, name: str) -> str:
        return name if name in self.shipped else near(name, self.shipped) or name


def blanks(root: Node) -> tuple[Problem, ...]:
    """Return a problem for each value that is still to be filled in."""
    return tuple(
        node.problem(f"is still {BLANK}: write what is true for your organization")
        for node in nodes(root)
        if isinstance(node, Text) and node.text == BLANK
    )
