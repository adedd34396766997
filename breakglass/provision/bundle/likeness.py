"""Whether a wheel for a target is the package that is installed here, as far as the two can be alike.

A package of the same name and version from another index is another package. What is installed here is what was read,
tested and is running; code compiled for another machine cannot be held against it.
"""

import re
from collections.abc import Mapping

from packaging.utils import canonicalize_name, canonicalize_version

from breakglass.legible import legible
from breakglass.provision.bundle.pins import installed
from breakglass.provision.bundle.wheel import Wheel, unfit
from breakglass.provision.bundle.wheels import digest

_COMPILED = re.compile(r"(?P<module>.*?)(?:\.[^/]*)?\.(?:so(?:\.[0-9.]+)?|pyd|dylib|dll)", re.DOTALL)
"""Of a file: what `import` knows it by, before what tells of the platform."""

_LIBRARIES = re.compile(r"[^/]+\.libs/[^/]+")
"""Where wheels for Linux keep libraries of others, which no module can be in: a name with a dot is none.

https://github.com/pypa/auditwheel
"""

_ADVICE = (
    "do not use it before you know why: see which index pip takes packages from, here and where the wheels were "
    "fetched (pip config list), and install the package here anew from the one you trust"
)


def compared(wheel: Wheel, files: Mapping[str, bytes]) -> int:
    """Return how many files of a wheel, by where they go, are compiled and could not be compared with what is here.

    Raises UsageError where any other file is not, byte by byte, what is installed here.
    https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    here = _here(wheel)
    modules = {_module(each) for each in here}
    uncompared = 0
    for place, content in files.items():
        if _tells_of_package(wheel, place) or here.get(place) == digest(content):
            continue
        module = _module(place)
        if not module:
            what = "not as it is installed here" if place in here else "not installed here"
            raise unfit(wheel, f"holds a file that is {what}: {legible(place)}", _ADVICE)
        if module not in modules and not _LIBRARIES.fullmatch(place):
            raise unfit(wheel, f"holds a compiled module that is not installed here: {legible(place)}", _ADVICE)
        uncompared += 1
    return uncompared


def _here(wheel: Wheel) -> Mapping[str, str]:
    """Return the files that were installed of a package, with the digests its record has of them."""
    recorded = installed(wheel.name).files
    if recorded is None:
        raise unfit(
            wheel,
            "cannot be compared with what is installed here, of which there is no record",
            f"install the package here with pip, in a virtual environment: python -m pip install {wheel.name}",
        )
    return {each.as_posix(): f"{each.hash.mode}={each.hash.value}" if each.hash else "" for each in recorded}


def _module(place: str) -> str:
    """Return what a compiled file is known by without its platform, nothing for any other file."""
    found = _COMPILED.fullmatch(place)
    return found["module"] if found else ""


def _tells_of_package(wheel: Wheel, place: str) -> bool:
    """Tell whether a file is of the package's own data, which no code is in."""
    folder = place.partition("/")[0]
    name, _, version = folder.removesuffix(".dist-info").partition("-")
    told = canonicalize_name(name), canonicalize_version(version, strip_trailing_zero=False)
    return folder.endswith(".dist-info") and told == (wheel.name, wheel.version)
