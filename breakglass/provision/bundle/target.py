"""What the function runs on: an architecture and a Python of AWS Lambda, and the wheels that fit them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias, cast

from packaging.markers import default_environment
from packaging.tags import Tag, compatible_tags, cpython_tags

from breakglass.errors import UsageError

Architecture: TypeAlias = Literal["arm64", "x86_64"]
ARCHITECTURES: Final[tuple[Architecture, ...]] = ("arm64", "x86_64")
"""In Lambda's own words. https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html"""

PYTHON: Final = "3.13"
"""The runtime of cloudformation/verification.yaml. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""

_GLIBC: Final = 34
"""Of Amazon Linux 2023, which the runtimes since python3.12 are made of: 2.34.

https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html
"""
_OLDEST: Final = 17
"""The glibc of manylinux2014, the oldest that wheels of both architectures are made for: https://peps.python.org/pep-0599/"""

_MACHINES: Final[Mapping[Architecture, tuple[str, bytes]]] = {
    "arm64": ("aarch64", b"\xb7\x00"),
    "x86_64": ("x86_64", b"\x3e\x00"),
}
"""As wheels call the machine, and as ELF files number it: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html"""


@dataclass(frozen=True)
class Target:
    """An architecture of Lambda, and a version of Python such as `3.13`. Raises UsageError for any other version."""

    architecture: Architecture
    python: str = PYTHON

    def __post_init__(self) -> None:
        if not re.fullmatch(r"3\.[0-9]{1,2}", self.python):
            raise UsageError(
                f"{self.python} is no version of Python as Lambda names its runtimes",
                subject=self.python,
                advice=f"use --python {PYTHON}, which cloudformation/verification.yaml runs",
            )

    @property
    def machine(self) -> str:
        """The architecture as wheels name it."""
        return _MACHINES[self.architecture][0]

    @property
    def platforms(self) -> Sequence[str]:
        """The platforms of wheels that fit, best first."""
        recent = [f"manylinux_2_{minor}_{self.machine}" for minor in range(_GLIBC, _OLDEST - 1, -1)]
        return [*recent, f"manylinux2014_{self.machine}"]

    @property
    def abi(self) -> str:
        """The binary interface of this Python, such as `cp313`."""
        return "cp" + self.python.replace(".", "")

    @cached_property
    def ranks(self) -> Mapping[Tag, int]:
        """Every tag of a wheel that fits -> how well, least best."""
        version = tuple(int(each) for each in self.python.split("."))
        own = cpython_tags(version, abis=[self.abi], platforms=self.platforms)
        pure = compatible_tags(version, interpreter=self.abi, platforms=self.platforms)
        return {tag: rank for rank, tag in reversed(list(enumerate([*own, *pure])))}

    @property
    def environment(self) -> Mapping[str, str]:
        """What requirements of packages may depend on.

        https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
        """
        return {
            **cast("Mapping[str, str]", default_environment()),
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "platform_release": "",
            "platform_version": "",
            "sys_platform": "linux",
        }

    def runs(self, file: bytes) -> bool:
        """Tell whether a file is for this architecture: a machine's code says which it is for."""
        return not file.startswith(b"\x7fELF") or file[18:20] == _MACHINES[self.architecture][1]
