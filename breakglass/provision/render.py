"""The desired state as CloudFormation templates: one for each kind of account, and one for each kind of region in it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from collections.abc import Iterator, Mapping, Sequence

from breakglass.manifest.model import Manifest
from breakglass.provision.sheets import Sheet, sheets, written
from breakglass.resources import Resource

MOST_BYTES = 51_200
"""Of a template that is sent with the call."""

MOST_RESOURCES = 500


def templates(manifest: Manifest) -> Mapping[str, str]:
    """Return the templates by file name; where one would be too large, numbered parts to be deployed in that order."""
    found: dict[str, str] = {}
    for sheet in sheets(manifest):
        parts = tuple(_parts(sheet.resources, manifest, sheet))
        names = [sheet.name] if len(parts) == 1 else [f"{sheet.name}-{n}" for n in range(1, len(parts) + 1)]
        found |= {f"{name}.yaml": part for name, part in zip(names, parts, strict=True)}
    return found


def _parts(resources: Sequence[Resource], manifest: Manifest, sheet: Sheet) -> Iterator[str]:
    """Yield templates that each fit the limits, halving what does not."""
    text = written(sheet, manifest, resources)
    if len(resources) > 1 and (len(text.encode()) > MOST_BYTES or len(resources) > MOST_RESOURCES):
        middle = len(resources) // 2
        yield from _parts(resources[:middle], manifest, sheet)
        yield from _parts(resources[middle:], manifest, sheet)
    else:
        yield text
