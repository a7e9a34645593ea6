"""Tests completion in real shells, and that it is quick and quiet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specrun import cli
from tests.commands.conftest import Spec, Specrun

ROOT = Path(__file__).parents[2]
BASH = """
eval "$(specrun completion bash)"
COMP_WORDS=(specrun explain on) COMP_CWORD=2
_specrun_completion specrun
printf '%s\\n' "${COMPREPLY[@]}"
COMP_WORDS=(specrun diff --lab) COMP_CWORD=2 COMPREPLY=()
_specrun_completion specrun
printf '%s\\n' "${COMPREPLY[@]}"
complete -p specrun
"""
ZSH = """
autoload -U compinit; compinit -u -D
eval "$(specrun completion zsh)"
_describe() { for one in "$@"; do [[ -n ${(P)one} ]] && print -l -- ${(P)one}; done }
compadd() { print -l -- "$@" }
words=(specrun explain on) CURRENT=3
_specrun_completion
print ${_comps[specrun]}
"""
FISH = """
specrun completion fish | source
complete -C "specrun explain on"
complete -C "specrun diff --lab"
"""


@pytest.fixture
def shell(repo: Path, tmp_path: Path, spec: Spec) -> dict[str, str]:
    """An environment in which `specrun` is this one, in a repo with two tasks."""
    spec("one: {prompt: 'true'}\nonly: {prompt: 'true'}")
    program = tmp_path / "bin" / "specrun"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m specrun "$@"\n')
    program.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PWD": str(repo),
        "HOME": str(tmp_path),
    }


def run(script: str, *command: str, cwd: Path, env: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [*command, script],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout.split("\n")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash(shell: dict[str, str], repo: Path) -> None:
    told = run(BASH, "bash", "--norc", "-c", cwd=repo, env=shell)
    assert told[:3] == ["one", "only", "--label"]
    assert "-F _specrun_completion" in told[3]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh(shell: dict[str, str], repo: Path) -> None:
    told = run(ZSH, "zsh", "-f", "-c", cwd=repo, env=shell)
    assert {"one:demo", "only:demo", "_specrun_completion"} <= set(told)


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish(shell: dict[str, str], repo: Path) -> None:
    told = run(FISH, "fish", "--no-config", "-c", cwd=repo, env=shell)
    assert told == ["one\tdemo", "only\tdemo", "--label", ""]


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_is_printed(specrun: Specrun, name: str) -> None:
    said = specrun("completion", name)
    assert (said.code, said.err) == (0, "")
    assert f"_SPECRUN_COMPLETE={name}_complete" in said.out


def test_another_shell_is_refused(specrun: Specrun) -> None:
    assert specrun("completion", "tcsh").code == 64


def asked(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setenv("_SPECRUN_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))


def test_nothing_is_ever_said_of_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked(monkeypatch, "specrun explain ")
    monkeypatch.chdir(tmp_path)
    assert cli.run([]) == 0
    monkeypatch.setenv("COMP_CWORD", "no number")
    assert cli.run([]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")


def test_nothing_is_written_and_nothing_heavy_imported(repo: Path, spec: Spec) -> None:
    spec("one: {prompt: 'true'}")
    before = sorted(repo.parent.rglob("*"))
    script = """
import sys
from specrun.cli import run
run([])
heavy = {"pydantic", "ruamel", "jinja2", "libtmux", "watchfiles", "tabulate", "rich", "subprocess"}
print(*sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    asking = {"_SPECRUN_COMPLETE": "bash_complete", "COMP_WORDS": "specrun explain ", "COMP_CWORD": "2"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=repo,
        env={**env, **asking},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("plain,one\n", "\n")
    assert sorted(repo.parent.rglob("*")) == before
