"""render."""

from pathlib import Path

import click

from breakglass.cli import options
from breakglass.errors import UsageError
from breakglass.manifest.read import read
from breakglass.provision.render import templates
from breakglass.report.terminal import tell


@click.command()
@options.manifest
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder for the templates; made if need be, files of the same name are replaced.",
)
def render(path: Path, folder: Path) -> None:
    """Write the same state as plain CloudFormation templates: one for each kind of account."""
    for name, text in templates(read(path)).items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(
                f"{folder / name} cannot be written: {str(error.strerror).lower()}",
                subject=str(folder),
                advice="name a folder you may write to with -o",
            ) from error
        tell(f"{folder / name} written")
