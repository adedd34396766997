"""Which playbooks there are, and which one is meant."""

import shutil
from pathlib import Path

import pytest

from breakglass.errors import PlaybookError, UsageError
from breakglass.playbooks.library import every, library, named
from tests.report.playbooks.samples import EVERYTHING, FOLDER


def test_those_that_ship_come_with_those_of_other_folders_sorted() -> None:
    found = library([FOLDER])
    assert list(found) == sorted(found)
    assert {"everything", "open-security-group"} <= found.keys()
    assert named("everything", found) == FOLDER / "everything.yaml"
    assert EVERYTHING in every(found.values())


def test_only_files_of_the_right_ending_count(tmp_path: Path) -> None:
    for name in ("a.yml", "b.json", "c.yaml.orig"):
        (tmp_path / name).touch()
    assert library([tmp_path]) == library()


def test_the_same_folder_twice_is_once(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(FOLDER)
    assert library([FOLDER, FOLDER, tmp_path / "link"]) == library([FOLDER])


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "everything.yaml", tmp_path)
    with pytest.raises(UsageError, match="two playbooks are named everything") as error:
        library([FOLDER, tmp_path])
    assert str(tmp_path) in error.value.advice


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="absent is no folder"):
        library([tmp_path / "absent"])


def test_nobody_guesses_a_name() -> None:
    with pytest.raises(UsageError, match="no playbook 'everythin'; did you mean `everything`") as error:
        named("everythin", library([FOLDER]))
    assert "open-security-group" in error.value.advice


def test_the_problems_of_all_are_told_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("version: 1\nname: other\n", "utf-8")
    with pytest.raises(PlaybookError) as error:
        every(path for name, path in library([tmp_path]).items() if name in ("one", "two"))
    assert {"one.yaml", "two.yaml"} <= {Path(each.partition(":")[0]).name for each in error.value.problems}
