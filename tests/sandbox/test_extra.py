"""Without the extra nothing of it is imported, and what is missing is said."""

import subprocess
import sys

import pytest

from breakglass import sandbox
from breakglass.errors import MissingExtraError


def test_nothing_is_missing_here() -> None:
    sandbox.require_extra()


@pytest.mark.parametrize("absent", [{"moto"}, {"werkzeug"}, {"moto", "werkzeug"}])
def test_where_a_part_is_missing_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, absent: set[str]) -> None:
    monkeypatch.setattr(sandbox, "find_spec", lambda name: None if name in absent else object())
    with pytest.raises(MissingExtraError) as caught:
        sandbox.require_extra()
    assert "the extra `sandbox`" in caught.value.message
    assert "pip install '.[sandbox]'" in caught.value.advice
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("module", ["", ".desk", ".environment", ".state", ".detached"])
def test_what_the_command_line_needs_first_imports_no_emulator(module: str) -> None:
    program = (
        f"import breakglass.sandbox{module}, sys; sys.exit(bool({{'moto', 'boto3', 'werkzeug'}} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
