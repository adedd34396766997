"""Fetch the wheels that tests of the bundle use into a folder: `make wheels`."""

import sys
from pathlib import Path

from breakglass.provision.bundle.fetch import fetch
from breakglass.provision.bundle.pins import pins
from tests.provision.wheels import TARGETS


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for target in TARGETS:
        fetch(pins(target), target, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
