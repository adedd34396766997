"""What there is to know of a type of resource, so that a stack can make, change and delete it."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from breakglass.documents import Json
from breakglass.sandbox.cloudformation.place import Place
from breakglass.sandbox.cloudformation.steps import Step


class Kind(Protocol):
    """One type: `known` are the properties it is made with, `fixed` those that only a replacement changes.

    `name` names the property without which AWS would make up a name, which is not modelled.
    """

    known: frozenset[str]
    fixed: frozenset[str]
    name: str

    def ref(self, properties: Mapping[str, Json], place: Place) -> str:
        """Return what Ref says of it."""
        ...

    def attributes(self, properties: Mapping[str, Json], place: Place) -> Mapping[str, str]:
        """Return what Fn::GetAtt says of it."""
        ...

    def found(self, properties: Mapping[str, Json], place: Place) -> Step | None:
        """Return the call that succeeds where it is there already; None where making it fails then."""
        ...

    def make(self, properties: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield the calls that make it."""
        ...

    def change(self, before: Mapping[str, Json], after: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield the calls that change it, of which no property is fixed."""
        ...

    def delete(self, properties: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield the calls that delete it."""
        ...
