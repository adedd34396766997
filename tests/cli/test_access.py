"""exec and credentials, with STS in memory: what is printed where, what is run, and each exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from breakglass.assuming import Source
from breakglass.cli import wiring_access
from breakglass.cli.main import run
from breakglass.errors import BreakglassError, DeniedError, UnavailableError
from breakglass.respond.shell import phased
from tests.cli.conftest import Ran, Run
from tests.conftest import ACME
from tests.report.playbooks.samples import FOLDER
from tests.respond.support import ANA, DEAD, DENIED, PROD, REGIONS, ROLE, SECURITY, USER, MemorySts

NAMED = ("--account", PROD, "--role", "BREAK-GLASS-RANSOMWARE", "--regions", ",".join(REGIONS), "--session-name", USER)
EVERYWHERE = dict.fromkeys(REGIONS, DENIED)
HEAVY = ("boto3", "jinja2", "moto", "pydantic", "rich", "segno", "yaml")


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> MemorySts:
    memory = MemorySts()
    monkeypatch.setattr(wiring_access, "sts", lambda _profile: memory)
    for name in [name for name in os.environ if name.startswith(("AWS_", "BREAKGLASS_"))]:
        monkeypatch.delenv(name)
    return memory


class Replaced(BaseException):
    """Stands for the end of this program, which another has taken the place of."""


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sequence[str], Mapping[str, str]]]:
    """What programs have taken the place of this one, with which environment."""
    found: list[tuple[Sequence[str], Mapping[str, str]]] = []

    def take_over(_file: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        found.append((command, environment))
        raise Replaced

    monkeypatch.setattr("os.execvpe", take_over)
    return found


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a person at a terminal who types this, unseen."""

    def type_(text: str) -> None:
        for stream in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
        monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: text)

    return type_


def test_exec_becomes_the_command(
    cli: Run,
    sts: MemorySts,
    replaced: list[tuple[Sequence[str], Mapping[str, str]]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "x")
    sts.failing = {"eu-west-1": DEAD}
    with pytest.raises(Replaced):
        cli("exec", "prod/ransomware", "--reason", "note", "--", "aws", "s3", "ls", "--region", "x", "--", "-h")
    ((command, environment),) = replaced
    assert command == ["aws", "s3", "ls", "--region", "x", "--", "-h"]
    assert environment["AWS_SESSION_TOKEN"] == "t0k3n"
    assert environment["AWS_REGION"] == "us-west-2"
    assert environment["BREAKGLASS_SESSION"] == "prod/ransomware"
    assert not {"AWS_PROFILE", "BREAKGLASS_RESOLVING"} & environment.keys()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "served by us-west-2" in captured.err
    assert "t0k3n" not in captured.err


def test_exec_without_a_command_becomes_a_shell_on_a_terminal(
    cli: Run,
    sts: MemorySts,  # noqa: ARG001 - stands in for AWS
    replaced: list[tuple[Sequence[str], Mapping[str, str]]],
    terminal: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal("")
    for shell, expected in (("/bin/zsh", "/bin/zsh"), ("", "/bin/sh")):
        monkeypatch.setenv("SHELL", shell)
        with pytest.raises(Replaced):
            cli("exec", "prod/ransomware")
        assert replaced.pop()[0] == [expected]
        told = capsys.readouterr().err
        assert f"{expected} in a session of prod/ransomware until 2026-11-22T13:00:00Z; leave it with `exit`" in told


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("prod/ransomware",), 125, "no command to run"),
        (("prod/ransomwar", "--", "ls"), 125, "did you mean `ransomware`"),
        (("--frob",), 125, "No such option"),
        (("prod/ransomware", "ls"), 125, "write -- before the command"),
        (("prod/ransomware", "x", "--", "ls"), 125, "unexpected extra argument"),
        (("prod/ransomware", "--duration", "9h", "--", "ls"), 125, "limits.session_hours"),
        (("prod/ransomware", "--", "breakglass-no-such"), 127, "no such command"),
        (("prod/ransomware", "--", "/dev/null"), 126, "cannot be run"),
        (("--help",), 0, ""),
    ],
)
@pytest.mark.usefixtures("sts")
def test_exec_has_codes_of_its_own(cli: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    ran = cli("exec", *arguments)
    assert ran.code == code
    assert says in ran.err


def test_an_error_without_advice_is_told_all_the_same(cli: Run, sts: MemorySts) -> None:
    sts.whose = DeniedError("no")
    ran = cli("credentials", "prod/ransomware")
    assert (ran.code, ran.err) == (4, "error: no\n")


@pytest.mark.parametrize("failure", [DENIED, DEAD])
def test_whatever_aws_answers_exec_exits_with_125(cli: Run, sts: MemorySts, failure: BreakglassError) -> None:
    sts.failing = dict.fromkeys(REGIONS, failure)
    ran = cli("exec", "prod/ransomware", "--", "ls")
    assert ran.code == 125
    assert failure.message in ran.err


def test_a_session_within_a_session_is_refused(cli: Run, sts: MemorySts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREAKGLASS_SESSION", "prod/ransomware")
    assert cli("exec", "prod/ransomware", "--", "ls").code == 125
    assert cli("credentials", *NAMED).code == 3
    assert not sts.asked
    assert cli("credentials", *NAMED, "--profile", "ana").code == 0


@pytest.mark.parametrize("form", ["process", "env", "export", "json"])
def test_credentials_with_a_manifest_or_without_are_the_same(cli: Run, sts: MemorySts, form: str) -> None:
    named, planned = cli("credentials", "--as", form, *NAMED), cli("credentials", "--as", form, "prod/ransomware")
    assert (named.code, named.out) == (0, planned.out)
    assert "t0k3n" in named.out
    assert sts.assumed[0] == sts.assumed[1]
    assert bool(named.err) is (form != "process")
    assert "t0k3n" not in named.err + planned.err


@pytest.mark.parametrize(("form", "printed"), [("export", "false\n"), ("env", "")])
def test_what_a_shell_evaluates_fails_there_as_well(cli: Run, sts: MemorySts, form: str, printed: str) -> None:
    ran = cli("credentials", "--as", form, "prod/ransomwar")
    assert (ran.code, ran.out) == (2, printed)
    assert not sts.asked


def test_the_manifest_says_nothing_where_none_is_read(sts: MemorySts, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["credentials", *NAMED, "--partition", "aws-cn", "-m", "nowhere.yaml"]) == 0
    assert sts.assumed[0].role == ROLE.replace(":aws:", ":aws-cn:")
    assert "AWS_ACCESS_KEY_ID=" in capsys.readouterr().out


def test_who_looks_on_is_told_that_secrets_were_shown(
    cli: Run, sts: MemorySts, terminal: Callable[[str], None]
) -> None:
    terminal("")
    ran = cli("credentials", "--as", "process", "prod/ransomware")
    assert "secrets" in ran.err
    assert "served by eu-west-1" in ran.err
    assert sts.asked == [("AssumeRole", "eu-west-1")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "neither ACCOUNT/PLAYBOOK nor --account, --role, --regions, --session-name"),
        (NAMED[:2], "nor --role, --regions, --session-name"),
        (("prod/ransomware", *NAMED[:4]), "says already what --account, --role would"),
        (("--account", "1", "--role", "a/b", "--regions", "x", "--session-name", "a b"), "twelve digits"),
        (("prd/ransomware",), "did you mean `prod`"),
    ],
)
def test_credentials_that_cannot_be_meant(cli: Run, sts: MemorySts, arguments: tuple[str, ...], says: str) -> None:
    ran = cli("credentials", *arguments)
    assert ran.code == 2
    assert says in ran.err
    assert "  → " in ran.err
    assert not sts.asked


def test_all_that_is_ill_formed_is_told_at_once(cli: Run, sts: MemorySts) -> None:
    ran = cli("credentials", "--account", "1", "--role", "a/b", "--regions", "x", "--session-name", "a b")
    assert len(ran.err.splitlines()) == 5
    assert not sts.asked


def test_a_code_is_asked_for_unseen_and_sent_once(
    cli: Run, sts: MemorySts, terminal: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sts.failing, sts.mfa_helps = EVERYWHERE, True
    terminal("123456")
    monkeypatch.setenv("BREAKGLASS_MFA_SERIAL", "arn:aws:iam::1:mfa/x")
    ran = cli("credentials", "prod/ransomware")
    assert ran.code == 0
    assert sts.assumed[-1].serial_number == "arn:aws:iam::1:mfa/x"
    assert "123456" not in ran.out + ran.err


def test_ctrl_c_at_the_prompt_is_no_error(
    cli: Run, sts: MemorySts, terminal: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_prompt: str) -> str:
        raise KeyboardInterrupt

    sts.failing = EVERYWHERE
    terminal("")
    monkeypatch.setattr("click.termui.hidden_prompt_func", interrupt)
    assert cli("exec", "prod/ransomware").code == 130
    assert len(sts.assumed) == len(REGIONS)


def test_what_is_no_code_is_not_sent(cli: Run, sts: MemorySts, terminal: Callable[[str], None]) -> None:
    sts.failing, sts.mfa_helps = EVERYWHERE, True
    terminal("12345x")
    ran = cli("credentials", "prod/ransomware")
    assert ran.code == 2
    assert "six digits" in ran.err
    assert "12345x" not in ran.err
    assert len(sts.assumed) == len(REGIONS)


def test_the_prompt_names_the_device(
    cli: Run, sts: MemorySts, terminal: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts: list[str] = []
    sts.failing, sts.mfa_helps = EVERYWHERE, True
    terminal("")

    def hear(prompt: str) -> str:
        prompts.append(prompt)
        return "123456"

    monkeypatch.setattr("click.termui.hidden_prompt_func", hear)
    assert cli("credentials", "prod/ransomware").code == 0
    device = f"arn:aws:iam::{SECURITY}:mfa/break-glass/{USER} (or {USER}-2 or {USER}-3, if that is yours)"
    assert prompts == [f"Enter MFA code for {device}: "]


def test_a_search_for_credentials_within_one_ends(cli: Run, sts: MemorySts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREAKGLASS_RESOLVING", "1")
    ran = cli("credentials", *NAMED)
    assert ran.code == 3
    assert "--profile" in ran.err
    assert not sts.asked


def test_a_profile_of_the_environment_does_not_count_without_a_manifest(
    cli: Run, sts: MemorySts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look() -> Source:
        assert not {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} & os.environ.keys()
        assert "BREAKGLASS_RESOLVING" in os.environ
        return Source(is_temporary=True, arn=ANA)

    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.setenv(name, "acme-prod-ransomware")
    monkeypatch.setattr(sts, "source", look)
    assert cli("credentials", *NAMED).code == 0
    assert "BREAKGLASS_RESOLVING" not in os.environ


def test_what_is_said_acts_on_no_terminal(
    cli: Run, sts: MemorySts, terminal: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts: list[str] = []
    terminal("")

    def hear(prompt: str) -> str:
        prompts.append(prompt)
        return "123456"

    monkeypatch.setattr("click.termui.hidden_prompt_func", hear)
    sts.failing = dict.fromkeys(REGIONS, DENIED) | {"eu-west-1": UnavailableError("said \x1b[2J \u202e\r")}
    sts.mfa_helps = True
    ran = cli("credentials", "prod/ransomware", "--mfa-serial", "x\x1b")
    assert ran.code == 0
    assert prompts == ["Enter MFA code for x?: "]
    sts.failing = {"eu-west-1": UnavailableError("said \x1b[2J \u202e\r")}
    assert "said ?[2J ??\n" in cli("credentials", "prod/ransomware").err


def test_an_error_acts_on_no_terminal(
    cli: Run, sts: MemorySts, terminal: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = DeniedError("said \x1b[2J with an explicit deny in a service control policy")
    sts.failing = dict.fromkeys(REGIONS, denied)
    terminal("")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = cli("credentials", "prod/ransomware")
    assert plain.code == 4
    assert "said ?[2J" in plain.err
    assert "\x1b" not in plain.err
    monkeypatch.delenv("NO_COLOR")
    assert "error:" in cli("credentials", "prod/ransomware").err


def python(code: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program of its own, far from this machine's configuration."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BREAKGLASS_"))}
    environment |= {
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
        **variables,
    }
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=environment)


def test_without_a_manifest_nothing_is_imported_that_takes_long(tmp_path: Path) -> None:
    arguments = ["credentials", "--as", "process", *NAMED]
    code = (
        f"import sys; from breakglass.cli.main import run; code = run({arguments!r});"
        f"print(code, sorted({{name.partition('.')[0] for name in sys.modules}} & {set(HEAVY)!r}))"
    )
    keys = {"AWS_ACCESS_KEY_ID": "ASIAX", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
    ran = python(code, tmp_path, **keys)
    assert ran.stdout == "5 []\n"
    assert "STS serves in no region" in ran.stderr


def test_with_a_manifest_a_playbook_is_read_only_where_a_phase_is_asked_for(tmp_path: Path) -> None:
    arguments = ["credentials", "--as", "process", "-m", str(ACME), "prod/ransomware"]
    code = (
        f"import sys; from breakglass.cli.main import run; run({arguments!r});"
        "print([name for name in sys.modules if name.startswith(('breakglass.playbooks', 'breakglass.report'))])"
    )
    keys = {"AWS_ACCESS_KEY_ID": "ASIAX", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
    assert python(code, tmp_path, **keys).stdout == "[]\n"


@pytest.fixture
def ransomware(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ship a playbook whose phases are known here."""
    text = (FOLDER / "everything.yaml").read_text("utf-8").replace("name: everything", "name: ransomware", 1)
    path = tmp_path / "ransomware.yaml"
    path.write_text(text, "utf-8")
    monkeypatch.setattr(phased, "library", lambda *_: {"ransomware": path})


@pytest.mark.usefixtures("ransomware")
def test_a_session_is_narrowed_to_a_phase(cli: Run, sts: MemorySts) -> None:
    ran = cli("credentials", "prod/ransomware", "--phase", "recover")
    assert ran.code == 0
    (statement,) = json.loads(sts.assumed[0].policy)["Statement"]
    assert statement["Action"][1] == "ssm:StartAutomationExecution"
    assert "the session policy of the phase recover narrows this session" in ran.err


@pytest.mark.usefixtures("ransomware")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("prod/ransomware", "--phase", "eradicate"), "its phases are investigate, contain, recover, close"),
        (("prod/ransomware", "--phase", ""), "has no phase ''"),
        (("prod/ransomware", "--phase", "close"), "done by hand"),
        (("prod/ransomware", "--phase", "recover", "--session-policy", "p.json"), "both narrow the session"),
        ((*NAMED, "--phase", "recover"), "a role alone does not say by which playbook you act"),
        ((*NAMED, "--phase", ""), "a role alone does not say by which playbook you act"),
    ],
)
def test_a_phase_that_cannot_be_meant(cli: Run, sts: MemorySts, arguments: tuple[str, ...], says: str) -> None:
    ran = cli("credentials", *arguments)
    assert ran.code == 2
    assert says in ran.err
    assert not sts.asked


@pytest.mark.usefixtures("ransomware")
def test_exec_narrows_to_a_phase_as_well(
    cli: Run, sts: MemorySts, replaced: list[tuple[Sequence[str], Mapping[str, str]]]
) -> None:
    with pytest.raises(Replaced):
        cli("exec", "prod/ransomware", "--phase", "recover", "--", "ls")
    assert replaced[0][0] == ["ls"]
    assert "ssm:StartAutomationExecution" in sts.assumed[0].policy
    assert cli("exec", "prod/ransomware", "--phase", "eradicate", "--", "ls").code == 125


def test_a_profile_of_ours_as_the_default_one_ends_in_words(tmp_path: Path) -> None:
    """The SDK would start this command for its own credentials, and that one another, without end."""
    process = f"{sys.executable} -m breakglass credentials --as process {' '.join(NAMED)}"
    wrapped = f"[default]\ncredential_process = env X=1 {process.replace('--as process', '--as=process')}\n"
    (tmp_path / "config").write_text(wrapped, "utf-8")
    code = f"import sys; from breakglass.cli.main import run; sys.exit(run({['credentials', *NAMED]!r}))"
    ran = python(code, tmp_path, AWS_CONFIG_FILE=str(tmp_path / "config"))
    assert ran.returncode == 4
    assert "cannot be obtained" in ran.stderr


def test_signals_and_exit_codes_are_the_commands_own() -> None:
    code = (
        "import os; from breakglass.respond.shell.environment import become;"
        "become(['sh', '-c', 'kill -PIPE $$; exit 7'], os.environ)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -13


def test_profiles_are_shown_written_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config"
    before = b"[default]\r\nregion = x\r\n# \xff\r\naws_secret_access_key = s3cr3t"
    file.write_bytes(before)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))

    def profiles(*arguments: str) -> Ran:
        code = run(["profiles", "-m", str(ACME), *arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    asked = profiles("--person", "emeka")
    assert asked.code == 2
    assert "+[profile acme-payments-data-breach]" in asked.out
    assert "s3cr3t" not in asked.out
    assert file.read_bytes() == before
    assert profiles("--person", "emeka", "--yes", "--source-profile", "ana").code == 0
    assert b"--profile ana\r\n" in file.read_bytes()
    again = profiles("--person", "emeka", "--source-profile", "ana")
    assert (again.code, "nothing to change" in again.out) == (0, True)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    for answer, code in (("n", 1), ("y", 0)):
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt, answer=answer: answer)
        assert profiles("--remove").code == code
    assert file.read_bytes() == before


def test_a_profile_starts_the_program_that_wrote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "breakglass"
    program.touch(mode=0o700)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setattr("sys.argv", [str(program)])
    assert run(["profiles", "-m", str(ACME), "--person", "emeka", "--yes"]) == 0
    assert f"credential_process = {program} credentials" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["pytest"])
    assert run(["profiles", "-m", str(ACME), "--person", "emeka", "--yes"]) == 0
    assert f"credential_process = {sys.executable} -m breakglass credentials" in capsys.readouterr().out


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that is all of the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_a_doctor_who_finds_nothing(cli: Run, sts: MemorySts, nothing_installed: Path) -> None:
    (nothing_installed / "aws").write_text("#!/bin/sh\necho aws-cli/2.32.0 Python/3\n", "utf-8")
    (nothing_installed / "aws").chmod(0o700)
    ran = cli("doctor", "prod/ransomware", "--format", "json")
    assert ran.code == 0
    assert ran.document["schema"] == "breakglass/doctor"
    outcomes = {each["check"]: each["outcome"] for each in ran.document["checks"]}
    assert outcomes["playbook"] == outcomes["identity"] == outcomes["sts ap-southeast-2"] == "ok"
    assert outcomes["aws CLI"] == "ok"
    assert not sts.assumed


@pytest.mark.usefixtures("nothing_installed")
def test_a_doctor_takes_no_credentials_of_a_command_of_ours(
    cli: Run, sts: MemorySts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look() -> Source:
        assert "BREAKGLASS_RESOLVING" in os.environ
        return Source(is_temporary=True, arn=ANA)

    monkeypatch.setattr(sts, "source", look)
    assert cli("doctor", "prod/ransomware").code == 0
    assert "BREAKGLASS_RESOLVING" not in os.environ


@pytest.mark.usefixtures("nothing_installed")
def test_a_doctor_who_finds_much(cli: Run, sts: MemorySts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://someone:s3cr3t@127.0.0.1:1/x")
    sts.failing = {"eu-west-1": DEAD}
    ran = cli("doctor", "prod/ransomwar")
    assert ran.code == 1
    for words in ("did you mean `ransomware`", "sts eu-west-1", "there is none, and so no `aws login`", "127.0.0.1:1"):
        assert words in ran.out
    assert "s3cr3t" not in ran.out
    assert "1 problem would stop you" in ran.out


@pytest.mark.usefixtures("nothing_installed")
def test_a_doctor_without_a_manifest_or_credentials(cli: Run, sts: MemorySts, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = cli("doctor", manifest="nowhere.yaml")
    assert ran.code == 1
    assert "nowhere.yaml" in ran.out
    assert "sts us-east-1" in ran.out
    sts.whose = DeniedError("none")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert "ok       sts eu-west-1  answers in 10 ms" in cli("doctor", "prod/ransomware", manifest="nowhere.yaml").out
    assert json.loads(cli("doctor", "--format", "json").out)["checks"]
