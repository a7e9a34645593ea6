"""A repo with everything that the broken specs point at, for the tests of loading."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from specrun.core.agent import Mode, Price, Traits
from specrun.errors import InvalidSpec, Problem
from specrun.spec.load import Loaded, load

BAD = Path(__file__).parent / "bad"
BAD_SETTINGS = BAD.with_name("bad_settings")
AGENTS = {
    "claude": Traits(
        price=Price.REPORTED, rules=True, turns=True, resumes=True, isolates=True, structured=True
    ),
    "codex": Traits(price=Price.UNKNOWN, resumes=True, isolates=True),
    "gemini": Traits(price=Price.UNKNOWN, turns=True, turns_isolated=True, isolates=True),
    "shell": Traits(price=Price.FREE, modes=frozenset({Mode.EDIT, Mode.FULL}), models=False),
}
EXECUTORS = ("process", "tmux")
PROMPTS = {
    "good.md.j2": b"Do {{ task.name }}.\n",
    "loop.md.j2": b"Again:\n{% include 'prompts/loop.md.j2' %}\n",
    "includes-missing.md.j2": b"One\n{% include 'prompts/missing.md.j2' %}\n",
    "broken.md.j2": b"One\nTwo {{ with.y }}\n",
    "latin.md.j2": b"caf\xe9\n",
    "wrap-wrong.md.j2": b"{{ task.prompt }}\n{{ domain.nam }}\n",
}


def make_repo(folder: Path) -> Path:
    """Make the repo, with links that leave it and a pipe that would hang a careless reader."""
    root = folder / "repo"
    prompts = root / "prompts"
    prompts.mkdir(parents=True)
    (root / "specs").mkdir()
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("[core]\n")
    for name, text in PROMPTS.items():
        (prompts / name).write_bytes(text)
    for name in ("plan.md", "tasks.md"):
        (root / name).write_text("- [ ] Build it\n")
    (folder / "outside").write_text("secret")
    (prompts / "outside.md.j2").symlink_to(folder / "outside")
    (prompts / "to-git.md.j2").symlink_to(root / ".git" / "config")
    (prompts / "itself.md.j2").symlink_to(prompts / "itself.md.j2")
    os.mkfifo(prompts / "fifo")
    return root


def write(root: Path, text: str | bytes, file: str = "specs/demo.yaml") -> Path:
    """Write one file of the repo."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def loaded(root: Path, *names: str) -> Loaded:
    """Load with the agents and executors of these tests."""
    return load(root, names, agents=AGENTS, executors=EXECUTORS)


def problems(root: Path, names: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Load what cannot be loaded and answer why."""
    try:
        loaded(root, *names)
    except InvalidSpec as error:
        return error.problems
    raise AssertionError("this was expected to be invalid")


def lines(root: Path, names: Sequence[str] = ()) -> list[str]:
    """Answer the messages of what cannot be loaded."""
    return [str(problem) for problem in problems(root, names)]
