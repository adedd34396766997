"""bundle."""

from pathlib import Path

import click

from breakglass.cli import options
from breakglass.errors import UsageError
from breakglass.files import write_whole
from breakglass.manifest.read import read
from breakglass.provision.bundle.bundle import HANDLER
from breakglass.provision.bundle.bundle import bundle as made
from breakglass.provision.bundle.target import ARCHITECTURES, PYTHON, Architecture, Target
from breakglass.report.bundle import Bundled, bundle_document, bundle_text
from breakglass.report.terminal import show, show_json, tell


@click.command()
@options.manifest
@click.option(
    "--arch",
    "architecture",
    type=click.Choice(ARCHITECTURES),
    default=ARCHITECTURES[0],
    show_default=True,
    help="The architecture of the function.",
)
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), required=True, help="The file, a .zip.")
@click.option(
    "--wheels",
    "folder",
    type=click.Path(path_type=Path),
    help="A folder with the wheels, instead of what pip fetches.",
)
@click.option("--python", default=PYTHON, show_default=True, help="The Python of the function.")
@options.output
def bundle(path: Path, architecture: Architecture, file: Path, folder: Path | None, python: str, form: str) -> None:
    """Make the deployment package of the function that verifies on schedule.

    It holds this breakglass, what it needs in the versions installed here, and the manifest. The same input makes the
    same file.
    """
    target = Target(architecture, python)
    manifest = read(path)
    if folder is not None and not folder.is_dir():
        raise UsageError(f"{folder} is no folder", subject=str(folder), advice="name the folder that has the wheels")
    if folder is None:
        tell("fetching the packages it needs, with pip")
    found = made(manifest, target, folder)
    write_whole(file, found.archive.content)
    told = Bundled(
        file=str(file),
        manifest=manifest.name,
        architecture=architecture,
        python=python,
        handler=HANDLER,
        zipped=len(found.archive.content),
        unzipped=found.archive.unzipped,
        sha256=found.archive.sha256,
        code_sha256=found.archive.code_sha256,
        versions=found.versions,
        uncompared=found.uncompared,
        receivers=len(manifest.alerts.https),
    )
    if form == options.JSON:
        show_json(bundle_document(told))
    else:
        show(bundle_text(told))
