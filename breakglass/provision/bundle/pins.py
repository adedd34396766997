"""What the toolkit needs to run, in exactly the versions that are installed here."""

from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from breakglass.errors import UsageError
from breakglass.provision.bundle.target import Target

OURS = "breakglass"


def pins(target: Target) -> Mapping[NormalizedName, str]:
    """Return the version of every package the toolkit needs on a target, by the package's name, without extras of ours.

    Raises UsageError where one of them is not installed here: what nobody has run is not put into a function.
    """
    found: dict[NormalizedName, str] = {}
    asked: set[tuple[NormalizedName, str]] = set()
    left = [(canonicalize_name(OURS), "")]
    while left:
        name, extra = each = left.pop()
        if each in asked:
            continue
        asked.add(each)
        here = installed(name)
        found[name] = here.version
        for needed in _needed(here, extra, target):
            left += [(canonicalize_name(needed.name), asks) for asks in ("", *sorted(needed.extras))]
    return {name: found[name] for name in sorted(found) if name != OURS}


def version() -> str:
    """Return the version of the toolkit. Raises UsageError where it is not installed."""
    return installed(canonicalize_name(OURS)).version


def _needed(here: Distribution, extra: str, target: Target) -> Iterator[Requirement]:
    for line in here.requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({**target.environment, "extra": extra}):
            yield needed


def installed(name: NormalizedName) -> Distribution:
    """Return what is installed here of a package. Raises UsageError where nothing is."""
    try:
        return distribution(name)
    except PackageNotFoundError as error:
        raise UsageError(
            f"{name} is needed by the function and is not installed here, so its version is not known",
            subject=name,
            advice=f"install it beside breakglass: python -m pip install {name}",
        ) from error
