"""Tests which program a check is said to start."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.program import program_of
from specrun.core.project import KINDS


@pytest.mark.parametrize(
    ("run", "program"),
    [
        ("pytest", "pytest"),
        ("ruff check .", "ruff"),
        ("  python3.11 -m pytest -q  ", "python3.11"),
        ("/usr/bin/make test", "/usr/bin/make"),
        ("x86_64-linux-gnu-g++ -c a.c", "x86_64-linux-gnu-g++"),
        ("# don't\n\n   # nor this\npytest # it's here", "pytest"),
        ("set -eu\npytest", "pytest"),
        ("set -e; set -o pipefail && pytest", "pytest"),
        ("cd web && npm test", "npm"),
        ("cd 'my web'; npm test", "npm"),
        ("cd web\nCI=1 npm test", "npm"),
        ("CI=1\nexport_=2\nnpm test", "npm"),
        ("A=1 B='x y' C=\"z\" npm test", "npm"),
        ("A='one\ntwo' pytest", "pytest"),
        ("A=b#c pytest", "pytest"),
        ("A='pytest'\nruff", "ruff"),
        ("env A=1 pytest", "pytest"),
        ("A=1 env B=2 exec time pytest", "pytest"),
        ("exec 2>&1\npytest", "pytest"),
        (">log 2>&1 pytest", "pytest"),
        ("cd web >/dev/null && npm test", "npm"),
        ("pytest > log 2>&1", "pytest"),
        ("pytest 2>&1 | tee log", "pytest"),
        ("pytest& wait", "pytest"),
        ("pytest \\\n  -q", "pytest"),
        ("set -e \\\n-u\npytest", "pytest"),
        ("CI=1 \\\n  pytest", "pytest"),
        ("python -c '\nimport x\n'", "python"),
        ("python - <<EOF\nimport x\nEOF", "python"),
        ("pytest && (rm -rf x)", "pytest"),
        ("pytest; ruff check .", "pytest"),
        ('pytest -k "it\'s"', "pytest"),
        ("npm test\r\n", "npm"),
    ],
)
def test_a_program_that_is_plain_to_see(run: str, program: str) -> None:
    assert program_of(run) == program


@pytest.mark.parametrize(
    "run",
    [
        "",
        "\n# nothing\n",
        "A=1",
        "set -e",
        "cd web",
        "env",
        pytest.param("env -i pytest", id="an option of env"),
        "time -p pytest",
        "exec",
        "./run-tests",
        "node_modules/.bin/eslint .",
        "$PYTHON -m pytest",
        'A=1 "$TOOL" x',
        "`which pytest`",
        "~/bin/pytest",
        "pyt?st",
        "'pytest' -q",
        "'my tool' x",
        "pytest' -q",
        "A='x pytest",
        "PATH=bin pytest",
        "PATH=bin\npytest",
        "export PATH=bin\npytest",
        ". venv/bin/activate\npytest",
        "source venv/bin/activate && pytest",
        "if true; then pytest; fi",
        "for x in a b; do pytest $x; done",
        "! pytest",
        "{ pytest; }",
        "(cd web; npm test)",
        "[ -f x ] && pytest",
        "[[ -f x ]] && pytest",
        "test -f x && pytest",
        "command -v pytest && pytest",
        "echo begin\npytest",
        "cd web || exit 1\npytest",
        "cd web | pytest",
        "gmake test || make test",
        "pytest() { true; }\npytest",
        "-x",
    ],
)
def test_what_only_a_shell_can_tell(run: str) -> None:
    assert program_of(run) is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_commands_of_every_known_project_name_a_program(kind: str) -> None:
    assert all(program_of(run) == run.split()[0] for run in KINDS[kind].commands.values())


@given(st.text(alphabet="ab/=$'\"\\#;&|<>() \n\t-[{!", max_size=20))
def test_any_text_is_answered(run: str) -> None:
    found = program_of(run)
    assert found is None or (found in run.replace("\\\n", "") and ("/" not in found or found[0] == "/"))


SHELL = shutil.which("sh")


@given(st.text(alphabet="ab= ;&|'\"#\n", max_size=12))
def test_a_shell_agrees(run: str) -> None:
    """Whatever is found is what sh says it cannot find, as the first thing that goes wrong."""
    found = program_of(run)
    if found is None:
        return
    said = subprocess.run(
        [str(SHELL), "-c", run], env={"PATH": "/nonexistent"}, capture_output=True, text=True, check=False
    ).stderr
    assert "yntax error" in said or "nterminated" in said or f"{found}: " in said, said
