"""What differs between two states of a resource, as IAM's calls need it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breakglass import documents
from breakglass.documents import Json
from breakglass.resources import Resource, items

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import TagTypeDef


def gone_is_done(iam: IAMClient) -> AbstractContextManager[None]:
    """Take what is to be removed and is not there for removed."""
    return suppress(iam.exceptions.NoSuchEntityException)


def text(resource: Resource, name: str) -> str:
    """Return a property that is text; empty where it is absent."""
    return str(resource.properties.get(name, ""))


def number(resource: Resource, name: str) -> int:
    """Return a property that is a number, as the text of a template may write it."""
    return int(text(resource, name))


def document(resource: Resource, name: str) -> str:
    """Return a property that is a policy document, as it is sent."""
    return _document(resource.properties[name])


def listed(resource: Resource, name: str) -> tuple[str, ...]:
    """Return a property that is a list of names or ARNs."""
    return tuple(str(each) for each in items(resource.properties.get(name, ())))


def added(before: Resource, after: Resource, name: str) -> tuple[str, ...]:
    """Return what a list of names gains."""
    old = listed(before, name)
    return tuple(each for each in listed(after, name) if each not in old)


def bare(resource: Resource, *names: str) -> Resource:
    """Return the resource as it is when just created: without the properties that take further calls."""
    left = {name: value for name, value in resource.properties.items() if name not in names}
    return Resource(resource.type, resource.scope, left)


def tag_list(tags: Mapping[str, str]) -> list[TagTypeDef]:
    """Return tags as IAM takes them."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def tags_set(before: Resource, after: Resource) -> list[TagTypeDef]:
    """Return the tags that are new or have a new value."""
    return tag_list({key: value for key, value in after.tags.items() if before.tags.get(key) != value})


def tags_dropped(before: Resource, after: Resource) -> list[str]:
    """Return the keys of the tags that go."""
    return sorted(before.tags.keys() - after.tags.keys())


def change_boundary(
    before: Resource, after: Resource, *, put: Callable[[str], object], drop: Callable[[], object]
) -> None:
    """Put the boundary over the old one, so that there is always one; drop it only where none is wanted."""
    old, new = (text(each, "PermissionsBoundary") for each in (before, after))
    if new and new != old:
        put(new)
    elif old and not new:
        drop()


@dataclass(frozen=True, slots=True)
class Rights:
    """The calls that give policies to one user, group or role, and take them away: by ARN, by name and document."""

    iam: IAMClient
    attach: Callable[[str], object]
    put: Callable[[str, str], object]
    detach: Callable[[str], object]
    delete: Callable[[str], object]

    def change(self, before: Resource, after: Resource) -> None:
        """Attach before detaching, so that no right is missing in between."""
        for arn in added(before, after, "ManagedPolicyArns"):
            self.attach(arn)
        old, new = _inline(before), _inline(after)
        for name, content in new.items():
            if old.get(name) != content:
                self.put(name, content)
        self.clear(added(after, before, "ManagedPolicyArns"), sorted(old.keys() - new.keys()))

    def clear(self, arns: Iterable[str], names: Iterable[str]) -> None:
        """Detach these managed policies and delete these inline ones."""
        for arn in arns:
            with gone_is_done(self.iam):
                self.detach(arn)
        for name in names:
            with gone_is_done(self.iam):
                self.delete(name)


def _inline(resource: Resource) -> Mapping[str, str]:
    policies = (each for each in items(resource.properties.get("Policies", ())) if isinstance(each, Mapping))
    return {str(each["PolicyName"]): _document(each["PolicyDocument"]) for each in policies}


def _document(value: Json) -> str:
    return documents.text(value) if isinstance(value, Mapping) else str(value)
