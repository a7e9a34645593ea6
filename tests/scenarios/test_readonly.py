"""Commands that only look: over a repo full of traps they change nothing and start nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loopback import isolating
from tests.rights import passed_without_rights
from tests.scenarios.hostile import INVALID, Trap
from tests.scenarios.traced import STRACE, Program, Trace, traced

LOOKS = {
    "diff": ("diff",),
    "diff --json": ("diff", "--json"),
    "diff --prompt": ("diff", "--prompt", "--all"),
    "validate": ("validate",),
    "status": ("status",),
    "list": ("list",),
    "graph": ("graph",),
    "graph --format json": ("graph", "--format", "json"),
    "results": ("results",),
    "explain": ("explain", "words"),
    "render": ("render", "loud"),
    "history": ("history",),
}
ASKS = frozenset(
    {"cat-file", "for-each-ref", "ls-tree", "merge-base", "rev-list", "rev-parse", "status", "symbolic-ref"}
    | {"version"}
)
"""What git may be asked for by a command that only looks."""

needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed")


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    made = Trap(tmp_path)
    # Compiled modules would be kept by whoever comes first, whatever the command.
    made.env["PYTHONDONTWRITEBYTECODE"] = "1"
    made.lay()
    return made


def looked(trap: Trap, *words: str) -> Trace:
    return traced([sys.executable, "-m", "specrun", *words], cwd=trap.root, env=trap.env)


def said(trap: Trap) -> dict[str, str]:
    """Answer what each command says; all of them have to end well."""
    answers = {name: trap.run(*words) for name, words in LOOKS.items()}
    assert {name: answer for name, answer in answers.items() if answer[0] != 0} == {}
    return {name: text for name, (_, text) in answers.items()}


def strange(trace: Trace) -> list[str]:
    """Answer all that a command has done beyond looking."""
    first, *others = trace.programs
    assert first.argv[1:3] == ("-m", "specrun")
    return [
        *(f"started {' '.join(one.argv)[:300]}" for one in others if not known(one)),
        *(f"changed {call[:300]}" for call in trace.changed),
        *(f"locked {call[:300]}" for call in trace.locked),
        *(f"connected {call[:300]}" for call in trace.connected),
    ]


def known(program: Program) -> bool:
    """Whether a program is the child that renders, or git asked for something that it only has to look up."""
    if re.fullmatch(r"python[\d.]*", Path(program.path).name):
        return program.argv[1:4] == ("-I", "-S", "-B") and program.argv[4].endswith("render/__main__.py")
    words = list(program.argv[1:])
    while words[:1] == ["-c"]:
        del words[:2]
    asked = words[0] in ASKS or (words[0] == "config" and any(one.startswith("--get") for one in words))
    return Path(program.path).name == "git" and asked and program.env["GIT_OPTIONAL_LOCKS"] == "0"


@needs_strace
@pytest.mark.timeout(300)
def test_a_look_starts_nothing_and_changes_nothing(trap: Trap) -> None:
    before = trap.bytes()
    found = {}
    for name, words in LOOKS.items():
        trace = looked(trap, *words)
        assert trace.code == 0, (name, trace.said)
        found[name] = strange(trace)
        assert any(Path(one.path).name == "git" for one in trace.programs), name
    assert {name: told for name, told in found.items() if told} == {}
    assert trap.bytes() == before
    assert [*trap.canary.iterdir()] == []


@needs_strace
def test_no_prompt_gets_what_it_may_not_have(trap: Trap) -> None:
    for name, prompt in INVALID.items():
        trap.ask_for(prompt)
        trace = looked(trap, "diff")
        assert (trace.code, strange(trace)) == (3, []), (name, trace.said)
        assert str(trap.secret) not in trace.opened, name
        assert "the secret" not in trace.said, name
    assert [*trap.canary.iterdir()] == []


@needs_strace
def test_the_watch_sees_what_an_apply_does(trap: Trap) -> None:
    """Else silence would prove nothing."""
    trap.tasks("words: {prompt: echo hello > words.txt, rerun: 1}")
    for name in (".gitattributes", "specs/--exec=x.yaml"):
        (trap.root / name).unlink()
    trace = looked(trap, "apply", "--yes")
    assert trace.locked
    assert any("/attempts/work/words/" in call for call in trace.changed)
    assert any(Path(one.path).name == "sh" for one in trace.programs)


def test_a_look_needs_no_place_to_write(trap: Trap) -> None:
    """The whole world is mounted read-only; what is said does not change by that."""
    if not isolating():
        pytest.skip("mount namespaces cannot be made here")
    freely = said(trap)
    closed = trap.root.parent
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && cd "$2" && shift 2 && exec "$@"'
    for name, words in LOOKS.items():
        inside = ["sh", "-euc", script, "sh", str(closed), str(trap.root)]
        done = subprocess.run(
            [*isolating(), *inside, sys.executable, "-m", "specrun", *words],
            env=trap.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, freely[name]), name


def test_a_look_needs_no_right_to_write(trap: Trap, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if passed_without_rights(request, tmp_path):
        return
    freely = said(trap)
    places = [path for top in (trap.root, trap.state, trap.home) for path in (top, *top.rglob("*"))]
    for path in places:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    try:
        assert said(trap) == freely
    finally:
        for path in places:
            if path.is_dir():
                path.chmod(0o755)


def test_the_traps_work(trap: Trap) -> None:
    """Whoever asks git carelessly springs them."""
    git = shutil.which("git") or "git"
    env = {**os.environ, "HOME": str(trap.home)}
    subprocess.run([git, "status"], cwd=trap.root, env=env, capture_output=True, check=False)
    assert [*trap.canary.iterdir()] != []
