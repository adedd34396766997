"""What the tests of the manifest share: the example as text, mistakes planted in it, and what reading says of them."""

from dataclasses import dataclass
from pathlib import Path

from breakglass.errors import ManifestError
from breakglass.manifest.read import read

ACME = (Path(__file__).parents[2] / "examples" / "acme" / "breakglass.yaml").read_text("utf-8")

NAME = "breakglass.yaml"


@dataclass(frozen=True)
class Mistake:
    """Replace `old` by `new`; the problem is on the line of `at` (else of `new`), under `path`, and says `says`."""

    id: str
    old: str
    new: str
    path: str
    says: tuple[str, ...]
    at: str = ""


def planted(*mistakes: tuple[str, str]) -> str:
    """Return the example with each piece of text replaced where it first stands."""
    text = ACME
    for old, new in mistakes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def problems(folder: Path, content: str | bytes) -> tuple[str, ...]:
    """Return what reading a file says, each line beginning with `breakglass.yaml`, or nothing where it is right."""
    path = folder / NAME
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    try:
        read(path)
    except ManifestError as error:
        return tuple(problem.removeprefix(f"{folder}/") for problem in error.problems)
    return ()


def line_of(text: str, part: str) -> int:
    """Return the line, counted from 1, on which a piece of text first begins."""
    return text.count("\n", 0, text.index(part)) + 1


def assert_told(mistake: Mistake, folder: Path) -> None:
    """Assert that the mistake gives one problem, which says where it is and what it is."""
    text = planted((mistake.old, mistake.new))
    found = problems(folder, text)
    assert len(found) == 1, found
    place, _, message = found[0].partition(": ")
    assert place == f"{NAME}:{line_of(text, mistake.at or mistake.new)} {mistake.path}".rstrip()
    assert all(part in message for part in mistake.says), message
