"""Tests that every way of ending has its exit code and one clear message."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun import __version__, cli
from specrun.errors import EnvironmentProblem, ExitCode, InvalidSpec, Problem, SpecrunError, Where

ROOT = Path(__file__).parent.parent
VERB = '''
import click
@click.command()
@click.option("--color")
def command(color):
    """Do."""
    {body}
'''


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "specrun", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Replace the verb `diff` by one with this body."""

    def replace(body: str) -> None:
        (tmp_path / "one_verb.py").write_text(VERB.format(body=body))
        monkeypatch.syspath_prepend(str(tmp_path))
        sys.modules.pop("one_verb", None)
        monkeypatch.setitem(cli.COMMANDS, "diff", "one_verb")

    return replace


def test_every_verb_is_there_and_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in cli.COMMANDS:
        assert cli.run([name, "--help"]) == 0
        told = capsys.readouterr().out
        assert f"specrun {name}" in told
        assert "-C DIR" in told


def test_help_lists_all_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"  {name} " in told for name in cli.COMMANDS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"specrun {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["stauts"], "specrun: No such command 'stauts'. Did you mean 'status'?"),
        (["xyzzy"], "The commands are init, validate,"),
        (["diff", "--exit-cod"], "--exit-code"),
        (["status", "--interval", "3"], "'3' is not a length of time; write for example 90s, 20m or 2h"),
        (["-C", "/nowhere/at/all", "status"], "does not exist"),
        (["render"], "Missing argument 'TASK'"),
    ],
)
def test_a_wrong_command_line_is_64(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == ExitCode.USAGE
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


def test_no_arguments_are_answered_with_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == ExitCode.USAGE
    assert "\nStart:\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (SpecrunError("no", "yes"), 1, "specrun: no; fix: yes\n"),
        (EnvironmentProblem("no \x1b[1mtool"), 9, "specrun: no tool\n"),
        (KeyboardInterrupt(), 130, "specrun: interrupted\n"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/x"),
            9,
            "no space left on device: /x; fix: free some space",
        ),
        (
            OSError(errno.EROFS, "Read-only file system"),
            9,
            "read-only file system; fix: let this user write there",
        ),
    ],
)
def test_errors_have_their_code_and_one_line(
    error: BaseException,
    code: int,
    told: str,
    verb: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    verb("from specrun import cli; raise cli.raised")
    monkeypatch.setattr(cli, "raised", error, raising=False)
    assert cli.run(["diff"]) == code
    said = capsys.readouterr().err
    assert told in said
    assert len(said.split("\n")) - said.startswith("\n") == 2


def test_broken_specs_are_told_one_by_one(
    verb: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verb("from specrun import cli; raise cli.raised")
    problem = Problem(where=Where("specs/a.yaml", 2, 3), code="E201", what="unknown key", source="  x: 1")
    monkeypatch.setattr(cli, "raised", InvalidSpec((problem,)), raising=False)
    assert cli.run(["diff"]) == 3
    assert capsys.readouterr().err == "specs/a.yaml:2:3: error[E201]: unknown key\n1 error in 1 file\n"


def test_a_bug_is_70_and_leaves_a_report(
    verb: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    verb("return 1 // 0")
    assert cli.run(["diff"]) == 70
    said = capsys.readouterr().err
    assert "internal error: ZeroDivisionError" in said
    report = next(tmp_path.glob("specrun-bug-*.log"))
    assert str(report) in said
    assert "ZeroDivisionError" in report.read_text()


def test_an_unknown_error_of_the_system_is_a_bug_too(
    verb: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    verb("raise FileNotFoundError(2, 'No such file', 'x')")
    assert cli.run(["diff"]) == 70


def test_the_code_of_a_verb_is_the_code(verb: Callable[[str], None]) -> None:
    verb("return 2")
    assert cli.run(["diff"]) == 2


def test_closed_standard_output_is_one_line_and_9(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "specrun", "schema"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 9
    assert done.stderr == "specrun: standard output is closed; fix: send it to a file or to /dev/null\n"


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "specrun", "schema"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line_and_9(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "specrun", "schema"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 9
    assert done.stderr.startswith("specrun: no space left on device; fix: free some space")


def test_any_text_can_be_said_in_any_locale(tmp_path: Path) -> None:
    told = run("stätus\udcff", cwd=tmp_path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert told.returncode == 64
    assert "No such command" in told.stderr
    assert told.stderr.isascii()
