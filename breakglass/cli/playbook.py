"""playbook list, show, check, render."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from breakglass.cli import options
from breakglass.cli.playbook_check import check
from breakglass.errors import UsageError
from breakglass.files import write_whole
from breakglass.manifest.model import Manifest
from breakglass.manifest.read import read as read_manifest
from breakglass.playbooks.filling import given
from breakglass.playbooks.library import every, library, named
from breakglass.playbooks.model import PHASES, Playbook
from breakglass.playbooks.phases import phase as phase_of
from breakglass.playbooks.read import read
from breakglass.report.playbooks.document import listed_document, playbook_document
from breakglass.report.playbooks.forms import FORMS, POLICY, session_policy
from breakglass.report.playbooks.rendered import Rendered
from breakglass.report.playbooks.text import listed_text, playbook_text
from breakglass.report.playbooks.where import Where
from breakglass.report.terminal import show as print_lines
from breakglass.report.terminal import show_json, tell
from breakglass.respond.playbooks import where

Command = TypeVar("Command", bound=Callable[..., Any])


def _library(command: Command) -> Command:
    """Add what says which playbooks there are: a manifest, which is not needed here, and folders."""
    manifest = click.option(
        "-m",
        "--manifest",
        "path",
        type=click.Path(path_type=Path),
        help="A manifest: with it, where each playbook is carried out, by whom, and the links that lead there.",
    )
    folder = click.option(
        "--folder",
        "folders",
        multiple=True,
        type=click.Path(path_type=Path),
        help="A folder of further playbooks; several may be given.",
    )
    return manifest(folder(command))


@click.group()
def playbook() -> None:
    """What to do in which emergency: step by step, with commands to paste."""


playbook.add_command(check)


@playbook.command("list")
@_library
@options.output
def list_(path: Path | None, folders: tuple[Path, ...], form: str) -> None:
    """List the playbooks."""
    manifest = _manifest(path)
    known = _known(path, manifest, folders)
    found = [(each, _where(manifest, each)) for each in every(known.values())]
    if form == options.JSON:
        show_json(listed_document(found))
    else:
        print_lines(listed_text(found))


@playbook.command()
@_library
@options.output
@click.option("--phase", metavar="PHASE", help=f"Only one phase: {', '.join(PHASES)}.")
@click.option("--account", metavar="ACCOUNT", help="Only the links of one account, by its name or id; needs -m.")
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Fill a parameter in; several may be given.")
@click.argument("name")
def show(
    path: Path | None,
    folders: tuple[Path, ...],
    form: str,
    phase: str | None,
    account: str | None,
    pairs: tuple[str, ...],
    name: str,
) -> None:
    """Show a playbook, with commands that can be pasted."""
    if account and not path:
        raise UsageError("--account needs a manifest, which knows the accounts", advice="name it with -m")
    manifest = _manifest(path)
    found = read(named(name, _known(path, manifest, folders)))
    values = given(found, pairs)
    if phase:
        phase_of(found, phase)
    shown = (found, _where(manifest, found, account), [phase] if phase else PHASES, values)
    if form == options.JSON:
        show_json(playbook_document(*shown))
    else:
        print_lines(playbook_text(*shown))


@playbook.command()
@_library
@click.option("--as", "form", type=click.Choice(list(FORMS)), default="markdown", show_default=True, help="As what.")
@click.option("--phase", metavar="PHASE", help="With --as policy: what narrows a session to this phase.")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The folder for the files; made if need be.  [default: this one]",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.argument("names", metavar="[NAME]...", nargs=-1)
def render(
    path: Path | None,
    folders: tuple[Path, ...],
    form: str,
    phase: str | None,
    folder: Path,
    names: tuple[str, ...],
    *,
    force: bool,
) -> None:
    """Write playbooks, all or these, as pages, notebooks, documents of Systems Manager or policies."""
    if phase and form != POLICY:
        raise UsageError("--phase says of which phase the policy is", advice="leave it out, or add --as policy")
    manifest = _manifest(path)
    known = _known(path, manifest, folders)
    playbooks = every(named(each, known) for each in names or known)
    rendered = [
        session_policy(each, phase) if phase else FORMS[form](each, _where(manifest, each)) for each in playbooks
    ]
    _write(folder, rendered, force=force)


def _manifest(path: Path | None) -> Manifest | None:
    return read_manifest(path) if path else None


def _known(path: Path | None, manifest: Manifest | None, folders: Sequence[Path]) -> Mapping[str, Path]:
    """Return the playbooks there are: those that ship, of the manifest's folders, and of folders named besides."""
    own = [path.parent / each for each in manifest.playbook_folders] if path and manifest else []
    return library([*own, *folders])


def _where(manifest: Manifest | None, found: Playbook, account: str | None = None) -> Where | None:
    return where(manifest, found.name, account) if manifest else None


def _write(folder: Path, rendered: Sequence[Rendered], *, force: bool) -> None:
    files = {name: text for each in rendered for name, text in each.files.items()}
    _require_absent(folder, files, force=force)
    for note in (note for each in rendered for note in each.notes):
        tell(note)
    for name, text in files.items():
        _made(folder)
        write_whole(folder / name, text.encode())
        tell(f"{folder / name} written")


def _require_absent(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    """Refuse to replace what somebody may have worked on; what would stay the same may stay."""
    other = [folder / name for name, text in files.items() if _differs(folder / name, text)]
    if other and not force:
        lines = "\n".join(f"{path} exists, and is not the same" for path in other)
        advice = "pass --force to replace what exists, or name another folder with -o; nothing was written"
        raise UsageError(lines, subject=str(folder), advice=advice)


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != text.encode()
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be made: {str(error.strerror).lower()}",
            subject=str(folder),
            advice="name a folder you may write to with -o",
        ) from error
