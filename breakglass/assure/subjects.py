"""What a finding is about, in words that mean one thing in all accounts and regions: it is known by them."""

import hashlib

from breakglass import naming
from breakglass.estate.wording import describe
from breakglass.resources import GLOBAL, Resource, Scope


def subject_of(resource: Resource) -> str:
    """Return the ARN of a resource, or what people call it and where it lies.

    What an account has but once, and what the organization has, is known by its name.
    """
    if resource.arn or resource.scope.region == GLOBAL:
        return resource.subject
    return located(f"{describe(resource)}{fingerprint(resource.name)}", resource.scope)


def located(name: str, scope: Scope) -> str:
    """Return a name and where that is: many regions have things of one name."""
    return f"{name} in {scope.region} of {scope.account}"


def fingerprint(name: str) -> str:
    """Return what tells names apart of which only a part is shown, such as addresses of one pager."""
    return "" if naming.shown(name) == name else f" ({hashlib.sha256(name.encode()).hexdigest()[:8]})"
