"""A manifest that was checked, as JSON that holds all of it: what the function that verifies is given."""

from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from breakglass.errors import ManifestError
from breakglass.manifest.model import Manifest

_ADAPTER: Final = TypeAdapter(Manifest)


def packed(manifest: Manifest) -> str:
    """Return the JSON of a manifest."""
    return _ADAPTER.dump_json(manifest, indent=1).decode() + "\n"


def unpack(path: Path) -> Manifest:
    """Return the manifest that was packed into a file.

    Raises ManifestError where there is none, or none of this version.
    """
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except OSError as error:
        raise _unusable(path, f"cannot be read: {str(error.strerror).lower()}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"]) or "the document"
        raise _unusable(path, f"{place} is not as this version has it: {first['msg'].lower()}") from error


def _unusable(path: Path, why: str) -> ManifestError:
    error = ManifestError((f"{path.name}: {why}",), subject=str(path))
    error.advice = "make the bundle again with `breakglass bundle`, from the manifest that was applied"
    return error
